"""Large cells: what they leave out can be nowhere near."""

import random

import h3.api.basic_int as h3
import pytest

from members import facets
from members.places.distance import great_circle_km

POINTS = [(42.3, -72.6), (0.0, 0.0), (-17.0, 179.9), (-17.0, -179.9), (83.9, 10.0), (-54.8, -68.3)]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("km", [10, 100, 400])
def test_no_cell_in_the_circle_lies_outside_its_large_cells(
    point: tuple[float, float], km: int
) -> None:
    chance = random.Random(km)
    numbers = facets.areas_within(*point, km)
    home = h3.latlng_to_cell(*point, 4)
    around = list(h3.grid_disk(home, km // 30 + 3))

    for large in chance.sample(around, min(200, len(around))):
        for cell in [large, *chance.sample(list(h3.cell_to_children(large, 6)), 20)]:
            if great_circle_km(*point, *h3.cell_to_latlng(cell)) <= km:
                assert facets.area(cell) in numbers


def test_large_cells_of_the_whole_grid_reach_no_further_than_we_say() -> None:
    chance = random.Random(1)
    for base in h3.get_res0_cells():
        large = chance.choice(list(h3.cell_to_children(base, facets.AREA_RESOLUTION)))
        centre = h3.cell_to_latlng(large)
        for cell in h3.cell_to_children(large, 5):
            assert great_circle_km(*centre, *h3.cell_to_latlng(cell)) < facets.AREA_REACH_KM


def test_a_circle_lies_in_the_wide_cells_given_for_it() -> None:
    chance = random.Random(5)
    for base in h3.get_res0_cells():
        wide = chance.choice(list(h3.cell_to_children(base, facets.WIDE_RESOLUTION)))
        centre = h3.cell_to_latlng(wide)
        assert facets.WIDE <= facets.wide(wide) < facets.WIDE + facets.WIDES
        for large in chance.sample(list(h3.cell_to_children(wide, 4)), 6):
            for cell in h3.cell_to_children(large, 6):
                assert facets.wide(cell) == facets.wide(wide)
                km = great_circle_km(*centre, *h3.cell_to_latlng(cell))
                assert km < facets.WIDE_REACH_KM
                assert facets.wide(wide) in facets.wide_within(*h3.cell_to_latlng(cell), km + 0.01)


def test_every_wide_cell_is_somewhere_and_has_a_number_of_its_own() -> None:
    everywhere = facets.wide_within(0, 0, 20_100)
    assert len(everywhere) == h3.get_num_cells(facets.WIDE_RESOLUTION)
    assert facets.wide_within(0, 0, 10) < facets.wide_within(0, 0, 2_000) < everywhere
    taken = {facets.AREA + number for number in range(facets.AREAS)}
    assert not everywhere & (taken | {*range(facets.CHOICE, 2**15)})


def test_a_circle_is_narrowed_to_a_few_large_cells() -> None:
    assert len(facets.areas_within(40.7, -74.0, 40)) < 10
    assert len(facets.areas_within(40.7, -74.0, 400)) < 90
