from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from members import account
from members.communities import Community
from members.places.basemap import tiles_url
from search import wording
from search.address import Address, chips
from search.areas import areas, searched
from search.asking import Search, ask
from search.cards import Cards
from search.like_me import like_me
from search.loosening import offers
from search.nearest import page_of
from search.wanted import MOST


@require_safe
def members(request: HttpRequest, community: Community) -> HttpResponse:
    """The list of people and the map beside it, both out of one query.

    A script that has the page already is given the results alone.
    """
    search = ask(request.user, community, request.GET)
    if search.filters.unit != search.viewer.unit:
        account.measure_in(request.user, search.filters.unit)
    context = {"community": community, "here": reverse("search:members", args=[community])}
    context |= _results(search, request, context["here"])
    if request.htmx:
        response = render(request, "search/in_place.html", context)
        response["HX-Push-Url"] = _pushed(request, context)
    else:
        context |= {"viewer_communities": search.viewer.communities, "tiles": tiles_url()}
        response = render(request, "search/members.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _results(search: Search, request: HttpRequest, here: str) -> dict[str, object]:
    filters, address = search.filters, Address(request.GET)
    found = search.found
    page = page_of(found, request.GET.get("page", ""))
    allowed, cards = Cards(search.viewer, filters.unit).of(page)
    if not allowed.may_search:  # not even the number of the last page: it would count them
        found, page = [], page_of([], "")
    area_of = here + address.up_to("area")
    alike = like_me(search.viewer, search.vocabulary)
    return {
        "form": filters.form,
        "filters": filters,
        "questions": filters.questions(),
        "in_use": filters.in_use,
        "wrong_inside": bool(filters.form.errors.keys() & {*filters.filters, "drug_when"}),
        "allowed": allowed,
        "page": page,
        "no_such_page": request.GET.get("page", "1") not in ("", str(page.number)),
        "cards": cards,
        "count": wording.count(filters, found),
        "more_than_most": len(found) > MOST,
        "order": wording.order(filters, found),
        "distances": wording.distances(filters),
        "radius_unused": wording.radius_unused(filters),
        "offers": offers(filters, address) if allowed.may_search and not found else [],
        "address": address,
        "chips": chips(filters, address, found),
        "like_me": alike,
        "is_like_me": alike.is_asked(address),
        "asked": filters.as_asked(),
        "areas": areas(found, lambda cell: area_of + cell),
        "searched": searched(filters.where),
    }


def _pushed(request: HttpRequest, context: dict) -> str:
    """Give what the address bar is to show; "false" when it does already."""
    path = context["here"] + context["address"].of_page(context["page"].number)
    # As it came: htmx's own reading of it breaks at nonsense.
    return "false" if request.headers.get("HX-Current-URL", "").endswith(path) else path
