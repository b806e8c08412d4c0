"""Taking a decision back: within minutes as if it had never been, later by opening the case again."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from members import listing
from members.erasing import end_sessions
from members.models import Member, Profile
from members.outbox.models import Letter
from moderation import audit
from moderation.decisions import UNDO_WITHIN
from moderation.models import Act, Application, Decision
from moderation.taking import Refusal, lock


class TooLate(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("The letter has gone out, or ten minutes are over. The decision stands.")
        )


class NothingToUndo(Refusal):
    def __init__(self) -> None:
        super().__init__(_("There is no decision here any more. Nothing was changed."))


class NotDeclined(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This application is not declined. Nothing was changed."))


class LeftMeanwhile(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This member has left meanwhile. Nothing was changed."))


@transaction.atomic
def undo(profile: Profile, reviewer: Member) -> Application:
    """Take the decision back: the application waits as before, its letter is never sent.

    Within UNDO_WITHIN, and as long as the letter has not gone out. The record is gone with it; the
    audit log keeps both. Raises:
        Refusal: LeftMeanwhile, NothingToUndo, TooLate, Withdrawn.
        PermissionDenied: `reviewer` may not decide.
    """
    application = lock(profile, reviewer)
    decision = _standing(application)
    # The worker holds the letter's row while it sends: this waits for it, and then knows.
    letter = letters_of(decision).select_for_update().first()
    if until(decision) <= timezone.now() or (letter and letter.sent_at):
        raise TooLate
    letters_of(decision).unsent().update(dropped_at=timezone.now(), last_code="undone")
    decision.delete()
    _wait_again(application)
    audit.note(reviewer, Act.UNDID, application)
    return application


@transaction.atomic
def send_now(profile: Profile, reviewer: Member) -> None:
    """Send the letter of a decision without waiting until nobody can undo it.

    Raises:
        Refusal: NothingToUndo, Withdrawn.
        PermissionDenied: `reviewer` may not decide.
    """
    application = lock(profile, reviewer)
    waiting = letters_of(_standing(application)).unsent().filter(due_at__gt=timezone.now())
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
    """A decision just made, and until when it can be taken back."""

    profile: Profile
    verdict: str
    until: datetime
    letter_waits: bool


def last_of(reviewer: Member) -> Undoable | None:
    """Give what this reviewer decided last, while it can be undone. One query."""
    lately = timezone.now() - UNDO_WITHIN
    letter = Letter.objects.filter(
        kind=OuterRef("verdict"), about=Cast(OuterRef("pk"), TextField())
    )
    mine = Decision.objects.filter(reviewer=reviewer, decided_at__gt=lately, profile__isnull=False)
    unsent = mine.exclude(Exists(letter.filter(sent_at__isnull=False)))
    waits = Exists(letter.unsent().filter(due_at__gt=timezone.now()))
    last = unsent.annotate(letter_waits=waits).select_related("profile").first()
    if last is None:
        return None
    return Undoable(last.profile, last.verdict, until(last), last.letter_waits)


def _standing(application: Application) -> Decision:
    decision = Decision.objects.filter(profile=application).first()
    if decision is None:
        raise NothingToUndo
    return decision


def _wait_again(application: Application) -> None:
    if application.left_at:
        raise LeftMeanwhile
    application.approved_at = application.declined_at = None
    application.paused_at = application.paused_until = None  # nobody rests who is not in
    application.save(update_fields=["approved_at", "declined_at", "paused_at", "paused_until"])
    listing.refresh(application)
    _let_out(application.member)


def _let_out(member: Member) -> None:
    """Shut the door again that the approval opened, where nothing else keeps it open."""
    if member.is_staff or member.profiles.filter(approved_at__isnull=False).exists():
        return
    member.let_in_at = None
    member.save(update_fields=["let_in_at"])
    EmailAddress.objects.filter(user=member).delete()
    end_sessions(member)
