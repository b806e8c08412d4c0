import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from members.models import Block, Member, Profile
from members.models.forgetting import forget_the_name
from members.outbox.failures import GIVE_UP
from members.outbox.marks import mark_of
from members.outbox.models import Letter

BODY_MIN, BODY_MAX = 20, 5000  # characters
COPY_KEPT = timedelta(days=30)  # after a message was delivered, or given up
NOT_BY_MAIL = "not_by_mail"  # code of a letter that is not sent; its message is read on the site


class MessageQuerySet(models.QuerySet["Message"]):
    def gone_out(self) -> "MessageQuerySet":
        """With a letter, whether or not it arrived: not held, and not refused."""
        return self.filter(letter__isnull=False)

    def held(self) -> "MessageQuerySet":
        """Those a reviewer has still to look at."""
        return self.filter(held_at__isnull=False, released_at=None, refused_at=None)

    def sent_by(self, member: Member) -> "MessageQuerySet":
        asked = Silence.objects.standing().filter(asker=OuterRef("recipient"), writer=member)
        rows = self.filter(sender__member=member).annotate(is_silenced=Exists(asked))
        return rows.select_related("recipient", "letter", "reply__letter")

    def got_by(self, member: Member) -> "MessageQuerySet":
        """Sent, or undeliverable by mail, which is when reading here matters most. Never from
        somebody the member blocked; a block made by the other side changes nothing here, as what
        vanished would tell of it."""
        blocked = Block.objects.filter(
            blocker=member,
            blocked=OuterRef("sender__member"),
            community=OuterRef("sender__community"),
        )
        done = (
            Q(letter__sent_at__isnull=False)
            | Q(letter__failed_at__isnull=False)
            | Q(letter__dropped_at__isnull=False, letter__last_code=NOT_BY_MAIL)
        )
        mine = self.filter(done, ~Exists(blocked), recipient__member=member)
        return mine.select_related("sender__member", "letter", "reply")

    def over_for(self, side: "Side") -> "MessageQuerySet":
        """Those of which a copy of this side goes, unless it is kept: see Message.sent_copy."""
        long_ago = timezone.now() - COPY_KEPT
        if side == Side.RECIPIENT:
            return self.filter(
                Q(letter__sent_at__lt=long_ago)
                | Q(letter__failed_at__lt=long_ago)
                | Q(letter__dropped_at__lt=long_ago)
            )
        arrived = Q(letter__sent_at__isnull=False, letter__bounced_at=None)
        return (
            self.gone_out()
            .alias(begun_at=Coalesce("released_at", "written_at"))
            .filter(
                arrived & Q(letter__sent_at__lt=long_ago)
                | ~arrived & Q(begun_at__lt=long_ago - GIVE_UP)
            )
        )


def _reached_the_site(letter: Letter) -> bool:
    """Whether what a letter carries is read here: sent, or undeliverable by mail alone."""
    return bool(letter.sent_at or letter.failed_at or letter.last_code == NOT_BY_MAIL)


class State(models.TextChoices):
    """How far a message came, as its sender may know it. Why it did not arrive, and whether it came
    back days later, is the recipient's business: a block and a full mailbox look alike."""

    HELD = "held", _("waits for our staff")
    REFUSED = "refused", _("not sent")
    WAITING = "waiting", _("on its way")
    SENT = "sent", _("sent")
    NOT_YET = "not_yet", _("not delivered yet")


class Side(models.TextChoices):
    """Whose copy of a message."""

    SENDER = "sender", _("whoever wrote it")
    RECIPIENT = "recipient", _("whoever got it")


@dataclass(frozen=True)
class Copy:
    """One side's own copy of a message. What the other side did with theirs is not in it."""

    kept_at: datetime | None
    let_go_at: datetime | None
    goes_on: datetime | None  # where it is not kept; None while the message is on its way


class Message(models.Model):
    """What one member writes to another. Its letter carries it and knows how far it came.

    A message our rules stop has no letter yet: a reviewer releases it, or it is refused. Its
    recipient knows nothing of it until then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sender = models.ForeignKey(Profile, models.CASCADE, related_name="messages_sent")
    recipient = models.ForeignKey(Profile, models.CASCADE, related_name="messages_received")
    body = models.TextField(max_length=BODY_MAX)
    letter = models.OneToOneField(Letter, models.PROTECT, null=True, related_name="message")
    # Both as they were called then: across a block nobody reads a name that was taken since.
    sender_name = models.CharField(max_length=30)
    recipient_name = models.CharField(max_length=30)
    # Mark of the address its recipient is told (members.outbox.marks), so that they read no later one.
    sender_mark = models.CharField(max_length=64, blank=True)
    # One filled-in form gives one message, however often its button is pressed.
    form_key = models.UUIDField(unique=True)
    written_at = models.DateTimeField(default=timezone.now)
    # Each side keeps its own copy, or lets it go; the words go with the last copy.
    kept_by_sender_at = models.DateTimeField(null=True, blank=True)
    kept_by_recipient_at = models.DateTimeField(null=True, blank=True)
    let_go_by_sender_at = models.DateTimeField(null=True, blank=True)
    let_go_by_recipient_at = models.DateTimeField(null=True, blank=True)
    body_erased_at = models.DateTimeField(null=True, blank=True)
    # Name of the rule that stopped it (members.relay.second_look); empty: none did.
    held_for = models.CharField(max_length=20, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(sender=F("recipient")), name="message_needs_two"),
            models.CheckConstraint(
                condition=~Q(sender_name="") & ~Q(recipient_name=""), name="message_names_both"
            ),
            models.CheckConstraint(
                condition=(Q(body_erased_at=None) & ~Q(body=""))
                | (Q(body_erased_at__isnull=False) & Q(body="")),
                name="message_has_words_until_they_are_erased",
            ),
            models.CheckConstraint(
                condition=Q(
                    body_erased_at__isnull=False,
                    let_go_by_sender_at__isnull=False,
                    let_go_by_recipient_at__isnull=False,
                )
                | Q(body_erased_at=None, let_go_by_sender_at=None)
                | Q(body_erased_at=None, let_go_by_recipient_at=None),
                name="message_loses_its_words_with_the_last_copy",
            ),
            models.CheckConstraint(
                condition=Q(kept_by_sender_at=None) | Q(let_go_by_sender_at=None),
                name="message_is_kept_or_let_go_by_its_sender",
            ),
            models.CheckConstraint(
                condition=Q(kept_by_recipient_at=None) | Q(let_go_by_recipient_at=None),
                name="message_is_kept_or_let_go_by_its_recipient",
            ),
            models.CheckConstraint(
                condition=Q(letter__isnull=False, held_at=None, released_at=None, refused_at=None)
                | Q(
                    letter__isnull=False,
                    held_at__isnull=False,
                    released_at__isnull=False,
                    refused_at=None,
                )
                | Q(letter=None, held_at__isnull=False, released_at=None),
                name="message_has_a_letter_unless_it_is_held_or_refused",
            ),
            models.CheckConstraint(
                condition=Q(held_at=None, held_for="")
                | (Q(held_at__isnull=False) & ~Q(held_for="")),
                name="message_is_held_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["sender", "-written_at"], name="message_sent_by"),
            models.Index(
                fields=["held_at"], name="message_held",
                condition=Q(held_at__isnull=False, released_at=None),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"message {str(self.pk)[:8]}"

    @property
    def state(self) -> State:
        if self.letter is None:
            return State.REFUSED if self.refused_at else State.HELD
        if self.letter.bounced_at:
            return State.NOT_YET
        if self.letter.sent_at:
            return State.SENT
        tried = self.letter.failed_at or self.letter.dropped_at or self.letter.last_code
        return State.NOT_YET if tried else State.WAITING

    @property
    def ended_at(self) -> datetime | None:
        """When it was delivered, or given up; None while it is on its way."""
        letter = self.letter
        return letter and (letter.sent_at or letter.failed_at or letter.dropped_at)

    @property
    def goes_on(self) -> datetime | None:
        """When a copy goes that its recipient does not keep."""
        return self.ended_at and self.ended_at + COPY_KEPT

    @property
    def known_address(self) -> str:
        """The sender's address, as long as it is the one the letter told. Whoever took another since,
        perhaps because of this recipient, did not tell them that one."""
        address = self.sender.member.email
        return address if self.sender_mark == mark_of(address) else ""

    @property
    def sent_copy(self) -> Copy:
        """Of a message that did not arrive it goes a set time after it set out: the day when it was
        given up would tell how."""
        match self.state:
            case State.SENT:
                goes_on = self.goes_on
            case State.NOT_YET:
                goes_on = (self.released_at or self.written_at) + GIVE_UP + COPY_KEPT
            case State.HELD | State.REFUSED:
                goes_on = self.held_at + COPY_KEPT
            case _on_its_way:
                goes_on = None
        return Copy(self.kept_by_sender_at, self.let_go_by_sender_at, goes_on)

    @property
    def received_copy(self) -> Copy:
        return Copy(self.kept_by_recipient_at, self.let_go_by_recipient_at, self.goes_on)

    @property
    def shown_answer(self) -> Promise | None:
        """What the recipient answered with one tap, as its sender may read it: once the letter went
        (or could not), and as long as it was not taken back. While another answer waits, or where it
        was kept back, the one told before. Of rows from `sent_by`."""
        given = getattr(self, "reply", None)
        if given is None:
            return None
        kind = given.kind if _reached_the_site(given.letter) else given.told
        if not kind or (kind == Reply.Kind.NO_MORE and not self.is_silenced):
            return None
        return sentence(kind, self.recipient_name)

    @property
    def is_held(self) -> bool:
        """Whether a reviewer has still to look at it."""
        return self.held_at is not None and self.released_at is None and self.refused_at is None

    @property
    def was_refused_unread(self) -> bool:
        """Whether the clock refused it, in the moment its words were erased: nobody had come to it."""
        return self.refused_at is not None and self.refused_at == self.body_erased_at


class Reply(models.Model):
    """What a recipient answered with one tap.

    One to one with its message: the last answer counts, and the sender has one state to read. Its
    letter tells it; `replying.reply` says how far an answer may still be changed.
    """

    class Kind(models.TextChoices):
        """From the softest to the firmest."""

        NEED_TIME = "need_time", _("I need time")
        NOT_NOW = "not_now", _("Not now, thank you")
        NO_MORE = "no_more", _("Please do not write again")

    message = models.OneToOneField(Message, models.CASCADE, related_name="reply")
    kind = models.CharField(max_length=10, choices=Kind)
    given_at = models.DateTimeField(default=timezone.now)
    letter = models.OneToOneField(Letter, models.PROTECT, related_name="reply")
    # What the sender knew before, once a firmer answer took its place.
    told = models.CharField(max_length=10, choices=Kind, blank=True)

    class Meta:
        verbose_name_plural = "replies"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["need_time", "not_now", "no_more"]),
                name="reply_is_one_of_three",
            ),
            models.CheckConstraint(
                condition=Q(told__in=["", "need_time", "not_now"]),
                name="reply_told_before_can_grow_firmer",
            ),
        ]

    def __str__(self) -> str:
        return f"reply {self.pk}"

    @property
    def was_kept_back(self) -> bool:
        """Whether its letter was dropped: its sender knows nothing of it."""
        return bool(self.letter.dropped_at) and not _reached_the_site(self.letter)

    @property
    def sentence(self) -> Promise:
        return sentence(self.kind, self.message.recipient.username)


# All that a sender is told. It speaks for somebody who may have no strength for words of their own.
SENTENCES = {
    Reply.Kind.NEED_TIME: _(
        "{name} has your message and needs time. An answer may take long. "
        "Please do not wait for it, and do not write again until it comes."
    ),
    Reply.Kind.NOT_NOW: _(
        "{name} thanks you for your message, and cannot write with you now. "
        "It says nothing about you."
    ),
    Reply.Kind.NO_MORE: _(
        "{name} asks you not to write again. There can be many reasons, and nobody has to give one. "
        "Please leave it at that, and be kind to yourself."
    ),
}


def sentence(kind: str, name: str) -> Promise:
    """What the sender of a message is told when its recipient, of this name, taps this answer."""
    return format_lazy(SENTENCES[Reply.Kind(kind)], name=name)


class SilenceQuerySet(models.QuerySet["Silence"]):
    def standing(self) -> "SilenceQuerySet":
        """Not taken back: whoever writes to somebody wants to hear from them again."""
        wrote_since = Message.objects.filter(
            sender=OuterRef("asker"),
            recipient__member=OuterRef("writer"),
            written_at__gt=OuterRef("asked_at"),
            letter__isnull=False,  # what is held was not said to anybody
        )
        return self.filter(~Exists(wrote_since))


class Silence(models.Model):
    """A face asked a member not to write to it again.

    It binds the member, so that leaving and joining under a new name opens nothing; and it belongs
    to the face that asked: were it to follow the asker into a new one, the sentence that refuses
    would tell who that is.
    """

    asker = models.ForeignKey(Profile, models.CASCADE, related_name="silences_asked")
    writer = models.ForeignKey(Member, models.CASCADE, related_name="silences_heard")
    # The face the asker saw, and what it was called then: how My Account names it.
    seen_as = models.ForeignKey(Profile, forget_the_name, null=True, related_name="+")
    name = models.CharField(max_length=30, blank=True)  # empty: the face is gone
    asked_at = models.DateTimeField(default=timezone.now)

    objects = SilenceQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["asker", "writer"], name="silence_once_between_two"),
        ]

    def __str__(self) -> str:
        return f"silence {self.pk}"
