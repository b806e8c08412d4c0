import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from members.communities import CommunitySlug
from members.models import Member, Profile
from members.outbox.models import Letter
from members.relay.models.message import BODY_MAX


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
