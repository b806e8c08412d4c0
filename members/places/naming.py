"""Which town gives a cell its name. Decided from the cell alone, never from the pin in it."""

from collections.abc import Iterable, Iterator
from math import sqrt
from typing import NamedTuple

import h3.api.basic_int as h3
from django.db.models import Q

from members.places.distance import Bounds, great_circle_km
from members.places.models import WIDTHS_KM, Town

EDGES_KM = {
    resolution: h3.average_hexagon_edge_length(resolution, "km") for resolution in WIDTHS_KM
}
# A city so large and so much larger names the cells around it: "around London" tells a stranger
# more, and a searcher less, than the name of a suburb.
METROPOLIS = 500_000
TIMES_LARGER = 8
METROPOLIS_REACH = 3  # edge lengths of the cell
# How far from the centre of an empty cell a town is looked for, in edge lengths: first near by.
SEARCH_RINGS = (2.2, 5, 12)
STILL_AROUND = 2.5


class Spot(NamedTuple):
    """A town as this module needs it."""

    id: int
    latitude: float  # degrees
    longitude: float
    population: int
    country: str


def outshone(town: Spot, metropolis: Spot | None) -> Spot:
    """Give the town that names a cell in which `town` is the one to name it, near this metropolis."""
    if metropolis is not None and metropolis.population >= TIMES_LARGER * town.population:
        return metropolis
    return town


def metropolises_near_cells(largest_first: Iterable[Spot]) -> dict[tuple[int, str], Spot]:
    """Give the largest city of METROPOLIS people within reach of a cell's centre, by country: no
    area is named after a city across a border."""
    found: dict[tuple[int, str], Spot] = {}
    for city in largest_first:
        if city.population < METROPOLIS:
            break
        for cell in cells_in_reach(city):
            found.setdefault((cell, city.country), city)
    return found


def cells_in_reach(city: Spot) -> Iterator[int]:
    for resolution, edge in EDGES_KM.items():
        home = h3.latlng_to_cell(city.latitude, city.longitude, resolution)
        for cell in h3.grid_disk(home, METROPOLIS_REACH):
            centre = h3.cell_to_latlng(cell)
            if great_circle_km(*centre, city.latitude, city.longitude) <= METROPOLIS_REACH * edge:
                yield cell


def town_to_name_empty_cell(cell: int) -> tuple[Town | None, bool]:
    """Give the town that names a cell without one, and whether it is still around it.

    The largest and nearest, by sqrt(population) / (distance + edge). None in the open sea.
    """
    latitude, longitude = h3.cell_to_latlng(cell)
    edge = EDGES_KM[h3.get_resolution(cell)]
    for ring in SEARCH_RINGS:
        towns = towns_within(latitude, longitude, ring * edge)
        if towns:
            km, town = max(towns, key=lambda near: (pull(near, edge), -near[1].id))
            return town, km < STILL_AROUND * edge
    return None, False


def pull(near: tuple[float, Town], edge: float) -> float:
    km, town = near
    return sqrt(town.population) / (km + edge)


def towns_within(latitude: float, longitude: float, km: float) -> list[tuple[float, Town]]:
    towns = Town.objects.filter(box(latitude, longitude, km)).select_related("region", "country")
    measured = [
        (great_circle_km(latitude, longitude, town.latitude, town.longitude), town)
        for town in towns
    ]
    return [near for near in measured if near[0] <= km]


def box(latitude: float, longitude: float, km: float) -> Q:
    """Give the condition for a box around a point, across the date line and at the poles too."""
    bounds = Bounds.around(latitude, longitude, km)
    sides = Q(*(Q(longitude__range=span) for span in bounds.spans), _connector=Q.OR)
    return Q(latitude__range=(bounds.south, bounds.north)) & sides
