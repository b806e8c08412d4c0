"""`/healthz`: is the site up, is its database there, is mail going out?"""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from members.outbox.models import Letter

QUEUE_ALARM = timedelta(minutes=2)


@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all is well, 503 otherwise; ages in seconds, no content."""
    now = timezone.now()
    try:
        oldest = Letter.objects.due().order_by("due_at").values_list("due_at", flat=True).first()
    except Error:
        return JsonResponse({"database": "away"}, status=503)
    age = now - oldest if oldest else timedelta()
    return JsonResponse(
        {"database": "ok", "oldest_due_letter_seconds": round(age.total_seconds())},
        status=503 if age > QUEUE_ALARM else 200,
    )
