from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.timesince import timeuntil
from django.utils.translation import gettext_lazy as _

from members.answering import ABOUT_A_DRUG
from members.forms.entry import ASKED_IN_A_PROFILE, EntryForm
from members.models import Member, Profile


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


DISCREET, PLAIN = "discreet", "plain"
STRAIGHT, APART = "straight", "apart"
ONE_OF_THEM = {
    "required": _("Please choose one."),
    "invalid_choice": _("Please choose one of the answers shown."),
}


class MailForm(forms.Form):
    """How our letters reach a member."""

    style = forms.ChoiceField(
        label=_("Subject and sender of our letters"),
        choices=[
            (DISCREET, _("Discreet: “A message for you”, from “Connect”")),
            (PLAIN, _("Plain: they name the community, and who wrote")),
        ],
        widget=forms.RadioSelect,
        help_text=_("They show on a locked phone, and to whoever looks at your mailbox."),
        error_messages=ONE_OF_THEM,
    )
    answering = forms.ChoiceField(
        label=_("When you answer a message from a member"),
        choices=[
            (STRAIGHT, _("The answer button of my mail program writes to them")),
            (APART, _("I use a link in the letter; the answer button leads to nobody")),
        ],
        widget=forms.RadioSelect,
        help_text=_(
            "Whoever you answer sees your address. With the link nobody does it by mistake."
        ),
        error_messages=ONE_OF_THEM,
    )

    def __init__(self, *args: object, member: Member, **kwargs: object) -> None:
        now = {
            "style": PLAIN if member.plain_mail_since else DISCREET,
            "answering": APART if member.answers_apart_since else STRAIGHT,
        }
        super().__init__(*args, initial=now, **kwargs)

    def chosen(self) -> dict[str, bool]:
        """What members.account.choose_mail takes."""
        given = self.cleaned_data
        return {"plain": given["style"] == PLAIN, "apart": given["answering"] == APART}
