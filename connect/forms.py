"""The form that reaches the staff."""

import unicodedata
from datetime import datetime, timedelta

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Member
from moderation.models import StaffMessage

About = StaffMessage.About

SOONEST = timedelta(seconds=3)  # nobody reads and writes faster than that
LATEST = timedelta(days=1)
SALT = "connect.forms.stamp"


def stamp(at: datetime) -> str:
    """When the form was shown, signed, so that a machine cannot make it up."""
    return signing.dumps(int(at.timestamp()), salt=SALT)


class Stamp(forms.HiddenInput):
    def format_value(self, value: object) -> str:
        """Always a new one: a form shown again with its errors may be sent again."""
        return stamp(timezone.now())


class Trap(forms.TextInput):
    """Machines fill it in, people do not see it. Shown again, it is empty again."""

    def format_value(self, value: object) -> None:
        return None


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
    """Raises ValidationError for what no keyboard types: it breaks mail and databases."""
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in text):
        raise ValidationError(
            _("There is an invisible character in it that we cannot send. Please type it anew.")
        )


def refuse_invisible_characters(address: str) -> None:
    """Raises ValidationError for an address in which more stands than one sees."""
    if not address.isprintable():
        raise ValidationError(_("There is an invisible character in it. Please type it anew."))


class ContactForm(forms.Form):
    about = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[
            (About.QUESTION, _("A question")),
            (About.BREACH, _("Somebody broke the pledge")),
            (About.ACCOUNT, _("My application, my account or my data")),
            (About.SITE, _("Something on the site does not work")),
            (About.OTHER, _("Something else")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose one."),
            "invalid_choice": _("Please choose one of the answers shown."),
        },
    )
    body = PlainText(
        label=_("Your message"),
        help_text=_(
            "Between 20 and 5,000 characters. "
            "If it is about a member, tell us their username and community."
        ),
        min_length=20,
        max_length=5000,
        validators=[refuse_control_characters],
        error_messages={
            "required": _("Please write a few words."),
            "min_length": _("Please write a little more, 20 characters at least."),
            "max_length": _("Please shorten it to 5,000 characters. It has %(show_value)d now."),
        },
    )
    reply_to = forms.EmailField(
        label=_("Your email address"),
        help_text=_("So that we can answer you. We use it for nothing else."),
        max_length=254,
        validators=[refuse_invisible_characters],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Please give an email address for our answer."),
            "invalid": _("This does not look like an email address. An example: name@example.org"),
            "max_length": _("This address is too long. Please look at it again."),
        },
    )
    website = forms.CharField(label=_("Leave this empty"), required=False, widget=Trap)
    shown = forms.CharField(required=False, widget=Stamp)

    def __init__(self, *args: object, member: Member | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        self.fields["website"].widget.attrs |= {"tabindex": "-1", "autocomplete": "off"}
        if member is not None:
            self.fields["reply_to"].required = False
            self.fields["reply_to"].widget.is_required = False
            self.fields["reply_to"].help_text = _("Empty means: the address you log in with.")

    def clean(self) -> dict[str, object]:
        if self.cleaned_data.get("website"):
            raise ValidationError(
                _(
                    "Your browser filled in a field that must stay empty. "
                    "We have emptied it. Please send again."
                )
            )
        self._look_at_stamp()
        return self.cleaned_data

    def _look_at_stamp(self) -> None:
        try:
            shown = signing.loads(self.cleaned_data.get("shown", ""), salt=SALT)
        except signing.BadSignature as error:
            raise ValidationError(
                _("Something was missing in what your browser sent. Please send again.")
            ) from error
        age = timedelta(seconds=timezone.now().timestamp() - shown)
        if age < SOONEST:
            raise ValidationError(_("That was very quick. Please wait a moment and send again."))
        if age > LATEST:
            raise ValidationError(_("This page had been open for very long. Please send again."))

    def refuse_for_now(self) -> None:
        """Enter that this network has sent too much; what was typed stays."""
        self.add_error(
            None,
            _(
                "Many messages came from your network just now. Nothing was sent. "
                "Please try again in an hour."
            ),
        )

    def letter(self) -> dict[str, str]:
        """What the staff get; the address a member left out is theirs."""
        reply_to = self.cleaned_data["reply_to"] or (self.member.email if self.member else "")
        return {
            "about": self.cleaned_data["about"],
            "body": self.cleaned_data["body"],
            "reply_to": reply_to,
        }
