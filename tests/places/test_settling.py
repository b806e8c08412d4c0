"""How many people live in a cell, and among how many somebody shown it is hidden."""

from itertools import pairwise
from math import pi, sqrt

import h3.api.basic_int as h3
import pytest

from members.places.area import Width, area_among
from members.places.distance import great_circle_km
from members.places.naming import Spot
from members.places.settling import (
    CLOSE,
    LOOSE,
    NARROWEST,
    Settled,
    ground_of,
    hides,
    narrowest_at,
    settle,
    sunflower_km,
    upwards,
)

WIDER = h3.str_to_int("852a3267fffffff")  # 19 km wide; Northampton lies in it
PARTS = h3.cell_to_children(WIDER, NARROWEST)  # 7 km wide each
REGION = h3.cell_to_parent(WIDER, 4)
ELSEWHERE = h3.cell_to_children(h3.cell_to_children(REGION, 5)[0], NARROWEST)


def town(people: int, cell: int, number: int = 1, country: str = "US") -> Spot:
    """A town in the middle of a cell."""
    return Spot(number, *h3.cell_to_latlng(cell), people, country)


def settled(*towns: Spot) -> dict[int, Settled]:
    return {one.cell: one for one in settle(towns)}


def shown(cell: int, known: dict[int, Settled], width: Width = Width.TOWN) -> int:
    """The area of somebody who lives in one of the narrowest cells."""
    hiding = {one.cell for one in known.values() if hides(one.cell, one.population, one.crowd)}
    return area_among(upwards(cell), hiding, width)


def test_a_small_town_is_at_its_centre() -> None:
    assert ground_of(town(11_999, PARTS[0]), LOOSE) == {PARTS[0]: 11_999}


def test_a_city_is_spread_over_the_ground_it_covers() -> None:
    city = town(3_000_000, PARTS[0])

    ground = ground_of(city, LOOSE)

    away = [great_circle_km(city.latitude, city.longitude, *h3.cell_to_latlng(c)) for c in ground]
    square_km = sum(h3.cell_area(cell, "km^2") for cell in ground)
    assert sum(ground.values()) == 3_000_000
    assert max(away) < sqrt(1000 / pi) + 4  # 1,000 km², and as much as a cell reaches beyond it
    assert 1000 < square_km < 1500


def test_the_points_of_a_city_begin_at_its_centre_and_go_round_it() -> None:
    points = [sunflower_km(number) for number in range(500)]

    away = [sqrt(north**2 + east**2) for north, east in points]
    quarters = [sum((n > 0, e > 0) == side for n, e in points) for side in
                [(True, True), (True, False), (False, True), (False, False)]]  # fmt: skip
    assert points[0] == (0, 0)
    assert all(one < next for one, next in pairwise(away))
    assert all(120 <= quarter <= 130 for quarter in quarters)


def test_a_city_is_spread_across_the_date_line() -> None:
    at_the_line = Spot(1, -16.8, 179.99, 600_000, "FJ")

    ground = ground_of(at_the_line, LOOSE)

    beyond = [cell for cell in ground if h3.cell_to_latlng(cell)[1] < 0]
    assert sum(ground.values()) == 600_000
    assert beyond
    assert narrowest_at(-16.8, -179.95) in ground


def test_a_wider_cell_holds_the_people_of_its_parts() -> None:
    known = settled(town(7_000, PARTS[0]), town(2_000, PARTS[3], 2), town(400, ELSEWHERE[0], 3))

    assert known[WIDER].population == 9_000
    assert known[REGION].population == 9_400


def test_the_order_of_the_towns_changes_nothing() -> None:
    towns = [town(800_000, PARTS[0]), town(90_000, PARTS[3], 2), town(90_000, PARTS[5], 3)]

    assert list(settle(towns)) == list(settle(reversed(towns)))


def test_somebody_widened_is_hidden_only_among_those_who_are_widened_too() -> None:
    known = settled(town(9_000, PARTS[0]), town(999, PARTS[3], 2))

    assert (known[WIDER].population, known[WIDER].crowd) == (9_999, 999)
    assert shown(PARTS[0], known) == PARTS[0]
    assert shown(PARTS[3], known) == REGION
    assert shown(PARTS[5], known) == REGION


def test_with_one_person_more_they_are_enough() -> None:
    known = settled(town(9_000, PARTS[0]), town(600, PARTS[3], 2), town(400, PARTS[5], 3))

    assert known[WIDER].crowd == 1_000
    assert shown(PARTS[3], known) == shown(PARTS[6], known) == WIDER


def test_a_crowd_alone_is_not_enough() -> None:
    known = settled(town(4_999, PARTS[0]))

    assert known[WIDER].crowd == 4_999
    assert shown(PARTS[0], known) == REGION


def test_whoever_asks_for_more_may_hide_among_all() -> None:
    known = settled(town(9_000, PARTS[0]), town(999, PARTS[3], 2))

    assert [shown(PARTS[0], known, width) for width in Width] == [PARTS[0], WIDER, REGION]


def test_asking_for_more_never_shows_a_narrower_area() -> None:
    known = settled(town(9_000, PARTS[0]), town(999, PARTS[3], 2))

    assert {shown(PARTS[3], known, width) for width in Width} == {REGION}


def test_in_a_region_everybody_counts() -> None:
    known = settled(town(9_000, PARTS[0]))

    assert known[REGION].crowd == 9_000
    assert shown(ELSEWHERE[0], known) == REGION


def test_too_few_people_in_a_region_are_shown_the_widest() -> None:
    known = settled(town(999, PARTS[0]))

    assert shown(PARTS[0], known) == h3.cell_to_parent(REGION, 3)


@pytest.mark.parametrize("km", [3, 5])
def test_a_suburb_of_a_metropolis_is_city_too(km: int) -> None:
    city = town(1_000_000, PARTS[0])
    known = settled(city)

    for north, east in [(1, 0), (-1, 0), (0, 1), (0, -1)]:
        suburb = narrowest_at(city.latitude + north * km / 111, city.longitude + east * km / 82)
        assert shown(suburb, known) == suburb


def test_beside_a_city_nobody_is_alone_in_the_country() -> None:
    """Where it may be built up, in a country of wide gardens, though it is not sure to be."""
    known = settled(town(150_000, PARTS[0]))

    assert PARTS[1] not in known
    assert known[WIDER].crowd >= 1_000
    assert {shown(part, known) for part in PARTS[1:]} == {WIDER}


def test_the_outskirts_are_named_after_the_town_that_has_most_people_there() -> None:
    known = settled(town(1_200_000, PARTS[0]), town(500_000, PARTS[3], 2))
    of_one = ground_of(town(1_200_000, PARTS[0]), CLOSE)
    of_other = ground_of(town(500_000, PARTS[3], 2), CLOSE)

    outskirts = set(known) & (of_one.keys() | of_other.keys()) - {PARTS[0], PARTS[3]}
    expected = {
        cell: 1 if of_one.get(cell, 0) >= of_other.get(cell, 0) else 2 for cell in outskirts
    }

    assert set(expected.values()) == {1, 2}
    assert {cell: known[cell].named_after for cell in outskirts} == expected


def test_a_town_names_its_own_cell_though_a_city_reaches_into_it() -> None:
    known = settled(town(480_000, PARTS[0]), town(62_000, PARTS[3], 2))

    assert known[PARTS[3]].population > 62_000
    assert known[PARTS[3]].named_after == 2
