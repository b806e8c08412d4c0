"""How much a member may look at in a day, so that a patient script cannot copy the directory.

Counted by the hour, over the last 24 hours and the begun one before them: within any 24 hours
nobody is shown more different people than PROFILES_A_DAY, also at midnight. Whoever was shown in
that time stays open. Nothing here can say who was looked at: see `mark`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import F, Func, IntegerField, Q, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

from members.models import Looked, Member, Profile

DAY = timedelta(hours=24)
# An hour counts until every minute of it is a day ago.
FREED_AFTER = DAY + timedelta(hours=1)

# Two requests of one member at once must not both count the same past: `members_lately`, a function
# in the database (migration 0012), waits for its turn and reads then. A subquery would read what was
# there when the statement began.
LATELY = "lately as (select * from members_lately(%(member)s, %(since)s))"
LOOK = f"""
with {LATELY},
    seen as (select mark, max(hour) as hour from lately, unnest(marks) as mark group by mark),
    may as (
        select not %(search)s or coalesce(sum(searches), 0) < %(searches_a_day)s as search,
            %(profiles_a_day)s - (select count(*) from seen) as room
        from lately
    ),
    asked as (
        select mark, seen.hour is not null as known,
            count(*) filter (where seen.hour is null) over (order by place) as nth_new
        from unnest(%(marks)s::int[]) with ordinality as one (mark, place)
        left join seen using (mark)
    ),
    shown as (
        select mark, known from asked, may where may.search and (known or nth_new <= room)
    ),
    written as (
        insert into members_looked (member_id, hour, searches, changes, marks)
        select %(member)s, %(hour)s, %(search)s::int, 0, array(select mark from shown)
        from may where may.search and (%(search)s or exists (select from shown))
        on conflict (member_id, hour) do update set
            searches = members_looked.searches + excluded.searches,
            marks = array(select unnest(members_looked.marks) union select unnest(excluded.marks))
    ),
    is_left as (
        select greatest(room - (select count(*) from shown where not known), 0) as room from may
    )
select array(select mark from shown), may.search, is_left.room,
    case when not may.search then (
        select min(hour) from (
            select hour, sum(searches) over (order by hour desc) - searches as later from lately
        ) as one where later < %(searches_a_day)s
    ) when is_left.room = 0 then (
        select hour from (
            select mark, max(hour) as hour
            from (select mark, hour from seen union all select mark, %(hour)s from shown) as every
            group by mark
        ) as last order by hour desc offset %(profiles_a_day)s - 1 limit 1
    ) end,
    set_config('synchronous_commit', coalesce(%(commit)s, current_setting('synchronous_commit')), true)
from may, is_left
"""  # noqa: S608 (our own words)
CHANGE = f"""
with {LATELY},
    written as (
        insert into members_looked (member_id, hour, searches, changes, marks)
        select %(member)s, %(hour)s, 0, 1, '{{}}'
        from lately having coalesce(sum(changes), 0) < %(changes_a_day)s
        on conflict (member_id, hour) do update set changes = members_looked.changes + 1
        returning hour
    )
select exists (select from written), (
    select min(hour) from (
        select hour, sum(changes) over (order by hour desc) - changes as later from lately
    ) as one where later < %(changes_a_day)s
)
"""  # noqa: S608 (our own words)


@dataclass(frozen=True)
class Allowed:
    """What a member may be shown now, of what they asked for."""

    shown: frozenset[int]  # ids of profiles
    held_back: int  # how many of those asked for may not be shown
    may_search: bool
    room: int  # how many people not seen today may still be shown
    free_at: datetime | None  # when there is more; None as long as nothing is used up

    @property
    def reached(self) -> bool:
        """Whether something asked for is not shown."""
        return self.held_back > 0 or not self.may_search


class Enough(Exception):
    """The member has looked at as many people as a day allows."""

    def __init__(self, allowed: Allowed) -> None:
        super().__init__()
        self.allowed = allowed


class TooManyChanges(Exception):
    """The member changed their answers as often as a day allows; `free_at` says until when."""

    def __init__(self, free_at: datetime) -> None:
        super().__init__(free_at)
        self.free_at = free_at


@dataclass(frozen=True)
class Lately:
    """How much one member looked at and changed in the last day."""

    profiles: int
    searches: int
    changes: int

    @property
    def at_a_limit(self) -> bool:
        return (
            self.profiles >= settings.PROFILES_A_DAY
            or self.searches >= settings.SEARCHES_A_DAY
            or self.changes >= settings.CHANGES_A_DAY
        )


def mark(member: Member, profile: int) -> int:
    """Stand for a profile in what is kept of one member's looking: 32 bits, signed.

    Keyed and different for each member: a stolen database tells neither whom somebody looked at
    nor that two looked at the same person.
    """
    digest = salted_hmac("members.looking", f"{member.pk} {profile}", algorithm="sha256").digest()
    return int.from_bytes(digest[:4], "big", signed=True)


def look(member: Member, profiles: Sequence[int], *, search: bool) -> Allowed:
    """Count a search, or the opening of a profile, and say who of `profiles` may be shown.

    They are taken in the order given, as far as there is room. One's own profile is not to be
    among them. A search beyond the limit shows nobody and is not counted. One query.
    """
    marks = {profile: mark(member, profile) for profile in profiles}
    # A crash may forget what was counted in its last second: no page waits for the disk because of
    # that. In a transaction of somebody else's it would hold for all of it.
    commit = None if connection.in_atomic_block else "off"
    limits = {
        "profiles_a_day": settings.PROFILES_A_DAY, "searches_a_day": settings.SEARCHES_A_DAY,
    }  # fmt: skip
    asked = {"marks": list(dict.fromkeys(marks.values())), "search": search, "commit": commit}
    allowed, may_search, room, hour, _commit = _ask(LOOK, member, limits | asked)
    shown = frozenset(profile for profile, its_mark in marks.items() if its_mark in allowed)
    return Allowed(
        shown=shown,
        held_back=len(marks) - len(shown),
        may_search=may_search,
        room=room,
        free_at=None if may_search and room else hour + FREED_AFTER,
    )


def open_one(member: Member, profile: Profile | None) -> None:
    """Count the opening of a page about one person; one's own is free.

    Ask for somebody who is not there too (None): without room nobody learns which names exist.

    Raises Enough.
    """
    if profile is not None and profile.member_id == member.pk:
        return
    allowed = look(member, [profile.pk] if profile else [], search=False)
    if profile is None and not allowed.room:
        allowed = replace(allowed, held_back=1)
    if allowed.reached:
        raise Enough(allowed)


def change(member: Member) -> None:
    """Count a change of a member's own answers.

    Whoever changes them back and forth reads what others keep for those who gave the same answer.
    Call it in the transaction of the change. Raises TooManyChanges.
    """
    counted, hour = _ask(CHANGE, member, {"changes_a_day": settings.CHANGES_A_DAY})
    if not counted:
        raise TooManyChanges(hour + FREED_AFTER)


def lately(member_id: UUID) -> Lately:
    """Count what one member looked at; for the staff."""
    rows = list(Looked.objects.filter(member=member_id, hour__gte=_since()))
    return Lately(
        profiles=len({one for row in rows for one in row.marks}),
        searches=sum(row.searches for row in rows),
        changes=sum(row.changes for row in rows),
    )


def at_a_limit() -> list[UUID]:
    """Find the members who have now used up what a day allows of anything."""
    marks = Func(F("marks"), function="cardinality", output_field=IntegerField())
    counted = Looked.objects.filter(hour__gte=_since()).values("member").annotate(
        # Whoever was shown in two hours counts twice here: `lately` has the last word.
        seen=Sum(marks), searched=Sum("searches"), changed=Sum("changes"),
    )  # fmt: skip
    perhaps = counted.filter(
        Q(seen__gte=settings.PROFILES_A_DAY)
        | Q(searched__gte=settings.SEARCHES_A_DAY)
        | Q(changed__gte=settings.CHANGES_A_DAY)
    )
    return [one for one in perhaps.values_list("member", flat=True) if lately(one).at_a_limit]


def forget() -> None:
    """Erase what counts no more."""
    Looked.objects.filter(hour__lt=_since()).delete()


def _hour() -> datetime:
    return timezone.now().replace(minute=0, second=0, microsecond=0)


def _since() -> datetime:
    return _hour() - DAY


def _ask(statement: str, member: Member, about: dict[str, object]) -> tuple:
    when = {"member": member.pk, "hour": _hour(), "since": _since()}
    with connection.cursor() as cursor:
        cursor.execute(statement, when | about)
        return cursor.fetchone()
