"""Finding a town by what somebody types. Nothing typed leaves our own database."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import BigIntegerField, Case, Max, Q, QuerySet, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from members.places.models import Country, Region, Town, TownName
from members.places.spelling import normalise

FEWEST_LETTERS = 2  # one letter would read every hundredth name of the world
MOST_WORDS = 5  # of a name with its region typed without a comma
LONGEST_INPUT = 100  # characters; the longest label has fewer
# How much more a name counts when it is typed in full, and in the country already chosen.
IN_FULL = 10
IN_THE_COUNTRY = 200

OTHER_NAMES_OF_COUNTRIES = {
    "america": "US",
    "great britain": "GB",
    "holland": "NL",
    "uae": "AE",
    "uk": "GB",
    "usa": "US",
}

TYPE_THE_TOWN = _(
    "We do not know postal codes. Please type the name of the town or the nearest one."
)

# Digits with at most three letters in a row: 01060, SW1A 1AA, 1012 AB, D-80331, K1A 0B1.
POSTAL_CODE = re.compile(r"(?=.*\d)(?!.*[^\W\d_]{4})[\w\s-]{2,11}")


class Answer(NamedTuple):
    """What was found for a place typed in full: one town, or several to choose from, or none."""

    town: Town | None
    choices: list[Town]


def suggest(typed: str, country: str | None = None, limit: int = 8) -> list[Town]:
    """Give the towns one of whose names begins as typed, the populous first.

    A country or region may follow ("Springfield, Illinois", "Springfield Illinois").

    Args:
        typed: anything; with fewer than two letters nothing is found.
        country: code of the country whose towns come first.
        limit: how many at most.
    """
    for name, wider in readings_of(typed):
        names = within(TownName.objects.filter(normalised__startswith=name), wider)
        if towns := towns_by_weight(names, name, country, limit):
            return towns
    return []


def resolve(typed: str, country: str | None = None, limit: int = 20) -> Answer:
    """Find the town that was meant; without JavaScript nobody could choose while typing."""
    for name, wider in readings_of(typed):
        names = within(TownName.objects.filter(normalised=name), wider)
        if towns := towns_by_weight(names, name, country, limit):
            return the_one_of(towns, typed if wider else "")
    return Answer(None, suggest(typed, country, limit))


def the_one_of(towns: list[Town], label: str) -> Answer:
    labelled = [town for town in towns if normalise(town.label) == normalise(label)]
    if len(towns) == 1 or len(labelled) == 1:
        return Answer((labelled or towns)[0], [])
    return Answer(None, towns)


def is_postal_code(typed: str) -> bool:
    return POSTAL_CODE.fullmatch(typed.strip()) is not None


def readings_of(typed: str) -> Iterator[tuple[str, list[str]]]:
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


def within(names: QuerySet[TownName], wider: list[str]) -> QuerySet[TownName]:
    """Keep the names of towns in every region or country named."""
    for part in wider:
        countries = list(countries_called(part).values_list("code", flat=True))
        regions = list(regions_called(part).values_list("id", flat=True))
        names = names.filter(Q(country__in=countries) | Q(town__region__in=regions))
    return names


def countries_called(part: str) -> QuerySet[Country]:
    codes = [part.upper(), OTHER_NAMES_OF_COUNTRIES.get(part, "")]
    return Country.objects.filter(Q(code__in=codes) | Q(normalised__startswith=part))


def regions_called(part: str) -> QuerySet[Region]:
    return Region.objects.filter(Q(code=part.upper()) | Q(normalised__startswith=part))


def towns_by_weight(
    names: QuerySet[TownName], name: str, country: str | None, limit: int
) -> list[Town]:
    in_full = Case(When(normalised=name, then=Value(IN_FULL)), default=Value(1))
    near = Case(When(country_id=country or "", then=Value(IN_THE_COUNTRY)), default=Value(1))
    weight = Max(Cast("weight", BigIntegerField()) * in_full * near)
    best = names.values_list("town_id").annotate(total=weight).order_by("-total", "town_id")
    ids = [town for town, _weight in best[:limit]]
    towns = Town.objects.select_related("region", "country").in_bulk(ids)
    return [towns[town] for town in ids if town in towns]
