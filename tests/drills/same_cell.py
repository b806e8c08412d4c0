"""Two pins in one cell: the answers to 10,000 searches are the same byte for byte.

    python -m tests.drills.same_cell [--number 10000] [--seed N]

Two members are otherwise alike. A third one asks every search, the twins change pins, the third one
asks again. Then the twins ask every search themselves, and get the same as each other.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import h3.api.basic_int as h3
from tqdm import tqdm

from connect.synthetic.people import populate
from members.models import Profile
from members.places.area import Width
from tests.drills.people import (
    NORTHAMPTON,
    Point,
    Tale,
    browser_of,
    farthest_pair,
    person,
    pin,
    points_in,
)
from tests.drills.searches import Search, Searches, answers
from tests.drills.site import arguments, site, tell, verdict

TWINS = ("twin-a", "twin-b")
OWN_PAGES = tuple(f"/twp/members/{name}/" for name in TWINS)
TALE = Tale(
    answers={
        "stage": ["reducing"], "interest": ["friendship", "share_tips"], "language": ["en", "de"],
        "how_it_is_now": ["hard"], "schedule": ["daily_micro"],
    },
    drugs={"sertraline": "reducing", "diazepam": "stopped"},
    about="I walk slowly and keep bees.",
)  # fmt: skip
NEIGHBOURS: tuple[Point, ...] = (
    (42.33, -72.64), (42.37, -72.52), (42.20, -72.61), (42.10, -72.59), (42.27, -71.80),
    (42.36, -71.06), (42.65, -73.75), (41.76, -72.68), (40.71, -74.01),
)  # fmt: skip


@dataclass(frozen=True)
class Scene:
    twins: tuple[Profile, Profile]
    asker: Profile
    pins: tuple[Point, Point]

    def place(self, *, swapped: bool) -> None:
        """Put the twins on the two pins, or the other way round."""
        pins = reversed(self.pins) if swapped else self.pins
        for twin, point in zip(self.twins, pins, strict=True):
            pin(twin, point, Width.TOWN)


def scene() -> Scene:
    """The twins, who asks, and neighbours among whom the twins have a place in every order."""
    cell = h3.latlng_to_cell(*NORTHAMPTON, 6)
    for number, point in enumerate(NEIGHBOURS):
        person(f"neighbour-{number}", point, TALE if number % 2 else None)
    one, other = (person(name, NORTHAMPTON, TALE) for name in TWINS)
    last = person("asker", (42.37, -72.52), TALE)
    return Scene((one, other), last, farthest_pair(points_in(cell)))


def betrayed(where: Scene, searches: list[Search]) -> Iterator[str]:
    """Give the searches whose answer tells the two pins apart."""
    where.place(swapped=False)
    before = _marks(where.asker, searches)
    where.place(swapped=True)
    after = _marks(where.asker, searches)
    for search, first, second in zip(searches, before, after, strict=True):
        if first != second:
            yield f"the pins changed, and so did {search}"
    searches = [search for search in searches if not search.path.startswith(OWN_PAGES)]
    one, other = (_marks(twin, searches, nameless=True) for twin in where.twins)
    for search, first, second in zip(searches, one, other, strict=True):
        if first != second:
            yield f"not the same for both who ask {search}"


def _marks(who: Profile, searches: list[Search], *, nameless: bool = False) -> list[bytes]:
    """Give a digest of each answer; nameless: as if both twins had one name."""
    found = answers(browser_of(who), tqdm(searches, unit=" searches", disable=None))
    return [_mark(answer, nameless=nameless) for answer in found]


def _mark(answer: tuple, *, nameless: bool) -> bytes:
    status, headers, body = answer
    if nameless:
        for name in TWINS:
            body = body.replace(name.encode(), b"twin")
    return hashlib.sha256(repr((status, sorted(headers.items()), body)).encode()).digest()


def addresses(searches: Searches, number: int) -> list[Search]:
    """The searches, and before them all other pages that say where somebody is."""
    return [*(Search("", path=path) for path in OWN_PAGES), *searches.some(number)]


def main() -> None:
    asked = arguments(__doc__, 10_000, "how many searches")
    with site():
        populate(2_000, seed=1)
        where = scene()
        searches = addresses(Searches(asked.seed, NORTHAMPTON), asked.number)
        tell(f"pins {where.pins[0]} and {where.pins[1]}, both in {where.twins[0].cell.words}")
        failures = list(betrayed(where, searches))
    verdict(failures, f"{asked.number:,} searches, 4 times each: the same bytes for both pins.")


if __name__ == "__main__":
    main()
