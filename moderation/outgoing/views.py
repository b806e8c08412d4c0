"""The page on which administrators look after outgoing mail."""

from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from members.outbox.letters import KINDS
from moderation.outgoing import acts, reading
from moderation.outgoing.reading import Standing
from moderation.rights import can_mend_outbox, can_see_outbox

AGAIN, DROP = "again", "drop"
LARGEST = 2**63 - 1  # PostgreSQL's bigint


@require_http_methods(["GET", "HEAD", "POST"])
def outbox(request: HttpRequest) -> HttpResponse:
    if not can_see_outbox(request.user):
        raise PermissionDenied
    return _change(request) if request.method == "POST" else _show(request)


def _show(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    overview = reading.overview(request.user, kind)
    standing = _standing(request, overview)
    single = _key(request.GET.get("number", ""))
    if single:
        page, rows = None, reading.one(single)
    else:
        counted = overview.counts[standing]
        page = reading.page(standing, kind, request.GET.get("page"), counted)
        rows = list(page.object_list)
    for row in rows:
        row.standing, row.can_be_changed = reading.standing_of(row), reading.can_be_changed(row)
    context = {
        **admin.site.each_context(request),
        "title": _("Outgoing mail"),
        "overview": overview,
        "tabs": [_tab(one, one == standing and not single, kind, overview) for one in Standing],
        "standing": standing,
        "kind": kind,
        "kinds": sorted(KINDS),
        "rows": rows,
        "page": page,
        "single": single,
        "query": urlencode({"state": standing, **({"kind": kind} if kind else {})}),
        "can_mend": can_mend_outbox(request.user) and any(row.can_be_changed for row in rows),
    }
    return render(request, "moderation/outgoing/outbox.html", context)


def _change(request: HttpRequest) -> HttpResponse:
    """Of those ticked, or with `all` of all that were shown."""
    if not can_mend_outbox(request.user):
        raise PermissionDenied
    do, _colon, which = request.POST.get("do", "").partition(":")
    given = request.POST.getlist("shown" if which == "all" else "pick")
    keys = {key for key in map(_key, given[: reading.PER_PAGE]) if key}
    if do in (AGAIN, DROP) and keys:
        changed = (acts.try_again if do == AGAIN else acts.drop)(keys, request.user)
        _say(request, do, changed, len(keys) - changed)
    else:
        messages.warning(request, _("Please tick letters first. Nothing was changed."))
    page = reverse("admin:moderation_outgoingletter_changelist")
    return redirect(f"{page}?{request.GET.urlencode()}")


def _say(request: HttpRequest, do: str, changed: int, left: int) -> None:
    if do == AGAIN:
        said = ngettext(
            "%(number)d letter is tried again now.",
            "%(number)d letters are tried again now.",
            changed,
        )
    else:
        said = ngettext(
            "%(number)d letter is dropped and will not be sent.",
            "%(number)d letters are dropped and will not be sent.",
            changed,
        )
    if changed:
        messages.success(request, said % {"number": changed})
    if left:
        said = ngettext(
            "%(number)d letter was left alone: it is done, due already, or being sent at this moment.",
            "%(number)d letters were left alone: they are done, due already, or being sent at this "
            "moment.",
            left,
        )
        messages.info(request, said % {"number": left})


def _standing(request: HttpRequest, overview: reading.Overview) -> str:
    """What was asked for; else what needs somebody, if anything does."""
    asked = request.GET.get("state", "")
    if asked in Standing.values:
        return asked
    return Standing.FAILED if overview.counts[Standing.FAILED] else Standing.DUE


def _tab(one: Standing, selected: bool, kind: str, overview: reading.Overview) -> dict[str, object]:
    counted = overview.counts[one]
    return {
        "selected": selected,
        "query": urlencode({"state": one.value, **({"kind": kind} if kind else {})}),
        "display": one.label,
        "count": min(counted, reading.COUNTED),
        "more": counted > reading.COUNTED,
    }


def _key(text: str) -> int | None:
    """A letter's number; None for what is none."""
    if not text.isascii() or not text.isdigit() or len(text) > len(str(LARGEST)):
        return None
    return int(text) if 0 < int(text) <= LARGEST else None
