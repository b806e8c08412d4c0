"""The page on which one writes to somebody, and where it leads."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from members import in_common, looking
from members.communities import Community, among
from members.models import Member, Profile
from members.relay import awaiting, drafts, openings, second_look, sending
from members.relay.emails import ROOM_SALT
from members.relay.forms import DraftForm, FormKey, MessageForm
from members.relay.models import Message, State
from members.views.profiles import called, within_the_day


@dataclass(frozen=True)
class Two:
    """Who writes to whom, on whose request; the sender's communities, for the navigation."""

    request: HttpRequest
    community: Community
    sender: Profile
    recipient: Profile
    belongs: list[Community]

    def back(self) -> HttpResponse:
        return redirect("relay:write", self.community, self.recipient.username)


@sensitive_post_parameters("body")
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
@within_the_day
def write(request: HttpRequest, community: Community, username: str) -> HttpResponse:
    """Sending is what a form does whose button says nothing else."""
    two = _two(request, community, username)
    if request.method != "POST":
        return _open(two)
    if "opening" in request.POST:
        return _begin(two)
    return STEPS.get(request.POST.get("do", ""), _send)(two)


def _two(request: HttpRequest, community: Community, username: str) -> Two:
    """The viewer's face in this community and the other's, in one query, and count the look.

    Raises looking.Enough.
    """
    people = Profile.objects.visible_to(request.user)
    here = Q(community=community.slug) & called(username)
    found = list(people.filter(Q(member=request.user) | here))
    own = {profile.community: profile for profile in found if profile.member_id == request.user.pk}
    others = [profile for profile in found if profile.member_id != request.user.pk]
    if community.slug not in own:
        raise Http404
    looking.open_one(request.user, others[0] if others else None)
    if not others:
        raise Http404
    own[community.slug].member = request.user
    return Two(request, community, own[community.slug], others[0], among(own))


# --- what the buttons do ---------------------------------------------------------------------------


@sensitive_variables()
def _open(two: Two) -> HttpResponse:
    draft = drafts.find(two.sender, two.recipient)
    form = MessageForm(initial={"body": draft.body} if draft else None)
    refusal = sending.too_soon(two.sender, two.recipient)
    return _page(two, form, refusal=refusal, draft=draft)


@sensitive_variables()
def _send(two: Two) -> HttpResponse:
    """Refuse where it could not go, ask where the rules find something, and else send."""
    form = MessageForm(two.request.POST, own_address=two.sender.member.email)
    # Where it could not go at all, nobody is asked first whether they mean it.
    asks = form.is_valid() and form.hits and not sending.too_soon(two.sender, two.recipient)
    if asks or not form.is_valid():
        return _page(two, form, draft=drafts.find(two.sender, two.recipient))
    try:
        message = sending.write(two.sender, two.recipient, **form.cleaned_data)
    except sending.NotReachable as error:
        raise Http404 from error
    except sending.NotWritten as refusal:
        draft = drafts.keep(two.sender, two.recipient, form.cleaned_data["body"])
        return _page(two, form, refusal=refusal, draft=draft)
    return redirect("relay:on_its_way", two.community, two.recipient.username, message.pk)


@sensitive_variables()
def _begin(two: Two) -> HttpResponse:
    """Put an opening into the field, before what was typed."""
    typed = two.request.POST
    form = MessageForm(
        initial={
            "body": openings.begin(typed["opening"], typed.get("body", "")),
            "form_key": FormKey().to_python(typed.get("form_key")),
        }
    )
    form.fields["body"].widget.attrs["autofocus"] = True
    draft = drafts.find(two.sender, two.recipient)
    return _page(two, form, draft=draft, begun=True)


@sensitive_variables()
def _keep(two: Two) -> HttpResponse:
    form = DraftForm(two.request.POST)
    if not form.is_valid():
        return _page(two, form)
    draft = drafts.keep(two.sender, two.recipient, form.cleaned_data["body"])
    said = _("Your words are kept until %(day)s, here and under Messages. Nothing was sent.")
    day = date_format(drafts.kept_until(draft), "j F")
    messages.success(two.request, said % {"day": day})
    return two.back()


def _let_go(two: Two) -> HttpResponse:
    drafts.let_go(two.sender, two.recipient)
    messages.success(two.request, _("Your draft is erased."))
    return two.back()


def _tell_me(two: Two) -> HttpResponse:
    awaiting.ask(two.sender, two.recipient)
    return two.back()


def _do_not_tell_me(two: Two) -> HttpResponse:
    awaiting.take_back(two.sender, two.recipient)
    messages.success(two.request, _("We will not write to you about it."))
    return two.back()


STEPS: dict[str, Callable[[Two], HttpResponse]] = {
    "keep": _keep,
    "let_go": _let_go,
    "tell_me": _tell_me,
    "do_not_tell_me": _do_not_tell_me,
}


@sensitive_variables()
def _page(two: Two, form: DraftForm, **more: object) -> HttpResponse:
    shared = in_common.between(two.sender, two.recipient)
    same = in_common.answers_of_both(two.sender, two.recipient)
    slugs = {(choice.question, choice.slug) for choice in same}
    refusal, draft = more.get("refusal"), more.get("draft")
    is_full = isinstance(refusal, sending.Full)
    context = {
        "community": two.community,
        "viewer_communities": two.belongs,
        "recipient": two.recipient,
        "in_common": shared,
        "form": form,
        "openings": openings.offered(two.sender, slugs),
        "kept_until": drafts.kept_until(draft) if draft else None,
        "is_awaited": is_full and awaiting.is_awaited(two.sender, two.recipient),
    } | more  # fmt: skip
    return render(two.request, "relay/write.html", context)


# --- where it leads --------------------------------------------------------------------------------


@require_safe
def on_its_way(
    request: HttpRequest, community: Community, username: str, key: UUID
) -> HttpResponse:
    """The same page however the message fares once it is out: what becomes of it stays with the
    recipient. What a reviewer reads first, and what was refused, is said as it is."""
    written = Message.objects.filter(sender__member=request.user, sender__community=community.slug)
    message = get_object_or_404(written.select_related("letter"), pk=key)
    context = {"community": community, "message": message}
    if message.state not in (State.HELD, State.REFUSED):
        return render(request, "relay/on_its_way.html", context)
    context["rule"] = second_look.RULES.get(message.held_for)
    return render(request, "relay/held.html", context)


@require_safe
def room(request: HttpRequest, key: UUID) -> HttpResponse:
    """Out of the letter that says there is room: to the page, whose address names somebody."""
    row = awaiting.find(request.user, key)
    if row is None:
        raise Http404
    # The name of now is for those who may see its owner now.
    people = Profile.objects.visible_to(request.user)
    recipient = get_object_or_404(people, pk=row.recipient_id)
    return redirect("relay:write", recipient.community, recipient.username)


@csrf_exempt  # the mail program presses the button for its reader (RFC 8058): it has no form of ours
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def room_stop(request: HttpRequest, token: str) -> HttpResponse:
    """A page with a button, as mail scanners follow every link. A POST stops, without a question."""
    member = _reader(token)
    done = request.method == "POST" and member is not None
    if done:
        awaiting.take_all_back(member)
    context = {"known": member is not None, "done": done}
    response = render(request, "relay/room_stop.html", context, status=200 if member else 404)
    add_never_cache_headers(response)
    return response


def _reader(token: str) -> Member | None:
    try:
        key = signing.loads(token, salt=ROOM_SALT)
    except signing.BadSignature:
        return None
    return Member.objects.filter(pk=key).first()
