from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import Truncator, get_text_list
from django.utils.translation import gettext_lazy as _

from members.forms.words import PlainText, refuse_control_characters
from moderation.letters import preview, wording
from moderation.letters.originals import PREPARED

SHOWN, SHOWN_LENGTH = 5, 40  # of what cannot be filled in: how many, and characters of each


class LetterForm(forms.Form):
    """The words of one prepared letter, and the mark of what stood there when it was opened."""

    words = PlainText(
        label=_("The words of the letter"),
        validators=[refuse_control_characters],
        widget=forms.Textarea(attrs={"rows": 14}),
        error_messages={"required": _("The letter is empty. Please write a few words.")},
    )
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, name: str, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.name = name

    def clean_words(self) -> str:
        words = self.cleaned_data["words"]
        self._refuse_unknown(words)
        self._refuse_long(words)
        return words

    def _refuse_unknown(self, words: str) -> None:
        unknown = wording.unknown(self.name, words)
        if not unknown:
            return
        allowed = [f"{{{one}}}" for one in PREPARED[self.name].placeholders]
        raise ValidationError(
            _("We cannot fill in %(unknown)s. In this letter you may use %(allowed)s.")
            % {
                "unknown": get_text_list(_shortened(unknown), _("or")),
                "allowed": get_text_list(allowed, _("and")),
            },
            code="unknown",
        )

    def _refuse_long(self, words: str) -> None:
        longest, long = PREPARED[self.name].longest, preview.length(words)
        if long > longest:
            raise ValidationError(
                _(
                    "Please shorten the letter to %(longest)d characters. "
                    "It has %(long)d now, with everything filled in."
                )
                % {"longest": longest, "long": long},
                code="long",
            )


def _shortened(found: list[str]) -> list[str]:
    """Enough to find them again, however much stands between two braces."""
    return [Truncator(one).chars(SHOWN_LENGTH) for one in found[:SHOWN]]
