from collections.abc import Callable

import h3
import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from members.places import gazetteer, limit, views
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
    label = "Köln, North Rhine-Westphalia, Germany"
    assert response.json() == {
        "places": [{"value": f"town-{koln.pk}", "label": label}],
        "note": "",
    }
    assert "no-store" in response["Cache-Control"]


def test_suggestions_lean_to_the_country_chosen(client: Client) -> None:
    found = client.get(reverse("places:suggest"), {"typed": "northampton", "country": "us"}).json()

    assert found["places"][0]["label"] == "Northampton, Massachusetts, United States"


@pytest.mark.parametrize(
    "query",
    [{}, {"typed": ""}, {"typed": "\x00\x00"}, {"typed": "x" * 10_000}, {"typed": "%"},
     {"typed": "zzzz", "country": "\x00\x00"}, {"typed": ["zz", "zz"], "country": "ÄÖÜ"}],
)  # fmt: skip
def test_nonsense_suggests_nothing(client: Client, query: dict[str, object]) -> None:
    response = client.get(reverse("places:suggest"), query)

    assert (response.status_code, response.json()) == (200, {"places": [], "note": ""})


def test_whoever_looks_for_a_home_is_offered_towns_only(client: Client) -> None:
    found = client.get(reverse("places:suggest"), {"typed": "lux"}).json()

    assert [place["label"] for place in found["places"]] == ["Luxembourg (town)"]


def test_a_postal_code_gets_a_sentence_that_says_what_to_type(client: Client) -> None:
    found = client.get(reverse("places:suggest"), {"typed": "01060"}).json()

    assert found == {"places": [], "note": str(gazetteer.TYPE_THE_TOWN)}


def test_a_network_that_asks_without_end_is_told_to_wait(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limit, "MOST_A_MINUTE", 2)
    monkeypatch.setattr(limit.time, "time", lambda: 600.0)
    caches["memory"].clear()

    answers = [client.get(reverse("places:suggest"), {"typed": "lux"}) for _ in range(3)]
    refused = client.post(reverse("places:area"), {"lat": "42.33", "lng": "-72.64"})
    elsewhere = client.get(reverse("places:suggest"), {"typed": "lux"}, REMOTE_ADDR="192.0.2.9")

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert refused.status_code == 429
    assert refused.json() == {
        "error": "Very many questions came from your network. Please wait a minute."
    }
    assert refused["Retry-After"] == "60"
    assert elsewhere.status_code == 200


def test_a_visitor_sees_the_area_of_a_pin(ask: Ask) -> None:
    status, area = ask(lat="42.33", lng="-72.64", width="town")

    assert status == 200
    assert area["words"] == "around Northampton, Massachusetts, United States"
    assert area["detail"] == "An area about 7 km (4 miles) across, home to about 29,000 people."
    assert len(area["boundary"]) == 6
    assert area["cell"] == h3.latlng_to_cell(42.33, -72.64, 6)


def test_decimals_the_browser_should_not_have_sent_change_nothing(ask: Ask) -> None:
    assert ask(lat="42.3299999", lng="-72.6400001") == ask(lat="42.33", lng="-72.64")


def test_a_visitor_sees_the_area_of_a_town(ask: Ask) -> None:
    northampton = town("Northampton", "Massachusetts")

    assert ask(town=northampton.pk, width="town") == ask(lat="42.33", lng="-72.64", width="town")


def test_a_visitor_sees_the_area_of_a_town_typed_in_full(ask: Ask) -> None:
    northampton = town("Northampton", "Massachusetts")

    typed = ask(typed=" northampton, massachusetts ", width="wider")

    assert typed == ask(town=northampton.pk, width="wider")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Springfield", views.WHICH_ONE),
        ("Northamp", views.WHICH_ONE),
        ("zzzzqqq", gazetteer.NO_SUCH_TOWN),
        ("x" * 10_000, gazetteer.NO_SUCH_TOWN),
        ("\x00", gazetteer.NO_SUCH_TOWN),
        ("01060", gazetteer.TYPE_THE_TOWN),
    ],
)
def test_words_that_are_no_town_yet_get_a_sentence(ask: Ask, typed: str, sentence: str) -> None:
    assert ask(typed=typed, width="town") == (400, {"error": str(sentence)})


def test_a_cell_chosen_before_is_shown_again(ask: Ask) -> None:
    _status, area = ask(lat="42.33", lng="-72.64", width="wider")

    assert ask(cell=area["cell"]) == (200, area)


def test_the_area_somebody_has_can_be_looked_at_wider_but_not_narrower(ask: Ask) -> None:
    _status, town_wide = ask(lat="42.33", lng="-72.64", width="town")
    _status, wider = ask(cell=town_wide["cell"], width="wider")

    assert wider["across_km"] == 19
    assert ask(cell=wider["cell"], width="town") == (200, wider)


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
        {"cell": "862a1072fffffff", "width": "street"},
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
