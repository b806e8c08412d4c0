from django import forms
from django.utils.translation import gettext_lazy as _

from members.communities import Community
from members.forms.words import PlainText, refuse_control_characters
from moderation.letters import wording
from moderation.models import SILENT, Reason
from moderation.models.application import ANSWER_LENGTH, QUESTION_LENGTH

LETTER_LENGTH = 5000  # characters


class DeclineForm(forms.Form):
    """Why an application is declined, and the letter that says so."""

    reason = forms.ChoiceField(
        error_messages={
            "required": _("Please choose a reason."),
            "invalid_choice": _("Please choose one of the reasons shown."),
        }
    )
    words = PlainText(
        label=_("The letter"),
        required=False,
        max_length=LETTER_LENGTH,
        validators=[refuse_control_characters],
        widget=forms.Textarea(attrs={"rows": 14}),
        error_messages={
            "max_length": _("Please shorten the letter to %(limit_value)d characters."),
        },
    )

    def __init__(self, community: Community, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        reasons = wording.reasons_for(community)
        self.fields["reason"].choices = [(reason, reason.label) for reason in reasons]

    def clean_words(self) -> str:
        return self.cleaned_data["words"].strip()

    def clean(self) -> dict[str, object]:
        given = self.cleaned_data
        if given.get("reason", "") not in (*SILENT, "") and given.get("words") == "":
            self.add_error("words", _("The letter is empty. Please write a few words."))
        if "words" in self.errors:
            self.fields["words"].widget.attrs["autofocus"] = True
        return given


def chosen(reason: str | None, community: Community) -> Reason | None:
    """The reason named in the address of the page, if it is one that fits."""
    return next((r for r in wording.reasons_for(community) if r.value == reason), None)


class AnswerForm(forms.Form):
    """What an applicant answers to a question of the staff."""

    words = PlainText(
        label=_("Your answer"),
        max_length=ANSWER_LENGTH,
        validators=[refuse_control_characters],
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Please write a few words. A line is enough."),
            "max_length": _("Please shorten it to 3,000 characters. It has %(show_value)d now."),
        },
    )


class WordsForm(forms.Form):
    """Words of a reviewer: a question, an offer, a note."""

    words = PlainText(
        label=_("Your words"),
        max_length=QUESTION_LENGTH,
        validators=[refuse_control_characters],
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Please write a few words."),
            "max_length": _("Please shorten it to 2,000 characters. It has %(show_value)d now."),
        },
    )

    def clean(self) -> dict[str, object]:
        if "words" in self.errors:
            self.fields["words"].widget.attrs["autofocus"] = True  # the page opens there
        return self.cleaned_data
