"""Which of several places of one name is meant: the one near by, in the same country, the largest."""

from collections.abc import Iterable, Sequence

from members.places.distance import great_circle_km
from members.places.meanings import IN_THE_COUNTRY, Kind, Meaning, Reading
from members.places.models import Cell
from members.places.other_names import TOWNS_CALLED

HALF_AS_LIKELY_KM = 100  # from the viewer
OTHER_NAME_IN_FULL = 8  # times less "Cologne" typed in full says Köln than its own name does
IN_FULL = 10  # times more a short name counts when it is all that was typed
CERTAIN_IN_FULL = 4  # letters from which a name typed in full comes before all that go on
# What countries and regions weigh among towns, which weigh their inhabitants.
COUNTRY_WEIGHS, REGION_WEIGHS = 5_000_000, 300_000
ABROAD = 10  # times less a region weighs for who lives elsewhere: as a far town weighs less
MOST_COUNTRIES = MOST_REGIONS = 3  # among suggestions
# A town so large comes before a region of its name that it lies in, or that lies in another
# country than the viewer; and before any other region.
CITY, METROPOLIS = 100_000, 500_000


class Nearness:
    """What counts for whoever asks: their country, and where in it their area is."""

    def __init__(self, cell: Cell | None = None, country: str | None = None) -> None:
        self.cell = cell
        self.country = cell.country_id if cell else country

    def is_home(self, meaning: Meaning) -> bool:
        return meaning.country.code == self.country

    def score(self, meaning: Meaning, weight: float) -> float:
        if meaning.kind is not Kind.COUNTRY and self.is_home(meaning):
            weight *= IN_THE_COUNTRY
        elif meaning.kind is Kind.REGION:
            weight /= ABROAD
        if meaning.kind is Kind.TOWN and self.cell:
            town = meaning.place
            km = great_circle_km(
                self.cell.latitude, self.cell.longitude, town.latitude, town.longitude
            )
            weight /= 1 + km / HALF_AS_LIKELY_KM
        return weight


def in_full(
    meanings: Iterable[Meaning], readings: Sequence[Reading], near: Nearness
) -> list[Meaning]:
    """Give those called exactly as the likeliest reading that anything is called, best first."""
    meanings = list(meanings)
    for name, wider in readings:
        called = [one for one in meanings if one.is_called(name) and one.lies_in(wider)]
        if called:
            return _ordered(called, near)
    return []


def _ordered(called: list[Meaning], near: Nearness) -> list[Meaning]:
    """A country comes first, but for the viewer's own region of its name: Georgia, seen from the
    United States. A town comes before a region only where it is what people mean: New York."""
    countries = [one for one in called if one.kind is Kind.COUNTRY]
    regions = [one for one in called if one.kind is Kind.REGION]
    regions.sort(key=lambda one: (not near.is_home(one), one.label))
    towns = _once(
        sorted(
            (one for one in called if one.kind is Kind.TOWN),
            key=lambda one: (-near.score(one, _weight_in_full(one)), one.place.pk),
        )
    )
    if countries:
        codes = {one.country.code for one in countries}
        own = [one for one in regions if near.is_home(one) and one.country.code not in codes]
        return own + countries + towns + [one for one in regions if one not in own]
    leaders = [one for one in towns if regions and _comes_before(one, regions, near)]
    at_home = [one for one in leaders[:1] if near.is_home(one)]
    of_the_region = [one for one in leaders if one.region in [region.place for region in regions]]
    first = at_home or of_the_region[:1] or (towns[:1] if leaders or not regions else [])
    return _once([*first, *regions, *towns])


def _comes_before(town: Meaning, regions: list[Meaning], near: Nearness) -> bool:
    people = town.place.population
    home_region = any(near.is_home(one) for one in regions)
    if home_region and not near.is_home(town):
        return False
    if town.region in [one.place for one in regions] or (near.is_home(town) and not home_region):
        return people >= CITY
    return people >= METROPOLIS


def _weight_in_full(town: Meaning) -> float:
    return max(town.weight, town.place.population / OTHER_NAME_IN_FULL)


def beginning(
    meanings: Iterable[Meaning], readings: Sequence[Reading], near: Nearness
) -> list[Meaning]:
    """Give those whose name goes on after what was typed, best first; each once."""
    if not readings:
        return []
    name, wider = readings[0]

    def score(one: Meaning) -> float:
        weighs = {Kind.COUNTRY: COUNTRY_WEIGHS, Kind.REGION: REGION_WEIGHS, Kind.TOWN: one.weight}
        return near.score(one, weighs[one.kind] * (IN_FULL if one.is_called(name) else 1))

    fitting = [one for one in meanings if one.begins(name) and one.lies_in(wider)]
    return _once(sorted(fitting, key=lambda one: (-score(one), one.value)))


def suggestions(
    meanings: Sequence[Meaning], readings: Sequence[Reading], near: Nearness, limit: int
) -> list[Meaning]:
    """Give the few likeliest: those called so, then those whose name goes on after what was typed."""
    name = readings[0][0] if readings else ""
    is_certain = len(name) >= CERTAIN_IN_FULL or name in TOWNS_CALLED
    certain = in_full(meanings, readings, near) if is_certain else []
    left = {Kind.COUNTRY: MOST_COUNTRIES, Kind.REGION: MOST_REGIONS, Kind.TOWN: limit}
    offered = []
    for one in _once([*certain, *beginning(meanings, readings, near)]):
        if left[one.kind]:
            left[one.kind] -= 1
            offered.append(one)
    return offered[:limit]


def _once(meanings: Iterable[Meaning]) -> list[Meaning]:
    """Keep the best name of each place."""
    kept: dict[str, Meaning] = {}
    for one in meanings:
        kept.setdefault(one.value, one)
    return list(kept.values())
