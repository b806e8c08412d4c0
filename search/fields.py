"""What a person may type into the search, and the sentence each nonsense gets."""

import re
from dataclasses import dataclass
from math import inf
from weakref import WeakKeyDictionary

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from members.forms.drugs import names_of, names_of_class
from members.models import DrugClass
from members.places.distance import STEPS
from members.places.spelling import normalise
from search.vocabulary import Vocabulary
from search.wanted import Box

NEAREST, FURTHEST = 10, 500  # of the radius, in the unit chosen
ANY_DISTANCE = inf
NUMBER = re.compile(r"[0-9]{1,9}([.,][0-9]{1,6})?")
DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,6})?")
NO_PART_OF_THE_MAP = _("This is no part of the map. Please move the map and try again.")
LONGEST_NAME = 100  # characters
MOST_DRUGS = 20  # in one search

UNREADABLE = _("There is a character in it that we cannot read. Please type it anew.")


class RadiusSelect(forms.Select):
    """Offers the usual steps, and whatever else stands in the address."""

    def optgroups(self, name: str, value: list[str], attrs: dict | None = None) -> list:
        offered = [str(known) for known, _label in self.choices]
        unusual = [typed for typed in value if typed and typed not in offered]
        usual = list(self.choices)
        self.choices = [*usual, *((typed, typed) for typed in unusual)]
        groups = super().optgroups(name, value, attrs)
        self.choices = usual
        return groups


class RadiusField(forms.CharField):
    """A number between NEAREST and FURTHEST; None when left empty, ANY_DISTANCE for `any`."""

    widget = RadiusSelect(choices=[*((step, step) for step in STEPS), ("any", _("any distance"))])

    def clean(self, value: object) -> float | None:
        typed = str(value or "").strip()
        if not typed:
            return None
        if typed == "any":
            return ANY_DISTANCE
        radius = float(typed.replace(",", ".")) if NUMBER.fullmatch(typed) else 0.0
        if not NEAREST <= radius <= FURTHEST:
            sentence = _("Please type a number between %(nearest)s and %(furthest)s.")
            raise ValidationError(sentence, params={"nearest": NEAREST, "furthest": FURTHEST})
        return radius


class BoxField(forms.CharField):
    """`south,west,north,east` in degrees, as the map sends it; None when left empty."""

    widget = forms.HiddenInput

    def clean(self, value: object) -> Box | None:
        typed = str(value or "").strip()
        if not typed:
            return None
        sides = typed.split(",")
        if len(sides) != 4 or not all(DEGREES.fullmatch(side) for side in sides):
            raise ValidationError(NO_PART_OF_THE_MAP)
        box = Box(*map(float, sides))
        if not (-90 <= box.south < box.north <= 90 and abs(box.west) <= 180 >= abs(box.east)):
            raise ValidationError(NO_PART_OF_THE_MAP)
        return box


class Ticks(forms.CheckboxSelectMultiple):
    """A search shows well over a hundred ticks: here they are three words each, no widgets."""

    template_name = "search/ticks_widget.html"

    def get_context(self, name: str, value: list[str] | None, attrs: dict | None) -> dict:
        ticked = set(value or [])
        ticks = [(slug, label, slug in ticked) for slug, label in self.choices]
        return {"widget": {"name": name, "id": attrs["id"], "ticks": ticks}}


@dataclass(frozen=True)
class DrugTerm:
    """A drug or a class as it stands in the address: what it is called, which drugs it means."""

    value: str
    label: str
    drugs: frozenset[int]
    drug_class: str = ""  # for a class


_terms: WeakKeyDictionary[Vocabulary, "DrugTerms"] = WeakKeyDictionary()


class DrugTerms:
    """Finds a drug by its generic name, another spelling or a brand, and a class by its name."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.classes = [self._of_class(vocabulary, one) for one in vocabulary.classes()]
        self.named: dict[DrugTerm, str] = {}  # with its brands
        self.by_name: dict[str, DrugTerm] = {}
        for drug in vocabulary.offered_drugs():
            term = DrugTerm(drug.generic, drug.generic, frozenset({drug.pk}))
            self.named[term] = ", ".join(filter(None, (drug.also_called, drug.brands)))
            for name in names_of(drug):
                self.by_name.setdefault(normalise(name), term)
        for term in self.classes:
            for name in (term.value, *names_of_class(term.drug_class)):
                self.by_name.setdefault(normalise(name), term)

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> "DrugTerms":
        """Give the same terms for the same vocabulary."""
        if vocabulary not in _terms:
            _terms[vocabulary] = cls(vocabulary)
        return _terms[vocabulary]

    def _of_class(self, vocabulary: Vocabulary, one: DrugClass) -> DrugTerm:
        drugs = frozenset(vocabulary.of_class(one))
        return DrugTerm(one.value, str(one.label), drugs, one.value)

    def find(self, typed: str) -> DrugTerm | None:
        return self.by_name.get(normalise(typed))

    @cached_property
    def offered(self) -> SafeString:
        """All names as options: hundreds, the same on every page."""
        names = {"classes": self.classes, "named": self.named.items()}
        return render_to_string("search/drug_names.html", names)


class DrugsWidget(forms.Widget):
    """Drugs already chosen as ticks, and a line to add one more; works without scripts."""

    template_name = "search/drugs_widget.html"
    use_fieldset = True
    terms: DrugTerms

    def value_from_datadict(self, data: MultiValueDict, files: object, name: str) -> list[str]:
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [value for value in values if value.strip()][: MOST_DRUGS + 1]

    def get_context(self, name: str, value: list[str] | None, attrs: dict | None) -> dict:
        context = super().get_context(name, None, attrs)
        found = [(typed, self.terms.find(typed)) for typed in value or []]
        context["widget"] |= {
            "chosen": list(dict.fromkeys(term for _typed, term in found if term)),
            "unknown": [typed[:LONGEST_NAME] for typed, term in found if not term],
            "offered": self.terms.offered,
        }
        return context


class DrugsField(forms.Field):
    """A list of DrugTerm. `terms` is set for each search: the staff may add drugs."""

    widget = DrugsWidget
    terms: DrugTerms

    def use(self, terms: DrugTerms) -> None:
        self.terms = self.widget.terms = terms

    def clean(self, value: list[str]) -> list[DrugTerm]:
        if len(value) > MOST_DRUGS:
            raise ValidationError(_("Please choose fewer drugs, 20 at most."))
        found = {typed: self.terms.find(typed) for typed in value}
        unknown = [self._quoted(typed) for typed, term in found.items() if term is None]
        if unknown:
            sentence = _(
                "We do not know %(names)s. Please look at the spelling, or choose the kind of drug."
            )
            raise ValidationError(sentence, params={"names": ", ".join(unknown[:3])})
        return list(dict.fromkeys(term for term in found.values() if term))

    def _quoted(self, typed: str) -> str:
        readable = "".join(c for c in typed[:40] if c.isprintable())
        return pgettext("a name somebody typed", "“%s”") % readable
