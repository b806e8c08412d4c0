"""My Account: messages sent and received, one's own copies of them, and whom one asked for quiet."""

from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.messages import success, warning
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.models import Profile
from members.relay import copies, drafts, replying
from members.relay.forms import ReplyForm
from members.relay.models import Draft, Message, Side

PER_PAGE = 25


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
        "kept": _kept(request) if sent and page.number == 1 else [],
    }
    return render(request, "relay/messages.html", context)


def _kept(request: HttpRequest) -> list[tuple[Draft, date]]:
    """What waits to be sent, with the day on which it is erased."""
    return [(draft, drafts.kept_until(draft)) for draft in drafts.of(request.user)[:PER_PAGE]]


def _visible(request: HttpRequest, profiles: set[int]) -> QuerySet:
    """Which of these people may still be looked at, written to or blocked."""
    seen = Profile.objects.visible_to(request.user).filter(pk__in=profiles)
    return seen.values_list("pk", flat=True)


@require_POST
def keep(request: HttpRequest, key: UUID) -> HttpResponse:
    message, side = _own_copy(request, key)
    copies.keep(message, side)
    success(request, _("You keep it until you let it go."))
    return _back_to(request, side)


@require_POST
def let_go(request: HttpRequest, key: UUID) -> HttpResponse:
    message, side = _own_copy(request, key)
    copies.let_go(message, side)
    success(request, _("You no longer keep it. It goes 30 days after it was delivered."))
    return _back_to(request, side)


def _own_copy(request: HttpRequest, key: UUID) -> tuple[Message, Side]:
    written = Message.objects.sent_by(request.user).gone_out().filter(pk=key).first()
    if written:
        return written, Side.SENDER
    return get_object_or_404(Message.objects.got_by(request.user), pk=key), Side.RECIPIENT


def _back_to(request: HttpRequest, side: Side) -> HttpResponse:
    """The page of the list whose button was pressed."""
    asked = {"show": "sent"} if side == Side.SENDER else {}
    asked["page"] = request.POST.get("page", "")[:6]
    return redirect(f"{reverse('messages:list')}?{urlencode(asked)}")


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, key: UUID) -> HttpResponse:
    message = get_object_or_404(Message.objects.got_by(request.user), pk=key)
    form = ReplyForm(request.POST if request.method == "POST" else None, message=message)
    if form.is_valid():
        try:
            replying.reply(message, form.cleaned_data["kind"])
            success(
                request,
                _(
                    "They get this sentence in ten minutes or a little more. Until then you can change it."
                ),
            )
        except replying.ToldAlready:
            warning(
                request, _("They know a firmer answer already. Words of your own can change it.")
            )
        except Message.DoesNotExist as error:  # erased a moment ago
            raise Http404 from error
        return redirect("messages:list")
    return render(request, "relay/reply.html", {"message": message, "form": form})


@require_safe
def silences(request: HttpRequest) -> HttpResponse:
    asked = replying.silences_of(request.user)
    return render(request, "relay/silences.html", {"silences": asked})


@require_POST
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    silence = get_object_or_404(replying.silences_of(request.user), pk=number)
    replying.take_back(silence)
    success(request, _("It is taken back. They can write to you again; we do not tell them."))
    return redirect("messages:silences")
