"""From a point to the cell of the world grid that is kept instead of it.

The point itself goes no further than this module: it is never stored, logged or put into a
message, and whatever is computed later is computed from the cell.
"""

import re
from collections.abc import Container, Iterable

import h3.api.basic_int as h3
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from members.places.models import (
    WIDTHS_KM,
    Cell,
    CellPopulation,
    Town,
    Wording,
)
from members.places.naming import town_to_name_empty_cell
from members.places.settling import NARROWEST, hides, narrowest_at, upwards

DECIMALS = 2  # about a kilometre: what the browser sends, and all the server looks at
HIGHEST_LATITUDE = 84  # degrees; the map ends there, and so does the life of people
BATCH = 10_000
H3_INDEX = re.compile(r"[0-9a-f]{15}")


class NotAPlace(Exception):
    """What was sent is no place on earth; the text is a sentence for the person who sent it."""


class Width(models.TextChoices):
    """How wide an area the member asks for; it may become wider, never narrower."""

    TOWN = "town", _("A town: 7 km (4 miles)")
    WIDER = "wider", _("Wider: 20 km (12 miles)")
    REGION = "region", _("A region: 50 km (30 miles)")

    @property
    def resolution(self) -> int:
        return {Width.TOWN: 6, Width.WIDER: 5, Width.REGION: 4}[self]


Point = tuple[float, float]  # latitude and longitude in degrees


@sensitive_variables()
def coarsen(latitude: float, longitude: float) -> Point:
    """Give the point with two decimals, inside the map.

    Raises:
        NotAPlace: for anything but two numbers of degrees.
    """
    if not (is_degrees(latitude, 90) and is_degrees(longitude, 180)):
        raise NotAPlace(_("This is not a place on the map. Please choose another one."))
    inside = max(-HIGHEST_LATITUDE, min(HIGHEST_LATITUDE, latitude))
    return round(inside, DECIMALS) + 0.0, round(longitude, DECIMALS) + 0.0  # + 0.0: no minus zero


@sensitive_variables()
def is_degrees(value: object, limit: int) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and abs(value) <= limit  # which NaN and infinity are not


@sensitive_variables()
def preview(latitude: float, longitude: float, width: Width = Width.TOWN) -> Cell:
    """Give the cell others would see, without storing it.

    Raises:
        NotAPlace: for a point that is none.
    """
    candidates = candidates_for(coarsen(latitude, longitude))
    hiding = cells_that_hide(CellPopulation.objects.filter(cell__in=candidates))
    return cell_of_index(area_among(candidates, hiding, width))


@sensitive_variables()
def cell_for(latitude: float, longitude: float, width: Width = Width.TOWN) -> Cell:
    """Give the stored cell of a point, always the same for the same input.

    Raises:
        NotAPlace: for a point that is none.
    """
    return store(preview(latitude, longitude, width))


def preview_town(town_id: int, width: Width = Width.TOWN) -> Cell:
    town = Town.objects.filter(pk=town_id).first()
    if town is None:
        raise NotAPlace(_("We do not know this town. Please choose one from the list."))
    return preview(town.latitude, town.longitude, width)


def width_of(cell: Cell) -> Width:
    """The width somebody with this cell may have asked for; cells widened by themselves count as region."""
    return {6: Width.TOWN, 5: Width.WIDER}.get(cell.resolution, Width.REGION)


def widened(cell: Cell, width: Width) -> Cell:
    """Give the area of somebody who has this one and asks for `width`: never a narrower one."""
    if width.resolution >= width_of(cell).resolution:
        return cell
    return preview(cell.latitude, cell.longitude, width)


def preview_h3(text: str) -> Cell:
    """Give the cell a script names by its H3 index, to be looked at: the area somebody has, in which
    a newer gazetteer may know fewer people than our rule asks for.

    Raises:
        NotAPlace: for what is no cell of a width we offer.
    """
    return cell_of_index(index_of(text))


def index_of(text: str) -> int:
    index = int(text, 16) if H3_INDEX.fullmatch(text) else 0
    if not h3.is_valid_cell(index) or h3.get_resolution(index) not in WIDTHS_KM:
        raise NotAPlace(_("This is not an area of the map. Please choose another one."))
    return index


@sensitive_variables()
def candidates_for(point: Point) -> list[int]:
    """Give the cells of every width, narrowest first."""
    return upwards(narrowest_at(*point))


@sensitive_variables()
def area_among(candidates: list[int], hiding: Container[int], width: Width) -> int:
    """Give the narrowest cell that hides somebody, or the wider one asked for.

    Whoever asks for a wider one is first widened like everybody: in a cell 19 km wide they would not
    be hidden among the people of its towns, who are shown 7 km unless they ask for more.
    """
    narrowest = next((cell for cell in candidates if cell in hiding), candidates[-1])
    return candidates[NARROWEST - min(h3.get_resolution(narrowest), width.resolution)]


def cells_that_hide(known: QuerySet[CellPopulation]) -> set[int]:
    """Give those in which somebody is hidden among enough people."""
    rows = known.values_list("cell", "population", "crowd")
    return {cell for cell, population, crowd in rows if hides(cell, population, crowd)}


def cell_of_index(index: int) -> Cell:
    """Never read from the cells somebody chose: it would be there sooner, and so tell that somebody
    of this area is or was in Connect."""
    return describe([index])[0]


def describe(indexes: list[int]) -> list[Cell]:
    """Make the cells with their words, which depend on the cell alone. Nothing is stored."""
    named = CellPopulation.objects.select_related("named_after__region", "named_after__country")
    known = named.in_bulk(indexes)
    return [settled_cell(known[i]) if i in known else empty_cell(i) for i in indexes]


def settled_cell(known: CellPopulation) -> Cell:
    return worded(known.cell, known.population, known.named_after, Wording.AROUND)


def empty_cell(index: int) -> Cell:
    town, still_around = town_to_name_empty_cell(index)
    return worded(index, 0, town, Wording.AROUND if still_around else Wording.FAR)


def worded(index: int, population: int, town: Town | None, wording: Wording) -> Cell:
    latitude, longitude = h3.cell_to_latlng(index)
    return Cell(
        id=index,
        latitude=latitude,
        longitude=longitude,
        resolution=h3.get_resolution(index),
        population=population,
        wording=wording if town else Wording.NOWHERE,
        place=town.label if town else "",
        region_id=town.region_id if town else None,
        country_id=town.country_id if town else None,
    )


@transaction.atomic(savepoint=False)
def store(cell: Cell) -> Cell:
    """Keep a cell; when two people choose it at once, both get the one row.

    It is held until the transaction is over: in the same one somebody must be given it, as cells that
    nobody has are erased.
    """
    if not cell._state.adding:
        return cell
    held = Cell.objects.select_for_update(no_key=True).filter(pk=cell.pk)
    while True:  # again where it was erased between the two
        Cell.objects.bulk_create([cell], ignore_conflicts=True)
        if kept := held.first():
            return kept


def cells_among(points: Iterable[tuple[float, float, Width]], hiding: Container[int]) -> list[int]:
    """Give the cells of many points (latitude, longitude, width) without asking the database.

    For synthetic members. Nothing is stored: that does `store_many`.

    Args:
        hiding: the `cells_that_hide`, all of them.
    """
    return [
        area_among(candidates_for(coarsen(lat, lng)), hiding, width) for lat, lng, width in points
    ]


def store_many(indexes: set[int]) -> None:
    known = Cell.objects.filter(pk__in=indexes).values_list("id", flat=True)
    missing = sorted(indexes - set(known))
    for start in range(0, len(missing), BATCH):
        Cell.objects.bulk_create(
            describe(missing[start : start + BATCH]), ignore_conflicts=True, batch_size=2000
        )


def boundary(cell: Cell) -> list[list[float]]:
    """Give the corners in degrees, longitudes unwrapped to within 180 of the centre for drawing."""
    return [
        [latitude, longitude + 360 * round((cell.longitude - longitude) / 360)]
        for latitude, longitude in h3.cell_to_boundary(cell.id)
    ]
