"""One application on one page, and what a reviewer may do with it."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from moderation import audit, decisions, emails, hints, letters, queue, reading
from moderation.forms import DeclineForm, chosen
from moderation.models import SILENT, Application, State
from moderation.rights import can_decide, can_read_applications


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, pk: int) -> HttpResponse:
    if not can_read_applications(request.user):
        raise PermissionDenied
    if request.method == "POST":
        return _decide(request, pk)
    return _page(request, _find(pk))


@require_safe
def following(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave this one for later and open the next."""
    if not can_read_applications(request.user):
        raise PermissionDenied
    return _go_on(request, _find(pk))


def _find(pk: int) -> Application:
    return get_object_or_404(reading.for_page(), pk=pk)


def _decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Do what the pressed button says, then open the next application."""
    subject = Application.objects.filter(pk=pk).first()
    act = ACTS.get(request.POST.get("do", ""))
    if subject is None:
        messages.warning(request, str(decisions.Withdrawn()))
        return redirect("admin:moderation_application_changelist")
    if act is None:
        messages.warning(request, _("Please press one of the buttons. Nothing was done."))
        return redirect(_address(subject))
    try:
        return act(request, subject)
    except decisions.Refusal as refusal:
        messages.warning(request, str(refusal))
    except OperationalError:
        messages.warning(
            request, _("Somebody else is busy with this application just now. Please try again.")
        )
    return redirect(_address(subject))


def _approve(request: HttpRequest, subject: Application) -> HttpResponse:
    decisions.approve(subject, request.user)
    said = _("The application of %(name)s is approved. The letter is on its way.")
    messages.success(request, said % {"name": subject.username})
    return _go_on(request, subject)


def _decline(request: HttpRequest, subject: Application) -> HttpResponse:
    form = DeclineForm(subject.where, request.POST)
    if not form.is_valid():
        return _page(request, _find(subject.pk), form)
    decisions.decline(subject, request.user, **form.cleaned_data)
    said = (
        _("The application of %(name)s is declined. No letter is sent.")
        if form.cleaned_data["reason"] in SILENT
        else _("The application of %(name)s is declined. The letter is on its way.")
    )
    messages.success(request, said % {"name": subject.username})
    return _go_on(request, subject)


def _ask_for_another_name(request: HttpRequest, subject: Application) -> HttpResponse:
    decisions.ask_for_another_name(subject, request.user)
    said = _("We ask %(name)s for another name. The application waits until then.")
    messages.success(request, said % {"name": subject.username})
    return _go_on(request, subject)


ACTS: dict[str, Callable[[HttpRequest, Application], HttpResponse]] = {
    "approve": _approve,
    "decline": _decline,
    "ask_for_another_name": _ask_for_another_name,
}


def _go_on(request: HttpRequest, subject: Application) -> HttpResponse:
    coming = queue.following(subject)
    if coming is None:
        return redirect("admin:moderation_application_changelist")
    return redirect(_address(coming))


def _address(subject: Application) -> str:
    return reverse("admin:moderation_application_change", args=[subject.pk])


def _page(
    request: HttpRequest, subject: Application, form: DeclineForm | None = None
) -> HttpResponse:
    audit.note_look(request.user, subject)
    context = {
        **admin.site.each_context(request),
        "title": _("Application"),  # a name would stay in the browser's history
        "application": subject,
        "community": subject.where,
        "answers": reading.grouped_answers(subject),
        "drugs": reading.drugs(subject) if subject.where.asks_experience else [],
        "hints": hints.in_text(subject.about_me),
        "declined_before": hints.declined_before(subject),
        "decided_by": _decided_by(request, subject),
    }
    if subject.state == State.WAITING and can_decide(request.user):
        context |= _decision(request, subject, form)
    return render(request, "moderation/application.html", context)


def _decision(
    request: HttpRequest, subject: Application, form: DeclineForm | None
) -> dict[str, object]:
    """The buttons, and the letters beside them just as they would go out."""
    named = request.POST.get("reason") if form else request.GET.get("reason")
    reason = chosen(named, subject.where)
    words = letters.prepared(reason, subject.where) if reason else ""
    return {
        "can_decide": True,
        "reasons": letters.reasons_for(subject.where),
        "reason": reason,
        "is_silent": reason in SILENT,
        "form": form or DeclineForm(subject.where, initial={"words": words}),
        "approval_letter": _letter("approved", emails.welcome(subject, subject.member, "")),
        "asked_for_name_at": decisions.asked_for_name_at(subject)
        if subject.name_is_taken
        else None,
        "name_letter": _letter("choose_another_name", emails.another_name(subject, "")),
    }


def _letter(kind: str, context: dict[str, object]) -> str:
    return render_to_string(f"moderation/emails/{kind}.words.txt", context).strip()


def _decided_by(request: HttpRequest, subject: Application) -> str:
    decision = getattr(subject, "decision", None)
    if decision is None:
        return ""
    if decision.reviewer == request.user:
        return _("you")
    return decisions.colleague(decision.reviewer)
