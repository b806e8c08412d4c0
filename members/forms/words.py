"""Text that people write about themselves."""

import hashlib
import re
import unicodedata
from collections.abc import Callable

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.html import SafeString, format_html
from django.utils.text import get_text_list
from django.utils.translation import gettext_lazy as _

from members import traces
from members.models.profile import ABOUT_ME_LENGTH

STREET = re.compile(
    r"\b\d{1,5}[a-z]?,?\s+(?:[A-Z]\w+\s+){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Way|Close)\b"
    r"|\b[A-ZÄÖÜ]\w+(?:straße|strasse|str\.|weg|platz)\s+\d"
    r"|\b(?:rue|calle|avenida|via)\s+[^\n,]{2,30}\s\d|\b\d{1,4},?\s+rue\s"
)
FULL_NAME = re.compile(r"\b(?:[Mm]y name is|I am called|I'm called)\s+[A-Z]\w+\s+[A-Z]\w+")
# What may tell more than was meant. They only lead to a question: the person decides.
TELLING: list[tuple[Callable[[str], object], Promise]] = [
    (traces.holds_phone_number, _("what looks like a phone number")),
    (traces.holds_address, _("what looks like an email address")),
    (traces.holds_link, _("a link")),
    (STREET.search, _("what looks like a street address")),
    (FULL_NAME.search, _("what looks like a full name")),
]


class PlainText(forms.CharField):
    """Lines of text. A line's end counts as one character, as it does in the browser."""

    widget = forms.Textarea

    def to_python(self, value: object) -> str:
        text = super().to_python(value)
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, object]:
        """Without maxlength: browsers cut a pasted text off in silence."""
        return {}


def refuse_control_characters(text: str) -> None:
    """Raises ValidationError for what no keyboard types: it breaks mail and turns lines around."""
    for character in text:
        category = unicodedata.category(character)
        turns_lines = character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        if (category in {"Cc", "Cs"} and character not in "\n\t") or turns_lines:
            raise ValidationError(
                _(
                    "There is an invisible character in it that we cannot keep. Please type it anew."
                ),
                code="control",
            )


def refuse_unknown_characters(text: str) -> None:
    """Raises ValidationError for letters newer than our tables: the database may know another case."""
    if any(unicodedata.category(character) == "Cn" for character in text):
        raise ValidationError(
            _("There is a letter in it that we do not know."), code="unknown_letter"
        )


def about_me_field() -> PlainText:
    return PlainText(
        label=_("About me"),
        required=False,
        max_length=ABOUT_ME_LENGTH,
        validators=[refuse_control_characters],
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "A few words for other members: what brings you here, whom you would like to meet. "
            "Please no full name, phone number, street or link."
        ),
        error_messages={
            "max_length": _("Please shorten it to 3,000 characters. It has %(show_value)d now."),
        },
    )


def tells_much(text: str) -> list[Promise]:
    """What in the text could show who somebody is, in words for a sentence; often nothing."""
    return [words for finds, words in TELLING if finds(text)]


def mark_of(text: str) -> str:
    """Short mark of a text, to know whether it was seen before. Whitespace does not count."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


class SecondLook:
    """For a form with `about_me`: what tells much is asked about once; sent again, it is kept.

    The template shows `second_look`, which carries the mark of the text that was asked about.
    """

    def clean_about_me(self) -> str:
        text = self.cleaned_data["about_me"]
        found = tells_much(text)
        if found and self.data.get("second_look") != mark_of(text):
            raise ValidationError(
                _(
                    "Your words hold %(found)s. All members of the community will read it. "
                    "If you want to keep it, just send again."
                )
                % {"found": get_text_list([str(words) for words in found], _("and"))},
                code="tells_much",
            )
        return text

    @property
    def second_look(self) -> SafeString:
        mark = self.data.get("second_look", "") if self.is_bound else ""
        if "about_me" in self.errors:
            mark = mark_of(self.data.get("about_me", ""))
        return format_html('<input type="hidden" name="second_look" value="{}">', mark)
