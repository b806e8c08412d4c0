"""The nearest first: the one place where a search meets the database.

Everything is measured between the centres of two cells, so whoever lives in one cell is at one
distance, and order within a cell is that of the ids. Two pins in one cell give the same answer to
every question.

How it is read: the box around the centre comes out of the index on the cells' latitude and
longitude, the profiles of each cell out of `profile_in_cell` (community, cell), the filters ask the
answers by their index on the profile. 501 rows are the count (up to "more than 500"), all twenty
pages and the map at once, so page 20 costs what page 1 does.
"""

from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import F, FloatField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import ASin, Cos, Least, Radians, Sin, Sqrt

from members.models.profile import ProfileQuerySet
from members.places.distance import EARTH_RADIUS_KM
from members.places.models import Cell
from members.places.naming import box
from search.place import Place

MOST = 500  # people; beyond, the count says "more than"
PER_PAGE = 25


class Found(NamedTuple):
    """One hit: the profile, how far (centre to centre), and its area."""

    profile: int
    km: float
    cell: int
    latitude: float
    longitude: float
    wording: str
    place: str


def nearest(profiles: ProfileQuerySet, centre: Place, km: float) -> list[Found]:
    """Give the nearest MOST + 1 of the profiles within so many km, nearest first. One query."""
    rows = within(profiles, centre, km).order_by("km", "pk").values_list(
        "pk", "km", "cell_id", "cell__latitude", "cell__longitude", "cell__wording", "cell__place"
    )  # fmt: skip
    return [Found(*row) for row in rows[: MOST + 1]]


def within(profiles: ProfileQuerySet, centre: Place, km: float) -> ProfileQuerySet:
    around = Cell.objects.filter(box(centre.latitude, centre.longitude, km))
    return profiles.filter(cell__in=around).annotate(km=km_from(centre)).filter(km__lte=km)


def km_from(centre: Place) -> Combinable:
    """Give the SQL of the great-circle distance to a profile's cell, by the haversine formula."""
    latitude, longitude = F("cell__latitude"), F("cell__longitude")
    north = squared_half_sine(latitude - constant(centre.latitude))
    east = squared_half_sine(longitude - constant(centre.longitude))
    chord = north + Cos(Radians(constant(centre.latitude))) * Cos(Radians(latitude)) * east
    # Rounding may lift the chord of two opposite points a hair above 1, where asin has no value.
    return constant(2 * EARTH_RADIUS_KM) * ASin(Least(constant(1.0), Sqrt(chord)))


def squared_half_sine(degrees: Combinable) -> Combinable:
    half = Sin(Radians(degrees) / constant(2.0))
    return half * half


def constant(value: float) -> Value:
    return Value(value, output_field=FloatField())


def page_of(found: list[Found], asked: str) -> Page:
    """Give the page asked for; for nonsense the first, beyond the end the last."""
    paginator = Paginator(found[:MOST], PER_PAGE)
    try:
        number = int(asked)
    except ValueError:
        number = 1
    return paginator.page(max(1, min(number, paginator.num_pages)))
