"""Taking a decision back: within minutes as if it had never been, later by opening the case again."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, Min, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, JSONObject
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from members import listing
from members.erasing import end_sessions
from members.models import Member, Profile
from members.outbox.models import Letter
from moderation import audit
from moderation.decisions import UNDO_WITHIN
from moderation.models import BY_THE_CLOCK, Act, Application, AuditEntry, Decision
from moderation.taking import AlreadyDecided, Refusal, colleague, lock


class TooLate(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("The letter has gone out, or ten minutes are over. The decision stands.")
        )


class NothingToUndo(Refusal):
    """Somebody has taken the decision back, or opened the case again."""

    def __init__(self, who: Member | None, viewer: Member) -> None:
        if who == viewer:
            done = _("You have taken this decision back already.")
        elif who:
            said = _("%(name)s has taken this decision back in the meantime.")
            done = said % {"name": colleague(who)}
        else:
            done = _("There is no decision here any more.")
        super().__init__(f"{done} {_('Nothing was changed.')}")


class NotDeclined(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This application is not declined. Nothing was changed."))


class LeftMeanwhile(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This member has left meanwhile. Nothing was changed."))


@transaction.atomic
def undo(profile: Profile, reviewer: Member, shown: int | None = None) -> Application:
    """Take the decision back: the application waits as before, its letter is never sent.

    Within UNDO_WITHIN, and as long as the letter has not gone out. The record is gone with it; the
    audit log keeps both.

    Args:
        shown: key of the decision the button stood beside. Where another one was made since, that
            one stays.

    Raises:
        Refusal: AlreadyDecided, LeftMeanwhile, NothingToUndo, TooLate, Withdrawn.
        PermissionDenied: `reviewer` may not decide.
    """
    application = lock(profile, reviewer)
    decision = _standing(application, reviewer, shown)
    # The worker holds the letter's row while it sends: this waits for it, and then knows.
    letter = letters_of(decision).select_for_update().first()
    if until(decision) <= timezone.now() or (letter and letter.sent_at):
        raise TooLate
    letters_of(decision).unsent().update(dropped_at=timezone.now(), last_code="undone")
    approved_at = application.approved_at
    application.asked_at = _ask_again(application, decision)
    decision.delete()
    _wait_again(application)
    if approved_at and application.member.let_in_at == approved_at:
        _let_out(application.member)
    audit.note(reviewer, Act.UNDID, application)
    return application


@transaction.atomic
def send_now(profile: Profile, reviewer: Member, shown: int | None = None) -> None:
    """Send the letter of a decision without waiting until nobody can undo it; `shown` as in `undo`.

    Raises:
        Refusal: AlreadyDecided, NothingToUndo, Withdrawn.
        PermissionDenied: `reviewer` may not decide.
    """
    application = lock(profile, reviewer)
    waiting = (
        letters_of(_standing(application, reviewer, shown))
        .unsent()
        .filter(due_at__gt=timezone.now())
    )
    if waiting.update(due_at=timezone.now()):
        audit.note(reviewer, Act.RELEASED_LETTER, application)


@transaction.atomic
def reopen(profile: Profile, reviewer: Member) -> Application:
    """Let a declined application that is not erased yet wait again. The record of it stays.

    Raises:
        Refusal: NotDeclined, Withdrawn.
        PermissionDenied: `reviewer` may not decide.
    """
    application = lock(profile, reviewer)
    if application.declined_at is None:
        raise NotDeclined
    Decision.objects.filter(profile=application).update(profile=None)
    application.returned_at = timezone.now()
    _wait_again(application)
    audit.note(reviewer, Act.REOPENED, application)
    return application


def letters_of(decision: Decision) -> QuerySet[Letter]:
    """Give the letter that says what was decided, if one was posted."""
    return Letter.objects.filter(kind=decision.verdict, about=str(decision.pk))


def until(decision: Decision) -> datetime:
    """Give the moment from which a decision can no longer be undone."""
    return decision.decided_at + UNDO_WITHIN


@dataclass(frozen=True)
class Undoable:
    """A decision just made, by its key, and until when it can be taken back."""

    key: int
    profile: Profile
    verdict: str
    until: datetime
    letter_waits: bool


def last_of(reviewer: Member) -> Undoable | None:
    """Give what this reviewer decided last, while it can be undone. One query."""
    return undoable(_lately(reviewer).values_list("row", flat=True).first())


def beside(reviewer: Member) -> Subquery:
    """The same as an annotation for any query, without a query of its own; read by `undoable`."""
    return Subquery(_lately(reviewer).values("row")[:1])


def undoable(row: dict[str, object] | None) -> Undoable | None:
    if row is None:
        return None
    return Undoable(
        row["key"], Profile(pk=row["pk"], username=row["username"]), row["verdict"],
        parse_datetime(row["decided_at"]) + UNDO_WITHIN, row["letter_waits"],
    )  # fmt: skip


def can_undo(application: Application) -> bool:
    """Whether the time for it is not over; whether the letter is gone, the verb knows."""
    decision = getattr(application, "decision", None)
    by_somebody = decision and (decision.reviewer_id or decision.reason not in BY_THE_CLOCK)
    return bool(by_somebody) and until(decision) > timezone.now() and not application.left_at


def _lately(reviewer: Member) -> QuerySet[Decision]:
    now = timezone.now()
    letter = Letter.objects.filter(
        kind=OuterRef("verdict"), about=Cast(OuterRef("pk"), TextField())
    )
    mine = Decision.objects.filter(
        reviewer=reviewer, decided_at__gt=now - UNDO_WITHIN, profile__isnull=False
    )
    return mine.exclude(Exists(letter.filter(sent_at__isnull=False))).annotate(
        row=JSONObject(
            key="pk", pk="profile_id", username="profile__username", verdict="verdict",
            decided_at="decided_at",
            letter_waits=Exists(letter.unsent().filter(due_at__gt=now)),
        )
    )  # fmt: skip


def _standing(application: Application, reviewer: Member, shown: int | None) -> Decision:
    decision = Decision.objects.select_related("reviewer").filter(profile=application).first()
    if decision is None:
        raise NothingToUndo(_who_took_it_back(application), reviewer)
    if shown not in (None, decision.pk):
        raise AlreadyDecided(application, decision, reviewer)
    return decision


def _who_took_it_back(application: Application) -> Member | None:
    took_back = AuditEntry.objects.filter(
        kind=audit.thing_of(application).kind, key=str(application.pk),
        act__in=[Act.UNDID, Act.REOPENED],
    )  # fmt: skip
    return Member.objects.filter(pk__in=took_back.values("staff_id")[:1]).first()


def _ask_again(application: Application, decision: Decision) -> datetime | None:
    """Open the question again that the decision closed: its answer may be on its way. When it was
    asked."""
    closed = application.questions.filter(closed_at=decision.decided_at).first()
    if closed is None:
        return None
    closed.closed_at = None
    closed.save(update_fields=["closed_at"])
    return closed.asked_at


def _wait_again(application: Application) -> None:
    if application.left_at:
        raise LeftMeanwhile
    application.approved_at = application.declined_at = None
    application.paused_at = application.paused_until = None  # nobody rests who is not in
    application.save(
        update_fields=[
            "approved_at",
            "declined_at",
            "returned_at",
            "paused_at",
            "paused_until",
            "asked_at",
        ]
    )
    listing.refresh(application)


def _let_out(member: Member) -> None:
    """Shut the door again that the approval opened, unless another approval opens it as well."""
    others = member.profiles.filter(approved_at__isnull=False)
    member.let_in_at = others.aggregate(first=Min("approved_at"))["first"]
    member.save(update_fields=["let_in_at"])
    if member.let_in_at is None and not member.is_staff:
        EmailAddress.objects.filter(user=member).delete()
        end_sessions(member)
