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

# As people write it beside the town: 10115 Berlin, Northampton MA 01060, London SW1A 1AA.
CODE = (
    r"\d{4} (?-i:[A-Z]{2})|(?:[a-z]{1,2}-)?\d{4,6}(?:-\d{3,4})?|\d{2,3}-\d{3,4}|\d{3} \d{2}"
    r"|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|[a-z]\d[a-z] ?\d[a-z]\d"
)
CODE_AT_AN_END = re.compile(rf"^(?:{CODE})\s+|\s+(?:{CODE})$", re.IGNORECASE | re.ASCII)
SHORTEST_WITH_CODE = 3  # letters left of a name; "Ct 0001" is one


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


def parts_of(typed: str) -> list[str]:
    """Give the name, then the regions and countries after it, without a postal code beside them."""
    name, *wider = [part.strip() for part in typed[:LONGEST_INPUT].split(",")]
    bare = CODE_AT_AN_END.sub("", name)
    wider = [CODE_AT_AN_END.sub("", part) for part in wider]
    kept = [normalise(part) for part in wider if not is_postal_code(part)]
    return [normalise(bare if len(bare) >= SHORTEST_WITH_CODE else name), *filter(None, kept)]


def readings_of(typed: str) -> Iterator[Reading]:
    """Give what may be meant: a name and the regions or countries after it, likeliest first.

    Without a comma the last words may be the region: "portland or", "st louis missouri".
    """
    name, *wider = parts_of(typed)
    if len(name) >= FEWEST_LETTERS:
        yield name, wider
    words = name.split()
    if wider or len(words) > MOST_WORDS:
        return
    for place in range(len(words) - 1, 0, -1):
        if len(beginning := " ".join(words[:place])) >= FEWEST_LETTERS:
            yield beginning, [" ".join(words[place:])]
