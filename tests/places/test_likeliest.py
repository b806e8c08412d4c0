"""Which of several places of one name is meant."""

import pytest

from members.places.likeliest import Nearness, in_full
from members.places.meanings import Kind, Meaning
from members.places.models import Country, Region, Town

SENEGAL, STATES = Country(code="SN", name="Senegal"), Country(code="US", name="United States")
OWN_REGION = Region(id=1, name="Saint-Louis", normalised="saint louis", country=SENEGAL)
IN_ITS_REGION = Town(
    id=1, name="Saint-Louis", country=SENEGAL, region=OWN_REGION, population=237_000,
    latitude=16.0, longitude=-16.5,
)  # fmt: skip
MISSOURI = Town(
    id=2, name="St. Louis", country=STATES, population=302_000, latitude=38.6, longitude=-90.2
)


@pytest.mark.parametrize(("country", "meant"), [("US", MISSOURI), ("SN", IN_ITS_REGION)])
def test_a_city_at_home_comes_before_one_abroad_in_a_region_of_its_name(
    country: str, meant: Town
) -> None:
    called = [
        Meaning(Kind.REGION, OWN_REGION, "saint louis"),
        Meaning(Kind.TOWN, IN_ITS_REGION, "saint louis", IN_ITS_REGION.population),
        Meaning(Kind.TOWN, MISSOURI, "saint louis", MISSOURI.population // 8),
    ]

    found = in_full(called, [("saint louis", [])], Nearness(country=country))

    assert found[0].place == meant
