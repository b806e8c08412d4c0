"""How a question is asked, whichever way is expected to cost least.

- *walk*: cells outward in order of distance, in rings, each ring begun only when those before it did
  not give enough; it stops at 501. For the newest of a circle it reads all of it.
- *rare*: all who fit by their answers, then distances. In circles up to NARROWED_KM the answers are
  looked up together with the large cells the circle touches, so that those of a metropolis are not
  looked for in the whole world.
- *outward*: the same for answers that many gave but few together, in the wide cells round the place
  first, as far as 501 are expected; then in the rest of the world.
- *newest*: backwards in order of joining; beyond BOUND rows by answers.

All give the same. What is expected comes from counts that may be a day old (`search.counting`).
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property
from math import inf, pi, sqrt
from typing import NamedTuple

from members import facets
from members.places.distance import Bounds
from search import statements
from search.counting import Counts, counts
from search.statements import TRUE, Words, all_of, literal
from search.wanted import MOST, Wanted, Where

# Where the walk outward pauses, in km: a ring reads all its cells before it gives the first.
RINGS_KM = (60, 200, 600, 2000)
NARROWED_KM = 403  # up to so far, 250 miles, a circle is narrowed by its large cells: 90 of them
# How far answers are looked up in wide cells, in km, and how many more than MOST are to be expected so
# far: where there are too few, the whole world is gone through as well.
OUTWARD_KM, AMPLE = (600, 1000, 1500, 2200, 3000, 4000), 1.2
BOUND = 60_000  # rows the newest-first walk reads
# Microseconds of the database for a row read out of an index, for a row fetched by its answers, and
# for each row of the shortest list and each list while the lists of several answers are compared, and
# for each large cell answers are looked up in. Measured at one million; what counts is how they compare.
READ, FETCH, MERGE, LOOK_UP = 0.5, 1.5, 0.065, 20
START = 200  # microseconds: a walk puts the cells around in order before it reads its first row
MOST_LOCAL = 400  # answers of a group times large cells that are looked up together
UNCOUNTED = 0.1  # the share of everybody taken to live in a circle too wide to be narrowed
LARGE_CELL_KM2 = 12_393  # mean area of an H3 cell of resolution 3

Way = Callable[[Wanted, "Guess", Words], list[str]]


def parts(wanted: Wanted, words: Words) -> str:
    """Say who is wanted, by the way that is expected to cost least."""
    guess = Guess(wanted, counts())
    ways = _ways(wanted, guess)
    way = ways[_cheapest({name: cost for name, (cost, _way) in ways.items()})][1]
    return statements.one_after_another(way(wanted, guess, words))


def _ways(wanted: Wanted, guess: "Guess") -> dict[str, tuple[float, Way]]:
    if not wanted.newest_first:
        ways = {"walk": (guess.walk, _walk), "rare": (guess.rare, _rare)}
        return ways | ({"outward": (guess.outward, _outward)} if guess.reach else {})
    ways = {"newest": (guess.newest, _newest), "rare": (guess.rare, _rare)}
    return ways | {"walk": (guess.all_around, _walk)} if guess.around else ways


def in_any_order(wanted: Wanted) -> Wanted:
    """Who is counted stands in no order: take the one that costs less."""
    ordered = [replace(wanted, newest_first=newest) for newest in (False, True)]
    return min(ordered, key=_least)


def _least(wanted: Wanted) -> float:
    return min(cost for cost, _way in _ways(wanted, Guess(wanted, counts())).values())


def _cheapest(costs: dict[str, float]) -> str:
    return min(costs, key=costs.__getitem__)


def counts_better_apart(circles: list[Wanted]) -> bool:
    """Whether the last one is of any distance and soon full: far from everybody, a walk outward
    reads half the world's cells before it comes to people."""
    if not circles or circles[-1].where.km is not None:
        return False
    guess = Guess(circles[-1], counts())
    return guess.newest < guess.rare


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
        self.start = START if self.everybody else 0  # 0: nothing was counted yet

    @cached_property
    def reach(self) -> "Reach | None":
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
        lists = len(self.groups) if self.is_local else len(self.indexed)
        places = len(self.around) if self.is_local and self.start else 0
        return self._looked_up(lists) + LOOK_UP * places

    @property
    def outward(self) -> float:
        if not self.reach or max(map(len, self.groups)) * len(self.reach.wide) > MOST_LOCAL:
            return inf
        there = min(1.0, self.people_with(self.reach.wide) / self.everybody)
        return LOOK_UP * len(self.reach.wide) + there * self._looked_up(len(self.groups))

    @property
    def newest(self) -> float:
        fitting = self.people * self.share
        read = MOST * self.everybody / fitting if fitting else inf
        return READ * min(self.everybody, read)

    def _looked_up(self, lists: int) -> float:
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


def _walk(wanted: Wanted, guess: Guess, words: Words) -> list[str]:
    where = wanted.where
    # Where all of the place must be read, pausing on the way would only be more to plan.
    stops_early = not wanted.newest_first and guess.people * guess.share > MOST
    edges = _rings(where) if stops_early else []
    return [
        statements.WALK.format(
            km=words.km(where.latitude, where.longitude, of="c"),
            cells=_cells(where, outer, words),
            ring=words.ring(inner, outer, of="c"),
            community=literal(wanted.community),
            conditions=_read(wanted, guess, words),
            order="l.profile_id desc" if wanted.newest_first else "c.km, c.id",
            most=MOST + 1,
        )
        for inner, outer in zip([None, *edges], [*edges, where.km], strict=True)
    ]


def _rings(where: Where) -> list[float]:
    """Give the distances at which the walk pauses; none where all cells are known beforehand."""
    if where.cell is not None or not where.near_home:
        return []
    return [edge for edge in RINGS_KM if where.km is None or edge < where.km]


def _rare(wanted: Wanted, guess: Guess, words: Words, only: str = TRUE) -> list[str]:
    fitting = "", words.indexed(guess.indexed)
    if guess.is_local:
        fitting = _local(guess.groups, guess.around, words)
    return [_found(wanted, fitting, (None, wanted.where.km), words, only)]


def _outward(wanted: Wanted, guess: Guess, words: Words) -> list[str]:
    near = _local(guess.groups, guess.reach.wide, words)
    all_over = "", words.indexed(guess.indexed)
    return [
        _found(wanted, near, (None, guess.reach.km), words),
        _found(wanted, all_over, (guess.reach.km, wanted.where.km), words),
    ]


def _found(
    wanted: Wanted,
    fitting: tuple[str, str],
    ring: tuple[float | None, float | None],
    words: Words,
    only: str = TRUE,
) -> str:
    """Say who fits by their answers, and lives between two distances in km.

    Args:
        fitting: of what is read beside the rows, and on what condition.
    """
    where, (large, has_answers) = wanted.where, fitting
    asked = [has_answers, words.met(wanted.avoided), only]
    return statements.RARE.format(
        large=large,
        km=words.km(where.latitude, where.longitude, of="l"),
        ring=words.ring(*ring, of="l"),
        community=literal(wanted.community),
        conditions=all_of([*asked, *_at(where, words)]),
        order="l.profile_id desc" if wanted.newest_first else "l.km, l.cell, l.profile_id desc",
        most=MOST + 1,
    )


def _local(groups: list[frozenset[int]], cells: Iterable[int], words: Words) -> tuple[str, str]:
    """Say who has one answer of each group in one of these large or wide cells."""
    cells = sorted(cells)
    return words.local([[facets.local(group, cell) for cell in cells] for group in groups])


def _newest(wanted: Wanted, guess: Guess, words: Words) -> list[str]:
    where, community = wanted.where, literal(wanted.community)
    country = where.within_country
    part = words.equal("l.country", country) if country else TRUE
    within = where.km is not None or where.box or where.cell is not None
    text = statements.NEWEST_WITHIN if within else statements.NEWEST
    walk = text.format(
        km=words.km(where.latitude, where.longitude, of="c"),
        cells=_cells(where, None, words),
        ring=words.ring(None, where.km, of="c"),
        community=community,
        part=part,
        conditions=_read(wanted, guess, words, here=True),
        bound=BOUND,
        most=MOST + 1,
    )
    beyond = statements.BEYOND.format(community=community, part=part, last=BOUND - 1)
    return [walk, *_rare(wanted, guess, words, beyond)]


def _read(wanted: Wanted, guess: Guess, words: Words, *, here: bool = False) -> str:
    """What a row must have; `here` asks for the place too, which a walk over its cells need not."""
    where, groups = wanted.where, guess.groups
    if here and guess.around:
        groups = guess.rarest_first([*groups, guess.around])
    asked, more = [words.read(groups)] if groups else [], []
    if here and where.region is not None:
        asked = [words.read([frozenset([facets.region(where.region)])]), *asked]
        more = _at(where, words)
    return statements.in_order(asked, [words.met(wanted.avoided), *more])


def _at(where: Where, words: Words) -> list[str]:
    """Say of a search row where it is; the circle comes later."""
    asked = []
    if where.cell is not None:
        asked.append(words.equal("l.cell_id", where.cell))
    if where.region is not None:
        asked.append(statements.OF_REGION.format(region=words.value(where.region)))
    if where.box:
        asked.append(words.within(where.box.bounds, of="l"))
    return asked


def _cells(where: Where, km: float | None, words: Words) -> str:
    """Say which cells belong to the place; `km` adds the box around the circle."""
    asked = []
    if where.cell is not None:
        asked.append(words.equal("c.id", where.cell))
    if where.country:
        asked.append(words.equal("c.country_id", where.country))
    if where.region is not None:
        asked.append(words.equal("c.region_id", where.region))
    if where.box:
        asked.append(words.cells_within(where.box.bounds))
    if km is not None and where.cell is None:
        asked.append(words.cells_within(Bounds.around(where.latitude, where.longitude, km)))
    return all_of(asked)
