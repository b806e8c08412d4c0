import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from members.forms.words import PlainText, mark_of, refuse_control_characters
from members.relay import second_look
from members.relay.models import BODY_MAX, BODY_MIN, Message, Reply, sentence
from members.relay.second_look import Hit


class FormKey(forms.UUIDField):
    """Names one filled-in form. Nonsense in it is nobody's fault: it gets a new name."""

    widget = forms.HiddenInput

    def to_python(self, value: object) -> uuid.UUID:
        try:
            return super().to_python(value) or uuid.uuid4()
        except ValidationError:
            return uuid.uuid4()


class Words(PlainText):
    """What is written to somebody, in so many characters."""

    widget = forms.Textarea(attrs={"rows": 10, "dir": "auto"})

    def __init__(self, **options: object) -> None:
        options = {
            "label": _("Your message"),
            "help_text": _(
                "Between 20 and 5,000 characters. Plain text; no pictures, no formatting."
            ),
            "max_length": BODY_MAX,
            "validators": [refuse_control_characters],
            "error_messages": {
                "required": _("Please write a few words."),
                "min_length": _("Please write a little more, 20 characters at least."),
                "max_length": _(
                    "Please shorten it to 5,000 characters. It has %(show_value)d now."
                ),
            },
        } | options
        super().__init__(**options)


class DraftForm(forms.Form):
    """Words to be kept, be there few or many."""

    body = Words()
    form_key = FormKey(required=False, initial=uuid.uuid4)


class ReplyForm(forms.Form):
    """Which of the three answers: each is a button beside the sentence its sender gets."""

    kind = forms.ChoiceField(
        choices=Reply.Kind,
        error_messages={
            "required": _("Please choose one of the answers."),
            "invalid_choice": _("Please choose one of the answers."),
        },
    )

    def __init__(self, *args: object, message: Message, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        name = message.recipient_name
        self.answers = [(kind, sentence(kind, name)) for kind in Reply.Kind]


class MessageForm(DraftForm):
    """Words to be sent. What the rules ask about is asked once: sent again as it was, it goes.

    `hits` is what they found, for the page that asks; `mark` stands in its button.

    Args:
        own_address: of the sender, which may stand in the words.
    """

    body = Words(min_length=BODY_MIN)

    def __init__(self, *args: object, own_address: str = "", **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.own_address = own_address
        self.hits: list[Hit] = []

    @property
    def mark(self) -> str:
        return mark_of(self["body"].value() or "")

    def clean(self) -> dict[str, object]:
        """What stops a message is not asked about: a reviewer reads it, and it is told so."""
        words = self.cleaned_data.get("body")
        if words and self.data.get("second_look") != mark_of(words):
            hits = second_look.look(words, self.own_address)
            self.hits = [hit for hit in hits if not hit.rule.stops]
        return self.cleaned_data
