"""The questions of a search. Within one question any of the ticked answers, between questions all.

An answer that is shown matches for everybody. One "for matching only" matches for a viewer who gave
the same answer; one that is not used matches for nobody. So no filter, count or order tells more
than the profile itself would.
"""

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_filters import Filter, FilterSet

from members.communities import Community
from members.in_common import SAYS_NOTHING
from members.models import Answer, DrugExperience, Profile, Question, Shown
from members.models.profile import ProfileQuerySet
from members.places.area import NotAPlace, index_of
from members.places.distance import Unit
from members.places.models import Cell
from search.fields import LONGEST_NAME, UNREADABLE, DrugsField, DrugTerms, RadiusField, Ticks
from search.place import Place, find
from search.viewer import Viewer
from search.vocabulary import Vocabulary

USUAL_RADIUS = 100  # in the unit chosen
NOT_ON_THE_LIST = _("One of the answers asked for is not on the list. Please choose again.")


class When:
    """Now or in the past: in the address, and in words."""

    ANY, NOW, PAST = "any", "now", "past"
    CHOICES = [(ANY, _("now or in the past")), (NOW, _("now")), (PAST, _("in the past"))]


def matching(column: str, asked: set[int], mine: set[int]) -> Q:
    """Give the condition under which a row answers the question, as far as the viewer may know."""
    shown = Q((f"{column}__in", asked), shown=Shown.SHOWN)
    same = asked & mine
    return shown | Q((f"{column}__in", same), shown=Shown.MATCHING) if same else shown


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

    def filter(self, profiles: ProfileQuerySet, slugs: list[str]) -> ProfileQuerySet:
        if not slugs:
            return profiles
        asked = self.parent.vocabulary.ids(self.question, slugs)
        given = Answer.objects.filter(matching("choice", asked, self.parent.viewer.choices))
        return profiles.filter(Exists(given.filter(profile=OuterRef("pk"))))


class DrugFilter(Filter):
    """Any of the drugs or classes named, now, in the past, or either."""

    field_class = DrugsField

    def filter(self, profiles: ProfileQuerySet, terms: list) -> ProfileQuerySet:
        if not terms:
            return profiles
        asked = set().union(*(term.drugs for term in terms))
        when = self.parent.form.cleaned_data.get("drug_when", When.ANY)
        taken = DrugExperience.objects.filter(matching("drug", asked, self.mine(when)))
        if when == When.PAST:
            taken = taken.filter(now__in=self.parent.vocabulary.past)
        elif when == When.NOW:
            taken = taken.filter(now__isnull=False).exclude(now__in=self.parent.vocabulary.past)
        return profiles.filter(Exists(taken.filter(profile=OuterRef("pk"))))

    def mine(self, when: str) -> set[int]:
        """The viewer's own drugs that give the same answer: the same drug at the same time."""
        viewer, past = self.parent.viewer, self.parent.vocabulary.past
        now = viewer.told.drugs_now
        if when == When.ANY:
            return viewer.drugs
        stopped = {drug for drug in viewer.drugs if now[drug] in past}
        if when == When.PAST:
            return stopped
        return {drug for drug in viewer.drugs - stopped if now[drug] is not None}


class WhereForm(forms.Form):
    """From where, how far, and which area of the map; what is left empty has its usual value."""

    no_marks = True

    place = forms.CharField(
        label=_("Near"), required=False, max_length=LONGEST_NAME,
        help_text=_("A town. Left empty: near my own area."),
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
    area = forms.CharField(
        required=False, widget=forms.HiddenInput,
        error_messages={"null_characters_not_allowed": UNREADABLE},
    )  # fmt: skip
    drug_when = forms.ChoiceField(
        label=_("When they take or took it"), choices=When.CHOICES, required=False, widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Please choose now, in the past, or either.")},
    )  # fmt: skip
    near: Cell  # the viewer's: towns near it come first

    def clean_place(self) -> Place | None:
        typed = self.cleaned_data["place"].strip()
        if not typed:
            return None
        place = find(typed, self.near)
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

    class Meta:
        model = Profile
        fields: list[str] = []
        form = WhereForm

    def __init__(
        self, data: QueryDict, profiles: ProfileQuerySet, viewer: Viewer, vocabulary: Vocabulary
    ) -> None:
        self.viewer, self.vocabulary = viewer, vocabulary
        super().__init__(self._with_usual(data), profiles)
        self._offer(viewer.profile.where)

    def _with_usual(self, data: QueryDict) -> QueryDict:
        """Fill in what was left empty, so that the form shows what is searched by."""
        filled = data.copy()
        usual = {
            "within": str(USUAL_RADIUS),
            "unit": Unit.of(self.viewer.profile.cell.country_id).value,
            "drug_when": When.ANY,
        }
        for name, value in usual.items():
            if not filled.get(name, "").strip():
                filled[name] = value
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

    @property
    def form(self) -> WhereForm:
        form = super().form
        form.near = self.viewer.profile.cell
        if "drug" in form.fields and not hasattr(form.fields["drug"], "terms"):
            form.fields["drug"].use(DrugTerms(self.vocabulary))
        return form

    def questions(self) -> list[tuple[forms.BoundField, forms.BoundField | None, int]]:
        """For the page: each question's field, the field beside it, how many answers are asked."""
        asked = {name: len(self._asked(name) or []) for name in self.filters}
        beside = {"drug": self.form["drug_when"]}  # a question of its own would find nobody
        return [(self.form[name], beside.get(name), asked[name]) for name in self.filters]

    def filter_queryset(self, profiles: ProfileQuerySet) -> ProfileQuerySet:
        """Narrow by every question that was asked well; one asked badly says so and is left out."""
        asked = self.form.cleaned_data
        for name, one in self.filters.items():
            if name in asked:
                profiles = one.filter(profiles, asked[name])
        return profiles.filter(cell=asked["area"]) if asked.get("area") else profiles

    # What the form says about the place, with the usual value where it says nothing or nonsense.

    @property
    def centre(self) -> Place:
        return self._asked("place") or Place.of_cell(self.viewer.profile.cell)

    @property
    def radius(self) -> float:
        return self._asked("within") or USUAL_RADIUS

    @property
    def unit(self) -> Unit:
        return Unit(self._asked("unit") or Unit.of(self.viewer.profile.cell.country_id))

    @property
    def km(self) -> float:
        return self.unit.to_km(self.radius)

    def _asked(self, name: str) -> object:
        self.form.is_valid()
        return self.form.cleaned_data.get(name)
