import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.places.gazetteer import is_postal_code, resolve, suggest
from members.places.models import Town
from tests.places.known_towns import town

pytestmark = pytest.mark.usefixtures("known_towns")


def labels(towns: list[Town]) -> list[str]:
    return [found.label for found in towns]


@pytest.mark.parametrize("typed", ["Koln", "köln", "KÖLN", "Cologne", "Keulen", "кёльн"])
def test_a_city_is_found_by_any_of_its_names(typed: str) -> None:
    assert suggest(typed)[0].label == "Köln, North Rhine-Westphalia, Germany"


@pytest.mark.parametrize(
    ("typed", "name"),
    [("NYC", "New York City"), ("n.y.c.", "New York City"), ("LA", "Los Angeles")],
)
def test_letters_people_call_a_city_by_are_known(typed: str, name: str) -> None:
    assert suggest(typed)[0] == town(name)
    assert resolve(typed) == (town(name), [])


def test_the_populous_come_first() -> None:
    assert labels(suggest("springfield")) == [
        "Springfield, Missouri, United States",
        "Springfield, Massachusetts, United States",
        "Springfield, Illinois, United States",
        "Springfield, Oregon, United States",
    ]


def test_the_beginning_of_a_name_is_enough() -> None:
    assert labels(suggest("northam"))[:2] == [
        "Northampton, England, United Kingdom",
        "Northampton, Massachusetts, United States",
    ]


def test_towns_of_the_chosen_country_come_first() -> None:
    assert suggest("northam", country="US")[0] == town("Northampton", "Massachusetts")


def test_a_town_is_suggested_once_however_many_of_its_names_fit() -> None:
    found = suggest("lon")

    assert len(found) == len(set(found))


def test_a_name_typed_in_full_beats_a_larger_town_that_only_begins_so() -> None:
    assert suggest("bath")[0] == town("Bath")
    assert suggest("cologne", country="IT")[0] == town("Cologne")


@pytest.mark.parametrize(
    "typed",
    ["Springfield, Illinois", "springfield, il", "Springfield, Illinois, United States",
     "springf , illin, usa"],
)  # fmt: skip
def test_a_region_or_country_after_a_comma_narrows(typed: str) -> None:
    assert suggest(typed) == [town("Springfield", "Illinois")]


def test_a_country_may_be_named_by_its_code_or_its_common_name() -> None:
    assert suggest("Northampton, uk")[0] == suggest("Northampton, GB")[0]
    assert suggest("Paris, US") == [town("Paris", "Texas")]


def test_a_town_of_two_words_may_be_followed_by_its_region() -> None:
    assert suggest("fort collins colorado") == [town("Fort Collins")]
    assert resolve("new york city new york") == (town("New York City"), [])


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("10115 Berlin", "Berlin"), ("D-10115 Berlin", "Berlin"), ("Berlin, 10115", "Berlin"),
        ("Northampton, MA 01060", "Northampton, MA"), ("Northampton MA 01060-1234", "Northampton MA"),
        ("Northampton, Massachusetts, 01060", "Northampton, MA"), ("London SW1A 1AA", "London"),
        ("Toronto, ON M5V 3L9", "Toronto, ON"), ("111 29 Stockholm", "Stockholm"), ("1012 AB Amsterdam", "Amsterdam"),
    ],
)  # fmt: skip
def test_a_postal_code_beside_the_town_is_left_out(typed: str, named: str) -> None:
    assert suggest(typed) == suggest(named) != []
    assert resolve(typed) == resolve(named)


def test_a_region_nobody_knows_finds_nothing() -> None:
    assert suggest("Springfield, Atlantis") == []


@pytest.mark.parametrize(
    "typed", ["", "n", " n ", ",", ",,,", ", Illinois", "%", "%%", "__", "\x00", "\ud800", "'; --"]
)
def test_fewer_than_two_letters_find_nothing(typed: str) -> None:
    assert suggest(typed) == []
    assert resolve(typed) == (None, [])


@pytest.mark.parametrize("typed", ["lon%on", "l_ndon", "lo\\ndon", "_ondon"])
def test_wildcards_of_the_database_mean_nothing(typed: str) -> None:
    assert town("London") not in suggest(typed)


def test_a_very_long_input_is_cut() -> None:
    assert suggest("London" + " " * 100 + "x" * 100_000) == suggest("London")


def test_suggesting_takes_one_query_however_many_towns_are_found() -> None:
    with CaptureQueriesContext(connection) as few:
        labels(suggest("longyearbyen"))
    with CaptureQueriesContext(connection) as many:
        labels(suggest("sa"))

    assert len(few) == len(many) == 1


def test_prefixes_are_read_from_the_index() -> None:
    with CaptureQueriesContext(connection) as captured:
        suggest("northam")
    statement = captured.captured_queries[0]["sql"]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {statement}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "town_name_prefix" in plan
    assert "Index Cond: ((normalised ~>=~ " in plan


def test_the_one_town_of_a_name_is_resolved() -> None:
    assert resolve("longyearbyen") == (town("Longyearbyen"), [])


def test_several_towns_of_a_name_are_a_choice() -> None:
    answer = resolve("Springfield")

    assert answer.town is None
    assert len(answer.choices) == 4


@pytest.mark.parametrize("name", ["Northampton", "Paris"])
def test_the_label_of_any_town_resolves_to_it(name: str) -> None:
    for one in Town.objects.filter(name=name):
        assert resolve(one.label) == (one, [])


def test_a_name_not_typed_to_the_end_is_a_choice_of_what_it_may_become() -> None:
    assert resolve("longyear") == (None, [town("Longyearbyen")])


def test_an_unknown_name_is_neither_a_town_nor_a_choice() -> None:
    assert resolve("Nowhereville") == (None, [])


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Singapore", "Singapore"),
        ("Luxembourg", "Luxembourg"),
        ("Québec", "Québec, Canada"),
        ("Mexico City", "Mexico City, Mexico"),
        ("New York City", "New York City, New York, United States"),
    ],
)
def test_a_label_says_nothing_twice(name: str, label: str) -> None:
    assert town(name).label == label


@pytest.mark.parametrize(
    "typed",
    ["01060", "01060-1234", "SW1A 1AA", "sw1a1aa", "K1A 0B1", "1012 AB", "D-80331", "100-0001",
     "00-950", "D02 X285", "VLT 1117", " 2000 "],
)  # fmt: skip
def test_a_postal_code_is_recognised(typed: str) -> None:
    assert is_postal_code(typed)


@pytest.mark.parametrize(
    "typed",
    ["London", "Paris 15", "6th of October City", "Ust", "", "1", "Mérida", "Halle 06108 Saale"],
)
def test_the_name_of_a_town_is_no_postal_code(typed: str) -> None:
    assert not is_postal_code(typed)
