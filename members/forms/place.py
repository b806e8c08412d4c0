"""The place field: a town that is typed, one that is picked, or a pin; what comes out is a cell.

The coordinates of a pin live for the length of one request. Shown again with the form they have two
decimals, as the browser sent them; nothing here logs, stores or repeats them.
"""

from collections.abc import Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from members.places import area, gazetteer
from members.places.area import DECIMALS, NotAPlace, Width, coarsen, width_of
from members.places.basemap import tiles_url
from members.places.models import Cell, Town
from members.places.spelling import normalise

PARTS = (
    "typed", "width", "town", "latitude", "longitude", "choice", "asked", "look", "enter", "known",
)  # fmt: skip
LONGEST_BEGINNING = 15  # letters; what is longer and unknown has its slip further on
SHORTEST_BEGINNING = 3  # letters; below that "near names" are anything
NEAR_NAMES = 6
MOST_CHOICES = 12


class PlaceWidget(forms.Widget):
    """The inputs that static/map/picker.js enhances; they work without it."""

    template_name = "members/forms/place.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs)
        self.towns: list[Town] = []  # to choose from, when what was typed left it open
        self.chosen: Town | None = None  # among them
        self.cell: Cell | None = None  # what others will see, as far as it is known
        self.stored: Cell | None = None  # what they see now

    def value_from_datadict(
        self, data: Mapping[str, str], files: Mapping[str, object], name: str
    ) -> dict[str, str]:
        return {part: str(data.get(f"{name}_{part}") or "").strip() for part in PARTS}

    def value_omitted_from_data(
        self, data: Mapping[str, str], files: Mapping[str, object], name: str
    ) -> bool:
        return not any(f"{name}_{part}" in data for part in PARTS)

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_typed" if id_ else id_

    @sensitive_variables()
    def get_context(
        self, name: str, value: object, attrs: dict[str, object] | None
    ) -> dict[str, object]:
        context = super().get_context(name, value, attrs)
        sent = value if isinstance(value, dict) else {}
        if isinstance(value, Cell):
            self.cell = value
            sent = {"width": width_of(value)}
        if self.chosen:
            sent = sent | {"typed": self.chosen.label}
        width = sent.get("width")
        return context | {
            "sent": _without_decimals(sent),
            "widths": [(w, w.label, w == width or (not width and w == Width.TOWN)) for w in Width],
            "towns": self.towns,
            "chosen": self.chosen,
            "cell": self.cell,
            "known": _typed_and_width(sent),
            "looked": bool(self.cell) and isinstance(value, dict) and only_looks(value),
            "stored": self.stored,
            "suggest_url": reverse("places:suggest"),
            "area_url": reverse("places:area"),
            "tiles": tiles_url(),
        }


class PlaceField(forms.Field):
    """Cleans to a Cell that may not be in the database yet: `area.store(cell)` keeps it.

    With a Cell as `initial` and nothing typed or pinned, that same cell comes out, so saving again
    changes nothing; asking for a wider area widens it around its centre.
    """

    widget = PlaceWidget
    default_error_messages = {
        "required": _("Please type a town, or choose a place on the map."),
        "unknown": gazetteer.NO_SUCH_TOWN,
        "near": _("We do not know this place. Perhaps it is one of those below?"),
        "several": _("There are several places with this name. Please choose yours below."),
        "many": _(
            "Many places have this name. Please choose yours, or add its region after a comma."
        ),
        "long": _("This is too long for the name of a town. Please type only the town."),
        "width": _("Please choose how wide your area is."),
    }

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        bound = super().get_bound_field(form, field_name)
        self.widget.stored = bound.initial if isinstance(bound.initial, Cell) else None
        return bound

    @sensitive_variables()
    def clean(self, value: dict[str, str] | None) -> Cell | None:
        sent = value or {}
        try:
            cell = self._cell(sent)
        except NotAPlace as problem:
            raise ValidationError(str(problem), code="not_a_place") from None
        self.widget.cell = cell
        return cell

    def has_changed(self, initial: Cell | None, data: dict[str, str] | None) -> bool:
        sent = data or {}
        if _says_where(sent) or initial is None:
            return True
        return self._kept(initial, sent.get("width", "")).pk != initial.pk

    @sensitive_variables()
    def _cell(self, sent: dict[str, str]) -> Cell | None:
        width = self._width(sent.get("width", ""))
        if sent.get("latitude") or sent.get("longitude"):
            return area.preview(
                _degrees(sent.get("latitude")), _degrees(sent.get("longitude")), width
            )
        if _says_where(sent):
            return area.preview_town(self._town(sent), width)
        if isinstance(self.initial, Cell):
            return self._kept(self.initial, width)
        if self.required:
            raise self._problem("required")
        return None

    def _width(self, text: str) -> Width:
        if not text:
            return Width.TOWN
        if text not in Width:
            raise self._problem("width")
        return Width(text)

    def _kept(self, cell: Cell, width: str) -> Cell:
        return area.widened(cell, Width(width)) if width in Width else cell

    def _town(self, sent: dict[str, str]) -> int:
        """The id of the town that is meant.

        Raises ValidationError where that is open; the widget then shows what there is to choose.
        """
        if sent.get("town"):
            return _number(sent["town"])
        typed = sent.get("typed", "")
        if len(typed) > gazetteer.LONGEST_INPUT or "\0" in typed:
            raise self._problem("long")
        # The choice belongs to the words it was offered for.
        if sent.get("choice") and sent.get("asked") == typed:
            chosen = _number(sent["choice"])
            self.widget.chosen = (
                Town.objects.select_related("region", "country").filter(pk=chosen).first()
            )
            return chosen
        return self._town_typed(typed).pk

    def _town_typed(self, typed: str) -> Town:
        if gazetteer.is_postal_code(typed):
            raise ValidationError(gazetteer.TYPE_THE_TOWN, code="postal_code")
        town, towns = gazetteer.resolve(typed, limit=MOST_CHOICES)
        if town:
            return town
        self.widget.towns = towns or towns_near(typed)
        if not self.widget.towns:
            raise self._problem("unknown")
        name = gazetteer.parts_of(typed)[0]
        exact = any(normalise(town.name) == name for town in self.widget.towns)
        many = len(self.widget.towns) >= MOST_CHOICES
        raise self._problem("near" if not exact else "many" if many else "several")

    def _problem(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)


def towns_near(typed: str) -> list[Town]:
    """Towns that begin as typed does: letters are taken off until there are some."""
    beginning = gazetteer.parts_of(typed)[0][:LONGEST_BEGINNING]
    while len(beginning) >= SHORTEST_BEGINNING:
        towns = gazetteer.suggest(beginning, limit=NEAR_NAMES)
        if towns:
            return towns
        beginning = beginning[:-1].strip()
    return []


def only_looks(sent: Mapping[str, str]) -> bool:
    """Whether its sender only wants to see their area: without scripts there is a button for it. And
    Enter in a line sends nothing yet while there is a town whose area nobody has shown them."""
    unseen = sent["typed"] and sent["known"] != _typed_and_width(sent)
    return bool(sent["look"] or (sent["enter"] and unseen))


def _typed_and_width(sent: Mapping[str, str]) -> str:
    return f"{sent.get('typed', '')} {sent.get('width', '')}".strip()


def _says_where(sent: dict[str, str]) -> bool:
    return any(sent.get(part) for part in ("typed", "town", "latitude", "longitude"))


def _number(text: str) -> int:
    """A town's id as a number; nonsense gives 0, which is no town."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


@sensitive_variables()
def _degrees(text: str | None) -> float:
    try:
        return float(text or "")
    except ValueError:
        return float("nan")


@sensitive_variables()
def _without_decimals(sent: dict[str, str]) -> dict[str, str]:
    """What was sent, its coordinates with two decimals at most, or without them if they are none."""
    try:
        point = coarsen(_degrees(sent.get("latitude")), _degrees(sent.get("longitude")))
    except NotAPlace:
        return sent | {"latitude": "", "longitude": ""}
    latitude, longitude = (f"{degrees:.{DECIMALS}f}" for degrees in point)
    return sent | {"latitude": latitude, "longitude": longitude}
