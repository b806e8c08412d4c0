"""The page on which administrators read the audit log."""

from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from members.communities import CommunitySlug
from moderation.log import logbook
from moderation.models import Act, Kind
from moderation.rights import can_read_audit_log

ANY = [("", _("any"))]
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
NO_DAY = {"invalid": _("This is not a day. Please write it like 2026-03-31.")}
NO_CHOICE = {"invalid_choice": _("Please choose one of those shown.")}


class LogForm(forms.Form):
    """What to show of the log. What makes no sense is said, and the rest is shown."""

    who = forms.UUIDField(
        label=_("Who"), required=False, widget=forms.Select,
        error_messages={"invalid": _("Please choose one of those shown.")},
    )  # fmt: skip
    act = forms.ChoiceField(
        label=_("Did"), required=False, choices=[*ANY, *Act.choices], error_messages=NO_CHOICE
    )
    kind = forms.ChoiceField(
        label=_("To"), required=False, choices=[*ANY, *Kind.choices], error_messages=NO_CHOICE
    )
    community = forms.ChoiceField(
        label=_("Community"), required=False, choices=[*ANY, *CommunitySlug.choices],
        error_messages=NO_CHOICE,
    )  # fmt: skip
    since = forms.DateField(
        label=_("From"),
        required=False,
        widget=DAY,
        input_formats=["%Y-%m-%d"],
        error_messages=NO_DAY,
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=DAY, input_formats=["%Y-%m-%d"],
        error_messages=NO_DAY,
    )  # fmt: skip
    person = forms.UUIDField(
        label=_("Key of a member"), required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "invalid": _("This is not a member’s key. It stands in the address of their page here.")
        },
    )  # fmt: skip
    # Which one of its kind: comes with a link, and stays while the rest is changed.
    key = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def narrowed(self) -> dict[str, object]:
        """What is asked for, without what makes no sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def offer_staff(self, staff: list[tuple[object, str]]) -> None:
        self.fields["who"].widget.choices = [*ANY, *staff]


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    if not can_read_audit_log(request.user):
        raise PermissionDenied
    form = LogForm(request.GET)
    asked = form.narrowed()
    before = logbook.Place.parse(request.GET.get("before", ""))
    page = logbook.read(logbook.narrow(logbook.for_reader(request.user), **asked), before)
    form.offer_staff(page.staff)
    context = {
        **admin.site.each_context(request),
        "title": _("Audit log"),
        "form": form,
        "page": page,
        "asked": asked,
        "is_newest": before is None,
        "newest": f"?{urlencode(asked)}",
        "older": f"?{urlencode(asked | {'before': page.older})}",
    }
    return render(request, "moderation/log.html", context)
