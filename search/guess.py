"""What a search is expected to cost, each way it can be asked: `search.ways` takes the least.

What is expected comes from counts that may be a day old (`search.counting`).
"""

from collections.abc import Iterable
from functools import cached_property
from math import inf, pi, sqrt
from typing import NamedTuple

from members import facets
from search.counting import Counts
from search.wanted import MOST, Wanted, Where

NARROWED_KM = 403  # up to so far, 250 miles, a circle is narrowed by its large cells: 90 of them
# How far answers are looked up in wide cells, in km, and how many more than MOST are to be expected so
# far: where there are too few, the whole world is gone through as well.
OUTWARD_KM, AMPLE = (600, 1000, 1500, 2200, 3000, 4000), 1.2
# Microseconds of the database for a row read out of an index, for a row fetched by its answers, and
# for each row of the shortest list and each list while the lists of several answers are compared, and
# for each large cell answers are looked up in, and for each list that is looked up. Measured at one
# million; what counts is how they compare.
READ, FETCH, MERGE, LOOK_UP, LIST = 0.5, 1.5, 0.065, 20, 5
# The same for a walk before it reads its first row, since it puts the cells around in order: at most one
# for each person there, and START for all of them.
CELL, START = 0.7, 200
MOST_LOCAL = 400  # answers of a group times large cells that are looked up together
UNCOUNTED = 0.1  # the share of everybody taken to live in a circle too wide to be narrowed
LARGE_CELL_KM2 = 12_393  # mean area of an H3 cell of resolution 3


class Reach(NamedTuple):
    km: float
    wide: frozenset[int]  # the wide cells that hold all of it


class Guess:
    """What to expect of a question; the costs are microseconds."""

    def __init__(self, wanted: Wanted, known: Counts) -> None:
        where, community = wanted.where, wanted.community
        self.known, self.where, self.community = known, where, community
        self.groups = self.rarest_first(wanted.groups)
        self.around, reach = _narrowing(where)
        place = _of_the_place(where)
        narrowed = [self.around] if self.around else []
        self.indexed = self.rarest_first([*self.groups, *place, *narrowed])
        everybody = known.everybody(community)
        self.everybody = known.everybody(community, where.within_country) or everybody
        # Among whom GIN looks, and how many of them are in the place.
        among = min([self.everybody, *map(self.people_with, [*place, *narrowed])])
        self.people = among * reach
        self.shortest = self.people_with(self.indexed[0]) if self.indexed else 0
        # In a circle whose large cells are few, answers are found together with the cells.
        keys = max((len(group) for group in self.groups), default=0) * len(self.around)
        self.is_local = 0 < keys <= MOST_LOCAL
        if self.is_local and self.everybody:
            self.shortest = self.people_with(self.groups[0]) * among // self.everybody
        self.share = known.share(community, self.groups, where.country or where.lies_in)
        self.fetched = among * self.share
        self.start = min(START, CELL * self.people)

    @cached_property
    def reach(self) -> Reach | None:
        """How far one goes for 501; None where that is too far, or the place has a bound."""
        where = self.where
        is_bounded = self.around or where.country or where.region is not None or where.box
        if is_bounded or not self.groups or self.fetched < AMPLE * MOST:
            return None
        for km in OUTWARD_KM:
            if where.km is not None and where.km <= km:
                return None
            near, wide = (
                facets.wide_within(where.latitude, where.longitude, reached)
                for reached in (km, km + facets.WIDE_REACH_KM)
            )
            if self.people_with(near) * self.share > AMPLE * MOST:
                return Reach(km, wide)
        return None

    def people_with(self, group: frozenset[int]) -> int:
        return self.known.of(self.community, group)

    def rarest_first(self, groups: Iterable[frozenset[int]]) -> list[frozenset[int]]:
        """The first to say no spares the rest."""
        return sorted(groups, key=self.people_with)

    @property
    def found(self) -> float:
        return self.people * self.share

    @property
    def walk(self) -> float:
        read = min(self.people, MOST / self.share) if self.share else self.people
        return self.start + READ * read

    @property
    def all_around(self) -> float:
        return self.start + READ * self.people

    @property
    def rare(self) -> float:
        if not self.indexed:
            return inf  # everybody would be fetched
        if self.is_local:
            return self._compared(len(self.groups)) + LOOK_UP * len(self.around)
        return self._compared(len(self.indexed)) + LIST * sum(map(len, self.indexed))

    @property
    def outward(self) -> float:
        if not self.reach or max(map(len, self.groups)) * len(self.reach.wide) > MOST_LOCAL:
            return inf
        there = min(1.0, self.people_with(self.reach.wide) / self.everybody)
        return LOOK_UP * len(self.reach.wide) + there * self._compared(len(self.groups))

    @property
    def newest(self) -> float:
        read = MOST * self.everybody / self.found if self.found else inf
        return READ * min(self.everybody, read)

    def _compared(self, lists: int) -> float:
        several = lists if lists > 1 else 0
        return FETCH * self.fetched + MERGE * self.shortest * several


def _of_the_place(where: Where) -> list[frozenset[int]]:
    groups = []
    if where.country:
        groups.append(frozenset([facets.country(where.country)]))
    if where.region is not None:
        groups.append(frozenset([facets.region(where.region)]))
    return groups


def _narrowing(where: Where) -> tuple[frozenset[int], float]:
    """Give the large cells that hold the whole circle or box, none where they are too many; and
    which share of the people in them is taken to live in the circle."""
    if where.cell is not None:
        return frozenset([facets.area(where.cell)]), UNCOUNTED
    if where.km is None or where.km > NARROWED_KM:
        return frozenset(), UNCOUNTED if where.km or where.box else 1.0
    large = frozenset(facets.areas_within(where.latitude, where.longitude, where.km))
    # The root, because a search starts where people are: more of them than of the ground.
    return large, min(1.0, sqrt(pi * where.km**2 / (LARGE_CELL_KM2 * len(large))))
