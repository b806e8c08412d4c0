from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

GetResponse = Callable[[HttpRequest], HttpResponse]


def private_pages(get_response: GetResponse) -> GetResponse:
    """Nothing seen behind the login, and no form, stays in a browser's cache or a search engine."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("X-Robots-Tag", "noindex, nofollow")
        response.setdefault("Permissions-Policy", "geolocation=(self), camera=(), microphone=()")
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return middleware
