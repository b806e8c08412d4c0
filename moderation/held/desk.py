"""The staff's page of one held message."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from members.models import Member
from members.relay import second_look
from moderation import audit
from moderation.held import deciding
from moderation.models import Act, HeldMessage
from moderation.reports import record
from moderation.rights import (
    can_decide_held,
    can_read_applications,
    can_read_held,
    can_read_reports,
)

QUEUE = "admin:moderation_heldmessage_changelist"
VERBS: dict[str, Callable[[HeldMessage, Member], None]] = {
    "let_out": deciding.let_out,
    "keep_back": deciding.keep_back,
}
SAID: dict[str, Callable[[], str]] = {
    "let_out": lambda: _("The message is on its way."),
    "keep_back": lambda: _("The message is not sent. A kind letter tells its sender."),
}


@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def message(request: HttpRequest, key: UUID) -> HttpResponse:
    if not can_read_held(request.user):
        raise PermissionDenied
    rows = HeldMessage.objects.stopped().readable_by(request.user)
    subject = get_object_or_404(
        rows.select_related("sender__member", "recipient", "letter"), pk=key
    )
    if request.method == "POST":
        return _decide(request, subject)
    audit.note(request.user, Act.LOOKED, subject)
    return _page(request, subject)


def _decide(request: HttpRequest, subject: HeldMessage) -> HttpResponse:
    """To the queue when it is done, and where somebody else was quicker."""
    verb = VERBS.get(request.POST.get("do", ""))
    if verb is None:
        messages.warning(request, _("Please press one of the buttons. Nothing was done."))
        return redirect("admin:moderation_heldmessage_change", subject.pk)
    try:
        verb(subject, request.user)
    except deciding.Refusal as refusal:
        messages.warning(request, str(refusal))
    except OperationalError:
        messages.warning(request, _("Somebody else is busy with this just now. Please try again."))
        return redirect("admin:moderation_heldmessage_change", subject.pk)
    else:
        messages.success(request, SAID[request.POST["do"]]())
    return redirect(QUEUE)


@sensitive_variables()
def _page(request: HttpRequest, subject: HeldMessage) -> HttpResponse:
    known = record.of_person(subject.sender.member_id) if can_read_reports(request.user) else None
    context = {
        **admin.site.each_context(request),
        "title": _("Held message"),
        "message": subject,
        "community": subject.sender.where,
        "rule": subject.rule,
        "hits": [hit for hit in second_look.look(subject.body) if hit.words],
        "record": known,
        "may_see_profile": can_read_applications(request.user),
        "may_decide": can_decide_held(request.user) and subject.is_held,
    }
    return render(request, "moderation/held/message.html", context)
