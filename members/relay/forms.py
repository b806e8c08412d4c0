import unicodedata
import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from members.relay.models import BODY_MAX, BODY_MIN


class Words(forms.CharField):
    """Lines of text. A line's end counts as one character, as it does in the browser."""

    widget = forms.Textarea

    def to_python(self, value: object) -> str:
        text = super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")
        if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in text):
            raise ValidationError(
                _(
                    "There is an invisible character in it that mail cannot carry. Please type it anew."
                )
            )
        return text

    def widget_attrs(self, widget: forms.Widget) -> dict[str, object]:
        """Without maxlength: browsers cut a pasted text off in silence."""
        return {}


class FormKey(forms.UUIDField):
    """Names one filled-in form. Nonsense in it is nobody's fault: it gets a new name."""

    widget = forms.HiddenInput

    def to_python(self, value: object) -> uuid.UUID:
        try:
            return super().to_python(value) or uuid.uuid4()
        except ValidationError:
            return uuid.uuid4()


class MessageForm(forms.Form):
    body = Words(
        label=_("Your message"),
        help_text=_("Between 20 and 5,000 characters. Plain text; no pictures, no formatting."),
        min_length=BODY_MIN,
        max_length=BODY_MAX,
        widget=forms.Textarea(attrs={"rows": 10, "dir": "auto"}),
        error_messages={
            "required": _("Please write a few words."),
            "min_length": _("Please write a little more, 20 characters at least."),
            "max_length": _("Please shorten it to 5,000 characters. It has %(show_value)d now."),
        },
    )
    form_key = FormKey(required=False, initial=uuid.uuid4)
