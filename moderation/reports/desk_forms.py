"""What the staff type about a report or a measure."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.communities import CommunitySlug
from members.usernames import LONGEST
from moderation.letters import wording
from moderation.models import Concern, Measure, Report
from moderation.reports import measure_letters

Step = Measure.Step
WORDS_LENGTH = 5000  # characters
CHOOSE = {
    "required": _("Please choose one."),
    "invalid_choice": _("Please choose one of the answers shown."),
}


class WordsForm(forms.Form):
    """A note, or the words of a letter as they go out."""

    words = forms.CharField(
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
        error_messages={
            "required": _("Please write a few words. Nothing was done."),
            "max_length": _("Please shorten it to %(limit_value)d characters."),
        },
    )

    def __init__(self, step: str, *args: object, **kwargs: object) -> None:
        super().__init__(*args, auto_id=f"id_{step}_%s", **kwargs)
        self.step = step
        self.fields["words"].label = _("Note") if step == Step.NOTE else _("The letter")

    def clean_words(self) -> str:
        return self.cleaned_data["words"].replace("\r\n", "\n").strip()


class MeasureForm(WordsForm):
    """A letter, and for what reason the measure is on record."""

    concern = forms.ChoiceField(
        label=_("For the record"), choices=Concern.choices, error_messages=CHOOSE
    )
    field_order = ["concern", "words"]


class NameForm(forms.Form):
    community = forms.ChoiceField(
        label=_("Community"), choices=CommunitySlug.choices, error_messages=CHOOSE
    )
    username = forms.CharField(
        label=_("Username"),
        max_length=LONGEST,
        error_messages={
            "required": _("Please type the name."),
            "max_length": _("No name is longer than %(limit_value)d characters."),
        },
    )


WITH_CONCERN = (Step.WARN, Step.SUSPEND, Step.END)


def form_of(step: str, subject: Report | Measure, language: str, data: object = None) -> WordsForm:
    """The form of a step, filled in with the letter prepared for it; `subject` with its `letters`."""
    kind = MeasureForm if step in WITH_CONCERN else WordsForm
    words = "" if step == Step.NOTE else _words(step, subject, language)
    return kind(step, data, initial={"words": words, "concern": subject.concern})


def _words(step: str, subject: Report | Measure, language: str) -> str:
    texts = wording.texts_of(subject.letters)
    return measure_letters.prepared(step, subject.concern, language, texts)
