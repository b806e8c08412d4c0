"""Where a search looks: round the centre of a cell, or in a whole country or region."""

import re
import time
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from uuid import UUID

import h3.api.basic_int as h3
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from members.places import gazetteer, meanings
from members.places.likeliest import Nearness, suggestions
from members.places.meanings import Kind, Meaning
from members.places.models import Cell, Region, Town
from members.places.spelling import normalise

VALUE = re.compile(r"(town)-([0-9]{1,12})|(region)-([0-9]{1,12})|(country)-([A-Z]{2})")
NO_SUCH_PLACE = _(
    "We know no place of this name. Please look at the spelling, or type a larger town near it."
)
NO_MORE = _("We do not know this place any more. Please type its name.")
MOST_OTHERS = 6
STALE, MOST_REMEMBERED = 600, 1_000  # seconds and places, of one process
RESOLUTION = 6  # of the cell a typed town stands for: the narrowest a member may have


@dataclass(frozen=True)
class Place:
    """A point to measure from. Always the centre of a cell: nothing finer may be asked about.

    A country or a region is searched whole: then the point is the viewer's own, to put those near
    them first.
    """

    latitude: float  # degrees
    longitude: float
    label: str = ""  # empty: the viewer's own area
    country: str = ""  # code, when a whole country is meant
    region: int | None = None  # key, when a whole region is meant
    lies_in: str = ""  # code of the country the point is in, or the region
    # What the typed name might have meant too: (value of the field, label).
    others: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether a country or a region is meant, not a point and what lies around it."""
        return bool(self.country) or self.region is not None

    def holds(self, cell: Cell) -> bool:
        """Whether a cell lies in the country or the region; where neither is meant, any does."""
        if self.country:
            return cell.country_id == self.country
        return self.region is None or cell.region_id == self.region

    @classmethod
    def of_cell(cls, cell: Cell) -> "Place":
        return cls(cell.latitude, cell.longitude, lies_in=cell.country_id or "")

    @classmethod
    def of_town(cls, town: Town) -> "Place":
        cell = h3.latlng_to_cell(town.latitude, town.longitude, RESOLUTION)
        label = Meaning(Kind.TOWN, town).label
        return cls(*h3.cell_to_latlng(cell), label, lies_in=town.country_id)

    @classmethod
    def of(cls, meaning: Meaning, near: Cell) -> "Place":
        if isinstance(meaning.place, Town):
            return cls.of_town(meaning.place)
        whole: dict[str, object] = {"country": meaning.place.pk}
        if isinstance(meaning.place, Region):
            whole = {"region": meaning.place.pk, "lies_in": meaning.place.country_id}
        return replace(cls.of_cell(near), label=meaning.label, **whole)


# What the same member meant by the same words a moment ago: one search is asked again and again, with
# another filter, another page. By member, so that no time taken tells what others look for.
_remembered: OrderedDict[tuple, tuple[float, Place]] = OrderedDict()


def find_again(typed: str, near: Cell, asker: UUID) -> Place:
    """`find`, remembered for some minutes. Raises ValidationError."""
    key = (asker, typed, near.pk, get_language())
    found_at, place = _remembered.get(key, (0.0, None))
    if place is None or time.monotonic() - found_at > STALE:
        place = find(typed, near)
        _remembered[key] = time.monotonic(), place
        while len(_remembered) > MOST_REMEMBERED:
            _remembered.popitem(last=False)
    return place


def find(typed: str, near: Cell) -> Place:
    """Find the place meant: `town-<id>`, `country-<CODE>`, `region-<key>`, or a name, of which
    the likeliest is taken. One query at most: a page has a budget.

    Args:
        typed: what stands in the field.
        near: the viewer's own cell; what lies nearer to it, and in its country, comes first.

    Raises:
        ValidationError: with a sentence that says what to do.
    """
    if value := VALUE.fullmatch(typed):
        kind, key = filter(None, value.groups())
        meaning = meanings.by_value(Kind(kind), key)
        if meaning is None:
            raise ValidationError(NO_MORE)
        return Place.of(meaning, near)
    if gazetteer.is_postal_code(typed):
        raise ValidationError(gazetteer.TYPE_THE_TOWN)
    return _named(typed, near)


def _named(typed: str, near: Cell) -> Place:
    readings = list(gazetteer.readings_of(typed))
    found = meanings.by_name(readings, near.country_id)
    likely = suggestions(found, readings, Nearness(near), 1 + MOST_OTHERS)
    labelled = [one for one in found if normalise(one.label) == normalise(typed)]
    if labelled and not labelled[0].is_called(normalise(typed)):
        # The whole label, as it stands in the field after a search: nothing else is meant.
        return Place.of(next((one for one in likely if one in labelled), labelled[0]), near)
    if not likely:
        raise ValidationError(NO_SUCH_PLACE)
    others = [(one.value, one.label) for one in likely[1:]]
    return replace(Place.of(likely[0], near), others=others)
