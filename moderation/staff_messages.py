"""What people write to the staff."""

from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from members.models import Member
from members.outbox import letters
from moderation import audit
from moderation.models import Act, Report, StaffMessage
from moderation.reports import reporting

KEPT_AFTER_ANSWERING = timedelta(days=90)
SAME_MESSAGE = timedelta(hours=1)
ONE_AT_A_TIME = 0x7374616666  # any number of our own, for the advisory lock


@transaction.atomic
def receive(
    *, about: str, body: str, reply_to: str, member: Member | None
) -> StaffMessage | Report:
    """Keep the message, with a letter in the outbox for each address on the staff's list.

    The same words from the same person within SAME_MESSAGE are a second press of the button.
    What tells of a breach of the pledge is a report, so that the staff have one queue of these.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    if about == StaffMessage.About.BREACH:
        return reporting.receive(words=body, reply_to=reply_to, member=member)
    words = {"about": about, "body": body, "reply_to": reply_to, "member": member}
    since = timezone.now() - SAME_MESSAGE
    already = StaffMessage.objects.filter(**words, received_at__gte=since).first()
    if already:
        return already
    message = StaffMessage.objects.create(**words)
    for place in range(len(settings.STAFF_MAIL)):
        letters.post("staff_message", f"{message.pk}.{place}")
    return message


@transaction.atomic
def mark_answered(messages: "QuerySet[StaffMessage]", staff: Member) -> int:
    """Write down that these are answered; how many were not yet."""
    waiting = list(messages.filter(answered_at=None).select_for_update())
    keys = [message.pk for message in waiting]
    StaffMessage.objects.filter(pk__in=keys).update(answered_at=timezone.now())
    audit.note(staff, Act.CHANGED, *waiting)
    return len(waiting)


def erase_answered() -> None:
    long_ago = timezone.now() - KEPT_AFTER_ANSWERING
    StaffMessage.objects.filter(answered_at__lte=long_ago).delete()
