from math import cos

import h3
import pytest
from django.utils import translation

from members.places.distance import (
    EARTH_RADIUS_KM,
    HALF_ROUND_KM,
    Unit,
    distance_km,
    distance_words,
    great_circle_km,
    km_of,
    versine,
)
from members.places.models import Cell


def cell_at(latitude: float, longitude: float) -> Cell:
    return Cell(latitude=latitude, longitude=longitude)


def test_the_distance_is_that_of_the_centres() -> None:
    london, paris = cell_at(51.5, -0.12), cell_at(48.86, 2.35)

    assert round(distance_km(london, paris)) == 342
    assert distance_km(london, paris) == distance_km(paris, london)
    assert distance_km(london, london) == 0


@pytest.mark.parametrize(
    ("one", "other"), [((0, 179.9), (0, -179.9)), ((90, 0), (90, 120)), ((0, 0), (0, 180)), ((84, 180), (-84, 0))]
)  # fmt: skip
def test_the_distance_agrees_with_h3_everywhere(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    assert great_circle_km(*one, *other) == pytest.approx(
        h3.great_circle_distance(one, other), rel=1e-4, abs=1e-6
    )


@pytest.mark.parametrize("km", [0, 0.001, 7.3, 160, 6_371, 20_015])
def test_a_versine_stands_for_a_distance(km: float) -> None:
    """1 - cos of the angle, which for a near one has no digits left."""
    assert km_of(versine(km)) == pytest.approx(km, rel=1e-9)
    assert versine(km) == pytest.approx(1 - cos(km / EARTH_RADIUS_KM), abs=1e-15)


def test_half_way_round_is_the_farthest() -> None:
    assert versine(HALF_ROUND_KM) == versine(10**9) == 2
    assert km_of(2.0000000000000004) == HALF_ROUND_KM


@pytest.mark.parametrize(
    ("km", "words"),
    [(0, "under 10 km"), (9.99, "under 10 km"), (10, "under 25 km"), (49, "under 50 km"),
     (99, "under 100 km"), (100, "under 250 km"), (499.9, "under 500 km"), (500, "over 500 km"),
     (20_000, "over 500 km")],
)  # fmt: skip
def test_a_distance_is_said_in_steps(km: float, words: str) -> None:
    assert distance_words(km) == words


@pytest.mark.parametrize(
    ("km", "words"), [(16, "under 10 miles"), (16.1, "under 25 miles"), (805, "over 500 miles")]
)
def test_miles_have_the_same_steps(km: float, words: str) -> None:
    assert distance_words(km, Unit.MILES) == words


def test_the_unit_follows_the_country() -> None:
    units = [Unit.of(country) for country in ("US", "GB", "DE", "", None)]

    assert units == [Unit.MILES, Unit.MILES, Unit.KM, Unit.KM, Unit.KM]


def test_miles_become_km_and_back() -> None:
    assert Unit.MILES.to_km(100) == pytest.approx(160.9344)
    assert Unit.MILES.from_km(160.9344) == pytest.approx(100)
    assert Unit.KM.to_km(100) == Unit.KM.from_km(100) == 100


def test_numbers_are_grouped_as_the_language_does() -> None:
    cell = Cell(resolution=6, population=28_540)

    with translation.override("en"):
        assert cell.detail == "An area about 7 km (4 miles) across, home to about 29,000 people."
