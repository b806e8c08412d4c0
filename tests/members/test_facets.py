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


def test_a_circle_is_narrowed_to_a_few_large_cells() -> None:
    assert len(facets.areas_within(40.7, -74.0, 40)) < 10
    assert len(facets.areas_within(40.7, -74.0, 400)) < 90
