"""What the place field asks while somebody types or points. Open to visitors: they are joining."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from members.places import gazetteer
from members.places.area import (
    NotAPlace,
    Width,
    boundary,
    preview,
    preview_h3,
    preview_town,
    widened,
)
from members.places.likeliest import Nearness
from members.places.limit import limited
from members.places.meanings import Kind, Meaning
from members.places.models import Cell
from members.places.spelling import normalise

WHICH_ONE = _(
    "We are not sure which place you mean. Please choose it from the list that opens as you type."
)


@login_not_required
@never_cache
@require_GET
@limited
def suggest(request: HttpRequest) -> JsonResponse:
    """Give towns as `offered` does; `country` is the code of the one whose towns come first."""
    typed = request.GET.get("typed", "")
    country = normalise(request.GET.get("country", "")).upper()[:2]
    near = Nearness(country=country)
    return offered(typed, gazetteer.offers(typed, near, kinds=[Kind.TOWN]))


def offered(typed: str, places: list[Meaning]) -> JsonResponse:
    """Give {places: [{value, label}], note}: the note says why nothing can be found."""
    postal = not places and gazetteer.is_postal_code(typed)
    return JsonResponse(
        {
            "places": [{"value": one.value, "label": one.label} for one in places],
            "note": str(gazetteer.TYPE_THE_TOWN) if postal else "",
        }
    )


# A POST although it changes nothing: addresses of a GET land in logs and histories.
@login_not_required
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_POST
@limited
def area(request: HttpRequest) -> JsonResponse:
    """Give the area others would see for {lat, lng, width}, {town, width}, {typed, width}, or {cell}
    they have now, with {width} too if they ask for a wider one."""
    try:
        return JsonResponse(as_json(asked_for(request.POST)))
    except NotAPlace as problem:
        return JsonResponse({"error": str(problem)}, status=400)


@sensitive_variables()
def asked_for(sent: dict[str, str]) -> Cell:
    width = width_of(sent.get("width", Width.TOWN))
    if "cell" in sent:
        return widened(preview_h3(sent["cell"]), width)
    if "town" in sent:
        return preview_town(town_number(sent["town"]), width)
    if "typed" in sent:
        return preview_town(town_typed(sent["typed"]), width)
    return preview(number(sent.get("lat", "")), number(sent.get("lng", "")), width)


def width_of(text: str) -> Width:
    if text not in Width:
        raise NotAPlace(_("Please choose how wide your area is."))
    return Width(text)


def town_number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


@sensitive_variables()
def town_typed(typed: str) -> int:
    """Give the town the form would take, or its sentence for one it would not."""
    if gazetteer.is_postal_code(typed):
        raise NotAPlace(gazetteer.TYPE_THE_TOWN)
    town, choices = gazetteer.resolve(typed, limit=2)
    if town is None:
        raise NotAPlace(WHICH_ONE if choices else gazetteer.NO_SUCH_TOWN)
    return town.pk


@sensitive_variables()
def number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise NotAPlace(_("This is not a place on the map. Please choose another one.")) from None


def as_json(cell: Cell) -> dict[str, object]:
    return {
        "cell": cell.h3,
        "latitude": cell.latitude,
        "longitude": cell.longitude,
        "across_km": cell.across_km,
        "boundary": boundary(cell),
        "words": cell.words,
        "detail": cell.detail,
    }
