"""What the place field of the search offers while somebody types: towns, regions and countries."""

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from members.communities import Community
from members.models import Profile
from members.places import gazetteer
from members.places.likeliest import Nearness
from members.places.limit import limited
from members.places.views import offered


@never_cache
@require_GET
@limited
def suggest(request: HttpRequest, community: Community) -> JsonResponse:
    """Give places as `offered` does, those near the viewer's own area first."""
    own = Profile.objects.approved().filter(member=request.user, community=community.slug)
    viewer = get_object_or_404(own.select_related("cell"))
    typed = request.GET.get("typed", "")
    return offered(typed, gazetteer.offers(typed, Nearness(viewer.cell)))
