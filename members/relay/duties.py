from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from members.outbox.duties import duty
from members.outbox.models import Letter
from members.relay import awaiting, drafts, holding
from members.relay.models import Message

KEPT = timedelta(days=30)  # after a message was delivered, or given up
LETTERS_KEPT = timedelta(days=90)  # a bounce may still ask for its letter


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


@duty("forget-old-letters", every=timedelta(days=1))
def forget_old_letters() -> None:
    """Rows of letters that came to an end say who was written to and when: ids, but no longer needed.

    Those of messages stay as long as their message: My Account shows how far it came.
    """
    long_ago = timezone.now() - LETTERS_KEPT
    ended = Q(sent_at__lt=long_ago) | Q(failed_at__lt=long_ago) | Q(dropped_at__lt=long_ago)
    Letter.objects.filter(ended, message=None).delete()


@duty("erase-held-messages", every=timedelta(hours=6))
def erase_held_messages() -> None:
    holding.erase_old()


@duty("erase-drafts", every=timedelta(hours=6))
def erase_drafts() -> None:
    drafts.erase_old()


@duty("tell-of-room", every=timedelta(days=1))
def tell_of_room() -> None:
    awaiting.tell()


@duty("forget-who-awaited-room", every=timedelta(days=1))
def forget_who_awaited_room() -> None:
    awaiting.forget_old()
