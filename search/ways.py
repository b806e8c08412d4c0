"""How a question is asked, whichever way is expected to cost least.

- *walk*: cells outward in order of distance, in rings, each ring begun only when those before it did
  not give enough; it stops at 501. For the newest of a circle it reads all of it.
- *rare*: all who fit by their answers, then distances. In a circle the answers are looked up together
  with the large cells it touches, in a wider one with the wide cells, so that those of a metropolis
  are not looked for in the whole world.
- *outward*: the same for answers that many gave but few together, in the wide cells round the place
  first, as far as 501 are expected; should there be fewer, twice as far; then in the rest of the world
  or the country.
- *newest*: backwards in order of joining; beyond BOUND rows by answers.
- *fullest*: for counting alone, answers in the wide cells where most live, till there are 501.

All give the same. `search.guess` says what each is expected to cost.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from members import facets
from members.places.distance import Bounds
from search import statements
from search.counting import counts
from search.guess import Guess
from search.wanted import MOST, Wanted, Where
from search.words import TRUE, Words, all_of, in_order, literal, one_after_another

FEW = 25  # people; a page
BOUND = 60_000  # rows the newest-first walk reads

Way = Callable[[Wanted, Guess, Words], list[str]]


def hits(wanted: Wanted, words: Words) -> str:
    """Ask for those wanted, in order, with what is told of each."""
    guess, way = _chosen(wanted)
    if way is _walk and not wanted.newest_first and guess.found < FEW:
        return _walking(wanted, guess, words, statements.AT_ONCE)
    parts = one_after_another(way(wanted, guess, words))
    versine = "z.versine"
    if wanted.newest_first:  # who is found by the date alone was not measured yet
        versine = f"coalesce(z.versine, {_versine(wanted.where, words, of='c')})"
    return statements.HITS.format(parts=parts, versine=versine, most=MOST + 1)


def parts(wanted: Wanted, words: Words) -> str:
    """Say who is wanted, by the way that is expected to cost least."""
    guess, way = _chosen(wanted)
    return one_after_another(way(wanted, guess, words))


def _chosen(wanted: Wanted) -> tuple[Guess, Way]:
    guess = Guess(wanted, counts())
    return guess, _least(_ways(wanted, guess))


def _ways(wanted: Wanted, guess: Guess) -> dict[str, tuple[float, Way]]:
    if not wanted.newest_first:
        ways = {"walk": (guess.walk, _walk), "rare": (guess.rare, _rare)}
        return ways | ({"outward": (guess.outward, _outward)} if guess.reaches else {})
    ways = {"newest": (guess.newest, _newest), "rare": (guess.rare, _rare)}
    return ways | {"walk": (guess.all_around, _walk)} if guess.cells else ways


def in_any_order(wanted: Wanted, words: Words) -> str:
    """Say who is wanted where they are only counted: no matter who comes first."""
    guess = Guess(wanted, counts())
    orders = [replace(wanted, newest_first=newest) for newest in (True, False)]
    ways = {name: way for order in orders for name, way in _ways(order, guess).items()}
    ways |= {"fullest": (guess.in_the_fullest, _fullest)} if guess.fullest else {}
    return one_after_another(_least(ways)(orders[-1], guess, words))


def _least(ways: dict[str, tuple[float, Way]]) -> Way:
    return ways[_cheapest({name: cost for name, (cost, _way) in ways.items()})][1]


def _cheapest(costs: dict[str, float]) -> str:
    return min(costs, key=costs.__getitem__)


def counts_better_apart(circles: list[Wanted]) -> bool:
    """Whether the last one is of any distance and soon full: far from everybody, half the world is
    looked through before one comes to people."""
    if not circles or circles[-1].where.km is not None:
        return False
    guess = Guess(circles[-1], counts())
    return bool(guess.fullest) or guess.newest < guess.rare


def _walk(wanted: Wanted, guess: Guess, words: Words) -> list[str]:
    return [_walking(wanted, guess, words, statements.IN_PARTS)]


def _walking(wanted: Wanted, guess: Guess, words: Words, told: dict[str, str]) -> str:
    rings = [] if wanted.newest_first else guess.rings
    return statements.WALK.format(
        **told,
        **_walked(wanted.where, words, rings),
        community=literal(wanted.community),
        conditions=_read(wanted, guess, words),
        order="order by l.profile_id desc" if wanted.newest_first else "",
        most=MOST + 1,
    )


def _walked(where: Where, words: Words, rings: list[float]) -> dict[str, str]:
    """Say in which rings a place is gone through, and which cells lie in each."""
    cells = _cells(where, words)
    if rings:
        return words.rings(where.latitude, where.longitude, [*rings, where.km], cells)
    if where.km is not None and where.cell is None:
        bounds = Bounds.around(where.latitude, where.longitude, where.km)
        cells.append(words.within(bounds, of="c"))
    ring = words.ring(None, where.km, of="c")
    versine = _versine(where, words, of="c")
    return {"rings": "", "versine": versine, "cells": all_of(cells), "ring": ring}


def _rare(wanted: Wanted, guess: Guess, words: Words, only: str = TRUE) -> list[str]:
    fitting = "", words.indexed(guess.indexed)
    if guess.is_local:
        fitting = _local(guess.groups, sorted(guess.cells), words)
    return [_found(wanted, fitting, (None, wanted.where.km), words, only)]


def _outward(wanted: Wanted, guess: Guess, words: Words) -> list[str]:
    inner, parts = None, []
    for reach in guess.reaches:
        near = _local(guess.groups, sorted(reach.wide), words)
        parts.append(_found(wanted, near, (inner, reach.km), words))
        inner = reach.km
    all_over = "", words.indexed(guess.indexed)
    return [*parts, _found(wanted, all_over, (inner, wanted.where.km), words)]


def _fullest(wanted: Wanted, guess: Guess, words: Words) -> list[str]:
    """In the wide cells where most live, and then in the others."""
    others = statements.NOT_IN_WIDE.format(
        wide=facets.WIDE, wides=facets.WIDES, cells=words.array(guess.fullest, "int")
    )
    there = _local(guess.groups, guess.fullest, words)
    elsewhere = "", words.indexed(guess.indexed)
    return [
        _found(wanted, there, (None, None), words, ordered=False),
        _found(wanted, elsewhere, (None, None), words, others, ordered=False),
    ]


def _found(
    wanted: Wanted,
    fitting: tuple[str, str],
    ring: tuple[float | None, float | None],
    words: Words,
    only: str = TRUE,
    *,
    ordered: bool = True,
) -> str:
    """Say who fits by their answers, and lives between two distances in km.

    Args:
        fitting: of what is read beside the rows, and on what condition.
        ordered: else the first come upon, and no more is looked at.
    """
    where, (large, has_answers) = wanted.where, fitting
    nearest = "l.versine, l.cell_id, l.profile_id desc"
    order = "l.profile_id desc" if wanted.newest_first else nearest
    return statements.RARE.format(
        large=large,
        versine=_versine(where, words, of="l"),
        community=literal(wanted.community),
        answers=all_of([has_answers, words.met(wanted.avoided)]),
        beside=all_of([words.ring(*ring, of="l"), only, *_at(where, words)]),
        order=f"order by {order}" if ordered else "",
        most=MOST + 1,
    )


def _local(groups: list[frozenset[int]], cells: Iterable[int], words: Words) -> tuple[str, str]:
    """Say who has one answer of each group in one of these large or wide cells, in their order."""
    cells = list(cells)
    return words.local([[facets.local(group, cell) for cell in cells] for group in groups])


def _newest(wanted: Wanted, guess: Guess, words: Words) -> list[str]:
    where, community = wanted.where, literal(wanted.community)
    country = where.within_country
    part = words.equal("l.country", country) if country else TRUE
    within = where.km is not None or where.box or where.cell is not None
    text = statements.NEWEST_WITHIN if within else statements.NEWEST
    walk = text.format(
        versine=_versine(where, words, of="c"),
        cells=all_of(_cells(where, words)),
        ring=words.ring(None, where.km, of="c"),
        community=community,
        part=part,
        conditions=_read(wanted, guess, words, here=True),
        bound=BOUND,
        most=MOST + 1,
    )
    beyond = statements.BEYOND.format(community=community, part=part, last=BOUND - 1)
    return [walk, *_rare(wanted, guess, words, beyond)]


def _read(wanted: Wanted, guess: Guess, words: Words, *, here: bool = False) -> str:
    """What a row must have; `here` asks for the place too, which a walk over its cells need not."""
    where, groups = wanted.where, guess.groups
    if here and guess.around:
        groups = guess.rarest_first([*groups, guess.around])
    asked, more = [words.read(groups)] if groups else [], []
    if here and where.region is not None:
        asked = [words.read([frozenset([facets.region(where.region)])]), *asked]
        more = _at(where, words)
    return in_order(asked, [words.met(wanted.avoided), *more])


def _versine(where: Where, words: Words, of: str) -> str:
    return words.versine(where.latitude, where.longitude, of)


def _at(where: Where, words: Words) -> list[str]:
    """Say of a search row where it is; the circle comes later."""
    asked = []
    if where.cell is not None:
        asked.append(words.equal("l.cell_id", where.cell))
    if where.country:
        asked.append(words.equal("l.country", where.country))
    if where.region is not None:
        asked.append(statements.OF_REGION.format(region=words.value(where.region)))
    if where.box:
        asked.append(words.within(where.box.bounds, of="l"))
    return asked


def _cells(where: Where, words: Words) -> list[str]:
    """Say which cells belong to the place; the circle comes later."""
    asked = []
    if where.cell is not None:
        asked.append(words.equal("c.id", where.cell))
    if where.country:
        asked.append(words.equal("c.country_id", where.country))
    if where.region is not None:
        asked.append(words.equal("c.region_id", where.region))
    if where.box:
        asked.append(words.within(where.box.bounds, of="c"))
    return asked
