"""Nobody found: what a wider circle would give, and which question to take off."""

from dataclasses import dataclass, replace

from members.places.distance import STEPS
from search.address import Address
from search.filters import ROOM, SearchFilters
from search.nearest import count_each
from search.wanted import MOST, Wanted

WIDER_STEPS = 3  # of the radius, the next ones
MOST_OFFERS = 2  # of wider circles


@dataclass(frozen=True)
class Offer:
    """A search that finds so many."""

    people: int
    href: str
    radius: int = 0  # in the unit of the search; 0 for any distance
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
    where = filters.where
    if where.km is None or where.box or where.cell is not None:
        return []
    steps = [step for step in STEPS if step > filters.radius][:WIDER_STEPS]
    circles = [
        (
            filters.wanted(where=replace(where, km=filters.unit.to_km(step))),
            Offer(0, address.with_(within=str(step), unit=filters.unit.value), radius=step),
        )
        for step in steps
    ]
    anywhere = filters.wanted(where=replace(where, km=None))
    return [*circles, (anywhere, Offer(0, address.with_(within="any")))]


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
