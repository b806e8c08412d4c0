"""What happened to one application: what was asked and answered, what the staff noted and did.

All of it comes along with the application (`beside`), so that its page asks nothing more.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef, Subquery
from django.db.models.functions import Cast, JSONObject
from django.utils.dateparse import parse_datetime

from members.models import Member
from moderation.models import Act, Application, AuditEntry, Kind, Note, Question
from moderation.taking import called


@dataclass(frozen=True)
class Asked:
    """A question or an offer, and what the applicant made of it."""

    is_offer: bool
    words: str
    at: datetime
    by: str
    reminded_at: datetime | None
    answer: str
    answered_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True)
class Noted:
    words: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Done:
    what: str
    at: datetime
    by: str


def beside() -> dict[str, ArraySubquery]:
    """Annotations for the query of an application."""
    asked = Question.objects.filter(application=OuterRef("pk"))
    noted = Note.objects.filter(application=OuterRef("pk"))
    done = AuditEntry.objects.filter(
        kind=Kind.APPLICATION, key=Cast(OuterRef("pk"), CharField())
    ).exclude(act=Act.LOOKED)
    staff = Member.objects.filter(pk=OuterRef("staff_id")).values("email")
    return {
        "asked_rows": _rows(
            asked, "kind", "words", "asked_at", "reminded_at", "answer", "answered_at", "closed_at",
            by="reviewer__email",
        ),
        "noted_rows": _rows(noted, "words", "written_at", by="author__email"),
        "done_rows": _rows(done.order_by("at", "pk"), "act", "at", "staff_id", by=Subquery(staff)),
    }  # fmt: skip


def asked(application: Application) -> list[Asked]:
    return [
        Asked(
            is_offer=row["kind"] == Question.Kind.OFFER,
            words=row["words"],
            at=_when(row["asked_at"]),
            by=called(row["by"]),
            reminded_at=_when(row["reminded_at"]),
            answer=row["answer"],
            answered_at=_when(row["answered_at"]),
            closed_at=_when(row["closed_at"]),
        )
        for row in application.asked_rows
    ]


def noted(application: Application) -> list[Noted]:
    return [
        Noted(row["words"], _when(row["written_at"]), called(row["by"]))
        for row in application.noted_rows
    ]


def done(application: Application) -> list[Done]:
    """What was done, the earliest first, by whom; looks are left to the audit log."""
    return [
        Done(Act(row["act"]).label, _when(row["at"]), _who(row)) for row in application.done_rows
    ]


def _who(row: dict[str, str]) -> str:
    """Nobody is named who is not of us any more; empty for the applicant and the clock."""
    return called(row["by"]) if row["staff_id"] else ""


def _rows(rows: object, *columns: str, **others: object) -> ArraySubquery:
    return ArraySubquery(
        rows.values(row=JSONObject(**{column: column for column in columns}, **others))
    )


def _when(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None
