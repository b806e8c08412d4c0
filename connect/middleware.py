from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import ResolverMatch
from django.utils.cache import add_never_cache_headers

from members.sign_in import ASK_ABOUT_ADDRESS, ASK_ABOUT_POLICIES

ANSWERS_ABOUT_ADDRESS = {
    "account:address", "account_email", "account_reauthenticate", "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}  # fmt: skip

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


def readable_requests(get_response: GetResponse) -> GetResponse:
    """Take from a request what no browser sends and what nothing behind this could read."""

    def middleware(request: HttpRequest) -> HttpResponse:
        # PostgreSQL knows no NUL, and a quoted cookie may hold one.
        for name in [name for name, value in request.COOKIES.items() if "\0" in value]:
            del request.COOKIES[name]
        return get_response(request)

    def process_view(request: HttpRequest, *_view: object) -> None:
        if "\0" in request.path_info:
            raise Http404

    middleware.process_view = process_view
    return middleware


def policies_first(get_response: GetResponse) -> GetResponse:
    """Whoever signs in after the policies changed agrees to them before going on."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(
        request: HttpRequest, view: Callable, *_arguments: object
    ) -> HttpResponse | None:
        asked = request.user.is_authenticated and ASK_ABOUT_POLICIES in request.session
        if asked and not _goes_before_policies(request.resolver_match, view):
            return redirect("account:policies")
        return None

    middleware.process_view = process_view
    return middleware


def warning_first(get_response: GetResponse) -> GetResponse:
    """Whoever is warned reads it before going on, after the policies where both wait.

    Asked of a date on the member, who is at hand: it costs no query, and holds in sessions that
    were open before, too.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(
        request: HttpRequest, view: Callable, *_arguments: object
    ) -> HttpResponse | None:
        warned = request.user.is_authenticated and request.user.warned_at is not None
        if not warned or ASK_ABOUT_POLICIES in request.session:
            return None
        first = request.resolver_match.view_name == "moderation:warning"
        if not first and getattr(view, "login_required", True):
            return redirect("moderation:warning")
        return None

    middleware.process_view = process_view
    return middleware


def address_first(get_response: GetResponse) -> GetResponse:
    """Whose mail came back is told so after signing in, and goes on when they please.

    Last of what is asked first. It may be answered by changing the address, whose page asks for the
    password again.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(
        request: HttpRequest, view: Callable, *_arguments: object
    ) -> HttpResponse | None:
        asked = request.user.is_authenticated and ASK_ABOUT_ADDRESS in request.session
        if not asked or ASK_ABOUT_POLICIES in request.session or request.user.warned_at:
            return None
        answers = request.resolver_match.view_name in ANSWERS_ABOUT_ADDRESS
        if not answers and getattr(view, "login_required", True):
            return redirect("account:address")
        return None

    middleware.process_view = process_view
    return middleware


def _goes_before_policies(match: ResolverMatch, view: Callable) -> bool:
    """The page that asks, signing out, and what anybody may read."""
    return match.view_name == "account:policies" or not getattr(view, "login_required", True)
