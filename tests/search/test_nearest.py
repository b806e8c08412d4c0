"""Nearest first, from cell to cell, everywhere on the globe."""

from collections.abc import Callable
from itertools import count

import h3
import pytest
from django.test import Client

from members.models import Member, Profile
from members.places.distance import distance_km
from members.places.models import Cell, Country, Town
from search.nearest import MOST, nearest
from search.place import Place

pytestmark = pytest.mark.django_db


def at(latitude: float, longitude: float) -> Place:
    return Place(latitude, longitude)


def cells_of(found: list) -> list[int]:
    return [hit.cell for hit in found]


@pytest.fixture
def someone_in(
    crowd: Callable[..., list[Profile]], make_cell: Callable[..., Cell]
) -> Callable[..., Profile]:
    """`someone_in(lat, lng)`: a member in the cell of that point."""
    numbers = count()

    def make(latitude: float, longitude: float, resolution: int = 6) -> Profile:
        cell = make_cell(latitude, longitude, "Somewhere", resolution=resolution)
        return crowd(1, f"someone{next(numbers)}-", cell)[0]

    return make


def test_the_nearest_come_first_and_equals_in_the_order_of_their_ids(
    someone_in: Callable[..., Profile],
) -> None:
    far = someone_in(42.36, -71.06)
    near = someone_in(42.33, -72.64)
    beside_near = someone_in(42.33, -72.64)

    found = nearest(Profile.objects.all(), Place.of_cell(near.cell), 200)

    assert [hit.profile for hit in found] == [near.pk, beside_near.pk, far.pk]
    assert found[0].km == found[1].km == 0


def test_the_distance_is_that_of_the_centres(someone_in: Callable[..., Profile]) -> None:
    one, other = someone_in(42.33, -72.64), someone_in(42.36, -71.06, resolution=4)

    found = nearest(Profile.objects.all(), Place.of_cell(one.cell), 200)

    assert found[1].km == pytest.approx(distance_km(one.cell, other.cell), abs=1e-9)


def test_the_edge_of_the_circle_is_sharp(someone_in: Callable[..., Profile]) -> None:
    one, other = someone_in(42.33, -72.64), someone_in(42.36, -71.06)
    km = distance_km(one.cell, other.cell)

    assert len(nearest(Profile.objects.all(), Place.of_cell(one.cell), km + 0.001)) == 2
    assert len(nearest(Profile.objects.all(), Place.of_cell(one.cell), km - 0.001)) == 1


@pytest.mark.parametrize("side", [179.9, -179.9])
def test_the_date_line_parts_nobody(side: float, someone_in: Callable[..., Profile]) -> None:
    west, east = someone_in(-17.0, 179.8), someone_in(-17.0, -179.8)

    found = nearest(Profile.objects.all(), at(-17.0, side), 100)

    assert {hit.profile for hit in found} == {west.pk, east.pk}


def test_the_poles_part_nobody(someone_in: Callable[..., Profile]) -> None:
    here, beyond = someone_in(83.9, 10.0), someone_in(83.9, -170.0)

    found = nearest(Profile.objects.all(), at(83.9, 10.0), 1_400)

    assert [hit.profile for hit in found] == [here.pk, beyond.pk]


def test_the_other_end_of_the_world_is_half_way_round(someone_in: Callable[..., Profile]) -> None:
    one = someone_in(42.33, -72.64)

    found = nearest(Profile.objects.all(), at(-one.cell.latitude, one.cell.longitude + 180), 20_100)

    assert found[0].km == pytest.approx(20_015, abs=1)


def test_the_answer_is_that_of_measuring_everybody(someone_in: Callable[..., Profile]) -> None:
    profiles = [someone_in(40 + i * 0.37, -75 + (i * 1.7) % 9) for i in range(25)]
    centre = profiles[7].cell

    found = nearest(Profile.objects.all(), Place.of_cell(centre), 300)

    distances = sorted((distance_km(centre, one.cell), one.pk) for one in profiles)
    assert [hit.profile for hit in found] == [pk for km, pk in distances if km <= 300]


def test_two_pins_in_one_cell_give_the_same_answers(
    ana: Member,
    bo: Member,
    stranger: Member,
    boston: Cell,
    known_towns: None,
    signed_in: Callable[[Member], Client],
    make_cell: Callable[..., Cell],
) -> None:
    """Wherever in the cell a pin stood, and whoever asks from wherever: the same page."""
    client, queries = signed_in(ana), []
    cell = Cell.objects.get(pk=bo.profiles.get().cell_id)
    corners = h3.cell_to_boundary(cell.h3)
    for within in (10, 11.5, 50, 119, 120, 121, 500):
        queries += [f"within={within}&unit=km&place={place}" for place in ("", "Boston", "Berlin")]

    def answers(pin: tuple[float, float]) -> list[bytes]:
        inside = [cell.latitude * 0.9 + pin[0] * 0.1, cell.longitude * 0.9 + pin[1] * 0.1]
        home = make_cell(*inside, "Northampton, Massachusetts, United States")
        Profile.objects.filter(member=bo).update(cell=home)
        pages = [client.get(f"/twp/members/?{query}").content for query in queries]
        return [without_csrf(page) for page in pages]

    assert answers(corners[0]) == answers(corners[2]) == answers(corners[4])


def without_csrf(page: bytes) -> bytes:
    return b"\n".join(line for line in page.splitlines() if b"csrfmiddlewaretoken" not in line)


def test_the_typed_town_counts_as_its_cell_not_as_its_point() -> None:
    point = (42.325, -72.641)
    centre = h3.cell_to_latlng(h3.latlng_to_cell(*point, 6))

    assert Place.of_town(town_at(*point)) == Place.of_town(town_at(*centre))


def town_at(latitude: float, longitude: float) -> Town:
    country = Country(code="US", name="United States")
    return Town(
        id=1, name="Here", latitude=latitude, longitude=longitude, population=9, country=country
    )


def test_no_more_than_the_nearest_five_hundred_are_listed(
    ana: Member, crowd: Callable[..., list[Profile]], search: Callable[..., dict]
) -> None:
    crowd(520)

    context = search(ana, "page=20")

    assert context["page"].paginator.count == MOST
    assert context["more_than_most"] is True
    assert len(context["cards"]) == 25
    assert search(ana, "page=21")["page"].number == 20
