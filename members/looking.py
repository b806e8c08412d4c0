"""How much a member may look at in a day, so that a patient script cannot copy the directory.

Counted by the hour, over the last 24 hours and the begun one before them: within any 24 hours
nobody is shown more different people than PROFILES_A_DAY, also at midnight. Whoever was shown in
that time stays open. Nothing here can say who was looked at: see `marks`.
"""

from collections.abc import Iterable, Sequence
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
LOOKED = 5  # columns of LOOK

# Two requests of one member at once must not both count the same past: these functions in the
# database (migrations 0017 and 0020) wait for their turn and read then.
LOOK = """
select shown, may_search, room, freed,
    set_config('synchronous_commit', coalesce(%s, current_setting('synchronous_commit')), true)
from members_look(%s, %s, %s, %s, %s::int[], %s, %s)
"""
LOOK_AND_READ = """
with looked as materialized ({look}) select * from looked left join ({rows}) as read on true
"""
CHANGE = "select counted, freed from members_change(%s, %s, %s, %s)"


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


def marks(member: Member, profiles: Iterable[int]) -> dict[int, int]:
    """Stand for profiles in what is kept of one member's looking: 32 bits each, signed.

    Keyed and different for each member: a stolen database tells neither whom somebody looked at
    nor that two looked at the same person.
    """
    begun = salted_hmac("members.looking", f"{member.pk} ", algorithm="sha256")

    def of(profile: int) -> int:
        hashed = begun.copy()
        hashed.update(str(profile).encode())
        return int.from_bytes(hashed.digest()[:4], "big", signed=True)

    return {profile: of(profile) for profile in profiles}


def look(member: Member, profiles: Sequence[int], *, search: bool) -> Allowed:
    """Count a search, or the opening of a profile, and say who of `profiles` may be shown.

    They are taken in the order given, as far as there is room. One's own profile is not to be
    among them. A search beyond the limit shows nobody and is not counted. One query.
    """
    asked = marks(member, profiles)
    return _allowed(asked, *_ask(LOOK, _about(member, asked, search=search))[0])


def look_and_read(
    member: Member, profiles: Sequence[int], rows: tuple[str, Sequence[object]]
) -> tuple[Allowed, list[tuple]]:
    """Count a search, and read about those who may be shown: `look` and `rows` in one query.

    Args:
        rows: a statement with its values. Its first column is the id of a profile.
    """
    if not profiles:  # planned anew each time, as nothing costs less than nobody
        return look(member, [], search=True), []
    asked, (words, values) = marks(member, profiles), rows
    about = [*_about(member, asked, search=True), *values]
    found = _ask(LOOK_AND_READ.format(look=LOOK, rows=words), about)
    allowed = _allowed(asked, *found[0][:LOOKED])
    read = [row[LOOKED:] for row in found]
    return allowed, [row for row in read if row[0] in allowed.shown]


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
    about = [member.pk, _hour(), _since(), settings.CHANGES_A_DAY]
    counted, hour = _ask(CHANGE, about)[0]
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


def _about(member: Member, asked: dict[int, int], *, search: bool) -> list[object]:
    """The values of LOOK."""
    # A crash may forget what was counted in its last second: no page waits for the disk because of
    # that. In a transaction of somebody else's it would hold for all of it.
    commit = None if connection.in_atomic_block else "off"
    different = list(dict.fromkeys(asked.values()))
    limits = settings.SEARCHES_A_DAY, settings.PROFILES_A_DAY
    return [commit, member.pk, _hour(), _since(), search, different, *limits]


def _allowed(
    asked: dict[int, int], allowed: list[int], may_search: bool, room: int,
    hour: datetime | None, _commit: str,
) -> Allowed:  # fmt: skip
    """Read what LOOK gives."""
    shown = frozenset(profile for profile, its_mark in asked.items() if its_mark in allowed)
    return Allowed(
        shown=shown,
        held_back=len(asked) - len(shown),
        may_search=may_search,
        room=room,
        free_at=None if may_search and room else hour + FREED_AFTER,
    )


def _ask(statement: str, values: Sequence[object]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
