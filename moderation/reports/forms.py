"""What members type when they report somebody, and when they answer a measure."""

import uuid

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from members.forms.words import PlainText, refuse_control_characters
from members.relay.forms import FormKey
from members.relay.models import Message
from moderation.models import Concern
from moderation.models.report import APPEAL_LENGTH, REPORT_LENGTH

# As somebody would say it who is tired. Grouped, because nobody reads twelve lines in a row.
REASONS = [
    (
        _("How they write"),
        [
            (Concern.KEPT_WRITING, _("They write again although I did not answer")),
            (Concern.SEXUAL, _("It is sexual or romantic")),
            (Concern.PRESSURE_TO_MEET, _("They press me to meet, or to write elsewhere")),
            (Concern.THREAT, _("They threaten, or hate")),
        ],
    ),
    (
        _("What they want"),
        [
            (Concern.PROMOTES, _("They advertise a service, a practice, a religion or a group")),
            (Concern.MONEY, _("They want money, or it seems a fraud")),
            (Concern.TOLD_ABOUT_DRUGS, _("They press about drugs: to stop, change or take them")),
            (Concern.OFFERS_DRUGS, _("They offer drugs, or ask for them")),
        ],
    ),
    (
        _("Who they are"),
        [
            (Concern.FALSE_PROFILE, _("They are not who they say")),
            (Concern.UNDER_AGE, _("They are under 18")),
            (Concern.BROKE_CONFIDENCE, _("They passed on private things")),
        ],
    ),
    (
        _("None of these"),
        [
            (Concern.WORRIED, _("Nothing wrong: I fear for this person")),
            (Concern.OTHER, _("Something else, which I describe below")),
        ],
    ),
]
LONG = _("Please shorten it to %(limit_value)s characters. It has %(show_value)d now.")


def words_field(*, required: bool, length: int, **more: object) -> PlainText:
    return PlainText(
        required=required, max_length=length, validators=[refuse_control_characters],
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        error_messages={"required": _("Please write a few words."), "max_length": LONG}, **more,
    )  # fmt: skip


class _AboutSomebody(forms.Form):
    """With an offer to show the message there is, and to block. `message`: one that may be shown."""

    show_message = forms.BooleanField(required=False)
    block = forms.BooleanField(required=False)
    form_key = FormKey(required=False, initial=uuid.uuid4)

    def __init__(self, *args: object, name: str, message: Message | None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.name, self.message = name, message
        if message is None:
            del self.fields["show_message"]
        else:
            day = date_format(localtime(message.written_at), "j F Y")
            self.fields["show_message"].label = _(
                "Show the staff the message %(name)s wrote to me on %(day)s"
            ) % {"name": name, "day": day}
            self.fields["show_message"].help_text = _("They read this one and no other.")
        self.fields["block"].label = _("Block %(name)s as well") % {"name": name}
        self.fields["block"].help_text = _(
            "You do not find each other any more, and no message passes. They are not told."
        )

    def said(self) -> dict[str, object]:
        """What reporting.report takes."""
        given = self.cleaned_data
        return {
            "concern": given["concern"],
            "words": given["words"],
            "message": self.message if given.get("show_message") else None,
            "block_as": self.name if given["block"] else "",
            "form_key": given["form_key"],
        }


class ReportForm(_AboutSomebody):
    concern = forms.ChoiceField(
        label=_("What is it?"),
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose one."),
            "invalid_choice": _("Please choose one of the answers shown."),
        },
    )
    words = words_field(
        required=False,
        length=REPORT_LENGTH,
        label=_("In your own words"),
        help_text=_("If you have the strength. A sentence is enough."),
    )
    field_order = ["concern", "words", "show_message", "block"]

    def clean(self) -> dict[str, object]:
        given = super().clean()
        if given.get("concern") == Concern.OTHER and given.get("words") == "":
            self.add_error("words", _("Please say in a few words what it is."))
        return given


class WorriedForm(_AboutSomebody):
    """No complaint, so no reasons and no block."""

    concern = forms.CharField(required=False, widget=forms.HiddenInput, initial=Concern.WORRIED)
    words = words_field(
        required=False,
        length=REPORT_LENGTH,
        label=_("What worries you?"),
        help_text=_("If you have the strength. A sentence is enough."),
    )
    field_order = ["words", "show_message"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["block"]

    def clean(self) -> dict[str, object]:
        return super().clean() | {"concern": Concern.WORRIED, "block": False}


class AppealForm(forms.Form):
    words = words_field(required=True, length=APPEAL_LENGTH, label=_("What you want to tell us"))
