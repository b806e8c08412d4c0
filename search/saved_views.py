"""My Account: the searches a member keeps, and the letters about them."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.communities import COMMUNITIES, Community
from members.models import Member
from search import alerts, saving
from search.emails import STOP_SALT
from search.filters import Sort
from search.models import Hindrance, SavedSearch

LONGEST = 10_000  # characters of the address of a search; every answer ticked takes a third of it


@dataclass(frozen=True)
class Kept:
    """A saved search as its owner reads it."""

    saved: SavedSearch
    href: str
    told_at: datetime | None  # when a letter last was about it


@require_safe
def searches(request: HttpRequest) -> HttpResponse:
    rows = list(SavedSearch.objects.kept_by(request.user))
    last_told = alerts.last_told(request.user) if any(saved.fresh for saved in rows) else None
    by_community = [
        (community, [_kept(saved, last_told) for saved in rows if saved.profile.where == community])
        for community in COMMUNITIES.values()
    ]
    context = {"by_community": [(one, kept) for one, kept in by_community if kept]}
    return render(request, "search/saved.html", context)


def _kept(saved: SavedSearch, last_told: datetime | None) -> Kept:
    """Who is new may be far down a list, so it opens with the newest first."""
    told_at = last_told if saved.fresh and last_told else saved.told_at
    order = f"&sort={Sort.NEWEST}" if told_at else ""
    href = reverse("search:members", args=[saved.profile.community])
    return Kept(saved, f"{href}?{saved.query}{order}", told_at)


@sensitive_post_parameters("query")
@sensitive_variables("typed")
@require_POST
def keep(request: HttpRequest, community: Community) -> HttpResponse:
    """The button on the page of the search: its address comes in one field."""
    typed = _read(request.POST.get("query", ""))
    wanted = bool(request.POST.get("letters"))
    try:
        saved = saving.keep(request.user, community, typed, letters=wanted)
    except saving.Full:
        messages.warning(request, _full())
    except saving.Unclear:
        messages.warning(
            request, _("This search has something to mend, so it was not kept. Please look at it.")
        )
        here = reverse("search:members", args=[community])
        return redirect(f"{here}?{typed.urlencode()}")
    else:
        saved.refresh_from_db()
        messages.success(request, _what_happens_now(saved))
    return redirect("saved:searches")


@require_POST
def letters(request: HttpRequest, key: str) -> HttpResponse:
    """Begin them with `on`, stop them without."""
    saved = _own(request, key)
    if request.POST.get("on"):
        saving.begin_letters(saved)
        saved.refresh_from_db()
    else:
        saving.stop(SavedSearch.objects.filter(pk=saved.pk))
        saved.alerts_since = None
    messages.success(request, _what_happens_now(saved))
    return redirect("saved:searches")


@require_POST
def remove(request: HttpRequest, key: str) -> HttpResponse:
    _own(request, key).delete()
    messages.success(request, _("The search is removed."))
    return redirect("saved:searches")


@csrf_exempt  # the mail program presses the button for its reader (RFC 8058): it has no form of ours
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """A page with a button, as mail scanners follow every link. A POST stops, without a question."""
    member = _reader(token)
    done = request.method == "POST" and member is not None
    if done:
        saving.stop_all(member)
    context = {"known": member is not None, "done": done}
    response = render(request, "search/saved_stop.html", context, status=200 if member else 404)
    add_never_cache_headers(response)
    return response


def _read(typed: str) -> QueryDict:
    """Read the address of a search. No page makes one that is longer, or of so many parts."""
    if len(typed) > LONGEST:
        raise SuspiciousOperation
    return QueryDict(typed)


def _reader(token: str) -> Member | None:
    """Whose letter it was, for as long as it may lie in a mailbox; None for a forged link."""
    try:
        key = signing.loads(token, salt=STOP_SALT)
    except signing.BadSignature:
        return None
    return Member.objects.filter(pk=key).first()


def _own(request: HttpRequest, key: str) -> SavedSearch:
    return get_object_or_404(SavedSearch.objects.kept_by(request.user), key=key)


def _full() -> str:
    sentence = _(
        "You keep %(most)d searches, and there is no room for more. Please remove one you no longer need."
    )
    return sentence % {"most": saving.MOST}


def _what_happens_now(saved: SavedSearch) -> str:
    if not saved.alerts_since:
        return _("The search is kept. We do not write to you about it.")
    if saved.hindrance == Hindrance.TOO_MANY:
        return _(
            "The search is kept. It finds more than 500 people, so we cannot tell who is new: for letters, "
            "please narrow it and keep it again."
        )
    return _("The search is kept. We write to you when somebody new fits, once a day at most.")
