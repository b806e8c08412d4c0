import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from members.forms.words import PlainText, refuse_control_characters
from members.relay.models import BODY_MAX, BODY_MIN, Message, Reply, sentence


class FormKey(forms.UUIDField):
    """Names one filled-in form. Nonsense in it is nobody's fault: it gets a new name."""

    widget = forms.HiddenInput

    def to_python(self, value: object) -> uuid.UUID:
        try:
            return super().to_python(value) or uuid.uuid4()
        except ValidationError:
            return uuid.uuid4()


class MessageForm(forms.Form):
    body = PlainText(
        label=_("Your message"),
        help_text=_("Between 20 and 5,000 characters. Plain text; no pictures, no formatting."),
        min_length=BODY_MIN,
        max_length=BODY_MAX,
        validators=[refuse_control_characters],
        widget=forms.Textarea(attrs={"rows": 10, "dir": "auto"}),
        error_messages={
            "required": _("Please write a few words."),
            "min_length": _("Please write a little more, 20 characters at least."),
            "max_length": _("Please shorten it to 5,000 characters. It has %(show_value)d now."),
        },
    )
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
        recipient = message.recipient
        self.answers = [(kind, sentence(kind, recipient)) for kind in Reply.Kind]
