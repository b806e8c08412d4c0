from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from members.communities import Community
from members.models import Profile
from members.places.basemap import tiles_url
from search.address import Address, chips
from search.areas import areas
from search.cards import Cards
from search.filters import SearchFilters
from search.loosening import wider
from search.nearest import MOST, nearest, page_of
from search.viewer import Viewer
from search.vocabulary import Vocabulary


@require_safe
def members(request: HttpRequest, community: Community) -> HttpResponse:
    """The list of people and the map beside it, both out of one query."""
    viewer = Viewer.in_community(request.user, community)
    visible = Profile.objects.visible_to(request.user).of(community).exclude(member=request.user)
    vocabulary = Vocabulary(community)
    filters = SearchFilters(request.GET, visible, viewer, vocabulary)
    found = nearest(filters.qs, filters.centre, filters.km)
    page = page_of(found, request.GET.get("page", ""))
    address = Address(request.GET)
    here = reverse("search:members", args=[community])
    context = {
        "community": community,
        "viewer_communities": viewer.communities,
        "form": filters.form,
        "filters": filters,
        "questions": filters.questions(),
        "in_use": sum(ticked for _field, _beside, ticked in filters.questions()),
        "page": page,
        "no_such_page": request.GET.get("page", "1") not in ("", str(page.number)),
        "cards": Cards(viewer, vocabulary, filters.unit).of(list(page), visible),
        "more_than_most": len(found) > MOST,
        "wider": [] if found else wider(filters.qs, filters.centre, filters.radius, filters.unit),
        "address": address,
        "chips": chips(filters, address),
        "areas": areas(found, lambda cell: here + address.with_(area=cell)),
        "tiles": tiles_url(),
    }
    return render(request, "search/members.html", context)
