"""The rows of drugs: each a name that is typed, and a few questions about it."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from members.answering import ABOUT_A_DRUG, DrugRow
from members.forms.answers import Choices, label_of
from members.models import Choice, Drug, DrugClass, Shown
from members.places.spelling import normalise

LONGEST_NAME = 100  # characters
NEAR_NAMES = 5
LIKENESS = 0.7  # of difflib: a letter or two wrong
# "Now" alone says little when it stands beside the name of a drug.
LABELS = {"now": _("Taking it now?")}
# What people call a class besides its label. They stand for "one of these, not named".
CLASS_WORDS = {
    DrugClass.ANTIDEPRESSANT: ("ssri", "snri", "tricyclic", "tca", "maoi", "antidepressants"),
    DrugClass.ANTIPSYCHOTIC: ("antipsychotic", "neuroleptic", "antipsychotics", "neuroleptics"),
    DrugClass.BENZODIAZEPINE: ("benzo", "benzos", "benzodiazepines"),
    DrugClass.SLEEP_DRUG: ("sleeping pill", "sleeping pills", "sleep drugs", "z drug", "z drugs", "hypnotic"),
    DrugClass.OTHER_CALMING: ("calming drug", "tranquilliser", "tranquilizer", "sedative"),
    DrugClass.MOOD_STABILISER: ("mood stabilizer", "mood stabilisers", "mood stabilizers"),
    DrugClass.GABAPENTINOID: ("gabapentinoids",),
    DrugClass.STIMULANT_ADHD: ("stimulant", "stimulants", "adhd drug", "adhd drugs"),
    DrugClass.SIDE_EFFECT_DRUG: ("side effect drug",),
    DrugClass.COMBINATION: ("combination",),
    DrugClass.OTHER: ("other", "not listed"),
}  # fmt: skip


class DrugNames:
    """Every name a drug may be typed by: generic, other spelling, brand, the word for its class."""

    def __init__(self, drugs: Iterable[Drug]) -> None:
        self.drugs = list(drugs)
        self.by_name: dict[str, list[Drug]] = defaultdict(list)
        for drug in self.drugs:
            for name in names_of(drug):
                if drug not in self.by_name[normalise(name)]:
                    self.by_name[normalise(name)].append(drug)

    def find(self, typed: str) -> list[Drug]:
        """The drugs called so: none, one, or several to choose from."""
        return self.by_name.get(normalise(typed), [])

    def near(self, typed: str) -> list[Drug]:
        """Drugs with a name that begins so, or differs by a letter or two."""
        start = normalise(typed)
        beginning = [name for name in self.by_name if len(start) > 2 and name.startswith(start)]
        alike = difflib.get_close_matches(start, self.by_name, n=NEAR_NAMES, cutoff=LIKENESS)
        drugs = dict.fromkeys(drug for name in [*beginning, *alike] for drug in self.by_name[name])
        return list(drugs)[:NEAR_NAMES]

    def suggestions(self) -> list[tuple[str, str]]:
        """(what to type, what it is) for a datalist."""
        found = [(str(drug), drug.brands) for drug in self.drugs if drug.generic]
        found += [(brand, drug.generic) for drug in self.drugs for brand in _listed(drug.brands)]
        found += [(str(drug), "") for drug in self.drugs if not drug.generic]
        return sorted(found, key=lambda pair: pair[0].casefold())


def names_of(drug: Drug) -> list[str]:
    if drug.generic:
        without_form = drug.generic.split("(")[0]
        return [drug.generic, without_form, *_listed(drug.also_called), *_listed(drug.brands)]
    return [str(drug), *names_of_class(drug.drug_class)]


def names_of_class(drug_class: str) -> list[str]:
    label = str(DrugClass(drug_class).label)
    return [label, label.split("(")[0], *CLASS_WORDS[drug_class]]


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def offered(given: Iterable[Drug] = ()) -> DrugNames:
    """The drugs one may name, in one query: retired ones only where they were given."""
    kept = {drug.pk for drug in given}
    return DrugNames(
        drug for drug in Drug.objects.all() if drug.retired_at is None or drug.pk in kept
    )


class DrugsWidget(forms.Widget):
    """Rows of inputs, some of them empty. A row in doubt shows the drugs it may mean."""

    template_name = "members/forms/drugs.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs)
        self.names = DrugNames([])
        self.options: dict[str, list[tuple[str, str]]] = {}
        self.labels: dict[str, object] = {}
        self.with_shown = False
        self.rows, self.empty_rows, self.most_rows = 3, 1, 6
        self.problems: dict[int, ValidationError] = {}
        self.in_doubt: dict[int, list[Drug]] = {}

    @property
    def parts(self) -> list[str]:
        return ["name", "choice", "asked", *self.options, *(["shown"] if self.with_shown else [])]

    def value_from_datadict(
        self, data: Mapping[str, str], files: Mapping[str, object], name: str
    ) -> list[dict[str, str]]:
        return [
            {part: str(data.get(f"{name}_{number}_{part}") or "").strip() for part in self.parts}
            for number in range(self.most_rows)
        ]

    def value_omitted_from_data(
        self, data: Mapping[str, str], files: Mapping[str, object], name: str
    ) -> bool:
        return not any(f"{name}_{number}_name" in data for number in range(self.most_rows))

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0_name" if id_ else id_

    def get_context(
        self, name: str, value: object, attrs: dict[str, object] | None
    ) -> dict[str, object]:
        context = super().get_context(name, value, attrs)
        sent = [_as_sent(row) for row in value or []]
        filled = [
            number for number, row in enumerate(sent) if any(row.get(part) for part in self.parts)
        ]
        wanted = max(self.rows, (filled[-1] + 1 if filled else 0) + self.empty_rows)
        rows = [
            self._row(name, number, sent[number] if number < len(sent) else {})
            for number in range(self.most_rows)
        ]
        return context | {
            "rows": rows[:wanted],
            "more_rows": rows[wanted:],
            "suggestions": self.names.suggestions(),
        }

    def _row(self, name: str, number: int, sent: dict[str, str]) -> dict[str, object]:
        problem = self.problems.get(number)
        return {
            "number": number + 1,
            "prefix": f"{name}_{number}",
            "sent": sent,
            "questions": [self._question(part, sent.get(part, "")) for part in self.options],
            "shown": self._shown(sent.get("shown", "")) if self.with_shown else None,
            "problem": problem.messages[0] if problem else "",
            "in_doubt": self.in_doubt.get(number, []),
        }

    def _question(self, part: str, chosen: str) -> dict[str, object]:
        options = [(slug, label, slug == chosen) for slug, label in self.options[part]]
        return {"part": part, "label": self.labels[part], "options": options}

    def _shown(self, chosen: str) -> list[tuple[str, object, bool]]:
        return [
            (value, capfirst(label), value == (chosen or Shown.MATCHING))
            for value, label in Shown.choices
        ]


class DrugsField(forms.Field):
    """Cleans to a list of DrugRow.

    Args:
        names: which drugs may be named (`offered()`).
        choices: of the questions in `ask`, from `choices_for`.
        ask: columns of ABOUT_A_DRUG to ask for in each row.
        with_shown: whether each row says how far it is shown.
        most_rows: how many rows there may be.
    """

    widget = DrugsWidget
    default_error_messages = {
        "rows": _("Please look at the drugs marked below."),
        "unknown": _(
            "We do not know “%(typed)s”. Please check the spelling, or write the kind of drug, "
            "such as “antidepressant”, or “other”."
        ),
        "near": _("We do not know “%(typed)s”. Perhaps it is one of these?"),
        "several": _("“%(typed)s” can be several drugs. Please choose one below."),
        "long": _("This name is too long. Please write only the drug."),
        "twice": _("You have named %(drug)s twice. Please empty one of the two rows."),
        "no_name": _("Please write the name or the kind of the drug, or empty this row."),
        "invalid_choice": _("Please choose from the answers shown."),
    }

    def __init__(
        self,
        *,
        names: DrugNames,
        choices: Choices,
        ask: Sequence[str] = ("now",),
        with_shown: bool = False,
        most_rows: int = 6,
        **options: object,
    ) -> None:
        options = {"label": _("Drugs"), "required": False} | options
        super().__init__(**options)
        self.names = names
        self.answers = {
            part: {c.slug: c for c in choices.get(ABOUT_A_DRUG[part], [])} for part in ask
        }
        self.with_shown = with_shown
        self._tell_widget(most_rows)

    def _tell_widget(self, most_rows: int) -> None:
        widget = self.widget
        widget.names, widget.with_shown, widget.most_rows = self.names, self.with_shown, most_rows
        widget.labels = {part: LABELS.get(part, ABOUT_A_DRUG[part].label) for part in self.answers}
        widget.options = {
            part: [(slug, label_of(choice)) for slug, choice in answers.items()]
            for part, answers in self.answers.items()
        }

    def __deepcopy__(self, memo: dict[int, object]) -> "DrugsField":
        copy = super().__deepcopy__(memo)
        copy.widget.problems, copy.widget.in_doubt = {}, {}
        return copy

    def clean(self, value: list[dict[str, str]] | None) -> list[DrugRow]:
        rows: list[DrugRow] = []
        for number, sent in enumerate(value or []):
            try:
                row = self._row(number, sent)
                if row:
                    self._refuse_twice(row, rows)
                    rows.append(row)
            except ValidationError as problem:
                self.widget.problems[number] = problem
        if self.widget.problems:
            raise self._problem("rows")
        return rows

    def has_changed(self, initial: object, data: object) -> bool:
        before, after = ([_as_sent(row) for row in rows or []] for rows in (initial, data))
        parts = ["name", *self.answers, *(["shown"] if self.with_shown else [])]
        return [[row.get(p, "") for p in parts] for row in before if row.get("name")] != [
            [row.get(p, "") for p in parts] for row in after if row.get("name")
        ]

    def _row(self, number: int, sent: dict[str, str]) -> DrugRow | None:
        if not sent.get("name"):
            if any(sent.get(part) for part in self.answers):
                raise self._problem("no_name")
            return None
        about = {part: self._answer(part, sent.get(part, "")) for part in self.answers}
        shown = sent.get("shown") or None
        if shown and shown not in Shown.values:
            raise self._problem("invalid_choice")
        return DrugRow(self._drug(number, sent), about, shown)

    def _answer(self, part: str, slug: str) -> Choice | None:
        if slug and slug not in self.answers[part]:
            raise self._problem("invalid_choice")
        return self.answers[part].get(slug)

    def _drug(self, number: int, sent: dict[str, str]) -> Drug:
        typed = sent["name"]
        if len(typed) > LONGEST_NAME:
            raise self._problem("long")
        found = self.names.find(typed)
        if len(found) == 1:
            return found[0]
        possible = found or self.names.near(typed)
        chosen = [drug for drug in possible if str(drug.pk) == sent.get("choice")]
        # The choice belongs to the words it was offered for.
        if chosen and sent.get("asked") == typed:
            return chosen[0]
        self.widget.in_doubt[number] = possible
        code = "several" if found else "near" if possible else "unknown"
        raise self._problem(code, typed=typed)

    def _refuse_twice(self, row: DrugRow, rows: list[DrugRow]) -> None:
        if any(row.drug == other.drug for other in rows):
            raise self._problem("twice", drug=str(row.drug))

    def _problem(self, code: str, **words: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=words)


def _as_sent(row: object) -> dict[str, str]:
    """A row as the browser would send it, whether it comes from there or from the database."""
    if not isinstance(row, DrugRow):
        return row if isinstance(row, dict) else {}
    about = {part: choice.slug if choice else "" for part, choice in row.about.items()}
    return about | {"name": str(row.drug), "shown": row.shown or ""}
