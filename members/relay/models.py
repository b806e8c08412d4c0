import uuid

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.communities import CommunitySlug
from members.models import Block, Member, Profile
from members.outbox.models import Letter

BODY_MIN, BODY_MAX = 20, 5000  # characters
NOT_BY_MAIL = "not_by_mail"  # code of a letter that is not sent; its message is read on the site


class MessageQuerySet(models.QuerySet["Message"]):
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
        done = (
            Q(letter__sent_at__isnull=False)
            | Q(letter__failed_at__isnull=False)
            | Q(letter__dropped_at__isnull=False, letter__last_code=NOT_BY_MAIL)
        )
        mine = self.filter(done, ~Exists(blocked), recipient__member=member)
        return mine.select_related("sender__member", "letter")


class State(models.TextChoices):
    """How far a message came, as its sender may know it. Why it did not arrive, and whether it came
    back days later, is the recipient's business: a block and a full mailbox look alike."""

    WAITING = "waiting", _("on its way")
    SENT = "sent", _("sent")
    NOT_YET = "not_yet", _("not delivered yet")


class Message(models.Model):
    """What one member writes to another. Its letter carries it and knows how far it came."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sender = models.ForeignKey(Profile, models.CASCADE, related_name="messages_sent")
    recipient = models.ForeignKey(Profile, models.CASCADE, related_name="messages_received")
    body = models.TextField(max_length=BODY_MAX)
    letter = models.OneToOneField(Letter, models.PROTECT, related_name="message")
    # One filled-in form gives one message, however often its button is pressed.
    form_key = models.UUIDField(unique=True)
    written_at = models.DateTimeField(default=timezone.now)
    body_erased_at = models.DateTimeField(null=True, blank=True)

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
        ]
        indexes = [models.Index(fields=["sender", "-written_at"], name="message_sent_by")]

    def __str__(self) -> str:
        return f"message {str(self.pk)[:8]}"

    @property
    def state(self) -> State:
        if self.letter.bounced_at:
            return State.NOT_YET
        if self.letter.sent_at:
            return State.SENT
        tried = self.letter.failed_at or self.letter.dropped_at or self.letter.last_code
        return State.NOT_YET if tried else State.WAITING


class Unwanted(models.Model):
    """Mail of one member to another that the recipient's mailbox complained about: nothing more of it
    goes out, until the recipient writes to them. What they write is read on the site.

    In one community, like a block: elsewhere it would tell that two faces are one person.
    """

    sender = models.ForeignKey(Member, models.CASCADE, related_name="+")
    recipient = models.ForeignKey(Member, models.CASCADE, related_name="+")
    community = models.CharField(max_length=3, choices=CommunitySlug)
    complained_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "unwanted"
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "recipient", "community"], name="unwanted_once_between_two"
            ),
            models.CheckConstraint(condition=~Q(sender=F("recipient")), name="unwanted_needs_two"),
        ]

    def __str__(self) -> str:
        return f"unwanted {self.pk}"
