"""Everything one can be searched by, as a number: what a search row holds and a search asks for.

The numbers are permanent: rows in the database hold them. `members.listing` writes them in SQL from
the same beginnings, and a test compares the two. All fit a smallint.

An answer has two numbers, one for *shown* and one for *for matching only*; who did not give the same
answer asks for the first alone. What is *not used* has none.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from enum import IntEnum
from functools import cache, lru_cache
from math import ceil, cos, dist, pi, radians, sin

import h3.api.basic_int as h3

from members.models import DrugClass
from members.places.distance import EARTH_RADIUS_KM, great_circle_km

# Where each kind begins. Constraints of Choice and Drug keep their ids below what has room here.
CHOICE = 0  # + 2 * id + level, id below 5,000
DRUG = 10_000  # + 6 * id + 2 * when + level, id below 1,000
DRUG_CLASS = 16_000  # + 3 * number of the class + when; shown ones only
ABOUT_ME = 16_100  # wrote something about themselves
NO_ROOM = 16_101  # has no room for new contacts just now
EVERYBODY = 16_102  # in no row: names the count of all
SEEN = 16_200  # + months since January of SEEN_FROM
COUNTRY = 20_000  # + 26 * first letter + second letter, A being 0
REGION, REGIONS = -32_000, 12_000  # + id modulo REGIONS: a search compares the cell's region too
AREA, AREAS = -19_000, 12_000  # + number of the large cell, modulo AREAS
WIDE, WIDES = (
    AREA + AREAS,
    1_024,
)  # in no row: + number of the wide cell; names the count of all there
# An answer and the large cell its owner lives in, as one number of 32 bits: + 65,536 for each large
# cell, + the facet. Rare answers near a metropolis are found by these. The same for the wide cell:
# answers that many gave, but few together, are found outward by those.
LOCAL, LOWEST = 65_536, -32_768
LOCAL_FROM, LOCAL_TO = CHOICE, COUNTRY - 1  # the facets that have such a number: not places
SEEN_FROM = 2020
# Never in another order: what is new goes to the end.
CLASSES = (
    DrugClass.ANTIDEPRESSANT, DrugClass.ANTIPSYCHOTIC, DrugClass.BENZODIAZEPINE,
    DrugClass.SLEEP_DRUG, DrugClass.OTHER_CALMING, DrugClass.MOOD_STABILISER,
    DrugClass.GABAPENTINOID, DrugClass.STIMULANT_ADHD, DrugClass.SIDE_EFFECT_DRUG,
    DrugClass.COMBINATION, DrugClass.OTHER,
)  # fmt: skip

SIGNATURE = 64  # bits

AREA_RESOLUTION = 3  # of the large cells that narrow a search before distances are computed
# Measured over the whole grid: a cell's centre lies at most 75 km from that of the large cell above
# it, and k rings of large cells reach at least k times 74 km (neighbours 86 km apart, times √3 / 2).
AREA_REACH_KM, AREA_STEP_KM = 85, 74
WIDE_RESOLUTION = 1
WIDE_REACH_KM = 600  # the same of the wide cells: 550 at most


class When(IntEnum):
    """What somebody said about a drug."""

    UNSAID, NOW, PAST = 0, 1, 2


def choice(pk: int, *, matching: bool = False) -> int:
    return CHOICE + 2 * pk + matching


def drug(pk: int, when: When, *, matching: bool = False) -> int:
    return DRUG + 6 * pk + 2 * when + matching


def drug_class(name: str, when: When) -> int:
    return DRUG_CLASS + 3 * CLASSES.index(DrugClass(name)) + when


def seen(month: date) -> int:
    return SEEN + 12 * (month.year - SEEN_FROM) + month.month - 1


def country(code: str) -> int:
    return COUNTRY + 26 * (ord(code[0]) - ord("A")) + ord(code[1]) - ord("A")


def region(pk: int) -> int:
    return REGION + pk % REGIONS


def area(cell: int) -> int:
    """Give the number of the large cell above a cell, out of its index's digits.

    Two large cells may share a number; whoever narrows by it still compares distances.
    """
    number = cell >> 45 & 127
    for digit in range(AREA_RESOLUTION):
        number = number * 7 + (cell >> (42 - 3 * digit) & 7)
    return AREA + number % AREAS


@lru_cache(maxsize=256)  # one search asks the same again and again
def areas_within(latitude: float, longitude: float, km: float) -> frozenset[int]:
    """Give the numbers of all large cells that may hold a cell with its centre within so many km."""
    home = h3.latlng_to_cell(latitude, longitude, AREA_RESOLUTION)
    rings = ceil((km + AREA_REACH_KM) / AREA_STEP_KM) + 1
    return frozenset(
        area(large)
        for large in h3.grid_disk(home, rings)
        if great_circle_km(latitude, longitude, *h3.cell_to_latlng(large)) <= km + AREA_REACH_KM
    )


def wide(cell: int) -> int:
    """Give the number of the wide cell above a cell, out of its index's digits."""
    return WIDE + (cell >> 42 & WIDES - 1)


def wide_within(latitude: float, longitude: float, km: float) -> frozenset[int]:
    """Give the numbers of all wide cells whose centre lies within so many km. With WIDE_REACH_KM more
    they hold all cells whose centre does."""
    chords, numbers = _wide_outward(latitude, longitude)
    chord = 2 * sin(min(km / EARTH_RADIUS_KM, pi) / 2)
    return frozenset(numbers[: bisect_right(chords, chord)])


@lru_cache(maxsize=256)  # one search asks the same again and again
def _wide_outward(latitude: float, longitude: float) -> tuple[array, array]:
    """Give how far every wide cell is, as a chord of the sphere of radius 1, and its number; the nearest
    first."""
    at = _on_sphere(latitude, longitude)
    outward = sorted((dist(at, centre), number) for number, centre in _wide_cells())
    return array("d", [chord for chord, _ in outward]), array(
        "h", [number for _, number in outward]
    )


@cache
def _wide_cells() -> list[tuple[int, tuple[float, float, float]]]:
    """Give the number and the centre of each."""
    cells = [
        cell for base in h3.get_res0_cells() for cell in h3.cell_to_children(base, WIDE_RESOLUTION)
    ]
    return [(wide(cell), _on_sphere(*h3.cell_to_latlng(cell))) for cell in cells]


def _on_sphere(latitude: float, longitude: float) -> tuple[float, float, float]:
    """Give a point on the sphere of radius 1."""
    north, east = radians(latitude), radians(longitude)
    return cos(north) * cos(east), cos(north) * sin(east), sin(north)


def local(facets: Iterable[int], area: int) -> set[int]:
    """Give the numbers of these facets in this large cell (`area`, `areas_within`), or in this wide
    one (`wide`, `wide_within`)."""
    return {LOCAL * (area - AREA) + facet - LOWEST for facet in facets}


def signature(facets: Iterable[int]) -> int | None:
    """Give the bits of the choices among these facets, as a signed number: the signature of a search
    row that has them.

    A row that has one of some choices has one of their bits, so most of those that have none are
    told by comparing two numbers. What is no choice has no bit: a question that names it cannot be
    decided so, and None is given.
    """
    bits = 0
    for facet in facets:
        if not CHOICE <= facet < DRUG:
            return None
        bits |= 1 << (facet - CHOICE) // 2 % SIGNATURE
    return bits - (1 << SIGNATURE) if bits >> (SIGNATURE - 1) else bits


def of_answers(asked: Iterable[int], mine: Iterable[int]) -> set[int]:
    """Give the facets of choices asked for, by somebody who gave the answers `mine`."""
    asked, mine = set(asked), set(mine)
    return {choice(pk) for pk in asked} | {choice(pk, matching=True) for pk in asked & mine}


def of_drugs(asked: Iterable[int], mine: Iterable[int], whens: Iterable[When]) -> set[int]:
    """The same of drugs; `mine` are the drugs about which the asker gave the same answer."""
    return set(_of_drugs(set(asked), set(mine), list(whens)))


def told(facets: Iterable[int]) -> tuple[dict[int, bool], dict[int, bool]]:
    """Read a search row back: its choices and its drugs, each with whether it is for matching only."""
    choices: dict[int, bool] = {}
    drugs: dict[int, bool] = {}
    for one in facets:
        if CHOICE <= one < DRUG:
            choices[(one - CHOICE) // 2] = bool((one - CHOICE) % 2)
        elif DRUG <= one < DRUG_CLASS:
            drugs[(one - DRUG) // 6] = bool((one - DRUG) % 2)
    return choices, drugs


def _of_drugs(asked: set[int], mine: set[int], whens: list[When]) -> Iterator[int]:
    for when in whens:
        yield from (drug(pk, when) for pk in asked)
        yield from (drug(pk, when, matching=True) for pk in asked & mine)
