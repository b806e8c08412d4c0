"""What is offered while somebody types into the place field of the search."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.communities import TWP
from members.models import Member
from members.places import gazetteer
from tests.places.known_towns import load_known_towns

pytestmark = pytest.mark.django_db

SUGGEST = reverse("search:suggest", args=[TWP])


@pytest.fixture(autouse=True)
def towns() -> None:
    load_known_towns()


@pytest.fixture
def offered(ana: Member, signed_in: Callable[[Member], Client]) -> Callable[[str], list[str]]:
    """What is offered to Ana, who lives in Northampton, Massachusetts."""
    client = signed_in(ana)

    def labels(typed: str) -> list[str]:
        places = client.get(SUGGEST, {"typed": typed}).json()["places"]
        return [place["label"] for place in places]

    return labels


def test_countries_regions_and_towns_are_offered(offered: Callable[[str], list[str]]) -> None:
    assert offered("germ") == ["Germany"]
    assert offered("bayer") == ["Bavaria, Germany"]
    assert offered("georgia") == ["Georgia, United States", "Georgia (country)"]
    assert offered("lux") == ["Luxembourg", "Luxembourg (region)", "Luxembourg (town)"]


def test_what_is_near_comes_first(offered: Callable[[str], list[str]]) -> None:
    assert offered("springfield")[0] == "Springfield, Massachusetts, United States"
    assert offered("port")[:2] == [
        "Portugal",
        "Portland, Maine, United States",
    ]


@pytest.mark.parametrize("typed", ["KÖLN", "koln", "Cologne", "кёльн"])
def test_accents_and_languages_make_no_difference(
    offered: Callable[[str], list[str]], typed: str
) -> None:
    assert offered(typed)[0] == "Köln, North Rhine-Westphalia, Germany"


def test_one_letter_offers_nothing(offered: Callable[[str], list[str]]) -> None:
    assert offered("g") == []


def test_a_postal_code_gets_a_sentence(ana: Member, signed_in: Callable[[Member], Client]) -> None:
    found = signed_in(ana).get(SUGGEST, {"typed": "SW1A 1AA"}).json()

    assert found == {"places": [], "note": str(gazetteer.TYPE_THE_TOWN)}


def test_typing_takes_three_queries(ana: Member, signed_in: Callable[[Member], Client]) -> None:
    client = signed_in(ana)
    with CaptureQueriesContext(connection) as asked:
        client.get(SUGGEST, {"typed": "sa"})

    assert len(asked) == 3  # the session with its member, their area, the places


def test_only_members_of_the_community_are_offered_anything(
    cleo: Member, signed_in: Callable[[Member], Client]
) -> None:
    assert signed_in(cleo).get(SUGGEST, {"typed": "germ"}).status_code == 404
    assert Client().get(SUGGEST, {"typed": "germ"}).status_code == 302
