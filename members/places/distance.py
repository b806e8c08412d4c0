"""How far two areas are from each other, and how much of that is said."""

from dataclasses import dataclass
from math import asin, cos, pi, radians, sin, sqrt

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.places.models import KM_PER_MILE, Cell

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG
HALF_ROUND_KM = pi * EARTH_RADIUS_KM  # nothing is farther
KM_PER_DEGREE = 111.19  # of latitude
WHOLE_ROUND = ((-180, 180),)  # every longitude
STEPS = (10, 25, 50, 100, 250, 500)
# Where road signs are in miles.
COUNTRIES_WITH_MILES = frozenset({"AS", "GB", "GG", "GU", "IM", "JE", "LR", "MP", "PR", "US", "VI"})


class Unit(models.TextChoices):
    KM = "km", gettext_lazy("kilometres")
    MILES = "mi", gettext_lazy("miles")

    @classmethod
    def of(cls, country: str | None) -> "Unit":
        return cls.MILES if country in COUNTRIES_WITH_MILES else cls.KM

    def to_km(self, distance: float) -> float:
        return distance * KM_PER_MILE if self is Unit.MILES else distance

    def from_km(self, km: float) -> float:
        return km / KM_PER_MILE if self is Unit.MILES else km


def great_circle_km(lat_a: float, lng_a: float, lat_b: float, lng_b: float) -> float:
    """Give the distance of two points in degrees by the haversine formula."""
    north = sin(radians(lat_b - lat_a) / 2) ** 2
    east = sin(radians(lng_b - lng_a) / 2) ** 2
    return km_of(2 * (north + cos(radians(lat_a)) * cos(radians(lat_b)) * east))


def versine(km: float) -> float:
    """Give 1 - cos of the angle so many km span, seen from the middle of the earth: twice its haversine.
    It grows with the distance, to 2 half way round, and is all a database needs to compare two."""
    return 2 * sin(min(km, HALF_ROUND_KM) / EARTH_RADIUS_KM / 2) ** 2


def km_of(versine: float) -> float:
    """The other way. Rounding may lift the versine of two opposite points a hair above 2."""
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(versine / 2)))


@dataclass(frozen=True)
class Bounds:
    """A box of degrees; two spans of longitude where it lies across the date line."""

    south: float
    north: float
    spans: tuple[tuple[float, float], ...]  # (west, east)

    @classmethod
    def around(cls, latitude: float, longitude: float, km: float) -> "Bounds":
        """Give a box that holds everything within so many km of a point, at the poles too."""
        south, north = latitude - km / KM_PER_DEGREE, latitude + km / KM_PER_DEGREE
        furthest_from_equator = max(abs(south), abs(north))
        if furthest_from_equator >= 89:
            return cls(south, north, WHOLE_ROUND)
        half = km / (KM_PER_DEGREE * cos(radians(furthest_from_equator)))
        if half >= 180:
            return cls(south, north, WHOLE_ROUND)
        return cls(south, north, spans(longitude - half, longitude + half))


def spans(west: float, east: float) -> tuple[tuple[float, float], ...]:
    """Part a span that reaches over the date line into two."""
    if west < -180:
        return (west + 360, 180), (-180, east)
    if east > 180:
        return (west, 180), (-180, east - 360)
    return ((west, east),)


def distance_km(one: Cell, other: Cell) -> float:
    """Give the distance from centre to centre: nothing finer than the cells can be told from it."""
    return great_circle_km(one.latitude, one.longitude, other.latitude, other.longitude)


def distance_words(km: float, unit: Unit = Unit.KM) -> str:
    """Say a distance in steps ("under 25 km"), never exactly."""
    distance = unit.from_km(km)
    step = next((step for step in STEPS if distance < step), None)
    if unit is Unit.MILES:
        return _("under %d miles") % step if step else _("over %d miles") % STEPS[-1]
    return _("under %d km") % step if step else _("over %d km") % STEPS[-1]
