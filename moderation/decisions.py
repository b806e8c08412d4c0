"""What reviewers decide about applications.

Each verb is one transaction: it locks the application, looks again whether it may be decided, and
writes the record, the dates, the letter and the entry of the audit log together. Two reviewers at
once give one decision. The letter waits UNDO_WITHIN: so long a decision can be taken back
(moderation.applications.undoing).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from members import listing
from members.models import Member, Profile
from members.outbox import letters
from members.outbox.models import Letter
from members.standing import SETTLED_AFTER
from moderation import audit
from moderation.marks import mark_of
from moderation.models import (
    SILENT,
    Act,
    Application,
    Claim,
    Decision,
    Question,
    Reason,
    Verdict,
)
from moderation.taking import NoWords, Refusal, take

UNDO_WITHIN = SETTLED_AFTER  # so long the applicant's own page keeps still


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


class Busy(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Somebody else is busy with this application just now. Please try again.")
        )


@dataclass(frozen=True)
class Outcome:
    """What became of one of several: the refusal says why nothing did."""

    application: Application
    refusal: Refusal | None = None


@transaction.atomic
def approve(profile: Profile, reviewer: Member) -> Decision:
    """Let the applicant into the community.

    Raises:
        Refusal: AlreadyDecided, NameTaken, NotConfirmed, Withdrawn.
        PermissionDenied: `reviewer` may not decide.
    """
    application = take(profile, reviewer)
    if _name_is_taken(application):
        raise NameTaken(application.username)
    now = timezone.now()
    _let_in(application.member, now)
    _mark_approved(application, now)
    listing.refresh(application)
    decision = _record(application, reviewer, Verdict.APPROVED, Act.APPROVED)
    letters.post("approved", decision.pk, due_at=decision.decided_at + UNDO_WITHIN)
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
    application = take(profile, reviewer)
    act = Act.DECLINED if words else Act.DECLINED_SILENTLY
    decision = _declined(application, reviewer, act, reason, words)
    if words:
        letters.post("declined", decision.pk, due_at=decision.decided_at + UNDO_WITHIN)
    return decision


def close(application: Application, words: str) -> Decision:
    """Decline an application whose question was never answered; nobody of the staff does it, so
    nobody undoes it and its letter goes at once. The caller has locked it."""
    decision = _declined(application, None, Act.CLOSED, Reason.NO_ANSWER, words)
    letters.post("declined", decision.pk)
    return decision


def approve_each(applications: Iterable[Application], reviewer: Member) -> list[Outcome]:
    """Approve several; one that cannot be approved stops none of the others."""
    return [_tried(one, lambda one=one: approve(one, reviewer)) for one in applications]


def decline_each_silently(applications: Iterable[Application], reviewer: Member) -> list[Outcome]:
    """Decline several that look automatic; one that cannot be stops none of the others."""
    reason = Reason.LOOKS_AUTOMATIC
    return [_tried(one, lambda one=one: decline(one, reviewer, reason)) for one in applications]


@transaction.atomic
def ask_for_another_name(profile: Profile, reviewer: Member) -> None:
    """Ask the applicant, once a day at most, to choose another name; the application waits on.

    Raises:
        Refusal: AlreadyDecided, NameFree, NotConfirmed, Withdrawn.
        PermissionDenied: `reviewer` may not decide.
    """
    application = take(profile, reviewer)
    if not _name_is_taken(application):
        raise NameFree(application.username)
    letters.post("choose_another_name", application.pk, once_a_day=True)
    audit.note(reviewer, Act.ASKED_FOR_NAME, application)


def asked_for_name_at(application: Profile) -> datetime | None:
    """When the applicant was last asked for another name."""
    asked = Letter.objects.filter(kind="choose_another_name", about=str(application.pk))
    return asked.aggregate(last=Max("posted_at"))["last"]


def _tried(application: Application, verb: Callable[[], Decision]) -> Outcome:
    try:
        verb()
    except Refusal as refusal:
        return Outcome(application, refusal)
    except OperationalError:  # a lock was not to be had
        return Outcome(application, Busy())
    return Outcome(application)


def _name_is_taken(application: Application) -> bool:
    taken = Profile.objects.of(application.community).filter(
        username_key=application.username_key, approved_at__isnull=False
    )
    return taken.exists()


def _let_in(member: Member, now: datetime) -> None:
    if member.let_in_at is None:
        member.let_in_at = now
        member.save(update_fields=["let_in_at"])
    EmailAddress.objects.update_or_create(
        user=member, email=member.email, defaults={"verified": True, "primary": True}
    )


def _mark_approved(application: Application, now: datetime) -> None:
    application.asked_at, application.approved_at = None, now
    try:
        with transaction.atomic():
            application.save(update_fields=["asked_at", "approved_at"])
    except IntegrityError as error:
        # Two who wished for one name, approved in the same moment: the database lets one through.
        if "username_once_per_community" not in str(error):
            raise
        raise NameTaken(application.username) from error


def _declined(
    application: Application, reviewer: Member | None, act: Act, reason: Reason, words: str
) -> Decision:
    application.asked_at, application.declined_at = None, timezone.now()
    application.save(update_fields=["asked_at", "declined_at"])
    return _record(
        application, reviewer, Verdict.DECLINED, act, reason=reason, words=words,
        address_mark=mark_of(application.member.email),
    )  # fmt: skip


def _record(
    application: Application, reviewer: Member | None, verdict: Verdict, act: Act, **details: str
) -> Decision:
    now = timezone.now()
    # Somebody who applied again with the same profile: the earlier record stays, without its link.
    Decision.objects.filter(profile=application).update(profile=None)
    # The same moment as the decision's: should it be undone, the question is open again.
    Question.objects.open().filter(application=application).update(closed_at=now)
    Claim.objects.filter(application=application).delete()
    audit.note(reviewer, act, application)
    return Decision.objects.create(
        profile=application, community=application.community, reviewer=reviewer, verdict=verdict,
        decided_at=now, waited=now - application.confirmed_at, **details,
    )  # fmt: skip
