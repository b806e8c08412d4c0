from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import h3.api.basic_int as h3
import pytest
from django.db import connection

from members.places.area import (
    NotAPlace,
    Width,
    boundary,
    cell_for,
    cells_among,
    cells_that_hide,
    coarsen,
    preview,
    preview_h3,
    preview_town,
    store,
    store_many,
    widened,
)
from members.places.loading import Gazetteer, load
from members.places.models import Cell, CellPopulation, Country, Town, Wording
from tests.places.known_towns import load_known_towns, town

NORTHAMPTON = 42.3251, -72.6412
OPEN_SEA = -40.0, -130.0
OUTBACK = -25.0, 128.0
TROMSO, BY_THE_FJORD = (69.65, 18.96), (69.69, 18.88)


def settle(people: int, point: tuple[float, float], resolution: int) -> None:
    """Let the cell of this width around a point hold so many people."""
    Country.objects.get_or_create(code="US", name="United States", normalised="united states")
    someone, _new = Town.objects.get_or_create(
        id=1, name="Somewhere", latitude=point[0], longitude=point[1], country_id="US",
        population=people,
    )  # fmt: skip
    cell = h3.latlng_to_cell(*point, resolution)
    CellPopulation.objects.create(cell=cell, population=people, crowd=people, named_after=someone)


def test_a_point_is_coarsened_to_two_decimals() -> None:
    assert coarsen(42.32509, -72.6412) == (42.33, -72.64)


def test_a_point_beyond_the_map_is_moved_to_its_edge() -> None:
    assert coarsen(90, 10) == (84, 10)
    assert coarsen(-89.5, 10) == (-84, 10)


def test_zero_has_no_sign() -> None:
    assert str(coarsen(-0.001, -0.004)) == "(0.0, 0.0)"


@pytest.mark.parametrize(
    "nonsense",
    [float("nan"), float("inf"), float("-inf"), 1e308, 181, -180.01, "42.3", "abc", "", None, True,
     [], 10**400],
)  # fmt: skip
def test_what_is_no_number_of_degrees_is_no_place(nonsense: object) -> None:
    for point in [(nonsense, 10.0), (10.0, nonsense)]:
        with pytest.raises(NotAPlace) as problem:
            coarsen(*point)

        assert str(problem.value) == "This is not a place on the map. Please choose another one."


@pytest.mark.django_db
@pytest.mark.parametrize(("resolution", "needed"), [(6, 5_000), (5, 5_000), (4, 1_000)])
def test_an_area_is_as_narrow_as_enough_people_live_in_it(resolution: int, needed: int) -> None:
    settle(needed, NORTHAMPTON, resolution)

    assert cell_for(*NORTHAMPTON).resolution == resolution


@pytest.mark.django_db
@pytest.mark.parametrize(("resolution", "needed"), [(6, 5_000), (5, 5_000), (4, 1_000)])
def test_one_person_fewer_widens_the_area(resolution: int, needed: int) -> None:
    settle(needed - 1, NORTHAMPTON, resolution)

    assert cell_for(*NORTHAMPTON).resolution == 3


@pytest.mark.django_db
def test_the_area_is_never_narrower_than_asked_for(known_towns: None) -> None:
    widths = [cell_for(*NORTHAMPTON, width).resolution for width in Width]

    assert widths == [6, 5, 4]


@pytest.mark.django_db
def test_each_width_is_computed_from_the_point(known_towns: None) -> None:
    for width, resolution in [(Width.TOWN, 6), (Width.WIDER, 5), (Width.REGION, 4)]:
        expected = h3.latlng_to_cell(*coarsen(*NORTHAMPTON), resolution)

        assert cell_for(*NORTHAMPTON, width).id == expected


def test_saving_again_changes_nothing(known_towns: None) -> None:
    first = cell_for(*NORTHAMPTON)
    again = [cell_for(*NORTHAMPTON) for _save in range(5)]

    assert {(c.id, c.words, c.population) for c in again} == {
        (first.id, first.words, first.population)
    }
    assert Cell.objects.count() == 1


def test_two_pins_in_one_cell_give_one_row(known_towns: None) -> None:
    one = cell_for(42.325, -72.641)
    other = cell_for(42.312, -72.650)

    assert one == other
    assert Cell.objects.count() == 1


def test_a_cell_keeps_its_words_when_the_gazetteer_changes(known_towns: None) -> None:
    before = cell_for(*NORTHAMPTON)
    worded_anew = preview(*NORTHAMPTON)
    worded_anew.place = "Elsewhere"
    load(Gazetteer({"US": "America"}, {}, []), "a newer one")

    after = Cell.objects.get(pk=before.pk)

    assert after.words == "around Northampton, Massachusetts, United States"
    assert store(worded_anew).words == after.words


def test_looking_at_an_area_stores_nothing(known_towns: None) -> None:
    preview(*NORTHAMPTON)

    assert not Cell.objects.exists()


def test_nothing_of_the_point_is_in_the_row(known_towns: None) -> None:
    cell = cell_for(42.3251, -72.6412)

    assert (cell.latitude, cell.longitude) == h3.cell_to_latlng(cell.id)


def test_a_town_has_the_area_of_its_position(known_towns: None) -> None:
    northampton = town("Northampton", "Massachusetts")

    assert store(preview_town(northampton.pk)) == cell_for(*NORTHAMPTON)


@pytest.mark.django_db
@pytest.mark.parametrize("number", [0, -1, 10**30])
def test_an_unknown_town_is_no_place(number: int) -> None:
    with pytest.raises(NotAPlace):
        preview_town(number)


@pytest.mark.parametrize(
    ("point", "width", "words"),
    [
        (NORTHAMPTON, Width.TOWN, "around Northampton, Massachusetts, United States"),
        ((51.37, -0.10), Width.TOWN, "around Croydon, England, United Kingdom"),
        ((51.66, -0.40), Width.REGION, "around London, England, United Kingdom"),
        ((1.35, 103.82), Width.REGION, "around Singapore"),
        (OUTBACK, Width.TOWN, "far from towns, nearest Yulara, Northern Territory, Australia"),
        (OPEN_SEA, Width.TOWN, "open sea or wilderness"),
        ((-16.82, 179.98), Width.TOWN, "around Labasa, Fiji"),
    ],
)
def test_an_area_is_named_after_a_town_people_know(
    known_towns: None, point: tuple[float, float], width: Width, words: str
) -> None:
    assert cell_for(*point, width).words == words


def test_the_detail_is_rounded(known_towns: None) -> None:
    northampton = cell_for(*NORTHAMPTON)
    london = cell_for(51.51, -0.13)
    outback = cell_for(*OUTBACK)

    assert northampton.detail == "An area about 7 km (4 miles) across, home to about 29,000 people."
    assert london.detail == "An area about 7 km (4 miles) across, home to more than 50,000 people."
    assert outback.detail == "Very few people live here. The area is 130 km (81 miles) across."


@pytest.mark.parametrize(
    "point",
    [(90, 0), (-90, 0), (84, 180), (-84, -180), (0, 180), (0, -180), (-16.8, 179.99), OPEN_SEA],
)
def test_everywhere_on_earth_has_an_area(known_towns: None, point: tuple[float, float]) -> None:
    cell = cell_for(*point)

    assert cell.resolution == 3
    assert all(abs(lng - cell.longitude) <= 180 for _lat, lng in boundary(cell))


def test_both_sides_of_the_date_line_are_one_place(known_towns: None) -> None:
    assert cell_for(-16.8, 180) == cell_for(-16.8, -180)


def test_somebody_in_the_empty_part_of_a_wider_area_is_shown_a_region(known_towns: None) -> None:
    """All the gazetteer knows of the 19 km live in Tromsø itself, and are shown 7."""
    wider = preview(*TROMSO, Width.WIDER)

    assert (preview(*TROMSO).resolution, wider.resolution) == (6, 5)
    assert h3.cell_to_parent(h3.latlng_to_cell(*BY_THE_FJORD, 6), 5) == wider.id
    assert {preview(*BY_THE_FJORD, width).id for width in Width} == {h3.cell_to_parent(wider.id, 4)}


@pytest.mark.parametrize("width", Width)
def test_asking_for_more_later_gives_the_area_it_would_have_given_at_once(
    known_towns: None, width: Width
) -> None:
    for point in [NORTHAMPTON, TROMSO, BY_THE_FJORD, (51.66, -0.40), OUTBACK, OPEN_SEA]:
        assert widened(preview(*point), width).id == preview(*point, width).id


def test_an_area_a_newer_gazetteer_knows_nobody_in_is_widened_as_far_as_it_takes(
    known_towns: None,
) -> None:
    cell = cell_for(*NORTHAMPTON)
    load(Gazetteer({"US": "America"}, {}, []), "a newer one")

    assert widened(cell, Width.WIDER).resolution == 3


def test_a_boundary_across_the_date_line_is_drawn_in_one_piece(known_towns: None) -> None:
    corners = boundary(cell_for(-16.82, 179.98))

    assert all(abs(a[1] - b[1]) < 5 for a, b in pairwise(corners))


def test_an_index_names_its_cell(known_towns: None) -> None:
    cell = preview(*NORTHAMPTON)

    assert preview_h3(cell.h3).words == cell.words


def test_the_area_somebody_has_is_shown_though_a_newer_gazetteer_knows_fewer_people(
    known_towns: None,
) -> None:
    cell = cell_for(*NORTHAMPTON)
    load(Gazetteer({"US": "America"}, {}, []), "a newer one")

    shown = preview_h3(cell.h3)

    assert (shown.pk, shown.population) == (cell.pk, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["", "abc", "8", "862a10727ffffff0", "zzzzzzzzzzzzzzz", "fffffffffffffff", "000000000000000",
     "-62a10727ffffff", "8a2a1072b59ffff", "822a17fffffffff", "８62a10727ffffff", "\x00" * 15],
)  # fmt: skip
def test_what_is_no_index_of_our_widths_is_no_place(text: str) -> None:
    with pytest.raises(NotAPlace):
        preview_h3(text)


def test_many_points_get_the_cells_they_would_get_one_by_one(known_towns: None) -> None:
    points = [
        (*NORTHAMPTON, Width.TOWN), (*NORTHAMPTON, Width.REGION), (*OPEN_SEA, Width.TOWN),
        (51.66, -0.40, Width.WIDER), (*NORTHAMPTON, Width.TOWN),
    ]  # fmt: skip

    ids = cells_among(points, cells_that_hide(CellPopulation.objects.all()))
    store_many(set(ids))
    stored = {cell.id: cell.words for cell in Cell.objects.all()}

    assert ids == [cell_for(*point).id for point in points]
    assert stored == {id: preview(*point).words for id, point in zip(ids, points, strict=True)}


def test_an_empty_cell_is_far_from_towns_or_nowhere(known_towns: None) -> None:
    assert preview(*OUTBACK).wording == Wording.FAR
    assert preview(*OPEN_SEA).wording == Wording.NOWHERE


@pytest.mark.django_db(transaction=True)
def test_people_choosing_one_area_at_once_share_its_row() -> None:
    load_known_towns()

    def choose(_person: int) -> int:
        try:
            return cell_for(*NORTHAMPTON).id
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as people:
        chosen = set(people.map(choose, range(16)))

    assert len(chosen) == 1
    assert Cell.objects.count() == 1
