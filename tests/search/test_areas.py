"""What the map is told: areas, never a person, and no number that could be one."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import translation

from members.places.models import Cell
from search.areas import areas, searched
from search.wanted import Box, Found, Where
from tests.translated import write_catalogue

pytestmark = pytest.mark.django_db


def url_of(cell: str) -> str:
    return f"?area={cell}"


@pytest.fixture
def hits(cell: Cell, boston: Cell, berlin: Cell) -> Callable[..., list[Found]]:
    """`hits(5, 2, 1)`: so many around Northampton, Boston and Berlin; `first` is the first's key."""

    def make(*numbers: int, first: int = 1000) -> list[Found]:
        found: list[Found] = []
        for area, number in zip((cell, boston, berlin), numbers, strict=False):
            found += [
                Found(
                    first + len(found) + i, 12.5, area.pk, area.latitude, area.longitude,
                    area.wording, area.place,
                )
                for i in range(number)
            ]  # fmt: skip
        return found

    return make


def test_every_area_stands_there_once_with_its_way_to_the_list(
    hits: Callable[..., list[Found]], cell: Cell, boston: Cell
) -> None:
    told = areas(hits(6, 1), url_of)

    assert [(area["cell"], area["label"], area["url"]) for area in told] == [
        (cell.h3, cell.words, f"?area={cell.h3}"),
        (boston.h3, boston.words, f"?area={boston.h3}"),
    ]


def test_each_reads_the_words_of_an_area_in_their_language(
    hits: Callable[..., list[Found]], cell: Cell, settings: object, tmp_path: Path
) -> None:
    write_catalogue(tmp_path, "de", {"around %(place)s": "um %(place)s"})
    settings.LOCALE_PATHS = [tmp_path]

    in_english = areas(hits(1), url_of)
    with translation.override("de"):
        in_german = areas(hits(1), url_of)

    assert in_english[0]["label"] == f"around {cell.place}"
    assert in_german[0]["label"] == f"um {cell.place}"
    assert areas(hits(1), url_of) == in_english


def test_fewer_than_five_are_not_counted(hits: Callable[..., list[Found]]) -> None:
    told = areas(hits(5, 4, 1), url_of)

    assert [area["count"] for area in told] == [5, None, None]


def test_one_and_four_people_look_the_same(hits: Callable[..., list[Found]]) -> None:
    alone, together = areas(hits(1), url_of), areas(hits(4), url_of)

    assert json.dumps(alone) == json.dumps(together)


def test_nothing_depends_on_who_it_is(hits: Callable[..., list[Found]]) -> None:
    some, others = areas(hits(7, 2), url_of), areas(hits(7, 2, first=5000), url_of)

    assert json.dumps(some) == json.dumps(others)
    assert {*some[0]} == {"cell", "boundary", "centre", "count", "label", "url"}


def test_the_map_ends_where_the_list_ends(hits: Callable[..., list[Found]], cell: Cell) -> None:
    told = areas(hits(500, 1), url_of)

    assert [(area["cell"], area["count"]) for area in told] == [(cell.h3, 500)]


def test_an_outline_does_not_jump_over_the_date_line(make_cell: Callable[..., Cell]) -> None:
    fiji = make_cell(-16.8, 179.99, "Taveuni, Fiji")
    hit = Found(1, 3.0, fiji.pk, fiji.latitude, fiji.longitude, fiji.wording, fiji.place)

    [area] = areas([hit], url_of)

    assert all(abs(corner[1] - area["centre"][1]) < 1 for corner in area["boundary"])


def test_a_circle_is_told_by_its_centre_and_its_radius() -> None:
    where = Where(42.3251234, -72.6412345, km=160.934)

    assert searched(where) == {"centre": [42.3251, -72.6412], "km": 160.9}


@pytest.mark.parametrize(
    "where", [Where(42.3, -72.6), Where(42.3, -72.6, country="US")], ids=["anywhere", "a country"]
)
def test_where_there_is_no_circle_none_is_told(where: Where) -> None:
    assert searched(where) == {}


def test_a_part_of_the_map_is_told_instead_of_the_circle_round_it() -> None:
    where = Where.of_box(Box(-20.0, 176.5, -15.0, -178.25))

    assert searched(where) == {"box": [-20.0, 176.5, -15.0, -178.25]}
