"""Finding a town by what somebody types. Nothing typed leaves our own database."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from members.places.likeliest import Nearness, in_full, suggestions
from members.places.meanings import Kind, Meaning, Reading, by_name
from members.places.models import Town
from members.places.spelling import normalise

FEWEST_LETTERS = 2  # one letter would read every hundredth name of the world
MOST_WORDS = 5  # of a name with its region typed without a comma
LONGEST_INPUT = 100  # characters; the longest label has fewer

TYPE_THE_TOWN = _(
    "We do not know postal codes. Please type the name of the town or the nearest one."
)
NO_SUCH_TOWN = _("We do not know this place. Please type the nearest larger town.")

# Digits with at most three letters in a row: 01060, SW1A 1AA, 1012 AB, D-80331, K1A 0B1.
POSTAL_CODE = re.compile(r"(?=.*\d)(?!.*[^\W\d_]{4})[\w\s-]{2,11}")


class Answer(NamedTuple):
    """What was found for a place typed in full: one town, or several to choose from, or none."""

    town: Town | None
    choices: list[Town]


def offers(
    typed: str, near: Nearness, limit: int = 8, kinds: Iterable[Kind] = Kind
) -> list[Meaning]:
    """Give the places one of whose names begins as typed, the likeliest first. One query.

    A country or region may follow ("Springfield, Illinois", "Springfield Illinois").

    Args:
        typed: anything; with fewer than two letters nothing is found.
        near: whose places come first.
        limit: how many at most.
        kinds: towns, regions, countries.
    """
    readings = list(readings_of(typed))
    found = [one for one in by_name(readings, near.country) if one.kind in kinds]
    return suggestions(found, readings, near, limit)


def suggest(typed: str, country: str | None = None, limit: int = 8) -> list[Town]:
    """Give the towns one of whose names begins as typed, those of a country (its code) first."""
    near = Nearness(country=country)
    return [one.place for one in offers(typed, near, limit, [Kind.TOWN])]


def resolve(typed: str, country: str | None = None, limit: int = 20) -> Answer:
    """Find the town that was meant; without JavaScript nobody could choose while typing."""
    readings = list(readings_of(typed))
    near = Nearness(country=country)
    found = [one for one in by_name(readings, country) if one.kind is Kind.TOWN]
    if towns := [one.place for one in in_full(found, readings, near)][:limit]:
        return the_one_of(towns, typed)
    return Answer(None, [one.place for one in suggestions(found, readings, near, limit)])


def the_one_of(towns: list[Town], label: str) -> Answer:
    labelled = [town for town in towns if normalise(town.label) == normalise(label)]
    if len(towns) == 1 or len(labelled) == 1:
        return Answer((labelled or towns)[0], [])
    return Answer(None, towns)


def is_postal_code(typed: str) -> bool:
    return POSTAL_CODE.fullmatch(typed.strip()) is not None


def readings_of(typed: str) -> Iterator[Reading]:
    """Give what may be meant: a name and the regions or countries after it, likeliest first.

    Without a comma the last words may be the region: "portland or", "st louis missouri".
    """
    name, *wider = [normalise(part) for part in typed[:LONGEST_INPUT].split(",")]
    if len(name) >= FEWEST_LETTERS:
        yield name, [part for part in wider if part]
    words = name.split()
    if wider or len(words) > MOST_WORDS:
        return
    for place in range(len(words) - 1, 0, -1):
        if len(beginning := " ".join(words[:place])) >= FEWEST_LETTERS:
            yield beginning, [" ".join(words[place:])]
