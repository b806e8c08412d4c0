"""The page of figures."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from moderation import audit
from moderation.figures import charts
from moderation.figures.counting import WEEKS, Week, figures
from moderation.models import Act
from moderation.rights import can_see_figures


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    if not can_see_figures(request.user):
        raise PermissionDenied
    audit.note(request.user, Act.LOOKED, audit.FIGURES)
    found = figures(request.user)
    context = {
        **admin.site.each_context(request),
        "title": _("Figures"),
        "number_of_weeks": WEEKS,
        "figures": found,
        "rows": [_row(week) for week in reversed(found.weeks)],
        "decided": charts.decided(found.weeks) if any(w.number for w in found.weeks) else None,
        "times": charts.time_to_decision(found.weeks)
        if any(w.most is not None for w in found.weeks)
        else None,
    }
    return render(request, "moderation/figures.html", context)


def _row(week: Week) -> tuple[Week, str, str]:
    """A week with its times in words."""
    half, most = (
        "–" if seconds is None else charts.in_words(seconds) for seconds in (week.half, week.most)
    )
    return week, half, most
