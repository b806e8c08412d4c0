"""What waits for the staff and since when; who is told of it, and when."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, Greatest
from django.utils import timezone

from members.models import Member
from members.outbox import letters
from members.outbox.models import Letter
from moderation.models import Application, ApplicationQuerySet, Measure, Report, State
from moderation.rights import can_decide, can_read_reports

A_DAY, TWO_DAYS = timedelta(hours=24), timedelta(hours=48)
REMINDED_EVERY = timedelta(hours=24)
SINCE = Greatest("confirmed_at", "returned_at")  # as Profile.waits_since
REMINDER, DELAY = "something_waits", "application_takes_longer"


@dataclass(frozen=True)
class Waiting:
    """How many have waited for more than a day, and how many of these for more than two."""

    applications: int
    applications_long: int
    reports: int
    reports_long: int
    appeals: int = 0  # answers to what the staff did about somebody
    appeals_long: int = 0

    @property
    def is_long(self) -> bool:
        return bool(self.applications_long or self.reports_long or self.appeals_long)

    def __bool__(self) -> bool:
        return bool(self.applications or self.reports or self.appeals)


def for_us() -> ApplicationQuerySet:
    """Applications that wait for a reviewer and not for their applicant, with `since`: when their
    address was confirmed, or when they came back to us, by an answer or by being opened again."""
    asked_for_name = Letter.objects.filter(
        kind="choose_another_name", about=Cast(OuterRef("pk"), CharField())
    )
    ours = Application.objects.in_state(State.WAITING).with_name_taken()
    return ours.exclude(Q(name_is_taken=True) & Exists(asked_for_name)).annotate(since=SINCE)


def too_long(staff: Member) -> Waiting:
    """Count what waits for more than a day and may be read by this one of the staff: a number must
    not tell somebody that they are reported."""
    reports = Report.objects.open().readable_by(staff)
    appeals = Measure.objects.appealed().readable_by(staff)
    if not can_read_reports(staff):
        reports, appeals = reports.none(), appeals.none()
    return Waiting(
        *_counted(for_us(), "since"),
        *_counted(reports, "received_at"),
        *_counted(appeals, "appealed_at"),
    )


def _counted(rows: QuerySet, since: str) -> tuple[int, int]:
    now = timezone.now()
    counted = rows.aggregate(
        a_day=Count("pk", filter=Q(**{f"{since}__lte": now - A_DAY})),
        two_days=Count("pk", filter=Q(**{f"{since}__lte": now - TWO_DAYS})),
    )
    return counted["a_day"], counted["two_days"]


# --- the staff -------------------------------------------------------------------------------------


def remind() -> None:
    """While something waits for more than a day, one letter a day to everybody who may decide."""
    for member in Member.objects.filter(is_staff=True, reminders_stopped_at=None).order_by("pk"):
        if can_be_reminded(member) and too_long(member):
            _remind(member)


def can_be_reminded(member: Member) -> bool:
    """Whether these letters are for this person at all, and they did not stop them."""
    return member.reminders_stopped_at is None and can_decide(member)


@transaction.atomic
def _remind(member: Member) -> None:
    Member.objects.select_for_update().get(pk=member.pk)  # two at once post one letter
    lately = Q(posted_at__gt=timezone.now() - REMINDED_EVERY)
    unsent = Q(sent_at=None, failed_at=None, dropped_at=None)
    if not Letter.objects.filter(lately | unsent, kind=REMINDER, about=str(member.pk)).exists():
        letters.post(REMINDER, member.pk)


def stop_reminders(member: Member) -> None:
    """Twice is once: the first date stays."""
    running = Member.objects.filter(pk=member.pk, reminders_stopped_at=None)
    running.update(reminders_stopped_at=timezone.now())


def start_reminders(member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(reminders_stopped_at=None)


# --- the applicants --------------------------------------------------------------------------------


def tell_of_delay() -> None:
    """Once to everybody who has waited for us longer than the day or two we said.

    Rows of letters are forgotten after 90 days: who should wait that long hears of us again.
    """
    told = Letter.objects.filter(kind=DELAY, about=Cast(OuterRef("pk"), CharField()))
    for key in for_long().exclude(Exists(told)).values_list("pk", flat=True):
        _tell_of_delay(key)


def for_long() -> ApplicationQuerySet:
    return for_us().filter(since__lte=timezone.now() - TWO_DAYS)


@transaction.atomic
def _tell_of_delay(key: int) -> None:
    """Locked, so that two at once tell once, and a decision is either seen or comes later."""
    row = Application.objects.select_for_update(of=("self",)).filter(pk=key).first()
    told = Letter.objects.filter(kind=DELAY, about=str(key)).exists()
    if row and row.state == State.WAITING and not told:
        letters.post(DELAY, key)
