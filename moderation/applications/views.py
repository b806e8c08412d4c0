"""One application on one page, and what a reviewer may do with it."""

import json

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from members import help_lines
from members.models import Member
from members.places import area
from members.places.basemap import tiles_url
from moderation import audit, decisions
from moderation.applications import acts, asking, claims, emails, hints, reading, story, undoing
from moderation.applications.forms import DeclineForm, WordsForm, chosen
from moderation.letters import wording
from moderation.models import BY_THE_CLOCK, SILENT, Application, State
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
        return _refused(request, subject, refusal)
    except OperationalError:
        return _refused(request, subject, decisions.Busy())


def _refused(request: HttpRequest, subject: Application, refusal: Refusal) -> HttpResponse:
    """Say why nothing was done; what was typed for nothing is shown, to be copied from there."""
    messages.warning(request, str(refusal))
    typed = request.POST.get("words", "").strip()
    if typed and Application.objects.filter(pk=subject.pk).exists():
        return _page(request, subject.pk, typed=typed)
    return redirect(acts.address(subject))


def _page(
    request: HttpRequest, pk: int, wrong: acts.NotRight | None = None, typed: str = ""
) -> HttpResponse:
    may_decide = can_decide(request.user)
    if may_decide:
        claims.claim(pk, request.user)
    subject = get_object_or_404(reading.for_page(request.user), pk=pk)
    audit.note_look(request.user, subject)
    found = hints.of([subject])[subject.pk]
    context = {
        **admin.site.each_context(request),
        "title": _("Application"),  # a name would stay in the browser's history
        "application": subject,
        "typed": typed,
        "community": subject.where,
        "answers": reading.grouped_answers(subject),
        "drugs": reading.drugs(subject) if subject.where.asks_experience else [],
        "doubts": [hint for hint in found if not hint.of_need],
        "crisis": next((hint for hint in found if hint.of_need), None),
        "lines": help_lines.in_country(subject.cell.country_id),
        "tiles": tiles_url(),
        "boundary": json.dumps(area.boundary(subject.cell)),
        "language": _language(subject),
        "asked": story.asked(subject),
        "noted": story.noted(subject),
        "done": story.done(subject),
        "on_it": claims.who(subject, request.user),
        "decided_by": decided_by(subject, request.user),
        "may_decide": may_decide,
        "can_undo": may_decide and undoing.can_undo(subject),
        "undoable": undoing.undoable(subject.last_decision),
        "note_form": _form(wrong, "note") or WordsForm(auto_id="note_%s"),
    }
    if may_decide and subject.state in WAITS:
        context |= _buttons(request, subject, wrong, found)
    return render(request, "moderation/application.html", context)


def _buttons(
    request: HttpRequest, subject: Application, wrong: acts.NotRight | None, found: list[hints.Hint]
) -> dict[str, object]:
    """The buttons, and the letters beside them just as they would go out."""
    declining = _form(wrong, "decline")
    named = request.POST.get("reason") if declining else request.GET.get("reason")
    reason = chosen(named, subject.where)
    texts = wording.texts_of(subject.letter_texts)
    words = wording.for_reason(reason, subject, texts) if reason else ""
    offered = wording.for_applicant("offer", subject, texts)
    in_need = any(hint.of_need for hint in found)
    kind = wording.for_somebody_in_need(subject, texts) if in_need else ""
    return {
        "can_decide": True,
        "reasons": wording.reasons_for(subject.where),
        "reason": reason,
        "is_silent": reason in SILENT,
        "form": declining or DeclineForm(subject.where, initial={"words": words}),
        "ask_form": _form(wrong, "ask") or WordsForm(initial={"words": kind}, auto_id="ask_%s"),
        "can_offer": asking.can_offer(subject),
        "offer_form": _form(wrong, "offer")
        or WordsForm(initial={"words": offered}, auto_id="offer_%s"),
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


def _language(subject: Application) -> str:
    """The language they applied in, where it is not the site's own."""
    code = subject.member.language
    return "" if code in ("", settings.LANGUAGE_CODE) else get_language_info(code)["name_local"]


def _form(wrong: acts.NotRight | None, act: str) -> DeclineForm | WordsForm | None:
    """What was typed and could not be taken, under the button it was typed for."""
    return wrong.form if wrong and wrong.act == act else None


def _letter(kind: str, subject: Application, context: dict[str, object]) -> str:
    """In the applicant's language, whatever the reviewer's is."""
    with translation.override(wording.language_of(subject.member.language)):
        return render_to_string(f"moderation/emails/{kind}.words.txt", context).strip()


def decided_by(subject: Application, viewer: Member) -> str:
    decision = getattr(subject, "decision", None)
    if decision is None or decision.reason in BY_THE_CLOCK:
        return ""
    return _("you") if decision.reviewer_id == viewer.pk else colleague(decision.reviewer)
