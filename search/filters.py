"""The questions of a search. Within one question any of the ticked answers, between questions all.

An answer that is shown matches for everybody. One "for matching only" matches for a viewer who gave
the same answer; one that is not used matches for nobody. So no filter, count or order tells more
than the profile itself would.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import UUID

from django import forms
from django.db import models
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_filters import Filter, FilterSet

from members import facets, seen
from members.communities import Community
from members.in_common import SAYS_NOTHING
from members.models import Profile, Question
from members.places.area import NotAPlace, index_of
from members.places.distance import Unit
from members.places.models import Cell
from search.fields import (
    ANY_DISTANCE,
    LONGEST_NAME,
    UNREADABLE,
    BoxField,
    DrugsField,
    DrugTerm,
    DrugTerms,
    RadiusField,
    Ticks,
)
from search.place import Place, find_again
from search.viewer import Viewer
from search.vocabulary import Vocabulary
from search.wanted import Wanted, Where

USUAL_RADIUS = 100  # in the unit chosen
ROOM = "room"  # the one question that leaves people out where nothing is asked
NOT_ON_THE_LIST = _("One of the answers asked for is not on the list. Please choose again.")


class When:
    """Now or in the past: in the address, and in words."""

    ANY, NOW, PAST = "any", "now", "past"
    CHOICES = [(ANY, _("now or in the past")), (NOW, _("now")), (PAST, _("in the past"))]
    SAID = {
        ANY: (facets.When.UNSAID, facets.When.NOW, facets.When.PAST),
        NOW: (facets.When.NOW,),
        PAST: (facets.When.PAST,),
    }


class Sort(models.TextChoices):
    NEAREST = "nearest", _("nearest first")
    NEWEST = "newest", _("newest first")
    COMMON = "common", _("most in common first")


class AnswerFilter(Filter):
    """Any of the ticked answers to one question; `filterset.viewer` decides what may match."""

    field_class = forms.MultipleChoiceField

    def __init__(self, question: Question, label: str, help_text: str = "") -> None:
        super().__init__(
            field_name="answers", label=label, help_text=help_text,
            widget=Ticks,
            error_messages={"invalid_choice": NOT_ON_THE_LIST},
        )  # fmt: skip
        self.question = question

    def facets(self, slugs: list[str]) -> set[int]:
        asked = self.parent.vocabulary.ids(self.question, slugs)
        return facets.of_answers(asked, self.parent.viewer.choices)


class DrugFilter(Filter):
    """Any of the drugs or classes named, now, in the past, or either."""

    field_class = DrugsField

    def facets(self, terms: list[DrugTerm]) -> set[int]:
        when = self.parent.form.cleaned_data.get("drug_when", When.ANY)
        said = When.SAID[when]
        # That they share a drug two may know of each other, but not when it was taken: whom a search
        # for "now" leaves out would have taken it in the past.
        mine = self.parent.viewer.drugs if when == When.ANY else set()
        named = {pk for term in terms if not term.drug_class for pk in term.drugs}
        of_classes = {pk for term in terms if term.drug_class for pk in term.drugs}
        classes = {
            facets.drug_class(term.drug_class, one)
            for term in terms if term.drug_class for one in said
        }  # fmt: skip
        # Of a class, what is for matching only is found by those who took the same drug.
        return classes | facets.of_drugs(named | of_classes & mine, mine, said)


class TickFilter(Filter):
    """One thing to tick, and the facets it then asks for."""

    field_class = forms.MultipleChoiceField

    def __init__(self, value: str, label: str, ticked: Callable[[], set[int]] = set) -> None:
        super().__init__(
            field_name=value, label=label, widget=Ticks, choices=[(value, label)],
            error_messages={"invalid_choice": NOT_ON_THE_LIST},
        )  # fmt: skip
        self.ticked = ticked

    def facets(self, values: list[str]) -> set[int]:
        return self.ticked()


class WhereForm(forms.Form):
    """From where, how far, and which area of the map; what is left empty has its usual value."""

    no_marks = True

    place = forms.CharField(
        label=_("Near"), required=False, max_length=LONGEST_NAME,
        help_text=_("A town, a region or a country. Left empty: near my own area."),
        error_messages={
            "max_length": _("This is too long for a town. Please type its name only."),
            "null_characters_not_allowed": UNREADABLE,
        },
    )  # fmt: skip
    within = RadiusField(label=_("Within"), required=False)
    unit = forms.ChoiceField(
        label=_("Unit"), choices=Unit.choices, required=False,
        error_messages={"invalid_choice": _("Please choose kilometres or miles.")},
    )  # fmt: skip
    sort = forms.ChoiceField(
        label=_("Order"), choices=Sort.choices, required=False,
        error_messages={"invalid_choice": _("Please choose one of the orders offered.")},
    )  # fmt: skip
    box = BoxField(required=False, error_messages={"null_characters_not_allowed": UNREADABLE})
    area = forms.CharField(
        required=False, widget=forms.HiddenInput,
        error_messages={"null_characters_not_allowed": UNREADABLE},
    )  # fmt: skip
    drug_when = forms.ChoiceField(
        label=_("When they take or took it"), choices=When.CHOICES, required=False, widget=forms.RadioSelect,
        help_text=_("“Now” and “in the past” find only people who show the drug on their profile."),
        error_messages={"invalid_choice": _("Please choose now, in the past, or either.")},
    )  # fmt: skip
    near: Cell  # the viewer's: towns near it come first
    asker: UUID  # key of the viewer

    def clean_place(self) -> Place | None:
        typed = self.cleaned_data["place"].strip()
        if not typed:
            return None
        place = find_again(typed, self.near, self.asker)
        self.data["place"] = place.label  # what the field shows from now on
        return place

    def clean_area(self) -> int | None:
        text = self.cleaned_data["area"]
        if not text:
            return None
        try:
            return index_of(text)
        except NotAPlace as problem:
            raise forms.ValidationError(str(problem)) from problem


def this_year() -> set[int]:
    """Give the months in which whoever was seen reads "seen this year" or "seen this month"."""
    return {facets.seen(month) for month in seen.months_of_this_year()}


class SearchFilters(FilterSet):
    """Built for one viewer: which questions there are depends on the community."""

    stage = AnswerFilter(Question.STAGE, _("Where they are on the way"))
    drug = DrugFilter(label=_("Drug, or kind of drug"), required=False)
    years_total = AnswerFilter(Question.YEARS_TOTAL, _("Total years on such drugs"))
    schedule = AnswerFilter(
        Question.SCHEDULE,
        _("How they reduce or reduced"),
        _("What people lived through, not advice. Stopping suddenly can be dangerous."),
    )
    small_doses = AnswerFilter(Question.SMALL_DOSES, _("How they make small doses"))
    help = AnswerFilter(Question.HELP, _("Who helps or helped"))
    how_it_is_now = AnswerFilter(Question.HOW_IT_IS_NOW, _("How it is now"))
    come_as = AnswerFilter(Question.COME_AS, _("They come as"))
    interest = AnswerFilter(Question.INTEREST, _("Interests"))
    language = AnswerFilter(Question.LANGUAGE, _("Languages they write in"))
    seen = TickFilter("year", _("Seen this year"), this_year)
    about = TickFilter("yes", _("Wrote something about themselves"), lambda: {facets.ABOUT_ME})
    room = TickFilter("any", _("Also people who have no room for new contacts now"))

    class Meta:
        model = Profile
        fields: list[str] = []
        form = WhereForm

    def __init__(self, data: QueryDict, viewer: Viewer, vocabulary: Vocabulary) -> None:
        self.viewer, self.vocabulary = viewer, vocabulary
        # The form is django-filter's; who is found is asked by search.nearest, not by a queryset.
        super().__init__(self._with_usual(data), Profile.objects.none())
        self._offer(viewer.profile.where)

    def _with_usual(self, data: QueryDict) -> QueryDict:
        """Fill in what was left empty, so that the form shows what is searched by."""
        filled = data.copy()
        usual = {
            "within": str(USUAL_RADIUS),
            "unit": self.viewer.unit.value,
            "sort": Sort.NEAREST.value,
            "drug_when": When.ANY,
        }
        for name, value in usual.items():
            if not filled.get(name, "").strip():
                filled[name] = value
        if filled.get("place", "").strip():
            filled.pop("box", None)  # a place typed stands instead of the part of the map before it
        return filled

    def _offer(self, community: Community) -> None:
        for name, one in list(self.filters.items()):
            if not isinstance(one, AnswerFilter):
                continue
            offered = self.vocabulary.offered(one.question)
            one.extra["choices"] = [(c.slug, str(c)) for c in offered if c.slug not in SAYS_NOTHING]
            if not offered:
                del self.filters[name]
        if not community.asks_experience:
            del self.filters["drug"]

    @cached_property
    def form(self) -> WhereForm:
        form = super().form
        form.near, form.asker = self.viewer.profile.cell, self.viewer.member.pk
        suggest = reverse("search:suggest", args=[self.viewer.profile.where])
        form.fields["place"].widget.attrs["data-suggest"] = suggest  # static/map/suggest.js
        if "drug" in form.fields:
            form.fields["drug"].use(DrugTerms.of(self.vocabulary))
        return form

    def questions(self) -> list[tuple[forms.BoundField, forms.BoundField | None, int]]:
        """For the page: each question's field, the field beside it, how many answers are asked."""
        names = [n for n, one in self.filters.items() if not isinstance(one, TickFilter)]
        beside = {"drug": self.form["drug_when"]}  # a question of its own would find nobody
        return [(self.form[n], beside.get(n), len(self._asked(n) or [])) for n in names]

    @property
    def ticks(self) -> list[forms.BoundField]:
        """For the page: the fields that are one tick each."""
        return [self.form[n] for n, one in self.filters.items() if isinstance(one, TickFilter)]

    @property
    def in_use(self) -> int:
        """How many answers are asked."""
        return sum(len(self._asked(name) or []) for name in self.filters)

    @property
    def drug_terms(self) -> dict[str, object]:
        """What the widget of the drugs shows, for its part that changes."""
        bound = self.form["drug"]
        attrs = {"id": bound.auto_id}
        return bound.field.widget.get_context(bound.html_name, bound.value(), attrs)["widget"]

    @property
    def orders(self) -> list[tuple[str, str]]:
        return [
            (Sort.NEAREST.value, _("nearest")),
            (Sort.NEWEST.value, _("newest")),
            (Sort.COMMON.value, _("most in common")),
        ]

    def as_asked(self) -> dict[str, object]:
        """For the script that keeps the form as the results are: its values, and what is wrong."""
        self.form.is_valid()
        values = {name: [v for v in values if v] for name, values in self.form.data.lists()}
        names = [name for name in self.form.fields if values.get(name)]
        return {"values": {name: values[name] for name in names}, "wrong": list(self.form.errors)}

    @cached_property
    def groups(self) -> Mapping[str, frozenset[int]]:
        """What was asked, by the name of the question; one asked badly says so and is left out."""
        return {
            name: frozenset(one.facets(self._asked(name)))
            for name, one in self.filters.items()
            if self._asked(name) and name != ROOM
        }

    @property
    def asks_for_room(self) -> bool:
        """Whether those without room for new contacts are left out; they are unless asked for."""
        return not self._asked(ROOM)

    def wanted(self, *, without: str = "", where: Where | None = None) -> Wanted:
        """Say who is looked for; for offers: without one of the questions, or somewhere else."""
        groups = tuple(group for name, group in self.groups.items() if name != without)
        avoided = {facets.NO_ROOM} if self.asks_for_room and without != ROOM else set()
        return Wanted(
            member=self.viewer.member.pk,
            community=self.viewer.profile.community,
            where=where or self.where,
            groups=groups,
            avoided=frozenset(avoided),
            newest_first=self.sort == Sort.NEWEST,
        )

    # What the form says about the place, with the usual value where it says nothing or nonsense.

    @property
    def where(self) -> Where:
        box, cell = self._asked("box"), self._asked("area")
        if box:
            return replace(Where.of_box(box), cell=cell)
        place, home = self.centre, self.viewer.profile.cell
        return Where(
            place.latitude,
            place.longitude,
            km=None if place.is_whole else self.km,
            country=place.country,
            region=place.region,
            cell=cell,
            lies_in=place.lies_in,
            near_home=place.holds(home),
        )

    @property
    def is_circle(self) -> bool:
        """Whether the radius counts: not in a whole country or region, nor in a part of the map."""
        return not (self.centre.is_whole or self._asked("box"))

    @property
    def is_around_home(self) -> bool:
        """Whether distances are from the viewer's own area."""
        return not (self.is_circle and self.centre.label)

    @property
    def centre(self) -> Place:
        return self._asked("place") or Place.of_cell(self.viewer.profile.cell)

    @property
    def radius(self) -> float:
        return self._asked("within") or USUAL_RADIUS

    @property
    def unit(self) -> Unit:
        return Unit(self._asked("unit") or self.viewer.unit)

    @property
    def sort(self) -> Sort:
        return Sort(self._asked("sort") or Sort.NEAREST)

    @property
    def km(self) -> float | None:
        """The radius; None for any distance."""
        return None if self.radius == ANY_DISTANCE else self.unit.to_km(self.radius)

    def _asked(self, name: str) -> object:
        self.form.is_valid()
        return self.form.cleaned_data.get(name)
