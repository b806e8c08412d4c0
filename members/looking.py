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

# Two requests of one member at once must not both count the same past: these functions in the
# database (migration 0017) wait for their turn and read then.
LOOK = """
select shown, may_search, room, freed,
    set_config('synchronous_commit', coalesce(%(commit)s, current_setting('synchronous_commit')), true)
from members_look(
    %(member)s, %(hour)s, %(since)s, %(search)s, %(marks)s::int[], %(searches_a_day)s, %(profiles_a_day)s)
"""
CHANGE = (
    "select counted, freed from members_change(%(member)s, %(hour)s, %(since)s, %(changes_a_day)s)"
)


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
