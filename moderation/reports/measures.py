"""What the staff do about a member: note, warn, suspend, end, reinstate; and dismiss a report.

Each verb is one transaction: it locks the member and the report, looks again, and writes the
record, the effect, the letter and the entry of the log together. Two at once give one effect.
Every way of closing a report sends its reporter the same letter: nobody learns what was done.
"""

from collections.abc import Callable
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from members.erasing import erase
from members.models import Member
from members.outbox import letters
from moderation import audit
from moderation.marks import mark_of
from moderation.models import Act, Measure, Report
from moderation.reports import suspension
from moderation.rights import can_act_on, can_act_on_reports
from moderation.taking import colleague

ERASED_AFTER_ENDING = timedelta(days=30)
Step = Measure.Step
ACTS = {
    Step.NOTE: Act.NOTED, Step.WARN: Act.WARNED, Step.SUSPEND: Act.SUSPENDED, Step.END: Act.ENDED,
    Step.REINSTATE: Act.REINSTATED, Step.DISMISS: Act.DISMISSED,
}  # fmt: skip


class Refusal(Exception):
    """A measure that cannot be taken; its text is a sentence for the staff."""


class ClosedAlready(Refusal):
    def __init__(self, report: Report, viewer: Member) -> None:
        super().__init__(_closed_already(report, viewer))


class IsOutAlready(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This member is shut out already. Nothing was done."))


class IsIn(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This member is not shut out. Nothing was done."))


class PersonIsGone(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This member has left and is erased. Nothing was done."))


class NoWords(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Please write a few words. Nothing was done."))


@transaction.atomic
def note(report: Report, staff: Member, words: str) -> Measure:
    """Write something down for the others of the staff; the report stays open.

    Raises Refusal, or PermissionDenied where `staff` may not act on reports.
    """
    report = _take_report(report, staff)
    return _record(Step.NOTE, staff, _some(words), report=report)


@transaction.atomic
def dismiss(report: Report, staff: Member) -> Measure:
    """Close a report without doing anything about anybody.

    Raises Refusal, or PermissionDenied where `staff` may not act on reports.
    """
    report = _take_open(report, staff)
    _close(report)
    return _record(Step.DISMISS, staff, report=report)


@transaction.atomic
def warn(
    member: Member, staff: Member, words: str, *, concern: str = "", report: Report | None = None
) -> Measure:
    """Warn by a letter, which is also read before anything else at the next sign-in.

    Raises Refusal, or PermissionDenied where `staff` may not act on `member`.
    """
    member, report = _take(member, staff, report)
    if member.suspended_at:
        raise IsOutAlready
    member.warned_at = member.warned_at or timezone.now()
    member.save(update_fields=["warned_at"])
    return _done(Step.WARN, "warned", member, staff, words, concern, report)


@transaction.atomic
def suspend(
    member: Member, staff: Member, words: str, *, concern: str = "", report: Report | None = None
) -> Measure:
    """Sign somebody out everywhere and hide them, until they are reinstated; told by a letter.

    Raises Refusal, or PermissionDenied where `staff` may not act on `member`.
    """
    member, report = _take(member, staff, report)
    if member.suspended_at:
        raise IsOutAlready
    suspension.shut_out(member)
    return _done(Step.SUSPEND, "suspended", member, staff, words, concern, report)


@transaction.atomic
def end(
    member: Member, staff: Member, words: str, *, concern: str = "", report: Report | None = None
) -> Measure:
    """End a membership: suspended at once, erased after ERASED_AFTER_ENDING unless reinstated.

    Raises Refusal, or PermissionDenied where `staff` may not act on `member`.
    """
    member, report = _take(member, staff, report)
    if has_ended(member):
        raise IsOutAlready
    if not member.suspended_at:
        suspension.shut_out(member)
    mark = mark_of(member.email)
    return _done(Step.END, "ended", member, staff, words, concern, report, address_mark=mark)


@transaction.atomic
def reinstate(
    member: Member, staff: Member, words: str, *, report: Report | None = None
) -> Measure:
    """Let somebody back in who was suspended or whose membership ended; what they said is answered.

    The report it all began with stays as it is.

    Raises Refusal, or PermissionDenied where `staff` may not act on `member`.
    """
    member = _take_member(member, staff)
    if not member.suspended_at:
        raise IsIn
    suspension.let_back_in(member)
    Measure.objects.filter(member=member).appealed().update(
        appeal_closed_at=timezone.now(), appeal_closed_by=staff
    )
    measure = _record(Step.REINSTATE, staff, _some(words), member=member, report=report)
    letters.post("reinstated", measure.pk)
    return measure


@transaction.atomic
def acknowledge(member: Member) -> None:
    """The member has read what they were warned of."""
    member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    unread(member).update(acknowledged_at=timezone.now())
    member.warned_at = None
    member.save(update_fields=["warned_at"])


def unread(member: Member) -> QuerySet[Measure]:
    """The warnings a member has not said to have read, the oldest first."""
    waiting = Measure.objects.filter(member=member, step=Step.WARN, acknowledged_at=None)
    return waiting.order_by("taken_at", "pk")


def has_ended(member: Member) -> bool:
    """Whether the membership was ended, and nobody let them in since."""
    return ended().filter(member=member).exists()


def ended() -> QuerySet[Measure]:
    """What ended a membership and was not taken back."""
    later = Measure.objects.filter(
        person_id=OuterRef("person_id"), step=Step.REINSTATE, pk__gt=OuterRef("pk")
    )
    return Measure.objects.filter(~Exists(later), step=Step.END)


def erase_ended() -> None:
    """Erase whose membership ended ERASED_AFTER_ENDING ago, unless they answered and nobody read it."""
    due = ended().filter(member__isnull=False, taken_at__lte=timezone.now() - ERASED_AFTER_ENDING)
    for key in due.values_list("pk", flat=True):
        _erase_ended(key)


@transaction.atomic
def _erase_ended(key: int) -> None:
    measure = Measure.objects.get(pk=key)
    member = Member.objects.select_for_update().filter(pk=measure.member_id).first()
    if member is None or not member.suspended_at or not has_ended(member):
        return
    if Measure.objects.filter(member=member).appealed().exists():
        return
    erase(member)


def _take_member(member: Member, staff: Member) -> Member:
    """Lock the member until the transaction ends, if `staff` may act on them."""
    locked = Member.objects.select_for_update(no_key=True).filter(pk=member.pk).first()
    if locked is None:
        raise PersonIsGone
    if not can_act_on(staff, locked):
        raise PermissionDenied
    return locked


def _take(member: Member, staff: Member, report: Report | None) -> tuple[Member, Report | None]:
    """Lock the member, then the report: in this order everywhere."""
    member = _take_member(member, staff)
    return member, _take_open(report, staff) if report else None


def _take_open(report: Report, staff: Member) -> Report:
    locked = _take_report(report, staff)
    if locked.closed_at:
        raise ClosedAlready(locked, staff)
    return locked


def _take_report(report: Report, staff: Member) -> Report:
    """Lock the report, if `staff` may act on it: nobody acts on what was said about themselves."""
    locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if not can_act_on_reports(staff) or locked.person_id == staff.pk:
        raise PermissionDenied
    return locked


def _done(
    step: Step, letter: str, member: Member, staff: Member, words: str, concern: str,
    report: Report | None, **details: str,
) -> Measure:  # fmt: skip
    """The record of what was done, its letter, and the end of the report."""
    measure = _record(
        step, staff, _some(words), member=member, report=report, concern=concern, **details
    )
    letters.post(letter, measure.pk)
    if report:
        _close(report)
    return measure


def _record(
    step: Step,
    staff: Member,
    words: str = "",
    *,
    member: Member | None = None,
    report: Report | None = None,
    concern: str = "",
    **details: str,
) -> Measure:
    person = member.pk if member else report.person_id
    known = member or Member.objects.filter(pk=person).first()
    measure = Measure.objects.create(
        step=step, staff=staff, words=words, member=known, person_id=person, report=report,
        concern=concern or (report.concern if report else ""), **details,
    )  # fmt: skip
    audit.note(staff, ACTS[step], report or measure)
    return measure


def _close(report: Report) -> None:
    report.closed_at = timezone.now()
    report.save(update_fields=["closed_at"])
    letters.post("report_closed", report.pk)


def _some(words: str) -> str:
    if not words.strip():
        raise NoWords
    return words.strip()


CLOSED_BY_YOU: dict[str, Callable[[], str]] = {
    Step.WARN: lambda: _("You have warned this member already."),
    Step.SUSPEND: lambda: _("You have suspended this member already."),
    Step.END: lambda: _("You have ended this membership already."),
    Step.DISMISS: lambda: _("You have dismissed this report already."),
}
CLOSED_BY: dict[str, Callable[[], str]] = {
    Step.WARN: lambda: _("%(name)s has warned this member in the meantime."),
    Step.SUSPEND: lambda: _("%(name)s has suspended this member in the meantime."),
    Step.END: lambda: _("%(name)s has ended this membership in the meantime."),
    Step.DISMISS: lambda: _("%(name)s has dismissed this report in the meantime."),
}


def _closed_already(report: Report, viewer: Member) -> str:
    closed = report.measures.filter(step__in=CLOSED_BY).select_related("staff").first()
    if closed is None:
        done = _("This report is closed already.")
    elif closed.staff == viewer:
        done = CLOSED_BY_YOU[closed.step]()
    else:
        done = CLOSED_BY[closed.step]() % {"name": colleague(closed.staff)}
    return f"{done} {_('Nothing was changed.')}"
