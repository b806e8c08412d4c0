import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from members.models import Profile
from members.outbox.models import Letter

BODY_MIN, BODY_MAX = 20, 5000  # characters


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
