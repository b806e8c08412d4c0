"""Reading the audit log. It grows for ever, so nothing here counts it or pages by number: each page
begins where the last one ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from uuid import UUID

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from members.models import Member, Profile
from moderation.models import AuditEntry, Kind, Report, StaffMessage
from moderation.taking import colleague

PAGE = 50  # entries
SHORT = 8  # characters of a member's key, as Member.__str__ has it

# Which rows an entry may point at, and their page where they have one.
ROWS = {
    Kind.APPLICATION: (Profile, "admin:moderation_application_change"),
    Kind.PROFILE: (Profile, "admin:moderation_application_change"),
    Kind.REPORT: (Report, "admin:moderation_report_change"),
    Kind.STAFF_MESSAGE: (StaffMessage, "admin:moderation_staffmessage_change"),
}


@dataclass(frozen=True)
class Place:
    """Where in the log a page ended: the next begins with what is older."""

    at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()},{self.pk}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        when, _comma, pk = text.partition(",")
        try:
            at = parse_datetime(when)
        except ValueError:
            return None
        if at is None or timezone.is_naive(at) or not pk.isascii() or not pk.isdigit():
            return None
        return cls(at, int(pk)) if len(pk) < SHORT * 2 else None


@dataclass(frozen=True)
class Line:
    """One entry in words."""

    entry: AuditEntry
    who: str
    thing: str
    thing_url: str
    person_url: str  # of the member it is about, while there is one

    @property
    def person(self) -> str:
        return str(self.entry.person_id)[:SHORT] if self.entry.person_id else ""


@dataclass(frozen=True)
class Page:
    lines: list[Line]
    older: Place | None  # where the next page begins; None at the end
    staff: list[tuple[UUID, str]]  # those of today, for choosing one of them


def read(entries: "QuerySet[AuditEntry]", before: Place | None = None) -> Page:
    """The newest PAGE of these entries, or the newest of those before a place: three questions."""
    if before:
        # Said twice, as the first half alone is what an index finds.
        entries = entries.filter(at__lte=before.at).exclude(at=before.at, pk__gte=before.pk)
    found = list(entries.order_by("-at", "-pk")[: PAGE + 1])
    shown = found[:PAGE]
    members = _members(shown)
    there = _there(shown)
    names = {pk: colleague(member) for pk, member in members.items()}
    return Page(
        lines=[_line(entry, members, names, there) for entry in shown],
        older=Place(shown[-1].at, shown[-1].pk) if len(found) > PAGE else None,
        staff=sorted(
            ((pk, names[pk]) for pk, member in members.items() if member.is_staff),
            key=lambda one: one[1],
        ),
    )


def for_reader(reader: Member) -> "QuerySet[AuditEntry]":
    """Give the entries somebody of the staff may read: that others look into a report about them
    they do not learn."""
    return AuditEntry.objects.exclude(kind=Kind.REPORT, person_id=reader.pk)


def narrow(
    entries: "QuerySet[AuditEntry]",
    *,
    who: UUID | None = None,
    act: str = "",
    kind: str = "",
    community: str = "",
    person: UUID | None = None,
    key: str = "",
    since: date | None = None,
    until: date | None = None,
) -> "QuerySet[AuditEntry]":
    """Entries of which all this is true; whatever is empty is not asked. Days are days of the site's
    time zone, both ends included."""
    asked = {
        "staff_id": who, "act": act, "kind": kind, "community": community, "person_id": person,
        "key": key, "at__gte": _midnight(since), "at__lt": _midnight(until, days=1),
    }  # fmt: skip
    return entries.filter(**{name: value for name, value in asked.items() if value})


def _midnight(day: date | None, days: int = 0) -> datetime | None:
    return timezone.make_aware(datetime.combine(day + timedelta(days), time())) if day else None


def _members(entries: Iterable[AuditEntry]) -> dict[UUID, Member]:
    """Everybody these entries name who is still there, and the staff of today."""
    named = {key for entry in entries for key in (entry.staff_id, entry.person_id) if key}
    rows = Member.objects.filter(Q(is_staff=True) | Q(pk__in=named)).only("email", "is_staff")
    return {member.pk: member for member in rows}


def _there(entries: Iterable[AuditEntry]) -> set[tuple[str, str]]:
    """(model, key) of what these entries point at and is still there."""
    keys: dict[type, set[int]] = {}
    for entry in entries:
        if entry.kind in ROWS and entry.key.isdigit():
            keys.setdefault(ROWS[entry.kind][0], set()).add(int(entry.key))
    asked = [
        model.objects.filter(pk__in=wanted)
        .order_by()
        .values_list(Value(model.__name__), Cast(F("pk"), CharField()))
        for model, wanted in keys.items()
    ]
    return set(asked[0].union(*asked[1:], all=True)) if asked else set()


def _line(
    entry: AuditEntry,
    members: dict[UUID, Member],
    names: dict[UUID, str],
    there: set[tuple[str, str]],
) -> Line:
    if entry.staff_id is None:
        who = _("nobody of the staff")
    else:
        who = names.get(entry.staff_id) or colleague(None)
    person = entry.person_id if entry.person_id in members else None
    return Line(
        entry=entry,
        who=who,
        thing=_thing(entry),
        thing_url=_thing_url(entry, person, there),
        person_url=_of_member(person) if person else "",
    )


def _thing(entry: AuditEntry) -> str:
    key = entry.key[:SHORT] if entry.kind in (Kind.MEMBER, Kind.MESSAGE) else entry.key
    return f"{entry.get_kind_display()} {key}".strip()


def _thing_url(entry: AuditEntry, person: UUID | None, there: set[tuple[str, str]]) -> str:
    if entry.kind == Kind.MEMBER and person:
        return _of_member(person)
    if entry.kind == Kind.WORD:  # words retire, they are never deleted
        model, _space, pk = entry.key.partition(" ")
        return reverse(f"admin:members_{model}_change", args=[pk])
    if entry.kind == Kind.LETTER:
        return reverse("admin:moderation_lettertext_change", args=[entry.key])
    if entry.kind == Kind.OUTGOING:
        return f"{reverse('admin:moderation_outgoingletter_changelist')}?number={entry.key}"
    model, page = ROWS.get(entry.kind, (None, ""))
    if model and (model.__name__, entry.key) in there:
        return reverse(page, args=[entry.key])
    return ""


def _of_member(key: UUID) -> str:
    return reverse("admin:members_member_change", args=[key])
