from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from members.outbox.duties import duty
from members.relay.models import Message

KEPT = timedelta(days=30)  # after a message was delivered, or given up


@duty("erase-message-bodies", every=timedelta(hours=6))
def erase_message_bodies() -> None:
    """What people wrote to each other is theirs; it lies in their mailboxes, not here."""
    long_ago = timezone.now() - KEPT
    ended = (
        Q(letter__sent_at__lt=long_ago)
        | Q(letter__failed_at__lt=long_ago)
        | Q(letter__dropped_at__lt=long_ago)
    )
    old = Message.objects.filter(ended, body_erased_at=None)
    old.update(body="", body_erased_at=timezone.now())
