"""What the staff know of a person from before: by their key, which outlives the profile."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Min, Q

from members.models import Member
from moderation.models import Concern, Measure, Report

Step = Measure.Step
SHOWN = 50
STANDING = (Step.SUSPEND, Step.END, Step.REINSTATE)


@dataclass(frozen=True)
class Record:
    """Other reports and all measures, the latest first."""

    reports: list[Report]
    measures: list[Measure]

    @property
    def has_ended(self) -> bool:
        """As measures.has_ended, without another question to the database."""
        last = next((m.step for m in self.measures if m.step in STANDING), None)
        return last == Step.END


def of_report(report: Report) -> Record:
    """The record of the person a report is about, with what was done about the report itself."""
    person = Q(person_id=report.person_id) if report.person_id else Q(pk=None)
    others = Report.objects.filter(person).exclude(pk=report.pk).order_by("-received_at")
    return Record(list(others[:SHOWN]), _measures(person | Q(report=report)))


def of_person(person_id: UUID | None) -> Record:
    if person_id is None:
        return Record([], [])
    person = Q(person_id=person_id)
    return Record(
        list(Report.objects.filter(person).order_by("-received_at")[:SHOWN]), _measures(person)
    )


def waiting_for(staff: Member) -> dict[str, object]:
    """How many reports wait, of them those of somebody worried, and answers; since when the oldest."""
    reports = Report.objects.open().readable_by(staff)
    waiting = reports.aggregate(
        number=Count("pk"),
        oldest=Min("received_at"),
        worried=Count("pk", filter=Q(concern=Concern.WORRIED)),
    )
    return waiting | {"answers": Measure.objects.appealed().readable_by(staff).count()}


def steps_for(member: Member | None, record: Record) -> list[Step]:
    """What can be done about somebody as they stand now."""
    if member is None:
        return []
    if not member.suspended_at:
        return [Step.WARN, Step.SUSPEND, Step.END]
    return [Step.REINSTATE] if record.has_ended else [Step.REINSTATE, Step.END]


def _measures(about: Q) -> list[Measure]:
    return list(Measure.objects.filter(about).select_related("staff")[:SHOWN])
