"""What is meant by what somebody types into the place field of the search."""

from collections.abc import Callable
from contextlib import suppress
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from members.places.models import Cell, Country, Region
from search import place as search_place
from search.place import Place, find, find_again
from tests.places.known_towns import load_known_towns, town

pytestmark = pytest.mark.django_db

VANCOUVER, ATLANTA, SEA = (49.28, -123.12), (33.75, -84.39), (-45.0, -125.0)


@pytest.fixture(autouse=True)
def towns() -> None:
    load_known_towns()


@pytest.fixture
def northampton(make_cell: Callable[..., Cell]) -> Cell:
    """In Massachusetts."""
    return make_cell(42.325, -72.641, "Northampton, Massachusetts, United States")


def labels(place: Place) -> list[str]:
    return [label for _value, label in place.others]


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("Springfield", "Springfield, Massachusetts, United States"),
        ("Portland", "Portland, Maine, United States"),
        ("Northampton", "Northampton, Massachusetts, United States"),
        ("Paris", "Paris, Île-de-France, France"),
        ("London", "London, England, United Kingdom"),
        ("Washington", "Washington, District of Columbia, United States"),
        ("New York", "New York City, New York, United States"),
        ("köln", "Köln, North Rhine-Westphalia, Germany"),
        ("springfield illinois", "Springfield, Illinois, United States"),
        ("Portland OR", "Portland, Oregon, United States"),
        ("springf, illinois", "Springfield, Illinois, United States"),
        ("Longyear", "Longyearbyen, Svalbard, Svalbard and Jan Mayen"),
    ],
)
def test_a_town_is_found_from_northampton(northampton: Cell, typed: str, label: str) -> None:
    found = find(typed, northampton)

    assert (found.label, found.is_whole) == (label, False)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Germany", "DE"), ("deutschland", "DE"), ("GERMANY", "DE"), ("Germ", "DE"),
        ("UK", "GB"), ("Great Britain", "GB"), ("usa", "US"), ("U.S.A.", "US"), ("USA", "US"),
        ("Holland", "NL"), ("Österreich", "AT"), ("osterreich", "AT"), ("España", "ES"),
        ("日本", "JP"), ("Luxembourg", "LU"), ("Singapore", "SG"), ("Mexico", "MX"),
        ("Jordan", "JO"), ("Kosovo", "XK"), ("Taiwan", "TW"), ("Western Sahara", "EH"),
        ("Georgia (country)", "GE"), ("country-GE", "GE"),
    ],
)  # fmt: skip
def test_a_country_is_meant_whole(northampton: Cell, typed: str, code: str) -> None:
    found = find(typed, northampton)

    assert (found.country, found.region, found.is_whole) == (code, None, True)
    assert (found.latitude, found.longitude) == (northampton.latitude, northampton.longitude)


@pytest.mark.parametrize(
    ("typed", "country", "name"),
    [
        ("Bavaria", "DE", "Bavaria"), ("Bayern", "DE", "Bavaria"), ("bayer", "DE", "Bavaria"),
        ("Bavaria, Germany", "DE", "Bavaria"), ("Bayern, Deutschland", "DE", "Bavaria"),
        ("Hessen", "DE", "Hesse"), ("Scotland", "GB", "Scotland"), ("Crimea", "UA", "Crimea"),
        ("Georgia", "US", "Georgia"), ("Georgia, United States", "US", "Georgia"),
        ("Washington State", "US", "Washington"), ("Berlin, Germany (region)", "DE", "Berlin"),
    ],
)  # fmt: skip
def test_a_region_is_meant_whole(northampton: Cell, typed: str, country: str, name: str) -> None:
    found = find(typed, northampton)

    assert found.is_whole
    assert Region.objects.get(pk=found.region) == Region.objects.get(country=country, name=name)
    assert found.country == ""


def test_letters_a_city_is_called_by_mean_the_city(northampton: Cell) -> None:
    Country.objects.create(code="LA", name="Laos", normalised="laos")

    assert find("LA", northampton).label == "Los Angeles, California, United States"
    assert find("Lao", northampton).country == "LA"


def test_a_region_in_the_own_country_comes_before_a_country_of_its_name(
    northampton: Cell, berlin: Cell
) -> None:
    here, there = find("Georgia", northampton), find("Georgia", berlin)

    assert (here.label, labels(here)) == ("Georgia, United States", ["Georgia (country)"])
    assert (there.label, labels(there)) == ("Georgia (country)", ["Georgia, United States"])


@pytest.mark.parametrize(("at", "country"), [(VANCOUVER, "CA"), (ATLANTA, "US")])
def test_the_town_in_the_own_country_comes_before_a_region_elsewhere(
    make_cell: Callable[..., Cell], at: tuple[float, float], country: str
) -> None:
    Country.objects.get(code=country)
    cell = Cell(latitude=at[0], longitude=at[1], country_id=country)

    found = find("Victoria", cell)

    assert (found.label == "Victoria, British Columbia, Canada") == (country == "CA")
    assert {found.label, *labels(found)} == {
        "Victoria, British Columbia, Canada",
        "Victoria, Australia",
    }


def test_what_else_a_name_may_mean_can_be_chosen(northampton: Cell) -> None:
    place = find("New York", northampton)

    assert labels(place)[0] == "New York, United States (region)"
    for value, label in place.others:
        assert find(value, northampton).label == label


def test_every_label_means_its_own_place_again(northampton: Cell) -> None:
    """It stands in the field after a search, and is sent again with the next."""
    typed = [
        "Springfield",
        "Georgia",
        "Luxembourg",
        "Singapore",
        "Berlin",
        "New York",
        "Taiwan",
        "Mexico",
    ]
    places = [find(name, northampton) for name in typed]
    values = [value for place in places for value, _label in place.others]
    every = places + [find(value, northampton) for value in values]

    for place in every:
        again = find(place.label, northampton)
        assert (again.label, again.country, again.region) == (
            place.label,
            place.country,
            place.region,
        )


def test_a_viewer_without_a_country_finds_places_too() -> None:
    at_sea = Cell(latitude=SEA[0], longitude=SEA[1], country_id=None)

    assert find("Georgia", at_sea).country == "GE"
    assert find("Springfield", at_sea).label.startswith("Springfield")


def test_a_country_or_a_region_holds_the_cells_that_lie_in_it(northampton: Cell) -> None:
    state = Region.objects.get(country="US", code="MA")
    northampton.region = state
    country, region = Place(0, 0, country="US"), Place(0, 0, region=state.pk)
    at_sea = Cell(latitude=0, longitude=0)  # in no country and no region

    held = [(place.holds(northampton), place.holds(at_sea)) for place in (country, region)]

    assert held == [(True, False), (True, False)]
    assert Place(0, 0).holds(at_sea)


def test_a_town_counts_as_the_centre_of_its_cell(northampton: Cell) -> None:
    one = town("Northampton", "Massachusetts")

    place = find(f"town-{one.pk}", northampton)

    assert (place.latitude, place.longitude) == (northampton.latitude, northampton.longitude)


@pytest.mark.parametrize(
    "typed",
    ["Springfield", "Germany", "Portland OR", "Bavaria, Germany", "San", "sa", "Atlantis",
     "region-1", "town-1", "country-DE"],
)  # fmt: skip
def test_a_place_takes_one_query(northampton: Cell, typed: str) -> None:
    with CaptureQueriesContext(connection) as asked, suppress(ValidationError):
        find(typed, northampton)

    assert len(asked) == 1


@pytest.mark.parametrize(
    ("typed", "beginning"),
    [
        ("01060", "We do not know postal codes"), ("SW1A 1AA", "We do not know postal codes"),
        ("Xyzzy", "We know no place"), ("x", "We know no place"), ("", "We know no place"),
        (",", "We know no place"), (", Illinois", "We know no place"), ("%", "We know no place"),
        ("__", "We know no place"), ("'; --", "We know no place"), ("\x00", "We know no place"),
        ("\ud800", "We know no place"), ("Springfield, Atlantis", "We know no place"),
        ("a" * 100_000, "We know no place"), ("country-", "We know no place"),
        ("region-²", "We know no place"), ("town-999999999", "We do not know this place any more"),
        ("region-999999999999", "We do not know this place any more"),
        ("country-QQ", "We do not know this place any more"),
    ],
)  # fmt: skip
def test_what_is_no_place_gets_a_sentence(northampton: Cell, typed: str, beginning: str) -> None:
    with pytest.raises(ValidationError, match=beginning):
        find(typed, northampton)


# --- asked again -----------------------------------------------------------------------------------


def test_the_same_words_of_the_same_member_are_looked_up_once(
    northampton: Cell, django_assert_num_queries: Callable[..., object]
) -> None:
    ana = uuid4()
    first = find_again("Springfield", northampton, ana)

    with django_assert_num_queries(0):
        again = find_again("Springfield", northampton, ana)

    assert again == first == find("Springfield", northampton)


def test_what_another_looked_for_is_looked_up_anew(
    northampton: Cell, django_assert_num_queries: Callable[..., object]
) -> None:
    """Or the time it takes would tell."""
    find_again("Springfield", northampton, uuid4())

    with django_assert_num_queries(1):
        find_again("Springfield", northampton, uuid4())


def test_from_elsewhere_and_in_another_language_it_is_looked_up_anew(
    northampton: Cell, berlin: Cell
) -> None:
    ana = uuid4()
    at_home = find_again("Georgia", northampton, ana)

    abroad = find_again("Georgia", berlin, ana)
    with override("de"), CaptureQueriesContext(connection) as asked:
        find_again("Georgia", northampton, ana)

    assert (at_home.is_whole, abroad.country) == (True, "GE")
    assert len(asked) == 1


def test_after_some_minutes_it_is_looked_up_anew(
    northampton: Cell, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Callable[..., object]
) -> None:  # fmt: skip
    ana = uuid4()
    find_again("Springfield", northampton, ana)
    monkeypatch.setattr(search_place, "STALE", -1)

    with django_assert_num_queries(1):
        find_again("Springfield", northampton, ana)


def test_a_process_remembers_so_many_and_no_more(
    northampton: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_place, "MOST_REMEMBERED", 2)

    for typed in ("Springfield", "Portland", "Northampton"):
        find_again(typed, northampton, uuid4())

    assert [key[1] for key in search_place._remembered] == ["Portland", "Northampton"]


def test_what_is_not_known_is_said_each_time(northampton: Cell) -> None:
    for _time in range(2):
        with pytest.raises(ValidationError):
            find_again("Nowhereville-upon-Nothing", northampton, uuid4())
