"""What people write to the staff."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from members.models import Member
from members.outbox import letters
from moderation.models import StaffMessage

KEPT_AFTER_ANSWERING = timedelta(days=90)


@transaction.atomic
def receive(*, about: str, body: str, reply_to: str, member: Member | None) -> StaffMessage:
    """Keep the message, with a letter in the outbox for each address on the staff's list."""
    message = StaffMessage.objects.create(about=about, body=body, reply_to=reply_to, member=member)
    for place in range(len(settings.STAFF_MAIL)):
        letters.post("staff_message", f"{message.pk}.{place}")
    return message


def erase_answered() -> None:
    long_ago = timezone.now() - KEPT_AFTER_ANSWERING
    StaffMessage.objects.filter(answered_at__lte=long_ago).delete()
