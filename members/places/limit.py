"""How often one network may ask about places: open to visitors, so open to scripts too."""

import time
from collections.abc import Callable
from functools import wraps

from allauth.account.adapter import get_adapter
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

MOST_A_MINUTE = 600  # of one network, in one process; a town takes about ten while it is typed
A_MINUTE = 60  # seconds

View = Callable[..., HttpResponse]


def limited(view: View) -> View:
    """Answer 429 with a sentence in JSON to a network that asks without end."""

    @wraps(view)
    def limited_view(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if asked_in_this_minute(get_adapter().get_client_ip(request)) > MOST_A_MINUTE:
            sentence = _("Very many questions came from your network. Please wait a minute.")
            return JsonResponse({"error": sentence}, status=429, headers={"Retry-After": A_MINUTE})
        return view(request, *args, **kwargs)

    return limited_view


def asked_in_this_minute(network: str) -> int:
    """Count in memory: an answer takes a millisecond, and addresses of visitors are kept nowhere."""
    memory = caches["memory"]
    key = f"places:{network}:{int(time.time() // A_MINUTE)}"
    memory.add(key, 0, A_MINUTE)
    try:
        return memory.incr(key)
    except ValueError:  # thrown out in between, as the memory is small
        return 1
