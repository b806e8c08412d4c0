from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


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
