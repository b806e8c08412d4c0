"""The order of those found, where it is not that of the query."""

from members.models import Listing
from members.places.distance import great_circle_km
from members.places.models import Cell
from members.statements import AnyOf
from search.wanted import Found


def most_in_common_first(found: list[Found], shared: set[int]) -> list[Found]:
    """Order hits by what their search rows have in common; equals keep the order they had. One query.

    Args:
        found: hits, the nearest or the newest first.
        shared: the facets that are something in common (Viewer.shared_facets).
    """
    rows = Listing.objects.filter(AnyOf(hit.profile for hit in found))
    facets = dict(rows.values_list("pk", "facets"))
    return sorted(found, key=lambda hit: -len(shared.intersection(facets.get(hit.profile, ()))))


def measured_from(home: Cell, found: list[Found]) -> list[Found]:
    """Give the same hits with their distance from home."""
    here = (home.latitude, home.longitude)
    return [hit._replace(km=great_circle_km(*here, hit.latitude, hit.longitude)) for hit in found]


def nearest_first(found: list[Found]) -> list[Found]:
    """Order as the query does."""
    return sorted(found, key=lambda hit: (hit.km, hit.cell, -hit.profile))
