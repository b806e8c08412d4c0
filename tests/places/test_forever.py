"""Who lives where keeps the area for ever: a table of points, computed once, never to be changed.

Only the file of the gazetteer counts here, and how its towns are spread over the ground. If a newer
one changes a row, members who save again would move: then that town's new population must not count,
or the rule of this table is broken.
"""

import h3.api.basic_int as h3
import pytest

from members.places.area import Width, area_among, candidates_for, coarsen
from members.places.loading import read
from members.places.naming import Spot
from members.places.settling import Settled, hides, settle

# name, latitude, longitude, and the cell at the width of a town, wider, and of a region
POINTS = [
    ("the north pole", 90, 0, "830042fffffffff", "830042fffffffff", "830042fffffffff"),
    ("the south pole", -90, 0, "83f169fffffffff", "83f169fffffffff", "83f169fffffffff"),
    ("Antarctica, McMurdo", -77.85, 166.67, "83ed49fffffffff", "83ed49fffffffff", "83ed49fffffffff"),
    ("null island", 0, 0, "83754efffffffff", "83754efffffffff", "83754efffffffff"),
    ("open Pacific", -45, -125, "83d369fffffffff", "83d369fffffffff", "83d369fffffffff"),
    ("Point Nemo", -48.88, -123.39, "83d360fffffffff", "83d360fffffffff", "83d360fffffffff"),
    ("Suva, Fiji", -18.14, 178.44, "869b41b2fffffff", "859b41b3fffffff", "849b41bffffffff"),
    ("Taveuni, Fiji, on the date line", -16.8, 180, "839b43fffffffff", "839b43fffffffff", "839b43fffffffff"),
    ("Taveuni, from the other side", -16.8, -180, "839b43fffffffff", "839b43fffffffff", "839b43fffffffff"),
    ("Labasa, Fiji", -16.42, 179.38, "869b5db57ffffff", "859b5db7fffffff", "849b5dbffffffff"),
    ("Chatham Islands, New Zealand", -43.95, -176.56, "83bb36fffffffff", "83bb36fffffffff", "83bb36fffffffff"),
    ("Auckland, New Zealand", -36.85, 174.76, "86bb50007ffffff", "85bb5003fffffff", "84bb501ffffffff"),
    ("Apia, Samoa", -13.83, -171.77, "869a150e7ffffff", "859a150ffffffff", "849a151ffffffff"),
    ("Adak, Alaska", 51.88, -176.66, "83225afffffffff", "83225afffffffff", "83225afffffffff"),
    ("Pristina, Kosovo", 42.66, 21.16, "861ef3b47ffffff", "851ef3b7fffffff", "841ef3bffffffff"),
    ("North Mitrovica, Kosovo", 42.9, 20.87, "861ef158fffffff", "851ef15bfffffff", "841ef15ffffffff"),
    ("Taipei, Taiwan", 25.03, 121.57, "864ba0a4fffffff", "854ba0a7fffffff", "844ba0bffffffff"),
    ("Laayoune, Western Sahara", 27.14, -13.19, "865530c2fffffff", "855530c3fffffff", "845530dffffffff"),
    ("Simferopol, Crimea", 44.95, 34.1, "862d2d6a7ffffff", "852d2d6bfffffff", "842d2d7ffffffff"),
    ("Sevastopol, Crimea", 44.62, 33.53, "862d28947ffffff", "852d2897fffffff", "842d289ffffffff"),
    ("Donetsk", 48.0, 37.8, "862d62b67ffffff", "852d62b7fffffff", "842d62bffffffff"),
    ("Srinagar, Kashmir", 34.08, 74.8, "863d34a5fffffff", "853d34a7fffffff", "843d34bffffffff"),
    ("Muzaffarabad, Kashmir", 34.37, 73.47, "86209a04fffffff", "85209a07fffffff", "84209a1ffffffff"),
    ("East Jerusalem", 31.79, 35.23, "862db04d7ffffff", "852db04ffffffff", "842db05ffffffff"),
    ("Ramallah", 31.9, 35.2, "862db04c7ffffff", "852db04ffffffff", "842db05ffffffff"),
    ("Gaza", 31.5, 34.46, "862db6387ffffff", "852db63bfffffff", "842db63ffffffff"),
    ("Golan", 33.0, 35.8, "842db15ffffffff", "842db15ffffffff", "842db15ffffffff"),
    ("North Nicosia", 35.19, 33.36, "862da4557ffffff", "852da457fffffff", "842da45ffffffff"),
    ("Tiraspol", 46.84, 29.62, "861e5c88fffffff", "851e5c8bfffffff", "841e5c9ffffffff"),
    ("Sukhumi", 43.0, 41.02, "852d52d7fffffff", "852d52d7fffffff", "842d52dffffffff"),
    ("Hargeisa", 9.56, 44.06, "8652d328fffffff", "8552d32bfffffff", "8452d33ffffffff"),
    ("Stanley, Falkland Islands", -51.7, -57.86, "84de707ffffffff", "84de707ffffffff", "84de707ffffffff"),
    ("Gibraltar", 36.14, -5.35, "86391aa27ffffff", "85391aa3fffffff", "84391abffffffff"),
    ("Longyearbyen", 78.22, 15.65, "840153bffffffff", "840153bffffffff", "840153bffffffff"),
    ("Northampton, Massachusetts", 42.33, -72.64, "862a32647ffffff", "852a3267fffffff", "842a327ffffffff"),
    ("London", 51.51, -0.13, "86195da4fffffff", "85195da7fffffff", "84195dbffffffff"),
    ("Lerwick, Shetland", 60.15, -1.14, "8609a6b67ffffff", "8509a6b7fffffff", "8409a6bffffffff"),
    ("outback of Australia", -25.0, 131.0, "83b8a9fffffffff", "83b8a9fffffffff", "83b8a9fffffffff"),
    ("Sanchong, across the river from Taipei", 25.07, 121.49, "864ba0a67ffffff", "854ba0a7fffffff", "844ba0bffffffff"),
    ("hills above Suva", -18.07, 178.44, "849b41bffffffff", "849b41bffffffff", "849b41bffffffff"),
    ("woods west of Northampton", 42.36, -72.75, "852a3267fffffff", "852a3267fffffff", "842a327ffffffff"),
    ("Chesterfield, Massachusetts", 42.39, -72.84, "852a3263fffffff", "852a3263fffffff", "842a327ffffffff"),
    ("a farm by Reykjavik", 64.08, -21.6, "84075d9ffffffff", "84075d9ffffffff", "84075d9ffffffff"),
]  # fmt: skip
WIDTHS = (Width.TOWN, Width.WIDER, Width.REGION)


@pytest.fixture(scope="module")
def known() -> dict[int, Settled]:
    """Every cell in which people live, by the file."""
    spots = (Spot(t.id, t.latitude, t.longitude, t.population, t.country) for t in read().towns)
    return {one.cell: one for one in settle(spots)}


@pytest.fixture(scope="module")
def hiding(known: dict[int, Settled]) -> set[int]:
    return {one.cell for one in known.values() if hides(one.cell, one.population, one.crowd)}


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point[0])
def test_a_point_has_its_area_for_ever(
    hiding: set[int], point: tuple[str, float, float, str, str, str]
) -> None:
    _name, latitude, longitude, *areas = point
    candidates = candidates_for(coarsen(latitude, longitude))

    chosen = [area_among(candidates, hiding, width) for width in WIDTHS]

    assert [h3.int_to_str(cell) for cell in chosen] == areas


def test_the_table_reaches_every_width_and_every_edge_of_the_earth() -> None:
    widths = {h3.get_resolution(h3.str_to_int(cell)) for point in POINTS for cell in point[3:]}

    assert len(POINTS) >= 30
    assert widths == {3, 4, 5, 6}


def test_no_region_is_shown_as_a_code() -> None:
    gazetteer = read()

    shown = {gazetteer.regions[row.country, row.region] for row in gazetteer.towns if row.region}
    codes = [
        name
        for name in shown
        if not any(letter.islower() for letter in name) or any(c.isdigit() for c in name)
    ]

    assert codes == []
    assert all(code for _country, code in gazetteer.regions)
