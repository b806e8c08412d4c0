"""Messages that wait for a reviewer: what stops them, and what becomes of them.

The effect alone. Who may decide, and the log of it, are in the room of the staff above; until one
of the two is done, nobody but the sender and the reviewers knows that there is a message.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from members.models import Profile
from members.outbox import letters
from members.relay import second_look, unwanted
from members.relay.models import Message

KEPT = timedelta(days=30)  # after it was stopped
NOT_SENT = "message_not_sent"
SAME_WITHIN = timedelta(days=30)
SAME_TO_MOST = 4  # people; the next one who would get the same text does not
COMPARED = 50  # messages, the latest


def stopped_by(sender: Profile, recipient: Profile, body: str) -> second_look.Rule | None:
    """The rule because of which a reviewer reads this first; most often none."""
    rule = second_look.stops(body)
    if rule:
        return rule
    return second_look.SAME_TEXT if _had_it(sender, recipient, body) >= SAME_TO_MOST else None


def _had_it(sender: Profile, recipient: Profile, body: str) -> int:
    """How many others lately got the same text, from whichever face of the sender."""
    lately = (
        Message.objects.filter(
            sender__member=sender.member_id, written_at__gt=timezone.now() - SAME_WITHIN
        )
        .exclude(recipient=recipient)
        .exclude(body="")
        .order_by("-written_at")
        .values_list("recipient", "body")[:COMPARED]
    )
    mine = second_look.rows_of(body)
    alike = (
        who for who, words in lately if second_look.are_alike(mine, second_look.rows_of(words))
    )
    return len(set(alike))


def let_out(message: Message) -> None:
    """Send it on its way. Call it with the message locked and still held."""
    unwanted.allow(message.recipient, message.sender)  # as whoever writes to somebody
    message.letter, message.released_at = letters.post("message", message.pk), timezone.now()
    message.save(update_fields=["letter", "released_at"])


def keep_back(message: Message) -> None:
    """Do not send it, and tell its sender. Call it with the message locked and still held."""
    _refuse(message, timezone.now())
    message.save(update_fields=["refused_at"])


def erase_old() -> None:
    """Erase the words of what did not go out; what nobody decided on in all this time will not."""
    old = Message.objects.filter(
        letter=None, body_erased_at=None, held_at__lte=timezone.now() - KEPT
    )
    for key in list(old.values_list("pk", flat=True)):
        _erase(key)


@transaction.atomic
def _erase(key: object) -> None:
    rows = Message.objects.select_for_update(of=("self",)).filter(pk=key)
    message = rows.filter(letter=None, body_erased_at=None).first()
    if message is None:
        return
    now = timezone.now()
    if message.refused_at is None:
        _refuse(message, now)
    message.body, message.body_erased_at = "", now
    message.let_go_by_sender_at = message.let_go_by_recipient_at = now
    message.save()


def _refuse(message: Message, now: datetime) -> None:
    message.refused_at = now
    letters.post(NOT_SENT, message.pk)
