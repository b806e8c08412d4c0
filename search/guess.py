"""What a search is expected to cost, each way it can be asked: `search.ways` takes the least.

What is expected comes from counts that may be a day old (`search.counting`).
"""

from collections.abc import Collection, Iterable
from functools import cached_property
from math import inf, pi, sqrt
from typing import NamedTuple

from members import facets
from search.counting import Counts
from search.wanted import BULGE, MOST, WIDE_BOX_KM, Wanted, Where

NARROWED_KM = 403  # up to so far, 250 miles, a circle is narrowed by its large cells: 90 of them
WIDE_NARROWED_KM = (
    BULGE * WIDE_BOX_KM
)  # a wider one by its wide cells; round part of the map at most
# How far answers are looked up in wide cells, in km, and how many more than MOST are to be expected so
# far: where there are too few, the whole world is gone through as well.
OUTWARD_KM, AMPLE = (600, 1000, 1500, 2200, 3000, 4000), 1.2
# Microseconds of the database for a row read out of an index, where a signature says no to most and
# where none does, and for one whose cell is looked up beside; for a row fetched by its answers; for each
# row of the shortest list and each list while the lists of several answers are compared; for each cell
# answers are looked up in, and for each list that is looked up. Measured at one million, one question
# after another of many; what counts is how they compare.
READ, READ_UNSIGNED, READ_WITHIN, FETCH, MERGE, LOOK_UP, LIST = 0.5, 1.1, 1.0, 4.5, 0.065, 20, 5
# The same for a walk before it reads its first row, since it puts the cells around in order: at most one
# for each person there, and START for all of them.
CELL, START = 0.7, 200
MOST_LOCAL = 400  # answers of a group times cells that are looked up together
UNCOUNTED = 0.1  # the share taken to live in a single area, or in a wider part of the map
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
        self.around, self.cells = _narrowing(where)
        place = _of_the_place(where)
        narrowed = [self.around] if self.around else []
        self.indexed = self.rarest_first([*self.groups, *place, *narrowed])
        everybody = known.everybody(community)
        self.everybody = known.everybody(community, where.within_country) or everybody
        in_place = min([self.everybody, *map(self.people_with, place)])
        in_cells = min(in_place, self.people_with(self.cells)) if self.cells else in_place
        self.people = in_cells * self._share_of_circle()
        # In a circle whose cells are few, answers are found together with the cells.
        keys = max((len(group) for group in self.groups), default=0) * len(self.cells)
        self.is_local = 0 < keys <= MOST_LOCAL
        # Among whom GIN looks.
        among = in_cells if self.is_local or self.around else in_place
        self.shortest = self.people_with(self.indexed[0]) if self.indexed else 0
        if self.is_local and self.everybody:
            self.shortest = self.people_with(self.groups[0]) * among // self.everybody
        self.share = known.share(community, self.groups, where.country or where.lies_in)
        self.fetched = among * self.share
        is_unsigned = self.groups and facets.signature(self.groups[0]) is None
        self.read = READ_UNSIGNED if is_unsigned else READ
        self.start = min(START, CELL * self.people)

    @cached_property
    def reach(self) -> Reach | None:
        """How far one goes for 501; None where that is too far, or the place has a bound other than
        a country's whose people are counted."""
        where = self.where
        is_bounded = self.cells or where.region is not None or where.box
        if is_bounded or not self.groups or self.fetched < AMPLE * MOST:
            return None
        for km in OUTWARD_KM:
            if where.km is not None and where.km <= km:
                return None
            near, wide = (
                facets.wide_within(where.latitude, where.longitude, reached)
                for reached in (km, km + facets.WIDE_REACH_KM)
            )
            if self._people_of_country(near) * self.share > AMPLE * MOST:
                return Reach(km, wide)
        return None

    @cached_property
    def fullest(self) -> list[int]:
        """Give the wide cells, the fullest first, in which 501 are expected; none for part of the
        world, and where there are too few in all of it."""
        where = self.where
        is_all = where.km is None and not (where.country or where.box) and where.region is None
        if not is_all or where.cell is not None or not self.groups or not self.everybody:
            return []
        fitting, cells = 0.0, []
        for cell in self.known.wide_cells(self.community):
            cells.append(cell)
            fitting += self.people_with(frozenset([cell])) * self.share
            if fitting > AMPLE * MOST:
                return cells
        return []

    def _share_of_circle(self) -> float:
        """Of the people in the cells round a circle, or of everybody, that live in it."""
        where = self.where
        if where.cell is not None:
            return UNCOUNTED
        if self.around:
            # The root, because a search starts where people are: more of them than of the ground.
            ground = pi * where.km**2 / (LARGE_CELL_KM2 * len(self.around))
            return min(1.0, sqrt(ground))
        if where.km is not None:
            near = self.people_with(facets.wide_within(where.latitude, where.longitude, where.km))
            return min(1.0, near / max(1, self.people_with(self.cells) or self.everybody))
        return UNCOUNTED if where.box else 1.0

    def people_with(self, group: Collection[int]) -> int:
        return self.known.of(self.community, group)

    def _people_of_country(self, group: Collection[int]) -> int:
        """The same, of the country asked for; of all where none is."""
        return self.known.of(self.community, group, self.where.country)

    def rarest_first(self, groups: Iterable[frozenset[int]]) -> list[frozenset[int]]:
        """The first to say no spares the rest."""
        return sorted(groups, key=self.people_with)

    @property
    def found(self) -> float:
        return self.people * self.share

    @property
    def walk(self) -> float:
        read = min(self.people, MOST / self.share) if self.share else self.people
        return self.start + self.read * read

    @property
    def all_around(self) -> float:
        return self.start + self.read * self.people

    @property
    def rare(self) -> float:
        if not self.indexed:
            return inf  # everybody would be fetched
        if self.is_local:
            return self._compared(self.groups) + LOOK_UP * len(self.cells)
        return self._compared(self.indexed) + LIST * sum(map(len, self.indexed))

    @property
    def outward(self) -> float:
        return self._looked_up(self.reach.wide) if self.reach else inf

    @property
    def in_the_fullest(self) -> float:
        return self._looked_up(self.fullest) if self.fullest else inf

    @property
    def newest(self) -> float:
        read = MOST * self.everybody / self.found if self.found else inf
        is_within = self.where.km is not None or self.where.box or self.where.cell is not None
        return max(self.read, READ_WITHIN if is_within else 0) * min(self.everybody, read)

    def _looked_up(self, wide: Collection[int]) -> float:
        if max(map(len, self.groups)) * len(wide) > MOST_LOCAL:
            return inf
        there = self._people_of_country(wide)
        abroad = self.people_with(wide) - there  # fetched for nothing
        fetched = there * self.share + abroad * self.known.share(self.community, self.groups)
        merged = min(1.0, there / self.everybody) * self._merged(self.groups)
        return LOOK_UP * len(wide) + FETCH * fetched + merged

    def _compared(self, lists: Collection[frozenset[int]]) -> float:
        return FETCH * self.fetched + self._merged(lists)

    def _merged(self, lists: Collection[frozenset[int]]) -> float:
        return MERGE * self.shortest * len(lists) if len(lists) > 1 else 0.0


def _of_the_place(where: Where) -> list[frozenset[int]]:
    groups = []
    if where.country:
        groups.append(frozenset([facets.country(where.country)]))
    if where.region is not None:
        groups.append(frozenset([facets.region(where.region)]))
    return groups


def _narrowing(where: Where) -> tuple[frozenset[int], frozenset[int]]:
    """Give the large cells that hold the whole circle or box, none where they are too many; and the
    same or else the wide ones, for finding answers together with where they are."""
    if where.cell is not None:
        large = frozenset([facets.area(where.cell)])
        return large, large
    if where.km is None or where.km > WIDE_NARROWED_KM:
        return frozenset(), frozenset()
    if where.km > NARROWED_KM:
        reach = where.km + facets.WIDE_REACH_KM
        return frozenset(), facets.wide_within(where.latitude, where.longitude, reach)
    large = frozenset(facets.areas_within(where.latitude, where.longitude, where.km))
    return large, large
