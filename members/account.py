"""What members do with their own profiles: rest, come back, leave. (Editing: forms.)"""

import secrets
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import DateField
from django.db.models.functions import TruncMonth
from django.utils import timezone

from members import answering, listing, looking, usernames
from members.answering import Entry
from members.erasing import erase_if_nothing_is_left
from members.models import Member, Profile
from members.models.profile import LEAVE_CAN_BE_UNDONE
from members.places import area
from members.places.distance import Unit

VISITS_AT_ONCE = 500  # members told of in one transaction
# Of the last visit, the only thing `last_login` is good for: see note_seen.
MONTH_OF_VISIT = TruncMonth("last_login", tzinfo=UTC, output_field=DateField())


class CannotNow(Exception):
    """The profile is not in a state in which this can be done."""


class NameTaken(Exception):
    """Somebody in the community has this name, or one that looks the same."""


def edit(profile: Profile, entry: Entry) -> None:
    """Write a member's profile anew.

    Raises CannotNow, NameTaken, looking.TooManyChanges.
    """
    if not _written(profile, entry):
        raise NameTaken


@transaction.atomic
def _written(profile: Profile, entry: Entry) -> bool:
    """Give whether the name was free. A name tried counts as a change also where it was not, so it
    is no error in here: names could be tried out without end, also of those who block or rest."""
    profile = _locked(profile)
    if not profile.is_in:
        raise CannotNow
    is_renamed = entry.username != profile.username
    if is_renamed:
        looking.change(profile.member)
    if not _has_written_the_face(profile, entry):
        return False
    changes = answering.save(profile, entry)
    if changes and not is_renamed:
        looking.change(profile.member)
    _use_up(profile.member, changes - 1)
    listing.refresh(profile)
    return True


def _use_up(member: Member, changes: int) -> None:
    """Count so many more, as far as the day has them: whoever has one left may tell everything anew."""
    with suppress(looking.TooManyChanges):
        for _one in range(changes):
            looking.change(member)


def _has_written_the_face(profile: Profile, entry: Entry) -> bool:
    """Write name, area and words, unless somebody else has the name."""
    profile.username, profile.username_key = entry.username, usernames.skeleton(entry.username)
    try:
        with transaction.atomic():
            profile.cell, profile.about_me = area.store(entry.cell), entry.about_me
            profile.save(update_fields=["username", "username_key", "cell", "about_me"])
    except IntegrityError as error:
        if "username_once_per_community" not in str(error):
            raise
        return False
    return True


def measure_in(member: Member, unit: Unit) -> None:
    """Remember in which unit a member wants to read distances."""
    Member.objects.filter(pk=member.pk).update(unit=unit)


def choose_mail(member: Member, *, plain: bool, apart: bool) -> None:
    """How letters reach a member.

    Args:
        plain: whether subject and sender may say what the site is.
        apart: whether answering somebody is a step of its own, so that nobody does it by mistake.
    """
    now = timezone.now()
    member.plain_mail_since = (member.plain_mail_since or now) if plain else None
    member.answers_apart_since = (member.answers_apart_since or now) if apart else None
    member.save(update_fields=["plain_mail_since", "answers_apart_since"])


@transaction.atomic
def rest(profile: Profile, until: date | None = None) -> None:
    """Be found by nobody, until a day (local date of the site) or until further notice."""
    profile = _locked(profile)
    if not profile.is_in:
        raise CannotNow
    profile.paused_at, profile.paused_until = timezone.now(), until
    profile.save(update_fields=["paused_at", "paused_until"])
    listing.refresh(profile)


@transaction.atomic
def wake(profile: Profile) -> None:
    """Be found again."""
    profile = _locked(profile)
    profile.paused_at = profile.paused_until = None
    profile.save(update_fields=["paused_at", "paused_until"])
    listing.refresh(profile)


@transaction.atomic
def leave(profile: Profile) -> None:
    """Leave a community: gone for others at once, erased after LEAVE_CAN_BE_UNDONE."""
    profile = _locked(profile)
    if not profile.is_in:
        raise CannotNow
    profile.left_at = timezone.now()
    profile.save(update_fields=["left_at"])
    listing.refresh(profile)


@transaction.atomic
def come_back(profile: Profile) -> None:
    """Take a leaving back while it is not yet erased."""
    profile = _locked(profile)
    profile.left_at = None
    profile.save(update_fields=["left_at"])
    listing.refresh(profile)


@transaction.atomic
def note_seen(member: Member) -> None:
    """Keep the month of a visit; the day is nobody's business.

    Others read of it when `tell_visits` is done next: whoever watches a profile would else learn the
    hour of the first visit of each month, and of two faces that change at once that they are one
    person. The very first is told at once: somebody new is known to be here.

    Django keeps the second in `last_login`. Links that set a password die when it changes
    (members/password_links.py), so it becomes any moment of the month, another one each time.
    """
    month = timezone.localdate().replace(day=1)
    member.last_login = _any_moment_of(month)
    member.save(update_fields=["last_login"])
    if member.seen_on is None:
        _tell_visits_of([member.pk])


def tell_visits() -> None:
    """Let others read in which month somebody came last, of all who came since this was done."""
    came = Member.objects.filter(seen_on__lt=MONTH_OF_VISIT).values_list("pk", flat=True)
    ids = list(came)
    for start in range(0, len(ids), VISITS_AT_ONCE):
        _tell_visits_of(ids[start : start + VISITS_AT_ONCE])


@transaction.atomic
def _tell_visits_of(members: list[UUID]) -> None:
    Member.objects.filter(pk__in=members).update(seen_on=MONTH_OF_VISIT)
    profiles = Profile.objects.filter(member__in=members)
    listing.refresh(*profiles.values_list("pk", flat=True))


def _any_moment_of(month: date) -> datetime:
    begins = datetime.combine(month, time.min, tzinfo=UTC)
    return begins + timedelta(seconds=secrets.randbelow(28 * 24 * 60 * 60))


def left_long_ago() -> list[Profile]:
    """Profiles whose time to come back is over."""
    return list(Profile.objects.filter(left_at__lte=_too_late()))


@transaction.atomic
def erase_left(profile: Profile) -> None:
    """Erase a face whose owner left and did not come back, and all that hangs on it; the login
    too, where it was the last one."""
    member = Member.objects.select_for_update().get(pk=profile.member_id)
    Profile.objects.filter(pk=profile.pk, left_at__lte=_too_late()).delete()
    erase_if_nothing_is_left(member)


def can_accept_policies(member: Member) -> bool:
    return member.policies_version != settings.POLICIES_VERSION


def accept_policies(member: Member) -> None:
    """The member agrees to the policies in force."""
    member.policies_version, member.policies_accepted_at = settings.POLICIES_VERSION, timezone.now()
    member.save(update_fields=["policies_version", "policies_accepted_at"])


def _too_late() -> datetime:
    return timezone.now() - LEAVE_CAN_BE_UNDONE


def _locked(profile: Profile) -> Profile:
    return Profile.objects.select_for_update(of=("self",)).get(pk=profile.pk)
