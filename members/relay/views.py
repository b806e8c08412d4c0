from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from members import in_common, looking
from members.communities import COMMUNITIES, Community
from members.models import Profile
from members.relay import sending
from members.relay.forms import MessageForm
from members.relay.models import Message
from members.views.profiles import called, within_the_day


@sensitive_post_parameters("body")
@require_http_methods(["GET", "HEAD", "POST"])
@within_the_day
def write(request: HttpRequest, community: Community, username: str) -> HttpResponse:
    sender, recipient, belongs = _two(request, community, username)
    form = MessageForm(request.POST or None)
    refusal = None if form.is_bound else sending.too_soon(sender, recipient)
    if form.is_valid():
        try:
            message = sending.write(sender, recipient, **form.cleaned_data)
            return redirect("relay:on_its_way", community, username, message.pk)
        except sending.NotReachable as error:
            raise Http404 from error
        except sending.NotWritten as error:
            refusal = error
    context = {
        "community": community,
        "viewer_communities": belongs,
        "recipient": recipient,
        "in_common": in_common.between(sender, recipient),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "relay/write.html", context)


def _two(
    request: HttpRequest, community: Community, username: str
) -> tuple[Profile, Profile, list[Community]]:
    """The viewer's face in this community and the other's, and count the look.

    The communities the viewer belongs to, for the navigation, come with the same query. Raises
    looking.Enough.
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
    belongs = [one for slug, one in COMMUNITIES.items() if slug in own]
    return own[community.slug], others[0], belongs


@require_safe
def on_its_way(request: HttpRequest, community: Community, username: str, key: str) -> HttpResponse:
    """The same page however the message fares: what becomes of it stays with the recipient."""
    written = Message.objects.filter(sender__member=request.user, sender__community=community.slug)
    message = get_object_or_404(written.select_related("recipient"), pk=key)
    context = {"community": community, "recipient": message.recipient}
    return render(request, "relay/on_its_way.html", context)
