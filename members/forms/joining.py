"""The form one joins with, and the small ones of the status page."""

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.address import refuse_undeliverable_address
from members.communities import Community
from members.forms.entry import EntryForm
from members.forms.guards import GuardedForm
from members.forms.words import (
    refuse_control_characters,
    refuse_unknown_characters,
)
from members.models import Member, Profile

CONSENTS = ("pledge", "policies", "health", "adult")


class AddressField(forms.EmailField):
    """An address in lower case, as it is kept. Some letters grow longer in it, so it comes first."""

    def to_python(self, value: object) -> str:
        return super().to_python(value).lower()


def email_field(**options: object) -> AddressField:
    options = {
        "label": _("Email address"),
        "help_text": _(
            "We write to it. Members never see it here. One made only for this is fine."
        ),
        "max_length": 254,
        "validators": [
            refuse_control_characters,
            refuse_unknown_characters,
            refuse_undeliverable_address,
        ],
        "widget": forms.EmailInput(attrs={"autocomplete": "email"}),
        "error_messages": {
            "required": _("Please give an email address, so that we can answer you."),
            "invalid": _("This does not look like an email address. An example: name@example.org"),
            "max_length": _("This address is too long. Please look at it again."),
        },
    } | options
    return AddressField(**options)


def yes_field(label: object, missing: object) -> forms.BooleanField:
    return forms.BooleanField(label=label, error_messages={"required": missing})


class JoinForm(GuardedForm, EntryForm):
    """What a visitor, or a member coming to the second community, fills in."""

    email = email_field()
    pledge = yes_field(
        _("I agree to the Connect Pledge."),
        _("Please tick this if you agree."),
    )
    policies = yes_field(
        _("I agree to the Terms and the Privacy Policy."),
        _("Please tick this if you agree."),
    )
    health = yes_field(
        _("Yes, Connect may keep what I say about my health here."),
        _("Please tick this if you agree. Without your yes we may not keep it."),
    )
    adult = yes_field(_("I am 18 or older."), _("Connect is only for people of 18 and older."))

    def __init__(
        self, *args: object, community: Community, member: Member | None = None, **kwargs: object
    ) -> None:
        super().__init__(*args, community=community, **kwargs)
        if member:
            del self.fields["email"]
        if not community.asks_experience:
            del self.fields["health"]
        self.order_fields(["email", *self.page_order()])
        self._explain()

    def _explain(self) -> None:
        """Links open beside the form: leaving it would lose what was typed."""
        self.fields["policies"].help_text = format_html(
            '<a href="{}" target="_blank" rel="noopener">{}</a>, <a href="{}" target="_blank" rel="noopener">{}</a> ({})',
            reverse("pages:terms"), gettext("Terms and Conditions"),
            reverse("pages:privacy"), gettext("Privacy Policy"), gettext("open in a new tab"),
        )  # fmt: skip
        if "health" in self.fields:
            self.fields["health"].help_text = _(
                "To be in TWP Connect already says something about your health. "
                "Only its members and our staff see it, and you can take your yes back at any time."
            )

    def consents(self) -> list[forms.BoundField]:
        return [self[name] for name in CONSENTS if name in self.fields]


class ChangeForm(EntryForm):
    """The answers of a running application, filled in."""

    def __init__(self, *args: object, profile: Profile, **kwargs: object) -> None:
        super().__init__(*args, community=profile.where, profile=profile, **kwargs)


class AddressForm(GuardedForm):
    email = email_field(label=_("Your right email address"))
