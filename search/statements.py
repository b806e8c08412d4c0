"""The SQL of a search, put together out of few parts. It alone asks `members_listing` for people.

What differs from question to question goes beside the words (`Words.value`, `Words.array`), so that
PostgreSQL reads and plans the words once and knows them at the next question of the same shape. What a
plan hangs on stays among them: limits, and the community, by which the GIN indexes are parted. The traps are
marked where they lie. The plans at one million are in docs/benchmarks.md; tests/search/test_plans.py
keeps them.

Words are plain text: put together out of psycopg's objects, a statement of some hundred parts took a
millisecond before it was sent.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from math import cos, pi, radians

from members import facets
from members.communities import CommunitySlug
from members.places.distance import EARTH_RADIUS_KM, Bounds

# Whom the viewer never finds: themselves, and those they blocked or who blocked them, in this
# community. Asked once, however many parts the statement has.
UNSEEN = """
with unseen as materialized (select array(
    select p.id from members_profile p where p.community = {community} and p.member_id = any(array(
        select {member}
        union all
        select blocked_id from members_block
        where blocker_id = {member} and community = {community}
        union all
        select blocker_id from members_block
        where blocked_id = {member} and community = {community}
    ))
) as ids)
"""

# Great-circle distance of two centres by the haversine formula. Rounding may lift the chord of two
# opposite points a hair above 1, where asin has no value.
KM = """
{diameter} * asin(least(1.0, sqrt(
    sin(radians({of}.latitude - {latitude}) / 2) ^ 2
    + {cos_latitude} * cos(radians({of}.latitude))
    * sin(radians({of}.longitude - {longitude}) / 2) ^ 2)))
"""

# Cells outward, in each its people. The order by and the offset 0 inside are what makes it stream
# and stop: sorted outside, it reads every cell of the circle before it gives the first row. (For the
# newest of a circle that is what is wanted: `order` then says so, outside.) Of several rings one is
# gone through after the other, and none begun that is not needed. That the first 501 are the nearest is
# the plan's order: only nested loops can join what refers to what stands before it.
WALK = """
(select {columns}
from {rings} (
    select * from (
        select {of_cell}, {km} as km from places_cell c where {cells} offset 0
    ) c where {ring} order by km, id offset 0
) c
cross join lateral (
    select l.profile_id from members_listing l
    where l.community = {community} and l.cell_id = c.id and {conditions}
    order by l.profile_id desc offset 0
) l
{order} limit {most})
"""
IN_PARTS = {"columns": "l.profile_id, c.id as cell, c.km", "of_cell": "c.id"}
# Where few are expected, all that is told of a hit at once, a row for each: a smaller plan than HITS,
# which counts where there is little else to do.
AT_ONCE = {
    "columns": "array[l.profile_id], c.km, c.id, c.latitude, c.longitude, c.wording, c.place",
    "of_cell": "c.id, c.latitude, c.longitude, c.wording, c.place",
}
# All rings are one value: beyond 4,096 characters or 50 values psycopg reads a statement anew each
# time it is asked.
RINGS = """
json_to_recordset({rings}::json) ring(
    latitude float8, longitude float8, inner_km float8, outer_km float8, belts float8[],
    south float8, north float8, west float8, east float8, west_too float8, east_too float8
) cross join lateral
"""
RING_KM = KM.format(
    diameter=2 * EARTH_RADIUS_KM, latitude="ring.latitude", longitude="ring.longitude", of="c",
    cos_latitude="cos(radians(ring.latitude))",
)  # fmt: skip
IN_RING = "c.km > ring.inner_km and c.km <= ring.outer_km"

# Few fit, so all who do are found by their answers (GIN) before distances are looked at. Round a place
# they are looked up in one large cell after the other: GIN goes through all keys of a list for each
# row it compares, and those of seventeen large cells in one list took three times as long.
RARE = """
(select l.profile_id, l.cell, l.km
from (
    select l.profile_id, l.cell_id as cell, {km} as km from {large} members_listing l
    where l.community = {community} and {conditions} offset 0
) l
where {ring} order by {order} limit {most})
"""

LARGE = "unnest({lists}) large({names}),"

# The newest first. The inner limit keeps the planner from other ideas, and bounds the walk where
# only old members fit: BEYOND finds those by their answers, and is not begun when enough are found.
NEWEST = """
(select l.profile_id, l.cell_id as cell, null::float8 as km
from (
    select l.profile_id, l.cell_id, l.signature, l.facets from members_listing l
    where l.community = {community} and {part} order by l.profile_id desc limit {bound}
) l
where {conditions} order by l.profile_id desc limit {most})
"""
NEWEST_WITHIN = """
(select l.profile_id, l.cell_id as cell, c.km
from (
    select l.profile_id, l.cell_id, l.signature, l.facets from members_listing l
    where l.community = {community} and {part} order by l.profile_id desc limit {bound}
) l
cross join lateral (
    select {km} as km from places_cell c where c.id = l.cell_id and {cells} offset 0
) c
where {conditions} and {ring} order by l.profile_id desc limit {most})
"""
BEYOND = """
l.profile_id < (
    select l.profile_id from members_listing l where l.community = {community} and {part}
    order by l.profile_id desc offset {last} limit 1)
"""
OF_REGION = """
exists (select from places_cell c where c.id = l.cell_id and c.region_id = {region})
"""

PARTS = "(select * from ({each}) parts)"

# One row for each cell, since in a city many live in one. Each cell is looked up by its key (offset 0):
# joined outright, the planner may read all there are.
HITS = """
, z as materialized (
    select p.cell, min(p.km) as km, array_agg(p.profile_id) as profiles
    from (select * from {parts} parts limit {most}) p group by p.cell
)
select z.profiles, {km} as km, c.id, c.latitude, c.longitude, c.wording, c.place
from z cross join lateral (select * from places_cell c where c.id = z.cell offset 0) c
order by km, c.id
"""
# How many in circles round one point, each within the next: one search of the widest.
COUNT = "(select array[{circles}] from (select * from {parts} parts limit {most}) z)"

FEW_KEYS = 4  # of a group: looked for one by one, which is faster than comparing two lists
TRUE = "true"
NOWHERE = (1.0, 0.0)  # west and east of a span nothing lies in
FARTHEST_KM = pi * EARTH_RADIUS_KM + 1  # nothing is farther


class Words:
    """Makes the parts of one statement, and keeps the values that go beside its words."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self._names: dict[str, str] = {}

    def value(self, value: object) -> str:
        """Give the place of a value that another question of the same shape has differently.

        Unknown to the planner in every way: where it can look at a value it makes a plan for that
        value alone, anew each time, and none was better than the one for all.
        """
        return f"(select {self.plain(value)})"

    def plain(self, value: object) -> str:
        """The same of one no plan hangs on, such as a distance. Hidden, each takes 2 microseconds."""
        return self._beside(value)

    def array(self, values: Iterable[object], kind: str) -> str:
        """The same of many values, each a number or an array of `_array_of`."""
        return f"(select {self._beside(_array_of(values), kind)}::{kind}[])"

    def unseen(self, member: object, community: str) -> str:
        return UNSEEN.format(member=self.plain(member), community=literal(community))

    def km(self, latitude: float, longitude: float, of: str) -> str:
        """The distance to a row that has a latitude and a longitude; `of` is its name in the SQL."""
        return KM.format(
            diameter=2 * EARTH_RADIUS_KM,
            latitude=self._float(latitude),
            # A plan for one value would have it worked out beforehand, and be the cheaper for it.
            cos_latitude=self._float(cos(radians(latitude))),
            longitude=self._float(longitude),
            of=of,
        )

    def within(self, bounds: Bounds, of: str) -> str:
        """Rows in a box of degrees."""
        return self._within(bounds, of, self._hidden)

    def cells_within(self, bounds: Bounds, *, once: bool) -> str:
        """The same of cells, whose index is by whole degrees of latitude and then by longitude: by
        latitude alone, those all round the world would be read.

        Args:
            once: they are not gone through for each ring, whose number no plan knows.
        """
        belts = self.array(bounds.degrees, "float8")
        within = self._within(bounds, "c", self._float if once else self._hidden)
        # Cast once more, it is an array, and not a query of numbers.
        return f"floor(c.latitude) = any({belts}::float8[]) and {within}"

    def rings(
        self, latitude: float, longitude: float, ends: Sequence[float | None], cells: Sequence[str]
    ) -> dict[str, str]:
        """The parts of WALK that say where, for a walk that pauses.

        Args:
            ends: how far each ring reaches, in km, the inner first; None is any distance.
            cells: what is asked of every cell.
        """
        ends = [FARTHEST_KM if km is None else km for km in ends]
        boxes = [Bounds.around(latitude, longitude, km) for km in ends]
        rings = [
            _ring(latitude, longitude, *ring)
            for ring in zip([-1.0, *ends[:-1]], ends, boxes, strict=True)
        ]
        sides = [("ring.west", "ring.east"), ("ring.west_too", "ring.east_too")]
        several = max(len(box.spans) for box in boxes)
        inside = _inside("c", "ring.south", "ring.north", sides[:several])
        return {
            "rings": RINGS.format(rings=self.value(json.dumps(rings))),
            "km": RING_KM,
            "cells": all_of([*cells, f"floor(c.latitude) = any(ring.belts) and {inside}"]),
            "ring": IN_RING,
        }

    def ring(self, inner: float | None, outer: float | None, of: str) -> str:
        """Rows between two distances in km; None has no such side."""
        sides = []
        if inner is not None:
            sides.append(f"{of}.km > {self._float(inner)}")
        if outer is not None:
            sides.append(f"{of}.km <= {self._float(outer)}")
        return all_of(sides)

    def counts(self, radii: Iterable[float | None]) -> str:
        """How many lie within so many km each; None is any distance."""
        return ", ".join(f"count(*) filter (where {self.ring(None, km, of='z')})" for km in radii)

    def indexed(self, groups: Iterable[Iterable[int]]) -> str:
        """One facet of each group, in the words the GIN index knows."""
        return all_of([f"l.facets && {self._keys(group)}" for group in groups])

    def local(self, groups: Sequence[Sequence[Iterable[int]]]) -> tuple[str, str]:
        """One facet of each group, in the same large cell: of what is read, and on what condition.

        Args:
            groups: of each its numbers (`facets.local`) in every large cell, all in one order.
        """
        lists = [self.array([_array_of(sorted(one)) for one in cells], "text") for cells in groups]
        names = [f"g{number}" for number in range(len(lists))]
        large = LARGE.format(lists=", ".join(lists), names=", ".join(names))
        return large, all_of([f"l.local && large.{name}::int[]" for name in names])

    def read(self, groups: Iterable[Iterable[int]]) -> str:
        """One facet of each group, in the words that are fastest where a row is at hand."""
        return all_of([self._read(sorted(group)) for group in groups])

    def met(self, avoided: Iterable[int]) -> str:
        """None of the facets avoided, and nobody the viewer does not meet."""
        without = [f"{self.value(one)}::smallint <> all (l.facets)" for one in avoided]
        return all_of([*without, "l.profile_id <> all ((select ids from unseen)::bigint[])"])

    def equal(self, column: str, value: object) -> str:
        return f"{column} = {self.value(value)}"

    def _read(self, group: list[int]) -> str:
        bits, has_one = facets.signature(group), self._has_one(group)
        if bits is None:
            return has_one
        return f"l.signature & {self.plain(bits)}::bigint <> 0 and {has_one}"

    def _has_one(self, group: list[int]) -> str:
        if len(group) > FEW_KEYS or not group:
            return f"l.facets && {self._keys(group)}"
        one_by_one = [f"{self.value(key)}::smallint = any (l.facets)" for key in group]
        return f"({' or '.join(one_by_one)})"

    def _keys(self, group: Iterable[int]) -> str:
        return self.array(sorted(group), "smallint")

    def _within(self, bounds: Bounds, of: str, place: Callable[[float], str]) -> str:
        south, north = place(bounds.south), place(bounds.north)
        sides = [(place(west), place(east)) for west, east in bounds.spans]
        return _inside(of, south, north, sides)

    def _beside(self, value: object, kind: str = "") -> str:
        name = self._names.setdefault(f"{value!r}{kind}", f"v{len(self._names)}")
        self.values[name] = value
        return f"%({name})s"

    def _hidden(self, value: float) -> str:
        return f"{self.value(float(value))}::float8"

    def _float(self, value: float) -> str:
        return f"{self.plain(float(value))}::float8"


def _ring(
    latitude: float, longitude: float, inner_km: float, outer_km: float, box: Bounds
) -> dict[str, object]:
    """One row of RINGS."""
    (west, east), (west_too, east_too), *_more = (*box.spans, NOWHERE)
    return {
        "latitude": latitude, "longitude": longitude, "inner_km": inner_km, "outer_km": outer_km,
        "belts": box.degrees, "south": box.south, "north": box.north,
        "west": west, "east": east, "west_too": west_too, "east_too": east_too,
    }  # fmt: skip


def _inside(of: str, south: str, north: str, sides: Iterable[tuple[str, str]]) -> str:
    spans = " or ".join(f"{of}.longitude between {west} and {east}" for west, east in sides)
    return f"{of}.latitude between {south} and {north} and ({spans})"


def _array_of(values: Iterable[object]) -> str:
    """An array in PostgreSQL's own spelling, of numbers or of such arrays. A list of a few hundred takes
    psycopg a millisecond, and those of several lengths it cannot send."""
    written = [f'"{one}"' if isinstance(one, str) else str(one) for one in values]
    return f"{{{','.join(written)}}}"


def literal(community: str) -> str:
    """Give a community as a word of a statement. Raises ValueError for one there is not."""
    return f"'{CommunitySlug(community).value}'"


def all_of(parts: Sequence[str]) -> str:
    return " and ".join(parts) if parts else TRUE


def in_order(first: Sequence[str], then: Sequence[str]) -> str:
    """All of them; what spares the most rows is looked at first. Left to itself, PostgreSQL goes by
    what a condition costs, not by what it spares."""
    if not first:
        return all_of(then)
    return f"case when {all_of(first)} then {all_of(then)} else false end"


def one_after_another(parts: Sequence[str]) -> str:
    """The rows of each in turn: a later one is not begun when the earlier ones give enough."""
    return PARTS.format(each=" union all ".join(parts))
