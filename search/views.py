from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from members.communities import Community
from members.places.basemap import tiles_url
from search.address import Address, chips
from search.areas import areas
from search.asking import ask
from search.cards import Cards
from search.loosening import offers
from search.nearest import MOST, page_of


@require_safe
def members(request: HttpRequest, community: Community) -> HttpResponse:
    """The list of people and the map beside it, both out of one query."""
    search = ask(request.user, community, request.GET)
    filters, found = search.filters, search.found
    page = page_of(found, request.GET.get("page", ""))
    address = Address(request.GET)
    here = reverse("search:members", args=[community])
    context = {
        "community": community,
        "viewer_communities": search.viewer.communities,
        "form": filters.form,
        "filters": filters,
        "questions": filters.questions(),
        "in_use": sum(ticked for _field, _beside, ticked in filters.questions()),
        "page": page,
        "no_such_page": request.GET.get("page", "1") not in ("", str(page.number)),
        "cards": Cards(search.viewer, search.vocabulary, filters.unit).of(list(page)),
        "more_than_most": len(found) > MOST,
        "offers": [] if found else offers(filters, address),
        "address": address,
        "chips": chips(filters, address),
        "areas": areas(found, lambda cell: here + address.with_(area=cell)),
        "tiles": tiles_url(),
    }
    return render(request, "search/members.html", context)
