"""A member's profile as another member of the community sees it."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members import blocking, looking
from members.communities import Community, among
from members.face import face
from members.models import Member, Profile
from members.places.distance import distance_km, distance_words
from members.places.models import Cell
from members.usernames import LONGEST, skeleton


def called(username: str) -> Q:
    """Who has this name, in capitals or not; Http404 for what can be nobody's.

    The key has the index, the name itself decides: a look-alike of a name is not that name.
    """
    if len(username) > LONGEST or not username.isprintable():
        raise Http404
    return Q(username_key=skeleton(username), username__iexact=username)


def visible_profile(viewer: Member, community: Community, username: str) -> Profile:
    """Find who is called so, and count the look; Http404 is the same for unknown and forbidden.

    Raises looking.Enough: see `within_the_day`.
    """
    people = Profile.objects.visible_to(viewer).of(community).select_related("cell", "member")
    seen = people.filter(called(username)).first()
    looking.open_one(viewer, seen)
    if seen is None:
        raise Http404
    return seen


def within_the_day(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Say when there is more, where the viewer has looked at as many people as a day allows."""

    @wraps(view)
    def answer(request: HttpRequest, community: Community, username: str) -> HttpResponse:
        try:
            return view(request, community, username)
        except looking.Enough as enough:
            context = {"community": community, "allowed": enough.allowed}
            return render(request, "members/profiles/looked_enough.html", context, status=429)

    return answer


def how_far(viewer: Member, mine: Cell, theirs: Cell) -> str:
    """Say the distance of two areas as the list does: in the unit the viewer chose there, or else
    that of their country."""
    return distance_words(distance_km(mine, theirs), viewer.unit_at(mine))


@require_safe
@within_the_day
def profile(request: HttpRequest, community: Community, username: str) -> HttpResponse:
    seen = visible_profile(request.user, community, username)
    mine = Profile.objects.approved().filter(member=request.user).select_related("cell")
    faces = {one.community: one for one in mine}
    if community.slug not in faces:  # left a moment ago
        raise Http404
    own = faces[community.slug]
    context = {
        "community": community,
        "viewer_communities": among(faces),
        "profile": seen,
        "own": own,
        "is_own": seen == own,
        "face": face(seen, own),
        "distance": "" if seen == own else how_far(request.user, own.cell, seen.cell),
    }
    return render(request, "members/profiles/profile.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@within_the_day
def block(request: HttpRequest, community: Community, username: str) -> HttpResponse:
    """Asks before it does: a link that blocks would be pressed by accident."""
    seen = visible_profile(request.user, community, username)
    if seen.member == request.user:
        raise Http404
    if request.method == "POST":
        blocking.block(request.user, seen)
        messages.success(request, _("Done. You and this member will not meet here any more."))
        return redirect("search:members", community)
    return render(request, "members/profiles/block.html", {"community": community, "profile": seen})
