"""What an applicant sends, for the tests of joining."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.forms.guards import stamp
from members.models import Profile

SENT = "/application/sent/"


def filled_in(community: str = "twp", **changes: object) -> dict[str, object]:
    """A form that is right, as a browser sends it a minute after it was opened. None takes out."""
    consents = {"pledge": "on", "policies": "on", "adult": "on"}
    if community == "twp":
        consents["health"] = "on"
    sent = {
        "email": "eva@example.org",
        "username": "eva",
        "place_typed": "Northampton, Massachusetts",
        "place_width": "town",
        "interest": ["friendship"],
        "shown_at": stamp(timezone.now() - timedelta(minutes=1)),
        **consents,
        **changes,
    }
    return {name: value for name, value in sent.items() if value is not None}


def join_url(community: str = "twp") -> str:
    return reverse("joining:join", args=[community])


def send(client: Client, community: str = "twp", **changes: object) -> object:
    return client.post(join_url(community), filled_in(community, **changes))


def status_url(profile: Profile, name: str = "application") -> str:
    return reverse(f"joining:{name}", args=[profile.application_key])
