import uuid

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Block, Member, Profile
from members.outbox.models import Letter

BODY_MIN, BODY_MAX = 20, 5000  # characters


class MessageQuerySet(models.QuerySet["Message"]):
    def gone_out(self) -> "MessageQuerySet":
        """With a letter, whether or not it arrived: not held, and not refused."""
        return self.filter(letter__isnull=False)

    def held(self) -> "MessageQuerySet":
        """Those a reviewer has still to look at."""
        return self.filter(held_at__isnull=False, released_at=None, refused_at=None)

    def sent_by(self, member: Member) -> "MessageQuerySet":
        return self.filter(sender__member=member).select_related("recipient", "letter")

    def got_by(self, member: Member) -> "MessageQuerySet":
        """Sent, or undeliverable by mail, which is when reading here matters most. Never from
        somebody the member blocked; a block made by the other side changes nothing here, as what
        vanished would tell of it."""
        blocked = Block.objects.filter(
            blocker=member,
            blocked=OuterRef("sender__member"),
            community=OuterRef("sender__community"),
        )
        done = Q(letter__sent_at__isnull=False) | Q(letter__failed_at__isnull=False)
        mine = self.filter(done, ~Exists(blocked), recipient__member=member)
        return mine.select_related("sender__member", "letter")


class State(models.TextChoices):
    """How far a message came, as its sender may know it. Why it did not arrive is the
    recipient's business: a block and a full mailbox look alike."""

    HELD = "held", _("read by our staff first")
    REFUSED = "refused", _("not sent")
    WAITING = "waiting", _("on its way")
    SENT = "sent", _("sent")
    NOT_YET = "not_yet", _("not delivered yet")


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
    # One filled-in form gives one message, however often its button is pressed.
    form_key = models.UUIDField(unique=True)
    written_at = models.DateTimeField(default=timezone.now)
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
                condition=(Q(body_erased_at=None) & ~Q(body=""))
                | (Q(body_erased_at__isnull=False) & Q(body="")),
                name="message_has_words_until_they_are_erased",
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
        if self.letter.sent_at:
            return State.SENT
        tried = self.letter.failed_at or self.letter.dropped_at or self.letter.last_code
        return State.NOT_YET if tried else State.WAITING

    @property
    def is_held(self) -> bool:
        """Whether a reviewer has still to look at it."""
        return self.held_at is not None and self.released_at is None and self.refused_at is None

    @property
    def was_refused_unread(self) -> bool:
        """Whether the clock refused it, in the moment its words were erased: nobody had come to it."""
        return self.refused_at is not None and self.refused_at == self.body_erased_at


class Draft(models.Model):
    """Words somebody began and did not send: theirs alone, for one recipient, and not for long."""

    sender = models.ForeignKey(Profile, models.CASCADE, related_name="drafts")
    recipient = models.ForeignKey(Profile, models.CASCADE, related_name="+")
    body = models.TextField(max_length=BODY_MAX)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "recipient"], name="draft_once_to_one_person"
            ),
            models.CheckConstraint(condition=~Q(sender=F("recipient")), name="draft_needs_two"),
            models.CheckConstraint(condition=~Q(body=""), name="draft_has_words"),
        ]
        indexes = [models.Index(fields=["saved_at"], name="draft_saved")]

    def __str__(self) -> str:
        return f"draft {self.pk}"


class Awaited(models.Model):
    """Somebody wants to hear when another has room for new people again. One letter, at most."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sender = models.ForeignKey(Profile, models.CASCADE, related_name="awaited")
    recipient = models.ForeignKey(Profile, models.CASCADE, related_name="awaited_by")
    asked_at = models.DateTimeField(default=timezone.now)
    # That says there is room. Forgotten with its row, so that nobody is told a second time.
    letter = models.OneToOneField(Letter, models.CASCADE, null=True, related_name="awaited")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "recipient"], name="room_is_awaited_once_by_one_person"
            ),
            models.CheckConstraint(
                condition=~Q(sender=F("recipient")), name="room_is_awaited_of_somebody_else"
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], name="room_awaited_since")]

    def __str__(self) -> str:
        return f"awaited {str(self.pk)[:8]}"
