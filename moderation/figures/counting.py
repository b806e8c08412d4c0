"""The figures of the staff, counted by the database: three questions, whatever there is to count."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Count, Min, QuerySet, Value
from django.utils import timezone

from members.communities import COMMUNITIES, Community
from members.models import Member
from moderation.figures.masking import Told, told
from moderation.models import BY_THE_CLOCK, Application, Reason, Report, State
from moderation.reminders.waiting import SINCE

WEEKS = 26
A_WEEK = timedelta(days=7)

# Weeks begin on Monday, in UTC. What the clock closed tells nothing of how quick the reviewers are.
DECIDED = """
with decided as (
    select date_trunc('week', decided_at at time zone 'UTC')::date as week, verdict, reason,
        case when reason <> all(%(by_the_clock)s) then extract(epoch from waited) end as waited
    from moderation_decision where decided_at >= %(since)s)
select week, reason,
    count(*) filter (where verdict = 'approved'), count(*) filter (where verdict = 'declined'),
    percentile_cont(0.5) within group (order by waited),
    percentile_cont(0.9) within group (order by waited)
from decided group by grouping sets ((week), (reason))
"""
# Counted in the narrow rows of the search: a million of them in the blink of an eye.
MEMBERS = """
select community, coalesce(name, ''), people from (
    select community, country, count(*) as people from members_listing group by community, country
) counted left join places_country on code = country
"""


@dataclass(frozen=True)
class Now:
    """What stands open in one community."""

    community: Community
    waiting: int = 0
    oldest: datetime | None = None  # since when the longest waiting waits
    asked: int = 0
    unconfirmed: int = 0


@dataclass(frozen=True)
class Week:
    """What was decided in the week that begins on a Monday; how long it was waited for, in seconds:
    half of the decisions came within `half`, nine of ten within `most`; None where none tells."""

    monday: date
    approved: int = 0
    declined: int = 0
    half: float | None = None
    most: float | None = None

    @property
    def number(self) -> int:
        return self.approved + self.declined


@dataclass(frozen=True)
class Figures:
    now: list[Now]
    reports: int
    oldest_report: datetime | None
    weeks: list[Week]
    approved: int
    reasons: list[tuple[Reason, int]]  # why others were declined, the most frequent first
    members: list[tuple[Community, Told]]

    @property
    def declined(self) -> int:
        return sum(number for _reason, number in self.reasons)


def figures(staff: Member) -> Figures:
    """As this one of the staff may read them: without a report about themselves."""
    open_now = _open_now(Report.objects.open().readable_by(staff))
    reports, oldest_report = open_now.pop("reports", {}).get("", (0, None))
    weeks, reasons = _decided()
    return Figures(
        now=[_now(community, open_now) for community in COMMUNITIES.values()],
        reports=reports, oldest_report=oldest_report, weeks=weeks,
        approved=sum(week.approved for week in weeks), reasons=reasons, members=_members(),
    )  # fmt: skip


Counted = dict[str, dict[str, tuple[int, datetime]]]  # what -> community -> (how many, since when)


def _open_now(reports: QuerySet[Report]) -> Counted:
    """Applications by state, and reports under "reports" without a community: one question."""
    states = {
        State.WAITING: SINCE,
        State.ASKED: "asked_at",
        State.UNCONFIRMED: "applied_at",
    }
    first, *others = [
        Application.objects.in_state(state).order_by().annotate(what=Value(state.value))
        .values_list("what", "community").annotate(number=Count("pk"), since=Min(since))
        for state, since in states.items()
    ]  # fmt: skip
    reports = reports.order_by().annotate(what=Value("reports"), none=Value(""))
    reports = reports.values_list("what", "none").annotate(
        number=Count("pk"), since=Min("received_at")
    )
    counted: Counted = defaultdict(dict)
    for what, community, number, since in first.union(*others, reports, all=True):
        counted[what][community] = (number, since)
    return counted


def _now(community: Community, counted: Counted) -> Now:
    waiting, oldest = counted[State.WAITING].get(community.slug, (0, None))
    asked, unconfirmed = (
        counted[state].get(community.slug, (0,))[0] for state in (State.ASKED, State.UNCONFIRMED)
    )
    return Now(community, waiting, oldest, asked, unconfirmed)


def _decided() -> tuple[list[Week], list[tuple[Reason, int]]]:
    """The last WEEKS weeks, the oldest first, those without a decision too; and the reasons."""
    mondays = list(_mondays())
    weeks, reasons = {}, {}
    with connection.cursor() as cursor:
        cursor.execute(
            DECIDED, {"since": mondays[0], "by_the_clock": [r.value for r in BY_THE_CLOCK]}
        )
        for monday, reason, approved, declined, half, most in cursor.fetchall():
            if monday:
                weeks[monday] = Week(monday, approved, declined, half, most)
            elif reason:
                reasons[Reason(reason)] = declined
    frequent = sorted(reasons.items(), key=lambda row: (-row[1], row[0]))
    return [weeks.get(monday, Week(monday)) for monday in mondays], frequent


def _mondays() -> Iterator[date]:
    today = timezone.now().date()  # in UTC, as the database counts
    this = today - timedelta(days=today.weekday())
    for ago in reversed(range(WEEKS)):
        yield this - ago * A_WEEK


def _members() -> list[tuple[Community, Told]]:
    """Who can be found now; who rests is not counted."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS)
        for community, country, people in cursor.fetchall():
            found[community][country] = found[community].get(country, 0) + people
    return [(community, told(found[slug])) for slug, community in COMMUNITIES.items()]
