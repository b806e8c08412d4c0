from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from members.outbox.duties import duty
from members.outbox.models import Letter
from members.relay import awaiting, copies, drafts, holding, replying

LETTERS_KEPT = timedelta(days=90)  # a bounce may still ask for its letter


@duty("erase-message-bodies", every=timedelta(hours=6))
def erase_message_bodies() -> None:
    """What people wrote to each other is theirs; it lies in their mailboxes, and here only where
    one of them keeps it."""
    copies.end_all()


@duty("forget-silences-taken-back", every=timedelta(days=1))
def forget_silences_taken_back() -> None:
    replying.forget_taken_back()


@duty("forget-old-letters", every=timedelta(days=1))
def forget_old_letters() -> None:
    """Rows of letters that came to an end say who was written to and when: ids, but no longer needed.

    Those of messages and of their one-tap answers stay as long as these: My Account shows how far
    they came.
    """
    long_ago = timezone.now() - LETTERS_KEPT
    ended = Q(sent_at__lt=long_ago) | Q(failed_at__lt=long_ago) | Q(dropped_at__lt=long_ago)
    Letter.objects.filter(ended, message=None, reply=None).delete()


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
