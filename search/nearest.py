"""Finding people: the one place where a search meets the database.

Everything is measured between the centres of two cells, so whoever lives in one cell is at one
distance, and order within a cell is that of the ids. Two pins in one cell give the same answer to
every question.

One narrow row a profile is searched (`members.listing`). 501 rows are the count (up to "more than
500"), all twenty pages and the map at once, so that they agree, and page 20 costs what page 1 does.

How it is asked (`search.statements`):

- *walk*: cells outward in order of distance, in rings, each ring begun only when those before it did
  not give enough; it stops at 501. Costs little where many fit.
- *rare*: all who fit by their answers, then distances. Costs little where few fit. Circles up to
  NARROWED km add the large cells they touch as one more answer, so that a rare answer near a
  metropolis is not looked for in the whole world.
- *newest*: backwards in order of joining; beyond BOUND rows by answers.

Which of them is decided by how many are expected to fit (`search.counting`): both give the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db import connection
from psycopg.sql import SQL, Composable, Literal

from members import facets
from members.places.distance import Bounds, great_circle_km, spans
from search import statements
from search.counting import Counts, counts
from search.statements import NEAREST_FIRST, NEWEST_FIRST, TRUE

MOST = 500  # people; beyond, the count says "more than"
PER_PAGE = 25
# Where the walk outward pauses, in km: a ring reads all its cells before it gives the first.
RINGS_KM = (60, 200, 600, 2000)
NARROWED_KM = 400  # up to so far a circle is narrowed by its large cells: 90 of them at most
FEW_AROUND = 5_000  # people in the large cells of a circle: the walk reads them all in no time
# Expected to fit; fewer are fetched by their answers. Found by measuring, see docs/benchmarks.md.
RARE_AROUND, RARE = 3_000, 8_000
WIDE_BOX_KM, BULGE = 1_000, 1.3
BOUND = 60_000  # rows the newest-first walk reads


class Box(NamedTuple):
    """A part of the map in degrees; `west` is greater than `east` across the date line."""

    south: float
    west: float
    north: float
    east: float

    @property
    def centre(self) -> tuple[float, float]:
        width = self.east - self.west + (0 if self.west <= self.east else 360)
        longitude = (self.west + width / 2 + 180) % 360 - 180
        return (self.south + self.north) / 2, longitude

    @property
    def bounds(self) -> Bounds:
        east = self.east if self.west <= self.east else self.east + 360
        return Bounds(self.south, self.north, spans(self.west, east))


@dataclass(frozen=True)
class Where:
    """From where distances are measured, and which part of the world is searched."""

    latitude: float  # degrees, of the centre of a cell
    longitude: float
    km: float | None = None  # radius; None: any distance
    country: str = ""  # code
    region: int | None = None
    box: Box | None = None
    cell: int | None = None
    near_home: bool = True  # whether the centre lies in the country or the region

    @classmethod
    def of_box(cls, box: Box) -> "Where":
        """From its middle; every corner is within the radius."""
        middle = box.centre
        corners = [(lat, lng) for lat in (box.south, box.north) for lng in (box.west, box.east)]
        km = max(great_circle_km(*middle, *corner) for corner in corners)
        # The sides of a box are no great circles: a wide one bulges out over its corners.
        return cls(*middle, km=None if km > WIDE_BOX_KM else km * BULGE, box=box)


@dataclass(frozen=True)
class Wanted:
    """Who is looked for, by whom."""

    member: UUID  # who asks: never found, nor whom they do not meet
    community: str
    where: Where
    # One facet of each group. The order of the groups says nothing.
    groups: tuple[frozenset[int], ...] = ()
    newest_first: bool = False


class Found(NamedTuple):
    """One hit: the profile, how far (centre to centre), and its area."""

    profile: int
    km: float
    cell: int
    latitude: float
    longitude: float
    wording: str
    place: str
    facets: tuple[int, ...] = ()


def find(wanted: Wanted, *, with_facets: bool = False) -> list[Found]:
    """Give the first MOST + 1 of those wanted, in order. One query."""
    statement = statements.unseen(wanted.member, wanted.community) + SQL(statements.HITS).format(
        parts=_parts(wanted),
        most=Literal(MOST + 1),
        facets=SQL(
            ", (select f.facets from members_listing f where f.profile_id = z.profile_id)"
            if with_facets
            else ""
        ),
        order=_order(wanted),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [Found(*row) for row in cursor.fetchall()]


def count_each(questions: list[Wanted]) -> list[int]:
    """Give how many each would find, MOST + 1 for more. One query; all are one member's."""
    if not questions:
        return []
    asker = statements.unseen(questions[0].member, questions[0].community)
    each = [
        SQL(statements.COUNT).format(parts=_parts(wanted), most=Literal(MOST + 1))
        for wanted in questions
    ]
    with connection.cursor() as cursor:
        cursor.execute(asker + SQL("select ") + SQL(", ").join(each))
        return list(cursor.fetchone())


def page_of(found: list[Found], asked: str) -> Page:
    """Give the page asked for; for nonsense the first, beyond the end the last."""
    paginator = Paginator(found[:MOST], PER_PAGE)
    try:
        number = int(asked)
    except ValueError:
        number = 1
    return paginator.page(max(1, min(number, paginator.num_pages)))


def _parts(wanted: Wanted) -> Composable:
    """Choose how to ask."""
    known = counts()
    where = wanted.where
    groups = [*wanted.groups, *_of_the_place(where)]
    around = _narrowing(where)
    if around:
        people = known.expected(wanted.community, [around])
        narrowed = [*groups, around]
        if people >= FEW_AROUND and _expected(known, wanted, narrowed) < RARE_AROUND:
            return _rare(wanted, narrowed)
        if wanted.newest_first:
            return _rare(wanted, narrowed) if people < RARE else _newest(wanted, narrowed)
        return _walk(wanted)
    few = _expected(known, wanted, groups) < RARE
    if few and known.everybody(wanted.community) > FEW_AROUND:
        return _rare(wanted, groups)
    return _newest(wanted, groups) if wanted.newest_first else _walk(wanted)


def _of_the_place(where: Where) -> list[frozenset[int]]:
    groups = []
    if where.country:
        groups.append(frozenset([facets.country(where.country)]))
    if where.region is not None:
        groups.append(frozenset([facets.region(where.region)]))
    return groups


def _narrowing(where: Where) -> frozenset[int]:
    """Give the large cells that hold the whole circle or box; none where they are too many."""
    km = where.km
    if where.cell is not None:
        return frozenset([facets.area(where.cell)])
    if km is None or km > NARROWED_KM:
        return frozenset()
    return frozenset(facets.areas_within(where.latitude, where.longitude, km))


def _expected(known: Counts, wanted: Wanted, groups: Iterable[frozenset[int]]) -> float:
    return known.expected(wanted.community, groups, wanted.where.country)


def _walk(wanted: Wanted) -> Composable:
    where = wanted.where
    edges = _rings(where)
    return statements.one_after_another(
        [
            SQL(statements.WALK).format(
                km=statements.km(where.latitude, where.longitude),
                cells=_cells(where, outer),
                ring=statements.ring(inner, outer),
                community=Literal(wanted.community),
                conditions=statements.conditions(_rarest_first(wanted, wanted.groups)),
                most=Literal(MOST + 1),
            )
            for inner, outer in zip([None, *edges], [*edges, where.km], strict=True)
        ]
    )


def _rings(where: Where) -> list[float]:
    """Give the distances at which the walk pauses; none where all cells are known beforehand."""
    if where.cell is not None or not where.near_home:
        return []
    return [edge for edge in RINGS_KM if where.km is None or edge < where.km]


def _rare(
    wanted: Wanted, groups: list[frozenset[int]], only: Composable | None = None
) -> Composable:
    where = wanted.where
    conditions = statements.conditions(_rarest_first(wanted, groups))
    rare = SQL(statements.RARE).format(
        km=statements.km(where.latitude, where.longitude),
        cells=_cells(where, None),
        ring=statements.ring(None, where.km),
        community=Literal(wanted.community),
        conditions=statements.all_of([conditions, only]) if only else conditions,
        order=_order(wanted),
        most=Literal(MOST + 1),
    )
    return statements.one_after_another([rare])


def _newest(wanted: Wanted, groups: list[frozenset[int]]) -> Composable:
    where = wanted.where
    part = statements.equal("l.country", where.country) if where.country else TRUE
    walk = SQL(statements.NEWEST).format(
        km=statements.km(where.latitude, where.longitude),
        cells=_cells(where, None),
        ring=statements.ring(None, where.km),
        community=Literal(wanted.community),
        part=part,
        conditions=statements.conditions(_rarest_first(wanted, groups)),
        bound=Literal(BOUND),
        most=Literal(MOST + 1),
    )
    beyond = SQL(statements.BEYOND).format(
        community=Literal(wanted.community), part=part, last=Literal(BOUND - 1)
    )
    return statements.one_after_another([walk, _rare(wanted, groups, beyond)])


def _cells(where: Where, km: float | None) -> Composable:
    """Say which cells belong to the place; `km` adds the box around the circle."""
    asked = []
    if where.cell is not None:
        asked.append(statements.equal("c.id", where.cell))
    if where.country:
        asked.append(statements.equal("c.country_id", where.country))
    if where.region is not None:
        asked.append(statements.equal("c.region_id", where.region))
    if where.box:
        asked.append(statements.within(where.box.bounds))
    if km is not None and where.cell is None:
        asked.append(statements.within(Bounds.around(where.latitude, where.longitude, km)))
    return statements.all_of(asked)


def _rarest_first(wanted: Wanted, groups: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    """The first to say no spares the rest."""
    known = counts()
    return sorted(groups, key=lambda group: known.of(wanted.community, group))


def _order(wanted: Wanted) -> Composable:
    return NEWEST_FIRST if wanted.newest_first else NEAREST_FIRST
