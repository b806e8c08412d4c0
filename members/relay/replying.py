"""Answering with one tap, and asking somebody not to write again."""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from members.models import Member, Profile
from members.outbox import letters
from members.outbox.models import Letter
from members.relay.models import Message, Reply, Silence
from members.statements import Slot, Statement

CAN_BE_CHANGED = timedelta(minutes=10)  # so long its letter waits: a thumb slips
# And goes out at a full one: ten minutes before a letter is as good as the second of a tap.
QUARTER = timedelta(minutes=15)
TAKEN_BACK = "taken_back"  # code of a letter that asks for a silence nobody wants any more
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ToldAlready(Exception):
    """The sender knows a firmer answer; only the recipient's own words can soften it."""


@transaction.atomic
def reply(message: Message, kind: str) -> Reply:
    """Answer a message; its sender is told by a letter, CAN_BE_CHANGED later at the earliest.

    Until then another answer takes its place. Once told, only a firmer one does, so nobody gets
    more than three letters about one message however often somebody taps. The same again asks for
    silence again, and changes nothing else. Raises ToldAlready, or Message.DoesNotExist where it
    was erased meanwhile.
    """
    # First the member, as everywhere: answers to several messages share one silence.
    list(Member.objects.select_for_update(no_key=True).filter(pk=message.recipient.member_id))
    message = Message.objects.select_for_update().get(pk=message.pk)
    given = Reply.objects.filter(message=message).select_related("letter").first()
    if given is None:
        given = Reply.objects.create(message=message, kind=kind, letter=_post(message))
    elif kind != given.kind or (given.was_kept_back and kind != given.told):
        _change(given, kind)
    if kind == Reply.Kind.NO_MORE:
        _ask_for_silence(given)
    return given


def told_at(given_at: datetime) -> datetime:
    """When a sender is told of an answer given at that moment."""
    over = (given_at + CAN_BE_CHANGED - EPOCH) % QUARTER
    return given_at + CAN_BE_CHANGED + (QUARTER - over if over else timedelta())


def _change(given: Reply, kind: str) -> None:
    waits = _still_waits(given)
    if not waits and not given.was_kept_back:
        given.told = given.kind
    if given.told and _firmness(kind) < _firmness(given.told):
        raise ToldAlready
    if given.kind == Reply.Kind.NO_MORE and kind != Reply.Kind.NO_MORE:
        _take_silence_back(given)
    if not waits:
        given.letter = _post(given.message)
    given.kind, given.given_at = kind, timezone.now()
    given.save()


def _post(message: Message) -> Letter:
    return letters.post("reply", message.pk, due_at=told_at(timezone.now()))


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
    return asked.select_related("asker")


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
            _keep_to_oneself(given)
    silence.delete()


def _keep_to_oneself(given: Reply) -> None:
    """An answer that nobody was told; the one told before stands again."""
    if given.told:
        given.kind = given.told
        given.save(update_fields=["kind"])
        dropped = {"dropped_at": timezone.now(), "last_code": TAKEN_BACK}
        Letter.objects.filter(pk=given.letter_id).update(**dropped)
    else:
        given.delete()
        given.letter.delete()  # else it would tell the next answer a second time


def forget_taken_back() -> None:
    """Erase what ended because its asker wrote."""
    Silence.objects.exclude(pk__in=Silence.objects.standing().values("pk")).delete()


def _ask_for_silence(given: Reply) -> None:
    """One that stands is left as it is; this answer asks for it too, and keeps it standing."""
    message = given.message
    standing = silences_between(message.sender, message.recipient).first()
    if standing and given.given_at >= standing.asked_at:
        return
    given.given_at = timezone.now()
    given.save(update_fields=["given_at"])
    if standing is None:
        Silence.objects.update_or_create(
            asker=message.recipient,
            writer_id=message.sender.member_id,
            defaults={
                "seen_as": message.sender, "name": message.sender_name, "asked_at": given.given_at,
            },
        )  # fmt: skip


def _take_silence_back(given: Reply) -> None:
    """The silence this answer asked for, unless another one asks for it too.

    Whoever answers by mail quotes the links of our letter: with that of an older message its sender
    could take back what was asked of them since.
    """
    message = given.message
    asked = {"message__recipient": message.recipient_id, "kind": Reply.Kind.NO_MORE}
    asked["message__sender__member"] = message.sender.member_id
    silence = Silence.objects.filter(
        asker=message.recipient_id, writer=message.sender.member_id, asked_at__gte=given.given_at
    ).first()
    if silence is None:
        return
    others = Reply.objects.filter(given_at__gte=silence.asked_at, **asked).exclude(pk=given.pk)
    other = others.order_by("given_at").first()
    if other is None:
        silence.delete()
    else:
        silence.asked_at = other.given_at
        silence.save(update_fields=["asked_at"])
