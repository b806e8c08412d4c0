"""Telling the staff of a member: from their profile, from a message or its letter, or after a block."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from members.communities import Community
from members.models import Member, Profile
from members.relay import links
from members.relay.models import Message
from members.views.profiles import visible_profile, within_the_day
from moderation.models import Concern
from moderation.reports import reporting
from moderation.reports.forms import ReportForm, WorriedForm

WORRIED = "worried"


@dataclass(frozen=True)
class Telling:
    """Who tells of whom, and where they come from and go to."""

    reporter: Member
    profile: Profile
    name: str  # of whom, as the reporter knows it
    message: Message | None  # one that may be shown to the staff
    back: str
    thanks: str
    by_letter: Message | None = None  # by whose letter's link they came


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
@within_the_day
def report(request: HttpRequest, community: Community, username: str) -> HttpResponse:
    profile = visible_profile(request.user, community, username)
    back = reverse("members:profile", args=[community, username])
    return _page(request, _by_member(request, profile, profile.username, back))


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def report_message(request: HttpRequest, key: UUID) -> HttpResponse:
    """The same page whether or not the two still see each other: it tells of no block."""
    message = get_object_or_404(reporting.got_by(request.user), pk=key)
    shown = None if message.let_go_by_recipient_at else message
    thanks = reverse("moderation:reported")
    back = reverse("messages:list")
    telling = Telling(request.user, message.sender, message.sender_name, shown, back, thanks)
    return _page(request, telling)


@login_not_required
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def report_from_letter(request: HttpRequest, token: str) -> HttpResponse:
    """By the link of a message's letter, as its recipient. Whoever else has the link (its sender,
    where an answer quotes the letter) can tell of that one sender only, and reads nothing here that
    the letter does not say."""
    message = links.message(token)
    if message is None:
        return _ended(request)
    telling = Telling(
        reporter=message.recipient.member,
        profile=message.sender,
        name=message.sender_name,
        message=message if links.shows_words(message) else None,
        back=reverse("letters:answers", args=[token]),
        thanks=reverse("moderation:reported_from_letter", args=[token]),
        by_letter=message,
    )
    response = _page(request, telling)
    add_never_cache_headers(response)
    return response


@login_not_required
@require_safe
def reported_from_letter(request: HttpRequest, token: str) -> HttpResponse:
    if links.message(token) is None:
        return _ended(request)
    response = render(request, "moderation/reporting/reported.html", {"token": token})
    add_never_cache_headers(response)
    return response


def _ended(request: HttpRequest) -> HttpResponse:
    response = render(request, "relay/letters/ended.html", status=404)
    add_never_cache_headers(response)
    return response


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def report_blocked(request: HttpRequest, block_id: int) -> HttpResponse:
    block = get_object_or_404(reporting.blocked_by(request.user), pk=block_id)
    back = reverse("account:safety")
    return _page(request, _by_member(request, block.seen_as, block.name, back))


@require_safe
def reported(request: HttpRequest) -> HttpResponse:
    return render(request, "moderation/reporting/reported.html")


def _by_member(request: HttpRequest, profile: Profile, name: str, back: str) -> Telling:
    """A member who is signed in tells of a profile; with the last message they got from it."""
    message = reporting.last_from(profile, request.user)
    thanks = reverse("moderation:reported")
    return Telling(request.user, profile, name, message, back, thanks)


def _page(request: HttpRequest, telling: Telling) -> HttpResponse:
    """The form, or the page for who is worried."""
    profile = telling.profile
    if profile.member_id == telling.reporter.pk:
        raise Http404
    worried = WORRIED in request.GET
    of = {"name": telling.name, "message": telling.message}
    form = (WorriedForm if worried else ReportForm)(request.POST or None, **of)
    context = {"name": telling.name, "community": profile.where, "back": telling.back}
    if form.is_valid():
        if not worried and form.cleaned_data["concern"] == Concern.WORRIED:
            # Who chose "I fear for this person" reads first what helps, and then sends.
            return _render(request, WorriedForm(initial=form.cleaned_data, **of), context)
        try:
            said = form.said() | {"by_letter": telling.by_letter}
            reporting.report(telling.reporter, profile, **said)
            return redirect(telling.thanks)
        except reporting.TooManyReports as refusal:
            if telling.by_letter:  # or the count would tell whoever has the link of other reports
                return redirect(telling.thanks)
            context["refusal"] = refusal
    return _render(request, form, context)


def _render(
    request: HttpRequest, form: ReportForm | WorriedForm, context: dict[str, object]
) -> HttpResponse:
    name = WORRIED if isinstance(form, WorriedForm) else "report"
    return render(request, f"moderation/reporting/{name}.html", context | {"form": form})
