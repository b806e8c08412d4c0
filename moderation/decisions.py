"""What reviewers decide about applications.

Each verb is one transaction: it locks the application, looks again whether it may be decided,
and writes the record, the date and the letter together. Two reviewers at once give one decision.
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from members import listing
from members.models import Member, Profile
from members.outbox import letters
from members.outbox.models import Letter
from moderation.marks import mark_of
from moderation.models import SILENT, Application, Decision, Reason, Verdict
from moderation.rights import can_decide


class Refusal(Exception):
    """A decision that cannot be taken; its text is a sentence for the reviewer."""


class AlreadyDecided(Refusal):
    def __init__(self, application: Profile, decision: Decision | None, viewer: Member) -> None:
        self.decision = decision
        super().__init__(_already_decided(application, decision, viewer))


class NotConfirmed(Refusal):
    def __init__(self) -> None:
        super().__init__(_("The address of this application is not confirmed. Nothing was done."))


class NameTaken(Refusal):
    def __init__(self, username: str) -> None:
        super().__init__(
            _(
                "A member already has the name %(name)s, or one that looks the same. "
                "Nothing was done. You can ask the applicant for another name."
            )
            % {"name": username}
        )


class NameFree(Refusal):
    def __init__(self, username: str) -> None:
        super().__init__(_("The name %(name)s is free now. You can approve.") % {"name": username})


class Withdrawn(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This application was taken back or erased. Nothing was done."))


class NoWords(Refusal):
    def __init__(self) -> None:
        super().__init__(_("The letter is empty. Please write a few words to the applicant."))


@transaction.atomic
def approve(profile: Profile, reviewer: Member) -> Decision:
    """Let the applicant into the community.

    Raises:
        Refusal: AlreadyDecided, NameTaken, NotConfirmed, Withdrawn.
        PermissionDenied: `reviewer` may not decide.
    """
    application = _take(profile, reviewer)
    if _name_is_taken(application):
        raise NameTaken(application.username)
    _let_in(application.member)
    _mark_approved(application)
    listing.refresh(application)
    decision = _record(application, reviewer, Verdict.APPROVED)
    letters.post("approved", decision.pk)
    return decision


@transaction.atomic
def decline(profile: Profile, reviewer: Member, reason: str, words: str = "") -> Decision:
    """Refuse the application, with a letter of these words, or in silence where the reason asks it.

    Raises:
        Refusal: AlreadyDecided, NotConfirmed, NoWords, Withdrawn.
        PermissionDenied: `reviewer` may not decide.
    """
    reason = Reason(reason)
    words = "" if reason in SILENT else words.strip()
    if reason not in SILENT and not words:
        raise NoWords
    application = _take(profile, reviewer)
    application.asked_at, application.declined_at = None, timezone.now()
    application.save(update_fields=["asked_at", "declined_at"])
    decision = _record(
        application, reviewer, Verdict.DECLINED, reason=reason, words=words,
        address_mark=mark_of(application.member.email),
    )  # fmt: skip
    if words:
        letters.post("declined", decision.pk)
    return decision


@transaction.atomic
def ask_for_another_name(profile: Profile, reviewer: Member) -> None:
    """Ask the applicant, once a day at most, to choose another name; the application waits on.

    Raises:
        Refusal: AlreadyDecided, NameFree, NotConfirmed, Withdrawn.
        PermissionDenied: `reviewer` may not decide.
    """
    application = _take(profile, reviewer)
    if not _name_is_taken(application):
        raise NameFree(application.username)
    letters.post("choose_another_name", application.pk, once_a_day=True)


def asked_for_name_at(application: Profile) -> datetime | None:
    """When the applicant was last asked for another name."""
    asked = Letter.objects.filter(kind="choose_another_name", about=str(application.pk))
    return asked.aggregate(last=Max("posted_at"))["last"]


def _take(profile: Profile, reviewer: Member) -> Application:
    """Lock the application and its member until the transaction ends, if it can be decided."""
    if not can_decide(reviewer):
        raise PermissionDenied
    rows = Application.objects.select_for_update(of=("self", "member")).select_related("member")
    application = rows.filter(pk=profile.pk).first()
    if application is None:
        raise Withdrawn
    if not application.is_waiting:
        decision = Decision.objects.select_related("reviewer").filter(profile=application).first()
        raise AlreadyDecided(application, decision, reviewer)
    if application.confirmed_at is None:
        raise NotConfirmed
    return application


def _name_is_taken(application: Application) -> bool:
    taken = Profile.objects.of(application.community).filter(
        username_key=application.username_key, approved_at__isnull=False
    )
    return taken.exists()


def _let_in(member: Member) -> None:
    if member.let_in_at is None:
        member.let_in_at = timezone.now()
        member.save(update_fields=["let_in_at"])
    EmailAddress.objects.update_or_create(
        user=member, email=member.email, defaults={"verified": True, "primary": True}
    )


def _mark_approved(application: Application) -> None:
    application.asked_at, application.approved_at = None, timezone.now()
    try:
        with transaction.atomic():
            application.save(update_fields=["asked_at", "approved_at"])
    except IntegrityError as error:
        # Two who wished for one name, approved in the same moment: the database lets one through.
        if "username_once_per_community" not in str(error):
            raise
        raise NameTaken(application.username) from error


def _record(
    application: Application, reviewer: Member, verdict: Verdict, **details: str
) -> Decision:
    # Somebody who applied again with the same profile: the earlier record stays, without its link.
    Decision.objects.filter(profile=application).update(profile=None)
    return Decision.objects.create(
        profile=application, community=application.community, reviewer=reviewer, verdict=verdict,
        waited=timezone.now() - application.confirmed_at, **details,
    )  # fmt: skip


def _already_decided(application: Profile, decision: Decision | None, viewer: Member) -> str:
    approved = application.approved_at is not None
    if decision is not None and decision.reviewer == viewer:
        done = _("You approved this application already.") if approved else _(
            "You declined this application already."
        )  # fmt: skip
    else:
        name = colleague(decision.reviewer) if decision and decision.reviewer else _("Somebody")
        done = (
            _("%(name)s has approved this application in the meantime.")
            if approved
            else _("%(name)s has declined this application in the meantime.")
        ) % {"name": name}
    return f"{done} {_('Nothing was changed.')}"


def colleague(member: Member | None) -> str:
    """How the staff are called among each other: the first part of their address is enough."""
    return member.email.partition("@")[0] if member else _("somebody who has left")
