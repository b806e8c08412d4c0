"""What a patient script finds out about where somebody lives: the centre of their cell, no more.

    python -m tests.drills.attack [--number 60] [--seed N]

It knows what any member may know: the code, the towns, and the answers to its own questions. It asks
by radius, by the edges of the map, by order and by area, from many towns; it moves fifty times
itself, and watches its target pin fifty times at all widths. Two targets in one cell, with other
points, give it the very same answers.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import h3.api.basic_int as h3

from members.models import Profile
from members.places.area import Width, cells_among, cells_that_hide
from members.places.models import CellPopulation, Town
from tests.drills.attacker import Attacker, km
from tests.drills.people import NORTHAMPTON, Point, farthest_pair, person, pin, points_in
from tests.drills.site import arguments, site, tell, verdict

MOVES = 50
POINTS = 200  # places at which all widths are compared
SHARP = 0.3  # km; an attack that misses even the cell's centre by more shows nothing
HELPERS: tuple[Point, ...] = (
    (42.37, -72.52), (42.20, -72.61), (42.10, -72.59), (42.27, -71.80), (42.36, -71.06),
    (42.65, -73.75), (41.76, -72.68), (40.71, -74.01), (42.45, -73.25), (42.59, -72.60),
)  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """Who asks, people whose areas it knows, and whom it looks for."""

    attacker: Profile
    target: Profile
    others: dict[str, Point]
    pins: tuple[Point, Point]


def scene() -> Scene:
    helpers = [person(f"helper-{number}", point) for number, point in enumerate(HELPERS)]
    target, attacker = person("target", NORTHAMPTON), person("attacker", HELPERS[0])
    others = {one.username: (one.cell.latitude, one.cell.longitude) for one in helpers}
    return Scene(attacker, target, others, farthest_pair(points_in(target.cell.pk)))


@dataclass(frozen=True)
class Recovered:
    """What an attack came to; distances in km."""

    point: Point
    clues: list[str]
    from_centre: float
    from_truth: float


@dataclass(frozen=True)
class Patience:
    """How much is asked: from so many towns, the radius as fine as so many km, so many moves, and
    so many rings of areas round the target's town, one by one."""

    towns: int
    fine: float = 1e-6
    moves: int = MOVES
    rings: int = 4
    seed: int = 1


def attack(where: Scene, pinned: Point, patience: Patience) -> Recovered:
    """Pin the target, ask everything there is to ask, and make the best of it."""
    pin(where.target, pinned)
    pin(where.attacker, HELPERS[0])
    cell = where.target.cell
    # The words of an area name its town, which every member reads.
    about = round(cell.latitude, 1), round(cell.longitude, 1)
    towns = towns_around(about, patience.towns, patience.seed)
    attacker = Attacker(where.attacker, where.target.username, about, towns)
    attacker.by_area(patience.rings)
    attacker.by_radius(patience.fine)
    attacker.by_box()
    attacker.by_order(where.others)
    attacker.by_moving(patience.moves, random.Random(patience.seed))
    point, clues = attacker.best_guess(), [clue.what for clue in attacker.clues]
    return Recovered(point, clues, km(point, (cell.latitude, cell.longitude)), km(point, pinned))


def faults(first: Recovered, second: Recovered) -> Iterator[str]:
    """Give what tells the two targets apart, or that the attack is too dull to show anything."""
    for one, other in zip(first.clues, second.clues, strict=False):
        if one != other:
            yield f"told apart by “{one}” and “{other}”"
    if len(first.clues) != len(second.clues) or first.point != second.point:
        yield "two points in one cell came to different places"
    if first.from_centre > SHARP:
        yield f"even the centre of the cell is {first.from_centre:.2f} km away"


def towns_around(point: Point, number: int, seed: int) -> list[Town]:
    """Towns near and far, in every direction."""
    degrees = 400 / 110  # of latitude, and a little more
    around = Town.objects.filter(latitude__range=(point[0] - degrees, point[0] + degrees))
    near = [t for t in around.order_by("id") if 15 < km((t.latitude, t.longitude), point) < 400]
    return random.Random(seed).sample(near, k=min(number, len(near)))


def pin_again(target: Profile, point: Point, moves: int, seed: int) -> set[int]:
    """Pin one point again and again at all widths; gives the areas that were seen."""
    dice = random.Random(seed)
    seen: dict[Width, int] = {}
    for _move in range(moves):
        width = dice.choice([*Width])
        pin(target, point, width)
        if seen.setdefault(width, target.cell_id) != target.cell_id:
            raise AssertionError("the same pin gave another area")
    return set(seen.values())


def told_by_widths(seen: set[int], hiding: set[int]) -> tuple[int, int]:
    """Of one member these areas were seen, one after the other.

    Gives how many points may show all of them, and how many may show the narrowest: the same number,
    or all of them together tell more than the narrowest does.
    """
    narrowest = max(seen, key=h3.get_resolution)
    inside = [one for cell in h3.cell_to_children(narrowest, 6) for one in points_in(cell)]
    may_show = [set(all_widths(point, hiding).values()) for point in inside]
    return sum(seen <= cells for cells in may_show), sum(narrowest in cells for cells in may_show)


def all_widths(point: Point, hiding: set[int]) -> dict[Width, int]:
    cells = cells_among([(*point, width) for width in Width], hiding)
    return dict(zip(Width, cells, strict=True))


def told_too_much(points: list[Point]) -> Iterator[str]:
    """Give the points of which several widths together tell more than one alone."""
    hiding = cells_that_hide(CellPopulation.objects.all())
    for point in points:
        fit, inside = told_by_widths(set(all_widths(point, hiding).values()), hiding)
        if fit != inside:
            yield f"pinned at all widths, {fit} of the {inside} points of its cell fit {point}"


def points_near(towns: list[Town], number: int, seed: int) -> list[Point]:
    """Give places where people live, with two decimals."""
    dice = random.Random(seed)
    return [
        (round(town.latitude + dice.uniform(-0.1, 0.1), 2), round(town.longitude + dice.uniform(-0.1, 0.1), 2))
        for town in dice.choices(towns, k=number)
    ]  # fmt: skip


def main() -> None:
    asked = arguments(__doc__, 60, "from how many towns it asks")
    with site():
        where = scene()
        patience = Patience(asked.number, seed=asked.seed)
        results = [attack(where, point, patience) for point in where.pins]
        failures = list(faults(*results))
        for point, result in zip(where.pins, results, strict=True):
            tell(
                f"target at {point}: {len(result.clues)} clues lead to "
                f"{result.point[0]:.5f}, {result.point[1]:.5f}, "
                f"{result.from_centre:.3f} km from the cell's centre, "
                f"{result.from_truth:.3f} km from the target"
            )
        for point in where.pins:
            seen = pin_again(where.target, point, MOVES, asked.seed)
            fit, inside = told_by_widths(seen, cells_that_hide(CellPopulation.objects.all()))
            tell(f"pinned {MOVES} times at all widths: {fit} of {inside} points of the cell fit")
        failures += told_too_much(
            points_near(list(Town.objects.order_by("id")), POINTS, asked.seed)
        )
    verdict(failures, "The cell's centre, and nothing tells the two targets apart.")


if __name__ == "__main__":
    main()
