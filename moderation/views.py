"""One application on one page, and what a reviewer may do with it."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from moderation import (
    acts,
    asking,
    audit,
    claims,
    decisions,
    emails,
    hints,
    letters,
    reading,
    undoing,
)
from moderation.forms import DeclineForm, WordsForm, chosen
from moderation.models import SILENT, Application, State
from moderation.rights import can_decide, can_read_applications
from moderation.taking import Refusal, Withdrawn, colleague

WAITS = (State.WAITING, State.ASKED)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, pk: int) -> HttpResponse:
    if not can_read_applications(request.user):
        raise PermissionDenied
    if request.method == "POST":
        return _act(request, pk)
    return _page(request, pk)


@require_safe
def following(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave this one for later and open the next."""
    if not can_read_applications(request.user):
        raise PermissionDenied
    return acts.go_on(request, get_object_or_404(Application, pk=pk))


def _act(request: HttpRequest, pk: int) -> HttpResponse:
    """Do what the pressed button says."""
    subject = Application.objects.filter(pk=pk).first()
    act = acts.ACTS.get(request.POST.get("do", ""))
    if subject is None:
        messages.warning(request, str(Withdrawn()))
        return redirect("admin:moderation_application_changelist")
    if act is None:
        messages.warning(request, _("Please press one of the buttons. Nothing was done."))
        return redirect(acts.address(subject))
    try:
        return act(request, subject)
    except acts.NotRight as wrong:
        return _page(request, pk, wrong)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    except OperationalError:
        messages.warning(request, str(decisions.Busy()))
    return redirect(acts.address(subject))


def _page(request: HttpRequest, pk: int, wrong: acts.NotRight | None = None) -> HttpResponse:
    if can_decide(request.user):
        claims.claim(pk, request.user)
    subject = get_object_or_404(reading.for_page(), pk=pk)
    audit.note_look(request.user, subject)
    waits = subject.state in WAITS and can_decide(request.user)
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
        "may_decide": can_decide(request.user),
        "undoable": undoing.last_of(request.user),
    }
    if waits:
        context |= _claimed(request, subject)
        context |= _buttons(request, subject, wrong)
    return render(request, "moderation/application.html", context)


def _buttons(
    request: HttpRequest, subject: Application, wrong: acts.NotRight | None
) -> dict[str, object]:
    """The buttons, and the letters beside them just as they would go out."""
    forms = {wrong.act: wrong.form} if wrong else {}
    named = request.POST.get("reason") if "decline" in forms else request.GET.get("reason")
    reason = chosen(named, subject.where)
    texts = letters.texts_of(subject.letter_texts)
    words = letters.for_reason(reason, subject, texts) if reason else ""
    offered = letters.for_applicant("offer", subject, texts)
    return {
        "can_decide": True,
        "reasons": letters.reasons_for(subject.where),
        "reason": reason,
        "is_silent": reason in SILENT,
        "form": forms.get("decline", DeclineForm(subject.where, initial={"words": words})),
        "ask_form": forms.get("ask", WordsForm(auto_id="ask_%s")),
        "can_offer": asking.can_offer(subject),
        "offer_form": forms.get("offer", WordsForm(initial={"words": offered}, auto_id="offer_%s")),
        "approval_letter": _letter(
            "approved", subject, emails.welcome(subject, subject.member, "", texts)
        ),
        "asked_for_name_at": decisions.asked_for_name_at(subject)
        if subject.name_is_taken
        else None,
        "name_letter": _letter(
            "choose_another_name", subject, emails.another_name(subject, "", texts)
        ),
    }


def _claimed(request: HttpRequest, subject: Application) -> dict[str, object]:
    claim = claims.by_another(subject, request.user)
    return {"claim": claim, "claimed_by": colleague(claim.reviewer)} if claim else {}


def _letter(kind: str, subject: Application, context: dict[str, object]) -> str:
    """In the applicant's language, whatever the reviewer's is."""
    with translation.override(letters.language_of(subject.member.language)):
        return render_to_string(f"moderation/emails/{kind}.words.txt", context).strip()


def _decided_by(request: HttpRequest, subject: Application) -> str:
    decision = getattr(subject, "decision", None)
    if decision is None:
        return ""
    if decision.reviewer == request.user:
        return _("you")
    return colleague(decision.reviewer)
