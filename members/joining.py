"""How somebody joins: apply, confirm the address, change, withdraw. Deciding is moderation's."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from members import answering, usernames
from members.answering import Entry
from members.communities import Community
from members.erasing import erase_if_nothing_is_left
from members.models import Member, Profile
from members.outbox import letters, troubles
from members.outbox.models import Letter
from members.places import area
from members.standing import UNCONFIRMED_ERASED_AFTER

UNCONFIRMED_REMINDED_AFTER = timedelta(days=7)
# An applicant's link still says "you are in" for a while; later it is nobody's. Who never chose a
# password still finds the way to a new link there.
LINK_LASTS_AFTER_APPROVAL = timedelta(days=14)


class NoSuchApplication(Exception):
    """Nobody has this link, or not any more."""


class AlreadyDecided(Exception):
    """The application was approved or declined meanwhile."""


class AlreadyConfirmed(Exception):
    """The address is confirmed: it is changed in My Account, not here."""


class AlreadyThere(Exception):
    """The member has a profile or an application in this community."""


def application(key: uuid.UUID) -> Profile:
    """The application somebody has the link of, whether it waits or was decided lately.

    Raises NoSuchApplication.
    """
    lately = timezone.now() - LINK_LASTS_AFTER_APPROVAL
    awaited = Q(approved_at=None) | Q(member__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    known = Profile.objects.filter(awaited | Q(approved_at__gte=lately), left_at=None)
    profile = known.select_related("member", "cell").filter(application_key=key).first()
    if profile is None:
        raise NoSuchApplication
    return profile


# --- apply -------------------------------------------------------------------------------------


def apply(email: str, community: Community, entry: Entry) -> None:
    """A visitor applies. What became of it stands in the mail to that address, nowhere else.

    Every case takes the same way: one row tried, one locked, an application written, a letter
    posted. Where the address is known the application is written and taken back, so that neither
    the answer nor the time it takes tells who is a member.
    """
    with transaction.atomic():
        member = _locked_member(email)
        if _is_known(member, community):
            _rehearse(community, entry)
            _post_known(member)
            return
        profile = _write(member, community, entry, timezone.now())
        letters.post("application_received", profile.pk, once_a_day=True)


def can_join(member: Member, community: Community) -> bool:
    return not member.profiles.filter(community=community.slug).exists()


def join_second(member: Member, community: Community, entry: Entry) -> Profile:
    """A member applies in the other community. Their address is known to be theirs.

    Raises AlreadyThere.
    """
    with transaction.atomic():
        locked = Member.objects.select_for_update().get(pk=member.pk)
        if not can_join(locked, community):
            raise AlreadyThere
        now = timezone.now()
        profile = _write(locked, community, entry, now, confirmed_at=now)
        letters.post("application_received", profile.pk, once_a_day=True)
        return profile


def _locked_member(email: str) -> Member:
    """The member with this address, made if there is none; two at once get the same one."""
    email = email.strip().lower()
    while True:
        new = Member(email=email)
        new.set_unusable_password()
        Member.objects.bulk_create([new], ignore_conflicts=True)
        member = Member.objects.select_for_update().filter(email=email).first()
        if member:  # else it was erased between the two: once more
            return member


def _is_known(member: Member, community: Community) -> bool:
    has_account = member.let_in_at or member.suspended_at or member.is_staff
    return bool(has_account) or not can_join(member, community)


def _write(
    member: Member,
    community: Community,
    entry: Entry,
    now: datetime,
    *,
    confirmed_at: datetime | None = None,
) -> Profile:
    member.policies_version, member.policies_accepted_at = settings.POLICIES_VERSION, now
    member.language = get_language() or ""
    member.save(update_fields=["policies_version", "policies_accepted_at", "language"])
    profile = Profile.objects.create(
        member=member,
        community=community.slug,
        username=entry.username,
        username_key=usernames.skeleton(entry.username),
        cell=area.store(entry.cell),
        about_me=entry.about_me,
        applied_at=now,
        consented_at=now,
        health_consent_at=now if community.asks_experience else None,
        confirmed_at=confirmed_at,
    )
    answering.save(profile, entry)
    return profile


def _rehearse(community: Community, entry: Entry) -> None:
    """Write an application of nobody and take it back."""
    rehearsal = transaction.savepoint()
    nobody = Member(email=f"{uuid.uuid4()}@rehearsal.invalid")
    nobody.set_unusable_password()
    nobody.save(force_insert=True)
    _write(nobody, community, entry, timezone.now())
    transaction.savepoint_rollback(rehearsal)


def _post_known(member: Member) -> None:
    """One mail to an address a day: not if today's told of an application already."""
    applications = [str(pk) for pk in member.profiles.values_list("pk", flat=True)]
    told_today = Letter.objects.filter(
        kind="application_received", about__in=applications, once_on=timezone.localdate()
    )
    if not told_today.exists():
        letters.post("application_known", member.pk, once_a_day=True)


# --- while it waits ------------------------------------------------------------------------------


def can_confirm(profile: Profile) -> bool:
    return profile.is_waiting and profile.confirmed_at is None


def confirm(profile: Profile) -> None:
    """The applicant has the mail, so the address is theirs, and mail arrives. Twice is once.

    Raises NoSuchApplication, AlreadyDecided.
    """
    with transaction.atomic():
        waiting = _locked_application(profile)
        if can_confirm(waiting):
            waiting.confirmed_at = timezone.now()
            waiting.save(update_fields=["confirmed_at"])
    troubles.confirm(waiting.member.email)


def can_change(profile: Profile) -> bool:
    """Not before the address is confirmed: the link may lie in a stranger's mailbox, by a slip."""
    return profile.is_waiting and profile.confirmed_at is not None


def change(profile: Profile, entry: Entry) -> None:
    """Write the answers anew.

    Raises NoSuchApplication, AlreadyDecided.
    """
    with transaction.atomic():
        waiting = _locked_application(profile)
        waiting.username = entry.username
        waiting.username_key = usernames.skeleton(entry.username)
        waiting.cell = area.store(entry.cell)
        waiting.about_me = entry.about_me
        waiting.save(update_fields=["username", "username_key", "cell", "about_me"])
        answering.save(waiting, entry)


can_correct_address = can_confirm


def correct_address(profile: Profile, email: str) -> None:
    """Send the application on under another address, before the first was confirmed.

    The link that was mailed to the first address dies. If the other address is known already, this
    application is erased and a letter to that address says what is so: on the page both look alike.

    Raises NoSuchApplication, AlreadyDecided, AlreadyConfirmed.
    """
    with transaction.atomic():
        waiting = _locked_application(profile)
        if not can_correct_address(waiting):
            raise AlreadyConfirmed
        if email.strip().lower() == waiting.member.email:
            letters.post("application_received", waiting.pk, once_a_day=True)
            return
        before, member = waiting.member, _locked_member(email)
        if _is_known(member, waiting.where):
            waiting.delete()
            _post_known(member)
        else:
            _hand_over(waiting, member)
            letters.post("application_received", waiting.pk)
        erase_if_nothing_is_left(before)


def _hand_over(waiting: Profile, member: Member) -> None:
    before = waiting.member
    member.policies_version = before.policies_version
    member.policies_accepted_at, member.language = before.policies_accepted_at, before.language
    member.save(update_fields=["policies_version", "policies_accepted_at", "language"])
    waiting.member, waiting.application_key = member, uuid.uuid4()
    waiting.save(update_fields=["member", "application_key"])


def can_withdraw(profile: Profile) -> bool:
    return profile.is_waiting


def withdraw(profile: Profile) -> bool:
    """Erase the application, and the member too if nothing else hangs on them; whether that was so.

    Raises NoSuchApplication, AlreadyDecided.
    """
    with transaction.atomic():
        waiting = _locked_application(profile)
        member = waiting.member
        waiting.delete()
        return erase_if_nothing_is_left(member)


def _locked_application(profile: Profile) -> Profile:
    """The row as it is now: it may have been decided or erased since the page was shown."""
    locked = Profile.objects.select_for_update(of=["self"]).select_related("member")
    waiting = locked.filter(pk=profile.pk, application_key=profile.application_key).first()
    if waiting is None:
        raise NoSuchApplication
    if not waiting.is_waiting:
        raise AlreadyDecided
    return waiting


# --- by the clock ----------------------------------------------------------------------------------


def remind_unconfirmed() -> int:
    """One reminder to everybody who did not confirm for a week; how many were posted."""
    before = timezone.now() - UNCONFIRMED_REMINDED_AFTER
    count = 0
    for profile in _unconfirmed(before):
        with transaction.atomic():
            if _still_unconfirmed(profile) and not _was_reminded(profile):
                letters.post("application_reminder", profile.pk)
                count += 1
    return count


def erase_unconfirmed() -> int:
    """Erase applications whose address nobody confirmed in time; how many there were."""
    before = timezone.now() - UNCONFIRMED_ERASED_AFTER
    count = 0
    for profile in _unconfirmed(before):
        with transaction.atomic():
            if _still_unconfirmed(profile):
                withdraw(profile)
                count += 1
    return count


def _unconfirmed(before: datetime) -> list[Profile]:
    return list(
        Profile.objects.filter(
            approved_at=None, declined_at=None, confirmed_at=None, applied_at__lte=before
        ).order_by("pk")
    )


def _still_unconfirmed(profile: Profile) -> bool:
    try:
        return can_confirm(_locked_application(profile))
    except (NoSuchApplication, AlreadyDecided):
        return False


def _was_reminded(profile: Profile) -> bool:
    return Letter.objects.filter(kind="application_reminder", about=str(profile.pk)).exists()
