"""What a search asks, and what it gives."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from members.places.distance import Bounds, great_circle_km, spans
from members.places.models import words

MOST = 500  # people; beyond, the count says "more than"
WIDE_BOX_KM, BULGE = 1_000, 1.3


class Box(NamedTuple):
    """A part of the map in degrees; `west` is greater than `east` across the date line."""

    south: float
    west: float
    north: float
    east: float

    @property
    def centre(self) -> tuple[float, float]:
        width = self.east - self.west + (0 if self.west <= self.east else 360)
        longitude = (self.west + width / 2 + 180) % 360 - 180
        return (self.south + self.north) / 2, longitude

    @property
    def bounds(self) -> Bounds:
        east = self.east if self.west <= self.east else self.east + 360
        return Bounds(self.south, self.north, spans(self.west, east))


@dataclass(frozen=True)
class Where:
    """From where distances are measured, and which part of the world is searched."""

    latitude: float  # degrees, of the centre of a cell
    longitude: float
    km: float | None = None  # radius; None: any distance
    country: str = ""  # code
    region: int | None = None
    box: Box | None = None
    cell: int | None = None
    lies_in: str = ""  # code of the country the centre is in, or the region, where it is known
    near_home: bool = True  # whether the centre lies in the country or the region

    @property
    def within_country(self) -> str:
        """The code of the one country all of the place is in; empty for any other place."""
        return self.country or (self.lies_in if self.region is not None else "")

    @classmethod
    def of_box(cls, box: Box) -> "Where":
        """From its middle; every corner is within the radius."""
        middle = box.centre
        corners = [(lat, lng) for lat in (box.south, box.north) for lng in (box.west, box.east)]
        km = max(great_circle_km(*middle, *corner) for corner in corners)
        # The sides of a box are no great circles: a wide one bulges out over its corners.
        return cls(*middle, km=None if km > WIDE_BOX_KM else km * BULGE, box=box)


@dataclass(frozen=True)
class Wanted:
    """Who is looked for, by whom."""

    member: UUID  # who asks: never found, nor whom they do not meet
    community: str
    where: Where
    # One facet of each group. The order of the groups says nothing.
    groups: tuple[frozenset[int], ...] = ()
    avoided: frozenset[int] = frozenset()  # whoever has one of these is not found
    newest_first: bool = False


class Found(NamedTuple):
    """One hit: the profile, how far (centre to centre), and its area."""

    profile: int
    km: float
    cell: int
    latitude: float
    longitude: float
    wording: str
    place: str

    @property
    def words(self) -> str:
        """Those of the area."""
        return words(self.wording, self.place)
