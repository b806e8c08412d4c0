"""Where a search looks: round the centre of a cell, or in a whole country or region."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import h3.api.basic_int as h3
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from members.places import gazetteer
from members.places.models import Cell, Town, TownName
from members.places.spelling import normalise

TOWN_ID = re.compile(r"town-(\d{1,12})")
NO_SUCH_TOWN = _(
    "We know no town of this name. Please look at the spelling, or type a larger town near it."
)
ENOUGH = 50  # names that begin as typed: the viewer's country is looked for among them
RESOLUTION = 6  # of the cell a typed town stands for: the narrowest a member may have


@dataclass(frozen=True)
class Place:
    """A point to measure from. Always the centre of a cell: nothing finer may be asked about.

    A country or a region has no such point: it is searched whole, from the viewer's own area.
    """

    latitude: float  # degrees
    longitude: float
    label: str = ""  # empty: the viewer's own area
    country: str = ""  # code, when a whole country is meant
    region: int | None = None  # key, when a whole region is meant
    # What the typed name might have meant too: (value of the field, label).
    others: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether a country or a region is meant, not a point and what lies around it."""
        return bool(self.country) or self.region is not None

    @classmethod
    def of_cell(cls, cell: Cell) -> "Place":
        return cls(cell.latitude, cell.longitude)

    @classmethod
    def of_town(cls, town: Town, others: list[Town] | None = None) -> "Place":
        cell = h3.latlng_to_cell(town.latitude, town.longitude, RESOLUTION)
        named = [(f"town-{other.pk}", other.label) for other in others or []]
        return cls(*h3.cell_to_latlng(cell), town.label, others=named)


def find(typed: str, near: Cell) -> Place:
    """Find the place meant: `town-<id>`, `country-<CODE>`, `region-<key>`, or a name, of which
    the likeliest is taken.

    Args:
        typed: what stands in the field.
        near: the viewer's own cell; what lies nearer to it, and in its country, comes first.

    Raises:
        ValidationError: with a sentence that says what to do.
    """
    by_id = TOWN_ID.fullmatch(typed)
    if by_id:
        return _of_id(int(by_id[1]))
    if gazetteer.is_postal_code(typed):
        raise ValidationError(gazetteer.TYPE_THE_TOWN)
    towns = _towns(typed, near.country_id)
    if not towns:
        raise ValidationError(NO_SUCH_TOWN)
    same = [town for town in towns if normalise(town.label) == normalise(typed)]
    return Place.of_town(same[0]) if same else Place.of_town(towns[0], towns[1:5])


def _of_id(number: int) -> Place:
    town = Town.objects.select_related("region", "country").filter(pk=number).first()
    if town is None:
        raise ValidationError(_("We do not know this town any more. Please type its name."))
    return Place.of_town(town)


def _towns(typed: str, country: str | None) -> list[Town]:
    """Give the towns that may be meant, likeliest first: called exactly so, or beginning so."""
    readings = list(gazetteer.readings_of(typed))
    names = TownName.objects.select_related("town__region", "town__country")
    exactly = names.filter(normalised__in=[name for name, _wider in readings])
    for name, wider in readings:
        meant = [n for n in exactly if n.normalised == name and _lies_in(wider, n.town)]
        if meant:
            return _likeliest_first(meant, country)
    if not readings or readings[0][1]:  # beginnings are only looked for without a region behind
        return []
    beginning = names.filter(normalised__startswith=readings[0][0])
    return _likeliest_first(beginning.order_by("-weight")[:ENOUGH], country)


def _likeliest_first(names: Iterable[TownName], country: str | None) -> list[Town]:
    """Order by the viewer's country, then by size; each town once."""
    ordered = sorted(names, key=lambda n: (n.country_id != country, -n.weight, n.town_id))
    return list({name.town_id: name.town for name in ordered}.values())


def _lies_in(wider: list[str], town: Town) -> bool:
    return all(_is_part_of(town, part) for part in wider)


def _is_part_of(town: Town, part: str) -> bool:
    code = gazetteer.OTHER_NAMES_OF_COUNTRIES.get(part, part).upper()
    if code == town.country_id or town.country.normalised.startswith(part):
        return True
    region = town.region
    return region is not None and (code == region.code or region.normalised.startswith(part))
