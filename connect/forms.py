"""The form that reaches the staff."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from members.address import refuse_undeliverable_address
from members.forms.guards import GuardedForm
from members.forms.words import (
    PlainText,
    refuse_control_characters,
)
from members.models import Member
from moderation.models import StaffMessage

About = StaffMessage.About


def refuse_invisible_characters(address: str) -> None:
    """Raises ValidationError for an address in which more stands than one sees."""
    if not address.isprintable():
        raise ValidationError(_("There is an invisible character in it. Please type it anew."))


class ContactForm(GuardedForm):
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
        validators=[refuse_invisible_characters, refuse_undeliverable_address],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Please give an email address for our answer."),
            "invalid": _("This does not look like an email address. An example: name@example.org"),
            "max_length": _("This address is too long. Please look at it again."),
        },
    )

    def __init__(self, *args: object, member: Member | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        if member is not None:
            self.fields["reply_to"].required = False
            self.fields["reply_to"].widget.is_required = False
            self.fields["reply_to"].help_text = _("Empty means: the address you log in with.")

    def letter(self) -> dict[str, str]:
        """What the staff get; the address a member left out is theirs."""
        reply_to = self.cleaned_data["reply_to"] or (self.member.email if self.member else "")
        return {
            "about": self.cleaned_data["about"],
            "body": self.cleaned_data["body"],
            "reply_to": reply_to,
        }
