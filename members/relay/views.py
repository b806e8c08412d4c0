from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_safe

from members import blocking
from members.models import Profile
from members.relay.emails import BLOCK_SALT
from members.relay.models import Message

PER_PAGE = 25
BLOCK_LINK_AGE = 90 * 24 * 60 * 60  # seconds


@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    sent = request.GET.get("show") == "sent"
    rows = Message.objects.sent_by(request.user) if sent else Message.objects.got_by(request.user)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    others = {message.recipient_id if sent else message.sender_id for message in page}
    context = {
        "sent": sent,
        "page": page,
        "visible": set(_visible(request, others)),
    }
    return render(request, "relay/messages.html", context)


def _visible(request: HttpRequest, profiles: set[int]) -> QuerySet:
    """Which of these people may still be looked at, written to or blocked."""
    seen = Profile.objects.visible_to(request.user).filter(pk__in=profiles)
    return seen.values_list("pk", flat=True)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def block_from_letter(request: HttpRequest, token: str) -> HttpResponse:
    """A page with a button, as mail scanners follow every link."""
    message = _blockable(token)
    done = request.method == "POST" and message is not None
    if done:
        blocking.block(message.recipient.member, message.sender)
    context = {"message": message, "done": done}
    status = 200 if message else 404
    response = render(request, "relay/block_from_letter.html", context, status=status)
    add_never_cache_headers(response)
    return response


def _blockable(token: str) -> Message | None:
    """The message a letter's link is about; None for a forged, old or pointless one."""
    try:
        key = signing.loads(token, salt=BLOCK_SALT, max_age=BLOCK_LINK_AGE)
    except signing.BadSignature:
        return None
    rows = Message.objects.select_related("sender", "recipient__member")
    return rows.filter(pk=key).first()
