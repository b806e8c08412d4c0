"""Writing to another member: who may, how often, and the one verb that does it."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils import timezone

from members.models import Member, Profile
from members.outbox import letters
from members.relay import replying, unwanted
from members.relay.models import Message

PATIENCE = timedelta(days=14)  # no answer is an answer: so long nobody is written to again
NEW_PEOPLE_DAY = timedelta(days=1)
NEW_PEOPLE_AT_FIRST = 3
NEW_PEOPLE_LATER = 10
SETTLED = timedelta(days=30)  # after so long in the community a member counts as known


class NotWritten(Exception):
    """The message was not taken; nothing was kept. `name` tells the page which words to say."""

    name = ""


class NotReachable(NotWritten):
    """The recipient is not there for this sender: one answer, whatever the reason."""


class Resting(NotWritten):
    """The sender's own profile rests: whoever gets the message could not look at it."""

    name = "resting"


class AskedNotTo(NotWritten):
    """The recipient asked the sender not to write again."""

    name = "asked_not_to"


class TryAgainLater(NotWritten):
    def __init__(self, free_at: datetime) -> None:
        super().__init__(free_at)
        self.free_at = free_at


class WroteAlready(TryAgainLater):
    """The recipient has a message of this sender and did not write back yet."""

    name = "wrote_already"


class TooMany(TryAgainLater):
    """The sender wrote to as many new people as a day allows."""

    name = "too_many"


@transaction.atomic
def write(sender: Profile, recipient: Profile, body: str, form_key: uuid.UUID) -> Message:
    """Keep a message and put its letter into the outbox. The same form again: the same message.

    Raises NotReachable, Resting, AskedNotTo, WroteAlready or TooMany.
    """
    # Two messages of one sender at once would both count the same past: one after the other.
    Member.objects.select_for_update(no_key=True).get(pk=sender.member_id)
    already = Message.objects.filter(form_key=form_key).first()
    if already and (already.sender_id, already.recipient_id) == (sender.pk, recipient.pk):
        return already
    refusal = NotReachable() if already else why_not(sender, recipient)
    if refusal:
        raise refusal
    unwanted.allow(recipient, sender)  # whoever writes to somebody wants their mail
    key = uuid.uuid4()
    return Message.objects.create(
        pk=key, sender=sender, recipient=recipient, body=body, form_key=form_key,
        letter=letters.post("message", key),
    )  # fmt: skip


def can_write(sender: Profile, recipient: Profile) -> bool:
    return why_not(sender, recipient) is None


def why_not(sender: Profile, recipient: Profile) -> NotWritten | None:
    """The failure that writing now would end in; None where it would go through."""
    return too_soon(sender, recipient) if is_reachable(sender, recipient) else NotReachable()


def too_soon(sender: Profile, recipient: Profile) -> NotWritten | None:
    """What stands against writing now to somebody who can be reached. Three queries."""
    if sender.is_resting:
        return Resting()
    if replying.is_silenced(sender, recipient):
        return AskedNotTo()
    past = list(_between(sender, recipient))
    if not past:
        return _too_many(sender)
    last_writer, last_at = past[0]
    if last_writer == recipient.pk or last_at + PATIENCE <= timezone.now():
        return None
    return WroteAlready(last_at + PATIENCE)


def is_reachable(sender: Profile, recipient: Profile) -> bool:
    """Whether the sender sees the recipient, in the community they write from, and not oneself."""
    if sender.member_id == recipient.member_id or sender.community != recipient.community:
        return False
    return Profile.objects.visible_to(sender.member).filter(pk=recipient.pk).exists()


def _between(sender: Profile, recipient: Profile) -> QuerySet:
    """Who wrote and when, the latest first."""
    two = [sender, recipient]
    rows = Message.objects.filter(sender__in=two, recipient__in=two)
    return rows.order_by("-written_at").values_list("sender_id", "written_at")


def _too_many(sender: Profile) -> TooMany | None:
    """Counts people, not messages, over both faces of the sender; those who wrote too are free."""
    first_times = (
        Message.objects.filter(sender__member=sender.member_id)
        .exclude(recipient__messages_sent__recipient__member=sender.member_id)
        .values("recipient")
        .annotate(first=Min("written_at"))
        .filter(first__gt=timezone.now() - NEW_PEOPLE_DAY)
        .order_by("first")
        .values_list("first", flat=True)
    )
    today = list(first_times)
    allowed = _new_people_a_day(sender)
    if len(today) < allowed:
        return None
    return TooMany(today[-allowed] + NEW_PEOPLE_DAY)


def _new_people_a_day(sender: Profile) -> int:
    settled = sender.approved_at + SETTLED <= timezone.now()
    return NEW_PEOPLE_LATER if settled else NEW_PEOPLE_AT_FIRST
