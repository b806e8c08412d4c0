"""The same hits as the list, as areas for the map: never a person, never a point.

templates/search/map_data.html writes both into the page, static/map/areas.js draws them.
"""

from collections import Counter
from collections.abc import Callable
from functools import lru_cache

from django.utils.translation import get_language

from members.places.area import boundary
from members.places.models import Cell
from search.wanted import MOST, Found, Where

FEW = 5  # people; fewer are not counted out loud on the map
DECIMALS = 4  # of a degree: ten metres, sharp at every zoom of the map


def areas(found: list[Found], url_of: Callable[[str], str]) -> list[dict[str, object]]:
    """Give {cell, boundary, centre, count, label, url} for every area with somebody in it.

    Args:
        found: the hits of the search.
        url_of: gives the address that lists the people of a cell (its H3 index as text).
    """
    listed, language = found[:MOST], get_language()
    people = Counter(hit.cell for hit in listed)
    cells = {hit.cell: hit for hit in listed}.values()
    return [_area(hit, language, people[hit.cell], url_of) for hit in cells]


def searched(where: Where) -> dict[str, object]:
    """Give where was looked: {centre, km} of a circle, {box} of a part of the map, or neither."""
    if where.box:
        return {"box": list(where.box)}
    if where.km is None:
        return {}
    centre = _rounded([where.latitude, where.longitude])
    return {"centre": centre, "km": round(where.km, 1)}


def _area(
    hit: Found, language: str | None, people: int, url_of: Callable[[str], str]
) -> dict[str, object]:
    known = _known(hit.cell, hit.latitude, hit.longitude, hit.wording, hit.place, language)
    return known | {
        "count": people if people >= FEW else None,  # the map says "few"
        "url": url_of(known["cell"]),
    }


# Most of the time of a map goes into shapes and labels, and a cell has the same for ever in one language.
@lru_cache(maxsize=5_000)
def _known(
    index: int, latitude: float, longitude: float, wording: str, place: str, _language: str | None
) -> dict[str, object]:
    cell = Cell(id=index, latitude=latitude, longitude=longitude, wording=wording, place=place)
    return {
        "label": cell.words,
        "cell": cell.h3,
        "centre": _rounded([cell.latitude, cell.longitude]),
        "boundary": [_rounded(corner) for corner in boundary(cell)],
    }


def _rounded(point: list[float]) -> list[float]:
    return [round(degrees, DECIMALS) for degrees in point]
