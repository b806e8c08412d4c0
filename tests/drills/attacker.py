"""A member with a browser and patience, and what answers can tell them about a place."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

import h3.api.basic_int as h3
from django.test import Client

from members.models import Profile
from members.places.area import Width
from members.places.distance import great_circle_km
from members.places.models import KM_PER_MILE, Town
from tests.drills.people import Point, browser_of, pin

NEAREST, FURTHEST = 10, 500  # km; of what may be asked by radius
HAIR = 1e-6  # km
STRETCH = 16  # times; a radius that was not expected is looked for so much farther each time
OFFERED = (10, 25, 50, 100, 250, 500)
WIDE = 0.6  # degrees round the target in which the attacker starts to look
PER_PAGE = 25
PROFILE = re.compile(r'href="/twp/members/([\w.-]+)/"')
DISTANCE = re.compile(r"(under|over) (\d+) (km|miles)")


@dataclass(frozen=True)
class Clue:
    """One answer, as a demand on the place: how many km a point misses it by."""

    what: str
    misses: Callable[[Point], float]


def nearer_than(centre: Point, radius: float, what: str) -> Clue:
    return Clue(f"{what}: within", lambda x: max(0.0, km(centre, x) - radius))


def farther_than(centre: Point, radius: float, what: str) -> Clue:
    return Clue(f"{what}: beyond", lambda x: max(0.0, radius - km(centre, x)))


def beyond(axis: int, edge: float, direction: int, what: str) -> Clue:
    """North or south of an edge (axis 0), east or west of it (axis 1); a degree taken as 100 km."""
    return Clue(what, lambda x: max(0.0, (edge - x[axis]) * direction) * 100)


def in_cell(cell: int) -> Clue:
    def misses(point: Point) -> float:
        inside = h3.latlng_to_cell(*point, h3.get_resolution(cell)) == cell
        return 0.0 if inside else km(h3.cell_to_latlng(cell), point)

    return Clue(f"area {cell:x}", misses)


def km(one: Point, other: Point) -> float:
    return great_circle_km(*one, *other)


def centre_of(town: Town) -> Point:
    """A town that is typed stands for its narrowest cell; the code is there for everybody to read."""
    return h3.cell_to_latlng(h3.latlng_to_cell(town.latitude, town.longitude, 6))


def narrowed(found: Callable[[int], bool], low: int, high: int, expected: int) -> tuple[int, int]:
    """Find from where on something is found: not at `low`, but at `high`.

    It asks beside `expected` first, then farther and farther from it, so that a good guess costs two
    questions and a bad one few more than none at all.

    Returns:
        The last number at which it is not found, and the first at which it is.
    """
    ask, stride = expected, 1
    while high - low > 1:
        if not low < ask < high:
            ask = (low + high) // 2
        if found(ask):
            high, ask = ask, ask - stride
        else:
            low, ask = ask, ask + stride
        stride *= STRETCH
    return low, high


@dataclass
class Attacker:
    """Asks about one target.

    Args:
        profile: who asks.
        target: the name of who is looked for.
        about: where the target is known to be, as the words of an area tell everybody.
        towns: from which it asks.
    """

    profile: Profile
    target: str
    about: Point
    towns: list[Town]
    clues: list[Clue] = field(default_factory=list)
    expected: Point = field(init=False)  # where it begins to look

    def __post_init__(self) -> None:
        self.expected = self.about

    @cached_property
    def browser(self) -> Client:
        return browser_of(self.profile)

    @cached_property
    def takes_any_radius(self) -> bool:
        page = self.browser.get("/twp/members/?within=37.125&unit=km")
        return not page.context["form"].errors

    def names(self, query: dict[str, object]) -> list[str]:
        """Who is found, in order, over all pages."""
        found: list[str] = []
        for number in range(1, 21):
            text = urlencode({**query, "page": number})
            page = self.browser.get(f"/twp/members/?{text}", headers={"HX-Request": "true"})
            body = page.content.decode()
            new = [name for name in dict.fromkeys(PROFILE.findall(body)) if name not in found]
            found += new
            if len(new) < PER_PAGE:
                return found
        return found

    def finds(self, **query: object) -> bool:
        return self.target in self.names(query)

    def by_radius(self, fine: float) -> None:
        """Narrow the radius at which the target appears, from every town, to so many km."""
        for town in self.towns:
            start = {"place": f"town-{town.pk}", "unit": "km"}
            if self.finds(within=FURTHEST, **start):
                centre, what = centre_of(town), f"radius from {town.pk}"
                low, high = self._edge(start, km(centre, self.expected), fine)
                self.clues.append(nearer_than(centre, high, f"{what} {high:.6f}"))
                self.clues.append(farther_than(centre, low, f"{what} {low:.6f}"))

    def _edge(self, start: dict[str, str], expected: float, fine: float) -> tuple[float, float]:
        """The widest radius without the target, the narrowest with it, in km."""
        low = 0.0
        for radius in (NEAREST,) if self.takes_any_radius else OFFERED:
            if self.finds(within=radius, **start):
                return low, float(radius)
            low = float(radius)
        steps = narrowed(
            lambda step: self.finds(within=f"{step * fine:.6f}", **start),
            round(low / fine), round(FURTHEST / fine), round(expected / fine),
        )  # fmt: skip
        return steps[0] * fine, steps[1] * fine

    def by_box(self) -> None:
        """Bisect each edge of the map with the two decimals it has."""
        if self.finds(box="-60.00,10.00,-59.00,11.00"):
            return  # there is no searching by the map
        south, west = (one - WIDE for one in self.about)
        north, east = (one + WIDE for one in self.about)
        whole = [south, west, north, east]
        for edge, inward in enumerate((1, 1, -1, -1)):
            inside, outside = whole[edge], whole[edge] + inward * 2 * WIDE
            while abs(outside - inside) > 0.0101:
                middle = round((inside + outside) / 2, 2)
                box = [*whole[:edge], middle, *whole[edge + 1 :]]
                if self.finds(box=",".join(f"{one:.2f}" for one in box), within="any"):
                    inside = middle
                else:
                    outside = middle
            axis, what = edge % 2, f"edge {edge}"
            self.clues.append(beyond(axis, inside, inward, f"{what} {inside:.2f}: inside"))
            self.clues.append(beyond(axis, outside, -inward, f"{what} {outside:.2f}: outside"))

    def by_order(self, others: dict[str, Point]) -> None:
        """Who stands before and after the target, and how many, in every order there is."""
        for town in self.towns:
            start = {"place": f"town-{town.pk}", "within": FURTHEST, "unit": "km"}
            for sort in ("nearest", "newest", "common"):
                names = self.names({**start, "sort": sort})
                if self.target in names:
                    place = names.index(self.target)
                    self.clues.append(Clue(f"{sort} from {town.pk}: {place}", lambda point: 0.0))
                    if sort == "nearest":
                        self._between(town, names, place, others)

    def _between(self, town: Town, names: list[str], place: int, others: dict[str, Point]) -> None:
        centre = centre_of(town)
        for name in [name for name in names[:place] if name in others][-1:]:
            radius = km(centre, others[name]) - HAIR
            self.clues.append(farther_than(centre, radius, f"{name} from {town.pk}"))
        for name in [name for name in names[place + 1 :] if name in others][:1]:
            radius = km(centre, others[name]) + HAIR
            self.clues.append(nearer_than(centre, radius, f"{name} from {town.pk}"))

    def by_area(self, rings: int) -> None:
        """Try every area of the map around, of every width: one of them it is, and no part of it."""
        for resolution in (6, 5, 4, 3):
            around = h3.grid_disk(h3.latlng_to_cell(*self.about, resolution), rings)
            for cell in sorted(around):
                if self.finds(area=h3.int_to_str(cell), within="any"):
                    self.clues.append(in_cell(cell))
                    self.expected = h3.cell_to_latlng(cell)

    def by_moving(self, moves: int, dice: random.Random) -> None:
        """Move again and again, at every width, and read how far away the target is said to be."""
        for move in range(moves):
            town = dice.choice(self.towns)
            pin(self.profile, (town.latitude, town.longitude), dice.choice([*Width]))
            page = self.browser.get(f"/twp/members/{self.target}/").content.decode()
            said = DISTANCE.search(page)
            if said:
                self._told(said, f"move {move}, {said[0]} from {self.profile.cell_id}")

    def _told(self, said: re.Match, what: str) -> None:
        mine = self.profile.cell
        centre = mine.latitude, mine.longitude
        in_km = KM_PER_MILE if said[3] == "miles" else 1
        below = [0, *(step for step in OFFERED if step < int(said[2]))][-1]
        if said[1] == "over":
            self.clues.append(farther_than(centre, int(said[2]) * in_km, what))
        else:
            self.clues.append(nearer_than(centre, int(said[2]) * in_km, what))
            self.clues.append(farther_than(centre, below * in_km, what))

    def best_guess(self) -> Point:
        """The point that fits all clues best: a grid round the last guess, finer each time."""
        guess, step = self.about, WIDE / 10
        while step > 1e-6:
            guess = self._best_of(guess, step)
            step /= 3
        return guess

    def _best_of(self, guess: Point, step: float) -> Point:
        """The middle of the points that fit equally well: where there is room, it leans to no side."""
        missed = {
            (guess[0] + up * step, guess[1] + right * step): 0.0
            for up in range(-10, 11)
            for right in range(-10, 11)
        }
        for point in missed:
            missed[point] = sum(clue.misses(point) for clue in self.clues)
        least = min(missed.values())
        good = [point for point, much in missed.items() if much <= least + 1e-9]
        return sum(p[0] for p in good) / len(good), sum(p[1] for p in good) / len(good)
