"""Fields made from the lists of choices. Each cleans to a list of Choice, be it one answer or several."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from members.answering import first_shown
from members.communities import Community
from members.models import Choice, Question, Shown
from members.models.experience import SINGLE
from members.vocabulary import ABRUPT

FEW = 7  # choices; up to so many are shown as dots, more as a list to open

Choices = dict[str, list[Choice]]


def choices_for(
    community: Community, questions: Iterable[str], given: Iterable[Choice] = ()
) -> Choices:
    """The choices of each question, in one query; retired ones only where they were given."""
    kept = [choice.pk for choice in given]
    found = Choice.objects.filter(
        Q(retired_at=None) | Q(pk__in=kept),
        question__in=list(questions),
        community__in=["", community.slug],
    )
    by_question: Choices = defaultdict(list)
    for choice in found.order_by("position", "id"):
        by_question[choice.question].append(choice)
    return by_question


class AnswersField(forms.Field):
    """Base of both: `choices` is a list of Choice, the values are their slugs."""

    default_error_messages = {
        "invalid_choice": _("Please choose from the answers shown."),
        "required": _("Please choose at least one."),
    }

    def __init__(
        self, *, choices: Sequence[Choice], empty_label: object = None, **options: object
    ) -> None:
        super().__init__(**options)
        self.by_slug = {choice.slug: choice for choice in choices}
        # Asked by the templates: beside such answers stands the sentence about stopping abruptly.
        self.offers_abrupt = not ABRUPT.isdisjoint(self.by_slug)
        start = [("", empty_label)] if empty_label is not None else []
        self.widget.choices = start + [
            (slug, label_of(choice)) for slug, choice in self.by_slug.items()
        ]

    def prepare_value(self, value: object) -> object:
        """Choices (as initial values) are shown by their slugs, what was sent as it is."""
        if isinstance(value, Choice):
            return value.slug
        if isinstance(value, list | tuple):
            return [self.prepare_value(one) for one in value]
        return value

    def clean(self, value: object) -> list[Choice]:
        sent = value if isinstance(value, list | tuple) else [value]
        slugs = [slug for slug in dict.fromkeys(sent) if slug]
        if self.required and not slugs:
            raise ValidationError(self.error_messages["required"], code="required")
        if any(slug not in self.by_slug for slug in slugs):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return [self.by_slug[slug] for slug in slugs]

    def has_changed(self, initial: object, data: object) -> bool:
        before, after = ({*self._slugs(self.prepare_value(value))} for value in (initial, data))
        return before != after

    @staticmethod
    def _slugs(value: object) -> list[object]:
        return [one for one in (value if isinstance(value, list | tuple) else [value]) if one]


class OneAnswerField(AnswersField):
    """One answer or none: dots for few choices, a list to open for many."""

    def __init__(self, *, choices: Sequence[Choice], **options: object) -> None:
        widget = forms.RadioSelect if len(choices) <= FEW else forms.Select
        options.setdefault("widget", widget)
        super().__init__(choices=choices, empty_label=_("No answer"), **options)

    def prepare_value(self, value: object) -> object:
        shown = super().prepare_value(value)
        return (shown[0] if shown else "") if isinstance(shown, list) else shown


class SeveralAnswersField(AnswersField):
    widget = forms.CheckboxSelectMultiple


class ShownField(forms.ChoiceField):
    """How far an answer goes."""

    def __init__(self, *, question: str = "", **options: object) -> None:
        options.setdefault("label", _("Who sees this"))
        options.setdefault("initial", first_shown(question))
        super().__init__(
            choices=[(value, capfirst(label)) for value, label in Shown.choices],
            error_messages={
                "required": _("Please choose how far this is shown."),
                "invalid_choice": _("Please choose one of the three ways."),
            },
            **options,
        )


def answers_field(question: Question, choices: Sequence[Choice], **options: object) -> AnswersField:
    """The field of one question, with its own words; optional unless said otherwise."""
    options = {"label": question.label, "required": False} | options
    kind = OneAnswerField if question in SINGLE else SeveralAnswersField
    return kind(choices=choices, **options)


def label_of(choice: Choice) -> str:
    label = capfirst(str(choice))
    return _("%(answer)s (no longer offered)") % {"answer": label} if choice.retired_at else label
