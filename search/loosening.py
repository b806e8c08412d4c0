"""Nobody found: what a wider circle would give."""

from dataclasses import dataclass

from members.models.profile import ProfileQuerySet
from members.places.distance import STEPS, Unit
from search.nearest import MOST, nearest
from search.place import Place

MOST_OFFERS = 2


@dataclass(frozen=True)
class Wider:
    """So many people within so far, in the unit of the search."""

    radius: int
    people: int

    @property
    def more_than_most(self) -> bool:
        return self.people > MOST


def wider(profiles: ProfileQuerySet, centre: Place, radius: float, unit: Unit) -> list[Wider]:
    """Give the next steps that find somebody, or more people than the step before. One query."""
    steps = [step for step in STEPS if step > radius]
    if not steps:
        return []
    distances = [hit.km for hit in nearest(profiles, centre, unit.to_km(steps[-1]))]
    offers: list[Wider] = []
    for step in steps:
        people = sum(km <= unit.to_km(step) for km in distances)
        if people > (offers[-1].people if offers else 0):
            offers.append(Wider(step, people))
    return offers[:MOST_OFFERS]
