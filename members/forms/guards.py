"""What keeps machines out of a form open to everybody, without a riddle and without a third party."""

from datetime import datetime, timedelta

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SOONEST = timedelta(seconds=3)  # nobody reads and fills in a form faster than that
LATEST = timedelta(days=3)  # somebody ill may need to rest in between
SALT = "members.forms.stamp"


def stamp(at: datetime) -> str:
    """When the form was shown, signed, so that a machine cannot make it up."""
    return signing.dumps(int(at.timestamp()), salt=SALT)


def age_of(signed: str) -> timedelta:
    """How long ago the form was shown. Raises signing.BadSignature."""
    return timedelta(seconds=timezone.now().timestamp() - signing.loads(signed, salt=SALT))


class Stamp(forms.HiddenInput):
    def format_value(self, value: object) -> str:
        """The first showing counts: who mends one word and sends again is not too quick."""
        try:
            if timedelta() <= age_of(str(value or "")) <= LATEST:
                return str(value)
        except signing.BadSignature:
            pass
        return stamp(timezone.now())


class Trap(forms.TextInput):
    """Machines fill it in, people do not see it. Shown again, it is empty again."""

    def format_value(self, value: object) -> None:
        return None


class GuardedForm(forms.Form):
    """A form with a trap and a stamp. Its template shows both in elements of their own."""

    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=Trap(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    shown_at = forms.CharField(required=False, widget=Stamp)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.pop("website", ""):
            self.add_error(
                None,
                _(
                    "Your browser filled in a field that must stay empty. We have emptied it. Please send again."
                ),
            )
        signed = cleaned.pop("shown_at", "")
        if not self.errors:  # with an error the form comes back anyway
            self._check_stamp(signed)
        return cleaned

    def _check_stamp(self, signed: str) -> None:
        try:
            age = age_of(signed)
        except signing.BadSignature:
            self.add_error(
                None, _("Something was missing in what your browser sent. Please send again.")
            )
            return
        if age < SOONEST:
            self.add_error(None, _("That was very quick. Please wait a moment and send again."))
        elif age > LATEST:
            self.add_error(None, _("This page had been open for very long. Please send again."))

    def refuse_for_now(self) -> None:
        """Enter that this network has sent too much; what was typed stays."""
        self.add_error(
            None,
            ValidationError(
                _(
                    "Very many forms came from your network just now. Nothing was sent. Please try again in an hour."
                ),
                code="limit",
            ),
        )
