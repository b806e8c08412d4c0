"""Fills the parts of a statement (`search.statements`), and keeps the values that go beside its words."""

import json
from collections.abc import Iterable, Sequence
from math import cos, radians

from members import facets
from members.communities import CommunitySlug
from members.places.distance import HALF_ROUND_KM, Bounds, versine
from search.statements import IN_RING, LARGE, PARTS, RING_VERSINE, RINGS, UNSEEN, VERSINE

FEW_KEYS = 4  # of a group: looked for one by one, which is faster than comparing two lists
TRUE = "true"
NOWHERE, EVERYWHERE = -1.0, 3.0  # a versine less than any, and more


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
        return f"(select {self._beside(value)})"

    def array(self, values: Iterable[object], kind: str) -> str:
        """The same of many values, each a number or an array of `_array_of`."""
        return f"(select {self._beside(_array_of(values), kind)}::{kind}[])"

    def unseen(self, member: object, community: str) -> str:
        return UNSEEN.format(member=self._beside(member), community=literal(community))

    def versine(self, latitude: float, longitude: float, of: str) -> str:
        """How far a row is that has a latitude and a longitude; `of` is its name in the SQL."""
        return VERSINE.format(
            latitude=self._float(latitude),
            # A plan for one value would have it worked out beforehand, and be the cheaper for it.
            cos_latitude=self._float(cos(radians(latitude))),
            longitude=self._float(longitude),
            of=of,
        )

    def within(self, bounds: Bounds, of: str) -> str:
        """Rows in a box of degrees; cells have an index for it."""
        return _inside(of, [f"{self._beside(box)}::box" for box in _boxes(bounds)])

    def rings(
        self, latitude: float, longitude: float, ends: Sequence[float | None], cells: Sequence[str]
    ) -> dict[str, str]:
        """The parts of WALK that say where, for a walk that pauses.

        Args:
            ends: how far each ring reaches, in km, the inner first; None is any distance.
            cells: what is asked of every cell.
        """
        boxes = [
            Bounds.around(latitude, longitude, HALF_ROUND_KM if km is None else km) for km in ends
        ]
        edges = [NOWHERE, *map(_edge, ends)]
        rings = [
            _ring(latitude, longitude, *ring)
            for ring in zip(edges[:-1], edges[1:], boxes, strict=True)
        ]
        several = max(len(box.spans) for box in boxes)
        inside = _inside("c", ["ring.box", "ring.box_too"][:several])
        return {
            "rings": RINGS.format(rings=self.value(json.dumps(rings))),
            "versine": RING_VERSINE,
            "cells": all_of([*cells, inside]),
            "ring": IN_RING,
        }

    def ring(self, inner: float | None, outer: float | None, of: str) -> str:
        """Rows between two distances in km; None has no such side."""
        sides = []
        if inner is not None:
            sides.append(f"{of}.versine > {self._float(_edge(inner))}")
        if outer is not None:
            sides.append(f"{of}.versine <= {self._float(_edge(outer))}")
        return all_of(sides)

    def counts(self, radii: Iterable[float | None]) -> str:
        """How many lie within so many km each; None is any distance."""
        return ", ".join(f"count(*) filter (where {self.ring(None, km, of='z')})" for km in radii)

    def indexed(self, groups: Iterable[Iterable[int]]) -> str:
        """One facet of each group, in the words the GIN index knows."""
        return all_of([f"l.facets && {self._keys(group)}" for group in groups])

    def local(self, groups: Sequence[Sequence[Iterable[int]]]) -> tuple[str, str]:
        """One facet of each group, in the same large or wide cell: of what is read, and on what condition.

        Args:
            groups: of each its numbers (`facets.local`) in every such cell, all in one order.
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
        without = [f"{one:d}::smallint <> all (l.facets)" for one in sorted(avoided)]
        return all_of([*without, "l.profile_id <> all ((select ids from unseen)::bigint[])"])

    def equal(self, column: str, value: object) -> str:
        return f"{column} = {self.value(value)}"

    def _read(self, group: list[int]) -> str:
        bits, has_one = facets.signature(group), self._has_one(group)
        if bits is None:
            return has_one
        return f"l.signature & {self._beside(bits)}::bigint <> 0 and {has_one}"

    def _has_one(self, group: list[int]) -> str:
        if len(group) > FEW_KEYS or not group:
            return f"l.facets && {self._keys(group)}"
        one_by_one = [f"{self.value(key)}::smallint = any (l.facets)" for key in group]
        return f"({' or '.join(one_by_one)})"

    def _keys(self, group: Iterable[int]) -> str:
        return self.array(sorted(group), "smallint")

    def _beside(self, value: object, kind: str = "") -> str:
        """In the open, for what no plan hangs on, such as a distance or a box: to be hidden takes each
        value two microseconds."""
        name = self._names.setdefault(f"{value!r}{kind}", f"v{len(self._names)}")
        self.values[name] = value
        return f"%({name})s"

    def _float(self, value: float) -> str:
        return f"{self._beside(float(value))}::float8"


def _edge(km: float | None) -> float:
    """The versine a ring ends with; None is any distance."""
    return EVERYWHERE if km is None or km >= HALF_ROUND_KM else versine(km)


def _ring(
    latitude: float, longitude: float, inner_edge: float, outer_edge: float, box: Bounds
) -> dict[str, object]:
    """One row of RINGS."""
    one, *another = _boxes(box)
    return {
        "latitude": latitude, "longitude": longitude, "inner_edge": inner_edge,
        "outer_edge": outer_edge, "box": one, "box_too": another[0] if another else None,
    }  # fmt: skip


def _boxes(bounds: Bounds) -> list[str]:
    """In PostgreSQL's own spelling."""
    return [f"({west},{bounds.south}),({east},{bounds.north})" for west, east in bounds.spans]


def _inside(of: str, boxes: Iterable[str]) -> str:
    return f"({' or '.join(f'point({of}.longitude, {of}.latitude) <@ {box}' for box in boxes)})"


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
