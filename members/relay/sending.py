"""Writing to another member: who may, how often, and the one verb that does it."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from members.models import Member, Profile
from members.outbox import letters
from members.outbox.marks import mark_of
from members.relay import drafts, holding, replying, room, unwanted
from members.relay.models import Message, State
from members.statements import Slot, Statement

PATIENCE = timedelta(days=14)  # no answer is an answer: so long nobody is written to again
MOST_UNANSWERED = 3  # messages; then only an answer opens the way again
NEW_PEOPLE_DAY = timedelta(days=1)
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


class Full(NotWritten):
    """The recipient has no room for new people. One answer, whatever the number and who asks."""

    name = "full"


class ThreeTimes(NotWritten):
    """The sender wrote as often as anybody may without an answer."""

    name = "three_times"


class TryAgainLater(NotWritten):
    def __init__(self, free_at: datetime) -> None:
        super().__init__(free_at)
        self.free_at = free_at


class WroteAlready(TryAgainLater):
    """The sender wrote, and the recipient did not write back yet. `state` is that of the message,
    as far as it never went out."""

    name = "wrote_already"

    def __init__(self, free_at: datetime, state: State | None = None) -> None:
        super().__init__(free_at)
        self.state = state


class TooMany(TryAgainLater):
    """The sender wrote to as many new people as a day allows."""

    name = "too_many"


@transaction.atomic
def write(sender: Profile, recipient: Profile, body: str, form_key: uuid.UUID) -> Message:
    """Keep a message and put its letter into the outbox. The same form again: the same message.

    What our rules stop is kept without a letter, for a reviewer to look at first.

    Raises NotReachable, Resting, AskedNotTo, Full, ThreeTimes, WroteAlready or TooMany.
    """
    _one_after_the_other(sender, recipient)
    own_key = _own_key(form_key, sender, recipient)
    already = Message.objects.filter(form_key=own_key).first()
    if already:
        return already
    refusal = why_not(sender, recipient)
    if refusal:
        raise refusal
    drafts.let_go(sender, recipient)
    key = uuid.uuid4()
    written = {
        "sender": sender, "recipient": recipient, "body": body, "form_key": own_key,
        "sender_name": sender.username, "recipient_name": recipient.username,
        "sender_mark": mark_of(sender.member.email),
    }  # fmt: skip
    if stopped_by := holding.stopped_by(sender, recipient, body):
        return Message.objects.create(
            pk=key, held_for=stopped_by.name, held_at=timezone.now(), **written
        )
    unwanted.allow(recipient, sender)  # whoever writes to somebody wants their mail
    return Message.objects.create(pk=key, letter=letters.post("message", key), **written)


def can_write(sender: Profile, recipient: Profile) -> bool:
    return why_not(sender, recipient) is None


def why_not(sender: Profile, recipient: Profile) -> NotWritten | None:
    """The failure that writing now would end in; None where it would go through."""
    return too_soon(sender, recipient) if is_reachable(sender, recipient) else NotReachable()


def too_soon(sender: Profile, recipient: Profile) -> NotWritten | None:
    """What stands against writing now to somebody who can be reached. Two queries."""
    if sender.is_resting:
        return Resting()
    past = list(_between(sender, recipient)[:MOST_UNANSWERED])
    if not past:
        return _not_to_anybody_new(sender, recipient)
    asked_at = past[0].silenced_at
    if asked_at and replying.told_at(asked_at) <= timezone.now():
        return AskedNotTo()
    # Until they are told, whoever could not write anyway reads what they read before: the answer may
    # be taken back, and its moment is when somebody reads.
    refusal = _without_an_answer(sender, past) or (AskedNotTo() if asked_at else None)
    if refusal or any(one.letter_id for one in past):
        return refusal
    return _not_to_anybody_new(sender, recipient)  # who was held or refused is new to them


def _without_an_answer(sender: Profile, past: list[Message]) -> NotWritten | None:
    """What stands against writing again, where the other side did not write last."""
    if past[0].sender_id != sender.pk:
        return None
    if len(past) == MOST_UNANSWERED and all(one.sender_id == sender.pk for one in past):
        return ThreeTimes()
    free_at = past[0].written_at + PATIENCE
    if free_at <= timezone.now():
        return None
    return WroteAlready(free_at, None if past[0].letter_id else past[0].state)


def is_reachable(sender: Profile, recipient: Profile) -> bool:
    """Whether the sender sees the recipient, in the community they write from, and not oneself."""
    if sender.member_id == recipient.member_id or sender.community != recipient.community:
        return False
    return sender.member.is_active and bool(_seen(sender.member_id, recipient.pk))


@Statement
def _seen(viewer: Slot, profile: Slot) -> QuerySet:
    return Profile.objects.seen_by(viewer).filter(pk=profile).values_list("pk")


def _own_key(form_key: uuid.UUID, sender: Profile, recipient: Profile) -> uuid.UUID:
    """The key of a form as these two have it. Somebody else's is another, so that two people with one
    form, at once or not, neither break nor learn anything."""
    return uuid.uuid5(form_key, f"{sender.pk} {recipient.pk}")


def _one_after_the_other(sender: Profile, recipient: Profile) -> None:
    """Two messages of one sender, or two to one recipient, would both count the same past if they
    were written at once. Locked in one order, so that two who write to each other do not wait
    for ever."""
    both = Member.objects.filter(pk__in=[sender.member_id, recipient.member_id]).order_by("pk")
    list(both.select_for_update(no_key=True).values_list("pk", flat=True))


def _between(sender: Profile, recipient: Profile) -> QuerySet:
    """What went out between the two, and what the sender wrote besides, the latest first.

    What is held of the other side has not been written, as far as the sender is concerned.
    """
    mine = Q(sender=sender, recipient=recipient)
    theirs = Q(sender=recipient, recipient=sender, letter__isnull=False)
    rows = Message.objects.filter(mine | theirs).order_by("-written_at").defer("body")
    asked = replying.silences_between(sender, recipient).values("asked_at")
    return rows.annotate(silenced_at=Subquery(asked))


def _not_to_anybody_new(sender: Profile, recipient: Profile) -> NotWritten | None:
    """What stands against a first message: that another face of the sender was asked not to write,
    the recipient's number, and then the sender's own."""
    asked = (
        Exists(replying.silences_between(sender, recipient)),
        Subquery(room.answer_of(OuterRef("pk"))),
        room.came_to(OuterRef("pk")),
        ArraySubquery(_new_people(sender)),
    )
    silenced, answer, came, today = (
        Profile.objects.filter(pk=recipient.pk).values_list(*asked).get()
    )
    if silenced:
        return AskedNotTo()
    if room.is_full(answer, came):
        return Full()
    allowed = new_people_a_day(sender)
    return TooMany(today[-allowed] + NEW_PEOPLE_DAY) if len(today) >= allowed else None


def _new_people(sender: Profile) -> QuerySet:
    """When the sender first wrote to each person of the last day, the earliest first.

    Counts people, not messages, over both faces of the sender; those who wrote too are free.
    """
    wrote_too = Message.objects.gone_out().filter(
        sender=OuterRef("recipient"), recipient__member=sender.member_id
    )
    return (
        Message.objects.filter(~Exists(wrote_too), sender__member=sender.member_id)
        .order_by()
        .values("recipient")
        .annotate(first=Min("written_at"))
        .filter(first__gt=timezone.now() - NEW_PEOPLE_DAY)
        .order_by("first")
        .values("first")
    )


def new_people_a_day(sender: Profile) -> int:
    settled = sender.approved_at + SETTLED <= timezone.now()
    return settings.NEW_PEOPLE_A_DAY if settled else settings.NEW_PEOPLE_A_DAY_AT_FIRST
