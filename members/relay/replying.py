"""Answering with one tap, and asking somebody not to write again."""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from members.models import Member, Profile
from members.outbox import letters
from members.outbox.models import Letter
from members.relay.models import Message, Reply, Silence
from members.statements import Slot, Statement

CAN_BE_CHANGED = timedelta(minutes=10)  # so long its letter waits: a thumb slips


class ToldAlready(Exception):
    """The sender knows a firmer answer; only the recipient's own words can soften it."""


@transaction.atomic
def reply(message: Message, kind: str) -> Reply:
    """Answer a message; its sender is told by a letter after CAN_BE_CHANGED.

    Until then another answer takes its place. Once told, only a firmer one does, so nobody gets
    more than three letters about one message however often somebody taps. The same again changes
    nothing. Raises ToldAlready, or Message.DoesNotExist where it was erased meanwhile.
    """
    message = Message.objects.select_for_update().get(pk=message.pk)
    given = Reply.objects.filter(message=message).first()
    before = given.kind if given else None
    if given is None:
        given = Reply.objects.create(message=message, kind=kind, letter=_post(message))
    elif kind != before:
        _change(given, kind)
    if kind == Reply.Kind.NO_MORE:
        _ask_for_silence(message)
    elif before == Reply.Kind.NO_MORE:
        _silences_of(message).delete()
    return given


def _change(given: Reply, kind: str) -> None:
    if not _still_waits(given):
        if _firmness(kind) < _firmness(given.kind):
            raise ToldAlready
        given.letter = _post(given.message)
    given.kind, given.given_at = kind, timezone.now()
    given.save()


def _post(message: Message) -> Letter:
    return letters.post("reply", message.pk, due_at=timezone.now() + CAN_BE_CHANGED)


def _still_waits(given: Reply) -> bool:
    """Whether the letter can still say something else; one that is going out just now cannot."""
    waiting = Letter.objects.unsent().select_for_update(skip_locked=True)
    return waiting.filter(pk=given.letter_id).first() is not None


def _firmness(kind: str) -> int:
    return Reply.Kind.values.index(kind)


def may_be_told(given: Reply) -> bool:
    """Whether the letter may go: both are still in the community, and there is no block."""
    sender, recipient = given.message.sender, given.message.recipient
    in_touch = Profile.objects.approved().not_blocked_with(sender.member)
    return in_touch.filter(pk__in=[sender.pk, recipient.pk]).count() == 2


# --- please do not write again ------------------------------------------------------------------


def is_silenced(sender: Profile, recipient: Profile) -> bool:
    """Whether the recipient asked the sender not to write again, and did not take it back."""
    return bool(_silences(sender.member_id, recipient.pk))


def silences_between(sender: Profile, recipient: Profile) -> QuerySet[Silence]:
    """That the recipient asked the sender not to write again, if they did; for a query."""
    return Silence.objects.standing().filter(asker=recipient, writer=sender.member_id)


@Statement
def _silences(writer: Slot, asker: Slot) -> QuerySet:
    return Silence.objects.standing().filter(asker=asker, writer=writer).values_list("pk")


def silences_of(member: Member) -> QuerySet[Silence]:
    """What a member asked of others and did not take back."""
    asked = Silence.objects.standing().filter(asker__member=member)
    return asked.select_related("asker", "seen_as")


@transaction.atomic
def take_back(silence: Silence) -> None:
    """They may write again. They are not told: it shows when they try. Where the letter that asks
    them not to still waits, it does not go."""
    asked = Reply.objects.filter(
        kind=Reply.Kind.NO_MORE,
        message__recipient=silence.asker_id,
        message__sender__member=silence.writer_id,
    )
    for given in asked.select_related("letter"):
        if _still_waits(given):
            given.delete()
            given.letter.delete()  # else it would tell the next answer a second time
    silence.delete()


def forget_taken_back() -> None:
    """Erase what ended because its asker wrote."""
    Silence.objects.exclude(pk__in=Silence.objects.standing().values("pk")).delete()


def _ask_for_silence(message: Message) -> None:
    Silence.objects.update_or_create(
        asker=message.recipient,
        writer_id=message.sender.member_id,
        defaults={"seen_as": message.sender, "asked_at": timezone.now()},
    )


def _silences_of(message: Message) -> QuerySet[Silence]:
    return Silence.objects.filter(asker=message.recipient_id, writer=message.sender.member_id)
