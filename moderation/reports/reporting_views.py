"""Telling the staff of a member: from their profile, from a message, or after a block."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from members.communities import Community
from members.models import Profile
from members.relay.models import Message
from members.views.profiles import visible_profile, within_the_day
from moderation.models import Concern
from moderation.reports import reporting
from moderation.reports.forms import ReportForm, WorriedForm

WORRIED = "worried"


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
@within_the_day
def report(request: HttpRequest, community: Community, username: str) -> HttpResponse:
    profile = visible_profile(request.user, community, username)
    back = reverse("members:profile", args=[community, username])
    return _page(request, profile, reporting.last_from(profile, request.user), back)


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def report_message(request: HttpRequest, key: UUID) -> HttpResponse:
    """The same page whether or not the two still see each other: it tells of no block."""
    message = get_object_or_404(reporting.got_by(request.user), pk=key)
    shown = None if message.body_erased_at else message
    return _page(request, message.sender, shown, reverse("messages:list"))


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def report_blocked(request: HttpRequest, block_id: int) -> HttpResponse:
    profile = get_object_or_404(reporting.blocked_by(request.user), pk=block_id).seen_as
    back = reverse("account:safety")
    return _page(request, profile, reporting.last_from(profile, request.user), back)


@require_safe
def reported(request: HttpRequest) -> HttpResponse:
    return render(request, "moderation/reporting/reported.html")


def _page(
    request: HttpRequest, profile: Profile, message: Message | None, back: str
) -> HttpResponse:
    """The form, or the page for who is worried; `back`: where the viewer came from."""
    if profile.member_id == request.user.pk:
        raise Http404
    worried = WORRIED in request.GET
    of = {"profile": profile, "message": message}
    form = (WorriedForm if worried else ReportForm)(request.POST or None, **of)
    context = {"profile": profile, "community": profile.where, "back": back}
    if form.is_valid():
        if not worried and form.cleaned_data["concern"] == Concern.WORRIED:
            # Who chose "I fear for this person" reads first what helps, and then sends.
            return _render(request, WorriedForm(initial=form.cleaned_data, **of), context)
        try:
            reporting.report(request.user, profile, **form.said())
            return redirect("moderation:reported")
        except reporting.TooManyReports as refusal:
            context["refusal"] = refusal
    return _render(request, form, context)


def _render(
    request: HttpRequest, form: ReportForm | WorriedForm, context: dict[str, object]
) -> HttpResponse:
    name = WORRIED if isinstance(form, WorriedForm) else "report"
    return render(request, f"moderation/reporting/{name}.html", context | {"form": form})
