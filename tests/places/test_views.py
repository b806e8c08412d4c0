from collections.abc import Callable

import h3
import pytest
from django.test import Client
from django.urls import reverse

from members.places.models import Cell
from tests.places.known_towns import town

pytestmark = pytest.mark.usefixtures("known_towns")

Ask = Callable[..., tuple[int, dict[str, object]]]


@pytest.fixture
def ask(client: Client) -> Ask:
    def post(**sent: object) -> tuple[int, dict[str, object]]:
        response = client.post(reverse("places:area"), sent)
        return response.status_code, response.json()

    return post


def test_a_visitor_gets_suggestions(client: Client) -> None:
    response = client.get(reverse("places:suggest"), {"typed": "Koln"})

    koln = town("Köln")
    assert response.json() == [{"id": koln.pk, "label": "Köln, North Rhine-Westphalia, Germany"}]
    assert "no-store" in response["Cache-Control"]


def test_suggestions_lean_to_the_country_chosen(client: Client) -> None:
    found = client.get(reverse("places:suggest"), {"typed": "northampton", "country": "us"}).json()

    assert found[0]["label"] == "Northampton, Massachusetts, United States"


@pytest.mark.parametrize(
    "query",
    [{}, {"typed": ""}, {"typed": "\x00\x00"}, {"typed": "x" * 10_000}, {"typed": "%"},
     {"typed": "zzzz", "country": "\x00\x00"}, {"typed": ["zz", "zz"], "country": "ÄÖÜ"}],
)  # fmt: skip
def test_nonsense_suggests_nothing(client: Client, query: dict[str, object]) -> None:
    response = client.get(reverse("places:suggest"), query)

    assert (response.status_code, response.json()) == (200, [])


def test_a_visitor_sees_the_area_of_a_pin(ask: Ask) -> None:
    status, area = ask(lat="42.33", lng="-72.64", width="town")

    assert status == 200
    assert area["words"] == "around Northampton, Massachusetts, United States"
    assert area["detail"] == "An area about 7 km across, home to about 29,000 people."
    assert len(area["boundary"]) == 6
    assert area["cell"] == h3.latlng_to_cell(42.33, -72.64, 6)


def test_decimals_the_browser_should_not_have_sent_change_nothing(ask: Ask) -> None:
    assert ask(lat="42.3299999", lng="-72.6400001") == ask(lat="42.33", lng="-72.64")


def test_a_visitor_sees_the_area_of_a_town(ask: Ask) -> None:
    northampton = town("Northampton", "Massachusetts")

    assert ask(town=northampton.pk, width="town") == ask(lat="42.33", lng="-72.64", width="town")


def test_a_cell_chosen_before_is_shown_again(ask: Ask) -> None:
    _status, area = ask(lat="42.33", lng="-72.64", width="wider")

    assert ask(cell=area["cell"]) == (200, area)


def test_looking_stores_nothing(ask: Ask) -> None:
    ask(lat="42.33", lng="-72.64")

    assert not Cell.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"lat": "42.33"},
        {"lat": "abc", "lng": "1"},
        {"lat": "nan", "lng": "1"},
        {"lat": "1", "lng": "inf"},
        {"lat": "1e308", "lng": "1"},
        {"lat": "91", "lng": "1"},
        {"lat": "1", "lng": "1", "width": "street"},
        {"lat": "1", "lng": "1", "width": ""},
        {"town": ""},
        {"town": "nan"},
        {"town": "9" * 400},
        {"town": "-1"},
        {"town": "²"},
        {"cell": ""},
        {"cell": "862a10727fffffff"},
        {"cell": "\x00"},
    ],
)
def test_nonsense_gets_a_sentence(ask: Ask, sent: dict[str, str]) -> None:
    status, answer = ask(**sent)

    assert status == 400
    assert list(answer) == ["error"]
    assert str(answer["error"]).startswith(("This is not", "We do not", "Please choose"))


def test_an_area_is_never_asked_for_by_an_address(client: Client) -> None:
    response = client.get(reverse("places:area"), {"lat": "42.33", "lng": "-72.64"})

    assert response.status_code == 405


def test_an_area_needs_the_token_of_our_own_pages() -> None:
    response = Client(enforce_csrf_checks=True).post(reverse("places:area"), {"lat": 1, "lng": 1})

    assert response.status_code == 403
