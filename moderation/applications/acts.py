"""What the buttons on the page of an application do: each does one verb, says so, and goes on."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from moderation import decisions
from moderation.applications import asking, claims, notes, queue, undoing
from moderation.applications.forms import DeclineForm, WordsForm
from moderation.models import SILENT, Application

Act = Callable[[HttpRequest, Application], HttpResponse]


class NotRight(Exception):
    """What was typed cannot be taken; the page shows `form` again, under the button `act`."""

    def __init__(self, act: str, form: DeclineForm | WordsForm) -> None:
        super().__init__(act)
        self.act, self.form = act, form


def approve(request: HttpRequest, subject: Application) -> HttpResponse:
    decisions.approve(subject, request.user)
    return go_on(request, subject)


def decline(request: HttpRequest, subject: Application) -> HttpResponse:
    form = DeclineForm(subject.where, request.POST)
    if not form.is_valid():
        raise NotRight("decline", form)
    decisions.decline(subject, request.user, **form.cleaned_data)
    if form.cleaned_data["reason"] in SILENT:
        _say(request, _("The application of %(name)s is declined. No letter is sent."), subject)
    return go_on(request, subject)


def ask_for_another_name(request: HttpRequest, subject: Application) -> HttpResponse:
    decisions.ask_for_another_name(subject, request.user)
    said = _("We ask %(name)s for another name. The application waits until then.")
    _say(request, said, subject)
    return go_on(request, subject)


def ask(request: HttpRequest, subject: Application) -> HttpResponse:
    asking.ask(subject, request.user, _words(request, "ask"))
    _say(request, _("Your question to %(name)s is on its way. The application waits."), subject)
    return go_on(request, subject)


def offer(request: HttpRequest, subject: Application) -> HttpResponse:
    asking.offer(subject, request.user, _words(request, "offer"))
    _say(request, _("The offer to %(name)s is on its way. The application waits."), subject)
    return go_on(request, subject)


def note(request: HttpRequest, subject: Application) -> HttpResponse:
    notes.write(subject, request.user, _words(request, "note"))
    messages.success(request, _("The note is kept."))
    return redirect(address(subject))


def take_over(request: HttpRequest, subject: Application) -> HttpResponse:
    claims.take_over(subject, request.user)
    _say(request, _("You are on the application of %(name)s now."), subject)
    return redirect(address(subject))


def undo(request: HttpRequest, subject: Application) -> HttpResponse:
    undoing.undo(subject, request.user, _decision_shown(request))
    _say(request, _("Undone. The application of %(name)s waits as before."), subject)
    return redirect(address(subject))


def send_now(request: HttpRequest, subject: Application) -> HttpResponse:
    undoing.send_now(subject, request.user, _decision_shown(request))
    _say(request, _("The letter to %(name)s is on its way."), subject)
    return go_on(request, subject)


def reopen(request: HttpRequest, subject: Application) -> HttpResponse:
    undoing.reopen(subject, request.user)
    _say(request, _("The application of %(name)s waits again."), subject)
    return redirect(address(subject))


ACTS: dict[str, Act] = {
    act.__name__: act
    for act in (
        approve, decline, ask_for_another_name, ask, offer, note, take_over, undo, send_now, reopen,
    )
}  # fmt: skip


def go_on(request: HttpRequest, subject: Application) -> HttpResponse:
    """Open the next application that waits, or the queue when none does."""
    claims.release(subject, request.user)
    coming = queue.following(subject, request.user)
    if coming is None:
        return redirect("admin:moderation_application_changelist")
    return redirect(address(coming))


def address(subject: Application) -> str:
    return reverse("admin:moderation_application_change", args=[subject.pk])


def _words(request: HttpRequest, act: str) -> str:
    form = WordsForm(request.POST, auto_id=f"{act}_%s")
    if not form.is_valid():
        raise NotRight(act, form)
    return form.cleaned_data["words"]


def _decision_shown(request: HttpRequest) -> int | None:
    """The decision beside which the button stood; 0, which is none, for nonsense."""
    key = request.POST.get("decision", "")
    if not key:
        return None
    return int(key) if key.isascii() and key.isdecimal() and len(key) < 19 else 0


def _say(request: HttpRequest, said: str, subject: Application) -> None:
    messages.success(request, said % {"name": subject.username})
