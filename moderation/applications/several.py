"""Several applications at once: a page that names them, and one button that does it."""

from collections.abc import Callable, Iterable

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.http import require_http_methods

from members.models import Member
from moderation import decisions
from moderation.applications import claims, hints, reading
from moderation.decisions import Outcome
from moderation.models import Application
from moderation.rights import can_decide

MOST = 100  # as many as a page of the queue could ever hold
QUEUE = "admin:moderation_application_changelist"

Verb = Callable[[Iterable[Application], Member], list[Outcome]]
VERBS: dict[str, Verb] = {
    "approve": decisions.approve_each,
    "decline": decisions.decline_each_silently,
}
DONE = {
    "approve": (
        ngettext_lazy("%(names)s is approved.", "%(names)s are approved.", "number"),
        gettext_lazy("The letters go out in 10 minutes. Open one of them to undo it."),
    ),
    "decline": (
        ngettext_lazy("%(names)s is declined.", "%(names)s are declined.", "number"),
        gettext_lazy("No letters go out. For 10 minutes you can open one of them and undo it."),
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def several(request: HttpRequest) -> HttpResponse:
    """Asked by address, it names those that were ticked; the button on that page does it."""
    if not can_decide(request.user):
        raise PermissionDenied
    given = request.POST if request.method == "POST" else request.GET
    do, picked = given.get("do", ""), _picked(given.getlist("pick"))
    if do not in VERBS:
        messages.warning(request, _("Please press one of the buttons. Nothing was done."))
        return redirect(QUEUE)
    if not picked:
        messages.warning(request, _("Please tick the applications first. Nothing was done."))
        return redirect(QUEUE)
    if request.method == "POST":
        _tell(request, do, VERBS[do](picked, request.user))
        return redirect(QUEUE)
    return _page(request, do, picked)


def _picked(keys: list[str]) -> list[Application]:
    """Those named that are still there, the oldest first."""
    numbers = {int(key) for key in keys[:MOST] if key.isascii() and key.isdigit() and len(key) < 19}
    rows = reading.for_queue(Application.objects.filter(pk__in=numbers))
    return list(rows.oldest_first())


def _page(request: HttpRequest, do: str, picked: list[Application]) -> HttpResponse:
    found = hints.of(picked)
    for application in picked:
        application.hints = found[application.pk]
        application.told = reading.in_short(application)
        application.on_it = claims.who(application, request.user)
    context = {
        **admin.site.each_context(request),
        "title": _("Several applications"),
        "do": do,
        "picked": picked,
        "doubtful": sum(1 for application in picked if application.hints),
    }
    return render(request, "moderation/several.html", context)


def _tell(request: HttpRequest, do: str, outcomes: list[Outcome]) -> None:
    """Who it was done for, and for each of the others why not."""
    names = [one.application.username for one in outcomes if one.refusal is None]
    if names:
        done, after = DONE[do]
        said = done % {"names": get_text_list(names, _("and")), "number": len(names)}
        messages.success(request, f"{said} {after}")
    for one in outcomes:
        if one.refusal is not None:
            messages.warning(request, f"{one.application.username}: {one.refusal}")
