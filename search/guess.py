"""What a search is expected to cost, each way it can be asked: `search.ways` takes the least.

What is expected comes from counts that may be a day old (`search.counting`).
"""

from collections.abc import Collection, Iterable
from functools import cached_property
from itertools import takewhile
from math import inf, pi, sqrt
from typing import NamedTuple

from members import facets
from search.counting import Counts
from search.wanted import BULGE, MOST, WIDE_BOX_KM, Wanted, Where

NARROWED_KM = 403  # up to so far, 250 miles, a circle is narrowed by its large cells: 90 of them
# A wider one by its wide cells; round part of the map at most.
WIDE_NARROWED_KM = BULGE * WIDE_BOX_KM
# How far answers are looked up in wide cells, in km, how many more than MOST are to be expected so far,
# and how many times as far they are looked up if there are fewer: then all the world or country is.
OUTWARD_KM, AMPLE, FARTHER = (600, 1000, 1500, 2200, 3000, 4000, 6000, 8500), 1.2, 2
# Microseconds of the database for a row read out of an index, where a signature says no to most and
# where none does, and for the cell of one looked up beside; for a row fetched by its answers; for each
# row of the shortest list and each list while the lists of several answers are compared; for each cell
# answers are looked up in, and for each list that is looked up. A walk puts cells in order before it
# reads its first row, and looks for the people of each it comes to. Measured at one million, one question
# after another of many, on a machine whose pace is 1.06 (docs/benchmarks.md); what counts is how they
# compare.
READ, READ_UNSIGNED, BESIDE, FETCH, MERGE, LOOK_UP, LIST = 0.19, 0.43, 2.8, 1.8, 0.025, 8, 2
ORDER, ENTER = 0.67, 0.85
# Where the walk outward pauses, in km: a ring puts all its cells in order before it gives the first.
RINGS_KM = (60, 200, 600, 1500, 3000, 6000)
PAUSING_FROM = MOST  # people; where no more are expected, all of the place must be read
MOST_LOCAL = 800  # answers of a group times cells that are looked up together
UNCOUNTED = 0.1  # the share taken to live in a single area, or in a wider part of the map
LARGE_CELL_KM2 = 12_393  # mean area of an H3 cell of resolution 3


class Ground(NamedTuple):
    """Part of the world."""

    people: float  # who live there
    cells: float  # they live in

    def part(self, share: float) -> "Ground":
        return Ground(self.people * share, self.cells * share)

    def cost(self, rows: float, read: float) -> float:
        """Of a walk through all of it that ends after so many rows; `read` is the cost of one."""
        if not self.people:
            return 0.0
        come_to = min(1.0, rows / self.people)
        return ORDER * self.cells + come_to * (ENTER * self.cells + read * self.people)


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
        whole = self._lived_in([facets.EVERYBODY])
        self.everybody = known.everybody(community, where.within_country) or whole.people
        in_place = min([whole, *map(self._lived_in, place)])
        in_cells = min(in_place, self._lived_in(self.cells)) if self.cells else in_place
        self.ground = self._gone_through(in_cells)
        self.people = self.ground.people
        # In a circle whose cells are few, answers are found together with the cells.
        self.is_local = bool(self.groups and self.cells) and self._are_few(self.cells)
        # Among whom GIN looks.
        among = in_cells.people if self.is_local or self.around else in_place.people
        self.shortest = self.people_with(self.indexed[0]) if self.indexed else 0
        if self.is_local and self.everybody:
            self.shortest = self.people_with(self.groups[0]) * among // self.everybody
        self.share = known.share(community, self.groups, where.country or where.lies_in)
        self.fetched = among * self.share
        is_unsigned = self.groups and facets.signature(self.groups[0]) is None
        self.read = READ_UNSIGNED if is_unsigned else READ

    @cached_property
    def reaches(self) -> list[Reach]:
        """How far one goes for 501, and then, should there be fewer than expected, before one goes
        everywhere. None where that is too far, and in a part of the world; in a country, where its
        people are counted for themselves."""
        where = self.where
        is_bounded = self.cells or where.region is not None or where.box
        if is_bounded or not self.groups or self.fetched < AMPLE * MOST:
            return []
        for km in OUTWARD_KM:
            near = facets.wide_within(where.latitude, where.longitude, km)
            if self._people_of_country(near) * self.share > AMPLE * MOST:
                reaches = self._reach(None, km), self._reach(km, FARTHER * km)
                return list(takewhile(self._is_worth_it, reaches))
        return []

    def _is_worth_it(self, reach: Reach) -> bool:
        return (self.where.km is None or reach.km < self.where.km) and self._are_few(reach.wide)

    def _reach(self, inner: float | None, outer: float) -> Reach:
        """A ring between two distances in km, and the wide cells that hold all of it."""
        at, reach = (self.where.latitude, self.where.longitude), facets.WIDE_REACH_KM
        wide = facets.wide_within(*at, outer + reach)
        if inner is not None:
            wide -= facets.wide_within(*at, inner - reach)
        return Reach(outer, wide)

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

    @cached_property
    def rings(self) -> list[float]:
        """The distances at which a walk pauses; none where it is expected to go through all cells, or
        they are known beforehand."""
        where = self.where
        if self.found <= PAUSING_FROM or where.cell is not None or not where.near_home:
            return []
        return [edge for edge in RINGS_KM if where.km is None or edge < where.km]

    def _gone_through(self, around: Ground) -> Ground:
        """What is gone through, of the cells around or of everything."""
        where = self.where
        if where.cell is None and where.km is not None:
            return min(around, self._within(where.km))
        return around.part(UNCOUNTED if where.box or where.cell is not None else 1.0)

    def _within(self, km: float) -> Ground:
        at = self.where.latitude, self.where.longitude
        if km > NARROWED_KM:
            return self._lived_in(facets.wide_within(*at, km))
        large = facets.areas_within(*at, km)
        # The root, because a search starts where people are: more of them than of the ground.
        covered = pi * km**2 / (LARGE_CELL_KM2 * len(large))
        near = self._lived_in(large).part(min(1.0, sqrt(covered)))
        # Large cells share their numbers with others far away.
        return min(near, self._lived_in(facets.wide_within(*at, km + facets.WIDE_REACH_KM)))

    def _lived_in(self, places: Collection[int]) -> Ground:
        """Places are facets that say where somebody lives. Of a country asked for, where its people
        are counted for themselves."""
        known, community, country = self.known, self.community, self.where.country
        country = country if known.everybody(community, country) else ""
        return Ground(
            known.of(community, places, country), known.cells_of(community, places, country)
        )

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
        rows = MOST / self.share if self.share else inf
        rings = (min(self.ground, self._within(km)) for km in self.rings)
        ground = next((ring for ring in rings if ring.people >= rows), self.ground)
        return ground.cost(rows, self.read)

    @property
    def all_around(self) -> float:
        return self.ground.cost(inf, self.read)

    @property
    def rare(self) -> float:
        if not self.indexed:
            return inf  # everybody would be fetched
        if self.is_local:
            return self._compared(self.groups) + LOOK_UP * len(self.cells)
        return self._compared(self.indexed) + LIST * sum(map(len, self.indexed))

    @property
    def outward(self) -> float:
        return self._looked_up(self.reaches[0].wide) if self.reaches else inf

    @property
    def in_the_fullest(self) -> float:
        return self._looked_up(self.fullest) if self.fullest else inf

    @property
    def newest(self) -> float:
        read = MOST * self.everybody / self.found if self.found else inf
        where = self.where
        is_within = where.km is not None or bool(where.box) or where.cell is not None
        return (self.read + is_within * BESIDE * self.share) * min(self.everybody, read)

    def _looked_up(self, wide: Collection[int]) -> float:
        if not self._are_few(wide):
            return inf
        there = self._people_of_country(wide)
        abroad = self.people_with(wide) - there  # fetched for nothing
        fetched = there * self.share
        if abroad:
            fetched += abroad * self.known.share(self.community, self.groups)
        merged = min(1.0, there / max(1, self.everybody)) * self._merged(self.groups)
        return LOOK_UP * len(wide) + FETCH * fetched + merged

    def _are_few(self, cells: Collection[int]) -> bool:
        """Whether answers are looked up in so many cells together."""
        return max(map(len, self.groups), default=0) * len(cells) <= MOST_LOCAL

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
    large = facets.areas_within(where.latitude, where.longitude, where.km)
    return large, large
