"""What the person sees of a measure: the warning to be read, and the page of the letter's link."""

from contextlib import suppress
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from moderation.models import Measure
from moderation.reports import appeals, measures
from moderation.reports.forms import AppealForm


@require_http_methods(["GET", "HEAD", "POST"])
def warning(request: HttpRequest) -> HttpResponse:
    """Stands before every other page until its one button is pressed (connect.middleware)."""
    if request.method == "POST":
        measures.acknowledge(request.user)
        return redirect("account:overview")
    if request.user.warned_at is None:
        return redirect("account:overview")
    warnings = measures.unread(request.user)
    return render(request, "moderation/measures/warning.html", {"warnings": warnings})


@login_not_required
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, key: UUID) -> HttpResponse:
    """Opens without signing in, as whoever is shut out could not."""
    measure = appeals.find(key)
    form = AppealForm(request.POST or None)
    if measure and form.is_valid():
        with suppress(appeals.NotTaken):  # the page says why
            appeals.appeal(measure, form.cleaned_data["words"])
        return redirect("moderation:appeal", key)
    response = render(
        request, "moderation/measures/appeal.html", _appeal_page(measure, form),
        status=200 if measure else 404,
    )  # fmt: skip
    add_never_cache_headers(response)
    return response


def _appeal_page(measure: Measure | None, form: AppealForm) -> dict[str, object]:
    return {
        "measure": measure,
        "form": form,
        "is_open": measure is not None and appeals.is_open(measure),
        "is_undone": measure is not None and appeals.is_undone(measure),
    }
