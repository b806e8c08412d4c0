"""How many people live in a cell by the gazetteer, and among how many somebody shown it is hidden."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import takewhile
from math import cos, pi, radians, sin, sqrt
from typing import NamedTuple

import h3.api.basic_int as h3
from django.views.decorators.debug import sensitive_variables

from members.places.distance import KM_PER_DEGREE
from members.places.models import CROWD_NEEDED, PEOPLE_NEEDED, WIDTHS_KM
from members.places.naming import Spot, metropolises_near_cells, outshone

# The built-up ground of large cities holds 3,100 people a km² in high-income countries, 1,150 in the
# United States, 9,200 elsewhere (Demographia, World Urban Population Density by Country & Area,
# areas of more than 500,000, 2006). Who lives in a cell is reckoned by the closer, so that no country
# round a city counts as city; who lives beside it by the looser, so that no suburb counts as empty.
CLOSE, LOOSE = 9_200, 3_000  # people a km²
KM2_PER_POINT = 2  # a cell 7 km wide has some eighteen; a town of less than two points stays one
GOLDEN_ANGLE = pi * (3 - sqrt(5))
NARROWEST, WIDEST = max(WIDTHS_KM), min(WIDTHS_KM)
(IN_PARTS,) = CROWD_NEEDED  # the width of cells of which some parts are shown by themselves


class Settled(NamedTuple):
    """A cell with people in it, and the town that names it."""

    cell: int
    population: int
    crowd: int
    named_after: int


def settle(towns: Iterable[Spot]) -> Iterator[Settled]:
    """Give every cell in which people of a town live, at every width we offer."""
    largest_first = sorted(towns, key=lambda town: (-town.population, town.id))
    centres = towns_by_cell(largest_first)
    population: dict[int, int] = defaultdict(int)
    outskirts: dict[int, dict[Spot, int]] = defaultdict(lambda: defaultdict(int))
    for town in largest_first:
        for narrowest, people in ground_of(town, CLOSE).items():
            population[narrowest] += people
            for cell in takewhile(lambda cell: cell not in centres, upwards(narrowest)):
                outskirts[cell][town] += people
    for narrowest, people in list(population.items()):
        for cell in upwards(narrowest)[1:]:
            population[cell] += people
    crowd, metropolis_of = crowds(largest_first, population), metropolises_near_cells(largest_first)
    for cell, people in sorted(population.items()):
        town = centres.get(cell) or max(outskirts[cell], key=outskirts[cell].__getitem__)
        name = outshone(town, metropolis_of.get((cell, town.country)))
        yield Settled(cell, people, crowd.get(cell, 0), name.id)


def hides(cell: int, population: int, crowd: int) -> bool:
    """Whether somebody who is shown this cell is hidden among enough people."""
    width = h3.get_resolution(cell)
    return population >= PEOPLE_NEEDED.get(width, 0) and crowd >= CROWD_NEEDED.get(width, 0)


def towns_by_cell(largest_first: Iterable[Spot]) -> dict[int, Spot]:
    """Give the largest town whose centre lies in a cell."""
    found: dict[int, Spot] = {}
    for town in largest_first:
        for cell in upwards(narrowest_at(town.latitude, town.longitude)):
            found.setdefault(cell, town)
    return found


def narrowest_at(latitude: float, longitude: float) -> int:
    return h3.latlng_to_cell(latitude, longitude, NARROWEST)


@sensitive_variables()
def upwards(cell: int, resolution: int = NARROWEST) -> list[int]:
    """Give the cells of this and every greater width that belong to a cell, narrowest first.

    Each wider one is worked out from the narrowest, though H3 does not nest and a point may lie a
    little outside. Were each worked out from the point, whoever saw two widths of one person would
    know that they live where the two overlap: in the worst case a square kilometre.
    """
    return [h3.cell_to_parent(cell, wider) for wider in range(resolution, WIDEST - 1, -1)]


def ground_of(town: Spot, density: int) -> dict[int, int]:
    """Give the narrowest cells the town covers, with how many of its people live in each.

    The gazetteer has them all at the centre: the next cells of a great city would count as empty
    country. They are spread evenly over a disc round the centre, into the sea too.

    Args:
        density: people a km² of the disc.
    """
    points = max(1, town.population // (density * KM2_PER_POINT))
    share, rest = divmod(town.population, points)
    found: dict[int, int] = defaultdict(int)
    for number in range(points):
        north, east = sunflower_km(number)
        latitude = town.latitude + north / KM_PER_DEGREE
        longitude = town.longitude + east / (KM_PER_DEGREE * cos(radians(town.latitude)))
        found[narrowest_at(latitude, longitude)] += share + (number < rest)
    return found


@cache
def sunflower_km(number: int) -> tuple[float, float]:
    """Give how far north and east of the centre a point lies, the first at it.

    Seeds of a sunflower stand so: as many as there are cover a disc evenly, and the next ones go
    round it (H. Vogel, A better way to construct the sunflower head, 1979).
    """
    radius, angle = sqrt(number * KM2_PER_POINT / pi), number * GOLDEN_ANGLE
    return radius * cos(angle), radius * sin(angle)


def crowds(towns: Iterable[Spot], population: dict[int, int]) -> dict[int, int]:
    """Give for each cell among how many people somebody is hidden who is shown no narrower one.

    In a cell 19 km wide those do not count who are shown one of 7 km: whoever is widened into it lives
    where they do not. In all others everybody does. In one of 49 km as well: 1,000 are less than one
    for a km², and outside the towns more live than the gazetteer knows.
    """
    crowd = {cell: people for cell, people in population.items() if not in_parts(cell)}
    for town in towns:
        for narrowest, people in ground_of(town, LOOSE).items():
            if population.get(narrowest, 0) < PEOPLE_NEEDED[NARROWEST]:
                wider = h3.cell_to_parent(narrowest, IN_PARTS)
                crowd[wider] = crowd.get(wider, 0) + people
    return crowd


def in_parts(cell: int) -> bool:
    return h3.get_resolution(cell) == IN_PARTS
