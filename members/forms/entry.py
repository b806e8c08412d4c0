"""The form of a profile: for joining, for changing an application, and for editing a profile."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members import usernames
from members.answering import ABOUT_A_DRUG, DrugRow, Entry
from members.communities import Community
from members.forms.answers import ShownField, answers_field, choices_for
from members.forms.drugs import DrugsField, offered
from members.forms.place import PlaceField, only_looks
from members.forms.words import SecondLook, about_me_field
from members.models import Answer, Profile, Question

# What is asked while joining; the rest waits in the profile.
ASKED_WHILE_JOINING = {
    "twp": (
        Question.INTEREST, Question.STAGE, Question.YEARS_TOTAL, Question.SCHEDULE,
        Question.SMALL_DOSES, Question.LANGUAGE,
    ),
    "ici": (Question.COME_AS, Question.INTEREST, Question.LANGUAGE),
}  # fmt: skip
# What a profile may hold, in the order of its form.
ASKED_IN_A_PROFILE = {
    "twp": (
        Question.INTEREST, Question.HERE_FOR, Question.STAGE, Question.YEARS_TOTAL,
        Question.DRUGS_EVER, Question.DRUGS_NOW, Question.STARTED_AGE, Question.ATTEMPTS,
        Question.SCHEDULE, Question.SMALL_DOSES, Question.HELP, Question.HOW_IT_IS_NOW,
        Question.LANGUAGE, Question.CONTACT_WAY, Question.ANSWER_SPEED, Question.ENERGY,
        Question.NEW_CONTACTS,
    ),
    "ici": (
        Question.COME_AS, Question.INTEREST, Question.LANGUAGE, Question.CONTACT_WAY,
        Question.ANSWER_SPEED, Question.ENERGY,
        Question.NEW_CONTACTS,
    ),
}  # fmt: skip
REQUIRED = (Question.INTEREST,)
ABOUT_CONTACT = (
    Question.LANGUAGE, Question.CONTACT_WAY, Question.ANSWER_SPEED, Question.ENERGY,
    Question.NEW_CONTACTS,
)  # fmt: skip
HELP: dict[str, Promise] = {
    Question.INTEREST: _(
        "What would you like to find or offer? Tick at least one. You can change it at any time."
    ),
    Question.COME_AS: _(
        "Tick all that fit, or none. If you work in the system: services are not promoted here."
    ),
    Question.YEARS_TOTAL: _("All of them taken together, as well as you remember."),
    Question.SCHEDULE: _("Tick all that fit."),
    Question.SMALL_DOSES: _("Tick all that fit."),
    Question.NEW_CONTACTS: _(
        "When it is full, others read that you have no room just now. Nobody reads your number, nor how many wrote."
    ),
}


class UsernameField(forms.CharField):
    def __init__(self, **options: object) -> None:
        options = {
            "label": _("Username"),
            "help_text": _(
                "Other members see it, so please not your real name. 3 to 30 letters or digits. "
                "Dots, hyphens and underscores may stand between them."
            ),
            "validators": [usernames.validate],
            "widget": forms.TextInput(
                attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
            ),
            "error_messages": {"required": _("Please make up a username.")},
        } | options
        super().__init__(**options)

    def to_python(self, value: object) -> str:
        """Accents as one letter each, however the keyboard put them together."""
        return unicodedata.normalize("NFC", super().to_python(value))


@dataclass
class Asked:
    """One field in a section, and the one beside it that says how far it is shown, if any."""

    field: BoundField
    shown: BoundField | None


@dataclass
class Section:
    """Optional questions that are folded away until they hold something."""

    title: Promise
    questions: list[Asked]
    open: bool


class EntryForm(SecondLook, forms.Form):
    """Username, place, answers and words for one community.

    Args:
        community: decides what is asked.
        profile: whose answers fill the form at first; none for a new one.
        questions: which lists are asked; by default those of joining.
        drug_columns: what is asked about each drug (columns of ABOUT_A_DRUG).
        with_shown: whether each answer about the experience says how far it is shown
            (fields named `<question>_shown`).
    """

    username = UsernameField()
    place = PlaceField(
        label=_("Your rough place"),
        help_text=_("Others never see a point, only an area. A town nearby is fine, too."),
    )
    about_me = about_me_field()

    def __init__(
        self,
        *args: object,
        community: Community,
        profile: Profile | None = None,
        questions: Sequence[Question] | None = None,
        drug_columns: Sequence[str] = ("now",),
        with_shown: bool = False,
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.community, self.profile, self.with_shown = community, profile, with_shown
        self.questions = tuple(questions or ASKED_WHILE_JOINING[community.slug])
        given = list(profile.answers.select_related("choice")) if profile else []
        self._add_fields(given, drug_columns)
        self.order_fields(self.page_order())
        if profile:
            self._fill_in(profile, given)

    def _add_fields(self, given: list[Answer], drug_columns: Sequence[str]) -> None:
        rows = self._rows_given()
        asked = [*self.questions]
        if self.community.asks_experience:
            asked += [ABOUT_A_DRUG[column] for column in drug_columns]
        kept = [answer.choice for answer in given]
        kept += [choice for row in rows for choice in row.about.values() if choice]
        choices = choices_for(self.community, asked, kept)
        for question in self.questions:
            self.fields[question.value] = answers_field(
                question,
                choices[question],
                required=question in REQUIRED,
                help_text=HELP.get(question, ""),
            )
            if self.with_shown and question not in (*REQUIRED, *ABOUT_CONTACT):
                self.fields[f"{question.value}_shown"] = ShownField(question=question)
        if self.community.asks_experience:
            self.fields["drugs"] = DrugsField(
                names=offered([row.drug for row in rows]),
                choices=choices,
                ask=drug_columns,
                with_shown=self.with_shown,
                most_rows=max(6, len(rows) + 3),
                initial=rows,
                help_text=_("By name or brand, or only the kind of drug. Please no doses."),
            )

    def _rows_given(self) -> list[DrugRow]:
        if not self.profile or not self.community.asks_experience:
            return []
        told = self.profile.drug_experiences.select_related("drug", *ABOUT_A_DRUG)
        return [DrugRow.of(experience) for experience in told]

    def _fill_in(self, profile: Profile, given: list[Answer]) -> None:
        self.fields["username"].initial = profile.username
        self.fields["place"].initial = profile.cell
        self.fields["place"].help_text = _("Leave the town empty to keep your area as it is.")
        self.fields["about_me"].initial = profile.about_me
        for question in self.questions:
            answers = [answer for answer in given if answer.question == question]
            self.fields[question.value].initial = [answer.choice for answer in answers]
            if answers and f"{question.value}_shown" in self.fields:
                self.fields[f"{question.value}_shown"].initial = answers[0].shown

    @property
    def asks_for_area(self) -> bool:
        """Whether its sender is only to see their area. Nothing is valid then, nothing kept."""
        return self.is_bound and only_looks(self["place"].data)

    def full_clean(self) -> None:
        super().full_clean()
        if self.asks_for_area:  # they are not done: what else is missing comes when they are
            of_place = {name: said for name, said in self._errors.items() if name == "place"}
            self._errors = ErrorDict(of_place, renderer=self.renderer)

    def is_valid(self) -> bool:
        return super().is_valid() and not self.asks_for_area

    def entry(self) -> Entry:
        """What a valid form says."""
        sent = self.cleaned_data
        return Entry(
            username=sent["username"],
            cell=sent["place"],
            about_me=sent["about_me"],
            answers={question.value: sent[question.value] for question in self.questions},
            shown={
                question.value: sent[f"{question.value}_shown"]
                for question in self.questions
                if f"{question.value}_shown" in sent
            },
            drugs=sent.get("drugs"),
        )

    # --- how the templates walk through it ---

    def sections(self) -> list[Section]:
        """The optional questions, in the folds they stand in."""
        return [self._section(title, names) for title, names in self._folds()]

    def page_order(self) -> list[str]:
        """Names of the fields down the page: the summary of what is wrong goes the same way."""
        folded = [name for _title, names in self._folds() for name in names]
        return ["username", "place", *(question.value for question in REQUIRED), *folded]

    def _folds(self) -> Iterator[tuple[Promise, list[str]]]:
        experience = [q.value for q in self.questions if q not in (*REQUIRED, *ABOUT_CONTACT)]
        contact = [q.value for q in self.questions if q in ABOUT_CONTACT]
        if self.community.asks_experience:
            # Drugs come after the short questions, before the long lists.
            at = experience.index(Question.YEARS_TOTAL) + 1
            names = [*experience[:at], "drugs", *experience[at:]]
            yield _("Your experience with psychiatric drugs"), names
        elif experience:
            yield _("How you come to this"), experience
        if contact == [Question.LANGUAGE]:
            yield Question.LANGUAGE.label, contact
        elif contact:
            yield _("Being in touch"), contact
        yield _("About me"), ["about_me"]

    def _section(self, title: Promise, names: Sequence[str]) -> Section:
        asked = [Asked(self[name], self._shown_beside(name)) for name in names]
        is_open = any(one.field.errors or self._holds(one.field) for one in asked)
        return Section(title, asked, is_open)

    def _shown_beside(self, name: str) -> BoundField | None:
        beside = f"{name}_shown"
        return self[beside] if beside in self.fields else None

    @staticmethod
    def _holds(field: BoundField) -> bool:
        value = field.value()
        if field.name == "drugs":
            return any(not isinstance(row, dict) or row.get("name") for row in value or [])
        return bool(value)
