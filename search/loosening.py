"""Nobody found: what a wider circle would give, and which question to take off."""

from dataclasses import dataclass, replace

from members.places.distance import STEPS
from search.address import Address
from search.filters import ROOM, SearchFilters
from search.nearest import count_each
from search.place import Place
from search.wanted import MOST, Wanted, Where

WIDER_STEPS = 3  # of the radius, the next ones
MOST_OFFERS = 2  # of wider circles


@dataclass(frozen=True)
class Offer:
    """A search that finds so many."""

    people: int
    href: str
    radius: float = 0  # in the unit of the search; 0 for any distance
    question: str = ""  # the name of the one it takes off

    @property
    def more_than_most(self) -> bool:
        return self.people > MOST


def offers(filters: SearchFilters, address: Address) -> list[Offer]:
    """Give searches near the one that found nobody, which find somebody. One query."""
    wider, without = _wider(filters, address), _without(filters, address)
    others, circles = count_each([one for one, _offer in without], [one for one, _offer in wider])
    return [*_growing(_finding(wider, circles)), *_finding(without, others)]


def _wider(filters: SearchFilters, address: Address) -> list[tuple[Wanted, Offer]]:
    """Give the circles beyond what was searched, and any distance at last.

    Round a single area it is the circle the area was taken out of; round a country, a region or a
    part of the map it is any distance at once.
    """
    where, unit = _around(filters), filters.unit
    in_one_area = filters.where.cell is not None
    if where.km is None and filters.is_circle and not in_one_area:
        return []
    steps = [step for step in STEPS if step > filters.radius][:WIDER_STEPS]
    radii = [filters.radius, *steps] if in_one_area else steps
    circles = [
        (
            filters.wanted(where=replace(where, km=unit.to_km(radius))),
            Offer(0, address.with_(within=f"{radius:g}", unit=unit.value, area=""), radius=radius),
        )
        for radius in (radii if where.km is not None else [])
    ]
    anywhere = filters.wanted(where=replace(where, km=None))
    off = {"area": ""} if filters.is_circle else {"area": "", "place": "", "box": ""}
    return [*circles, (anywhere, Offer(0, address.with_(within="any", **off)))]


def _around(filters: SearchFilters) -> Where:
    """Give the circle asked for, or for what is none the whole world round the viewer's own area."""
    if filters.is_circle:
        return replace(filters.where, cell=None)
    home = Place.of_cell(filters.viewer.profile.cell)
    return Where(home.latitude, home.longitude, lies_in=home.lies_in)


def _without(filters: SearchFilters, address: Address) -> list[tuple[Wanted, Offer]]:
    return [
        (filters.wanted(without=name), Offer(0, _href_without(name, address), question=name))
        for name in [*filters.groups, *([ROOM] if filters.asks_for_room else [])]
    ]


def _finding(tried: list[tuple[Wanted, Offer]], people: list[int]) -> list[Offer]:
    numbers = zip(tried, people, strict=True)
    return [replace(offer, people=number) for (_wanted, offer), number in numbers if number]


def _href_without(name: str, address: Address) -> str:
    # Room for new contacts is asked for by saying nothing.
    return address.with_(room="any") if name == ROOM else address.without(name)


def _growing(finding: list[Offer]) -> list[Offer]:
    """Give the first circles that find more than the one before."""
    grown: list[Offer] = []
    for offer in finding:
        if offer.people > (grown[-1].people if grown else 0):
            grown.append(offer)
    return grown[:MOST_OFFERS]
