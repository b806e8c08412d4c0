"""What is held and waits for the staff, and how they hear of it."""

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Min

from members.models import Member
from members.outbox import letters
from moderation.models import HeldMessage

LETTER = "held_messages_wait"


def waiting_for(staff: Member) -> dict[str, object]:
    """How many messages wait for this one of the staff, and since when the oldest does."""
    held = HeldMessage.objects.held().readable_by(staff)
    return held.aggregate(number=Count("pk"), oldest=Min("held_at"))


def how_many() -> int:
    return HeldMessage.objects.held().count()


@transaction.atomic
def tell() -> None:
    """While something waits, one letter a day to each address of the staff."""
    if not how_many():
        return
    for place in range(len(settings.STAFF_MAIL)):
        letters.post(LETTER, str(place), once_a_day=True)
