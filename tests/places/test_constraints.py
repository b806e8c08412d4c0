"""Every constraint of the app, broken on purpose."""

from collections.abc import Callable
from typing import Any

import h3.api.basic_int as h3
import pytest
from django.db import IntegrityError

from members.places.models import (
    Cell,
    CellPopulation,
    Country,
    LoadedGazetteer,
    Region,
    Town,
    Wording,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def country() -> Country:
    return Country.objects.create(code="US", name="United States", normalised="united states")


@pytest.fixture
def region(country: Country) -> Region:
    return Region.objects.create(country=country, code="MA", name="Massachusetts", normalised="ma")


@pytest.fixture
def make_cell(country: Country) -> Callable[..., Cell]:
    def make(**changed: Any) -> Cell:
        index = changed.pop("id", h3.latlng_to_cell(42.33, -72.64, 6))
        latitude, longitude = h3.cell_to_latlng(index)
        fields = {
            "latitude": latitude,
            "longitude": longitude,
            "resolution": h3.get_resolution(index),
            "population": 29_000,
            "wording": Wording.AROUND,
            "place": "Northampton, Massachusetts, United States",
            "country": country,
        }
        return Cell.objects.create(id=index, **(fields | changed))

    return make


def make_town(**changed: Any) -> Town:
    fields = {"id": 1, "name": "Northampton", "latitude": 42.3, "longitude": -72.6,
              "country_id": "US", "population": 28_000}  # fmt: skip
    return Town.objects.create(**(fields | changed))


def test_a_sound_cell_is_accepted(make_cell: Callable[..., Cell]) -> None:
    assert make_cell().words == "around Northampton, Massachusetts, United States"


@pytest.mark.parametrize(
    ("constraint", "changed"),
    [
        ("cell_centre_lies_on_earth", {"latitude": 90.1}),
        ("cell_centre_lies_on_earth", {"longitude": -180.1}),
        ("cell_centre_lies_on_earth", {"latitude": float("nan")}),
        ("cell_is_of_a_width_we_offer", {"id": h3.latlng_to_cell(42.33, -72.64, 7)}),
        ("cell_is_of_a_width_we_offer", {"id": h3.latlng_to_cell(42.33, -72.64, 2)}),
        ("cell_resolution_is_that_of_its_index", {"resolution": 5}),
        ("cell_holds_enough_people_for_its_width", {"population": 4_999}),
        (
            "cell_holds_enough_people_for_its_width",
            {"id": h3.latlng_to_cell(42.33, -72.64, 5), "population": 4_999},
        ),
        (
            "cell_holds_enough_people_for_its_width",
            {"id": h3.latlng_to_cell(42.33, -72.64, 4), "population": 999},
        ),
        (
            "cell_holds_enough_people_for_its_width",
            {"id": h3.latlng_to_cell(42.33, -72.64, 3), "population": -1},
        ),
        ("cell_names_a_place_unless_there_is_none", {"place": ""}),
        ("cell_names_a_place_unless_there_is_none", {"country": None}),
        ("cell_names_a_place_unless_there_is_none", {"wording": "near"}),
        ("cell_names_a_place_unless_there_is_none", {"wording": Wording.NOWHERE}),
    ],
)
def test_a_cell_that_cannot_be_is_refused(
    make_cell: Callable[..., Cell], constraint: str, changed: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        make_cell(**changed)


def test_a_cell_with_a_region_has_a_country(make_cell: Callable[..., Cell], region: Region) -> None:
    with pytest.raises(IntegrityError, match="cell_with_a_region_has_a_country"):
        make_cell(wording=Wording.NOWHERE, place="", country=None, region=region)


@pytest.mark.parametrize("code", ["us", "U", "U1", ""])
def test_a_country_code_is_two_capital_letters(code: str) -> None:
    with pytest.raises(IntegrityError, match="country_code_is_two_capital_letters"):
        Country.objects.create(code=code, name="Somewhere", normalised="somewhere")


def test_a_region_is_once_in_its_country(region: Region) -> None:
    with pytest.raises(IntegrityError, match="region_once_per_country"):
        Region.objects.create(country=region.country, code="MA", name="Other", normalised="other")


@pytest.mark.parametrize("changed", [{"latitude": -91}, {"longitude": 181}])
def test_a_town_lies_on_earth(country: Country, changed: dict[str, int]) -> None:
    with pytest.raises(IntegrityError, match="town_lies_on_earth"):
        make_town(**changed)


def test_a_town_is_inhabited(country: Country) -> None:
    with pytest.raises(IntegrityError, match="town_is_inhabited"):
        make_town(population=0)


def test_a_cell_population_has_people(country: Country) -> None:
    with pytest.raises(IntegrityError, match="cell_population_has_people"):
        CellPopulation.objects.create(cell=1, population=0, crowd=0, named_after=make_town())


def test_a_crowd_is_of_people(country: Country) -> None:
    with pytest.raises(IntegrityError, match="cell_crowd_is_of_people"):
        CellPopulation.objects.create(cell=1, population=1, crowd=-1, named_after=make_town())


def test_one_gazetteer_is_loaded() -> None:
    with pytest.raises(IntegrityError, match="one_gazetteer_is_loaded"):
        LoadedGazetteer.objects.create(id=2, version="another")
