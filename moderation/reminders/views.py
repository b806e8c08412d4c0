"""Stopping the letters about what waits, from the letter itself and from the staff's first page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from members.models import Member
from moderation.reminders import waiting
from moderation.reminders.emails import STOP_SALT
from moderation.rights import can_decide


@csrf_exempt  # the mail program presses the button for its reader (RFC 8058): it has no form of ours
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """A page with a button, as mail scanners follow every link. A POST stops, without a question."""
    member = _reader(token)
    done = request.method == "POST" and member is not None
    if done:
        waiting.stop_reminders(member)
    context = {"known": member is not None, "done": done}
    response = render(
        request, "moderation/reminders_stop.html", context, status=200 if member else 404
    )
    add_never_cache_headers(response)
    return response


@require_POST
def reminders(request: HttpRequest) -> HttpResponse:
    """The button on the first page: begin them with `on`, stop them without."""
    if not can_decide(request.user):
        raise PermissionDenied
    if request.POST.get("on"):
        waiting.start_reminders(request.user)
        messages.success(request, _("We write to you when something waits for more than a day."))
    else:
        waiting.stop_reminders(request.user)
        messages.success(request, _("No more letters come about what waits."))
    return redirect("admin:index")


def _reader(token: str) -> Member | None:
    """Whose letter it was, for as long as it may lie in a mailbox; None for a forged link."""
    try:
        key = signing.loads(token, salt=STOP_SALT)
    except signing.BadSignature:
        return None
    return Member.objects.filter(pk=key).first()
