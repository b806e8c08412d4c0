"""`/healthz`: is the site up, is its database there, is mail going out, are its duties done?"""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import HttpRequest, JsonResponse

from members.outbox import watching

QUEUE_ALARM = timedelta(minutes=2)


@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all is well, 503 otherwise; ages in seconds, numbers, no content.

    What other servers say of letters is left to the alarm: everybody may ask here, and whoever wrote
    to somebody would read what became of it.
    """
    try:
        mail, clock = watching.mail(), watching.clock()
    except Error:
        return JsonResponse({"database": "away"}, status=503)
    told = {
        "database": "ok",
        "worker": "silent" if clock.is_silent else "ok",
        "oldest_due_letter_seconds": _seconds(mail.oldest),
        "mail_server_away_seconds": _seconds(mail.away),
        "dead_letters": mail.dead_by_us,
        "seconds_since_duties_succeeded": {
            duty.name: _seconds(clock.age(duty)) for duty in clock.duties
        },
        "duties_overdue": clock.overdue,
    }
    is_stuck = max(mail.oldest, mail.away) > QUEUE_ALARM
    is_ill = is_stuck or mail.dead_by_us or clock.is_silent or clock.overdue
    return JsonResponse(told, status=503 if is_ill else 200)


def _seconds(age: timedelta | None) -> int | None:
    return None if age is None else round(age.total_seconds())
