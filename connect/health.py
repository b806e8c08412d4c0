"""`/healthz`: is the site up, is its database there, is mail going out, are its duties done?"""

from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from members.outbox.duties import DUTIES
from members.outbox.models import Duty, Letter

QUEUE_ALARM = timedelta(minutes=2)
PERIODS_MISSED = 3  # one may fail, and the worker may be down for a while


@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all is well, 503 otherwise; ages in seconds, no content."""
    now = timezone.now()
    try:
        oldest = Letter.objects.due().order_by("due_at").values_list("due_at", flat=True).first()
        known = list(Duty.objects.filter(name__in=DUTIES))  # not those of an older version
    except Error:
        return JsonResponse({"database": "away"}, status=503)
    age = now - oldest if oldest else timedelta()
    overdue = [duty.name for duty in known if _is_overdue(duty, now)]
    told = {
        "database": "ok",
        "oldest_due_letter_seconds": round(age.total_seconds()),
        "seconds_since_duties_succeeded": {duty.name: _age(duty, now) for duty in known},
        "duties_overdue": overdue,
    }
    return JsonResponse(told, status=503 if overdue or age > QUEUE_ALARM else 200)


def _is_overdue(duty: Duty, now: datetime) -> bool:
    """A duty without a row never came up yet: a site that has just begun is not ill."""
    last = duty.succeeded_at or duty.entered_at
    return now - last > PERIODS_MISSED * DUTIES[duty.name].every


def _age(duty: Duty, now: datetime) -> int | None:
    """Seconds since it last ended well; None where it never did."""
    return round((now - duty.succeeded_at).total_seconds()) if duty.succeeded_at else None
