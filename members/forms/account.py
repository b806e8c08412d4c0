from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.timesince import timeuntil
from django.utils.translation import gettext_lazy as _

from members.answering import ABOUT_A_DRUG
from members.forms.entry import ASKED_IN_A_PROFILE, EntryForm
from members.models import Profile


class EditForm(EntryForm):
    """A member's whole profile, each answer with how far it is shown."""

    def __init__(self, *args: object, profile: Profile, **kwargs: object) -> None:
        super().__init__(
            *args, community=profile.where, profile=profile,
            questions=ASKED_IN_A_PROFILE[profile.community], drug_columns=tuple(ABOUT_A_DRUG),
            with_shown=True, **kwargs,
        )  # fmt: skip

    def refuse_name(self) -> None:
        self.add_error(
            "username",
            _("Somebody has this name, or one that looks the same. Please choose another."),
        )

    def refuse_change(self, free_at: datetime) -> None:
        words = _(
            "You have changed your name or your answers very often today, and can change them again in "
            "%(wait)s. This keeps safe what others told for matching only. Nothing you typed is lost: "
            "your place and your own words can be saved now, with the name and the answers as they were."
        )
        self.add_error(None, words % {"wait": timeuntil(free_at)})


class RestForm(forms.Form):
    """Until when to rest; without a day, until the member says otherwise."""

    until = forms.DateField(
        label=_("Until when?"),
        help_text=_("Leave it empty to rest until you say otherwise."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}),
        error_messages={"invalid": _("Please give a day, such as 2027-03-31.")},
    )

    def clean_until(self) -> object:
        until = self.cleaned_data["until"]
        if until and until <= timezone.localdate():
            raise forms.ValidationError(_("Please choose a day to come."))
        return until
