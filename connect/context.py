from django.http import HttpRequest

from members.communities import Community, among
from members.models import Profile

THEMES = ("light", "dark")


def site(request: HttpRequest) -> dict[str, object]:
    """What every page needs: the chosen theme and the communities the viewer belongs to."""
    theme = request.COOKIES.get("theme", "")
    return {
        "theme": theme if theme in THEMES else "",
        "viewer_communities": _Communities(request),
    }


class _Communities:
    """Asked only where a template goes through it, and once."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.found: list[Community] | None = None

    def __iter__(self):  # noqa: ANN204
        if self.found is None:
            user = getattr(self.request, "user", None)
            slugs = (
                Profile.objects.approved().filter(member=user).values_list("community", flat=True)
                if user is not None and user.is_authenticated
                else []
            )
            self.found = among(set(slugs))
        return iter(self.found)
