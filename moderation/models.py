from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.communities import CommunitySlug
from members.models import Profile


class Verdict(models.TextChoices):
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")


class Reason(models.TextChoices):
    """Why an application was declined; each has a prepared letter, except where it says none."""

    FAMILY_TO_ICI = "family_to_ici", _("a relative of somebody in withdrawal: belongs in ICI Connect")
    PROMOTES = "promotes", _("promotes services, products or an organisation")
    AGAINST_VALUES = "against_values", _("does not share what the community stands for")
    DUPLICATE = "duplicate", _("has applied before")
    NOT_FILLED = "not_filled", _("too little is filled in")
    LOOKS_AUTOMATIC = "looks_automatic", _("looks automatic (no letter is sent)")
    UNDER_AGE = "under_age", _("is under 18")
    EARLIER_REMOVED = "earlier_removed", _("was removed earlier")


SILENT = (Reason.LOOKS_AUTOMATIC,)


class Decision(models.Model):
    """What a reviewer decided about an application. The record outlives the application."""

    profile = models.OneToOneField(Profile, models.SET_NULL, null=True, related_name="decision")
    community = models.CharField(max_length=3, choices=CommunitySlug)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="decisions"
    )
    verdict = models.CharField(max_length=8, choices=Verdict)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    words = models.TextField(blank=True)  # the letter as the reviewer edited it; empty when silent
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-decided_at"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(verdict=Verdict.APPROVED) & Q(reason=""))
                | (Q(verdict=Verdict.DECLINED) & Q(reason__in=Reason.values)),
                name="decision_declines_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=Verdict.values), name="decision_has_a_known_verdict"
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}"


class StaffMessage(models.Model):
    """What somebody wrote to the staff through the contact form."""

    class About(models.TextChoices):
        QUESTION = "question", _("a question")
        BREACH = "breach", _("somebody broke the pledge")
        ACCOUNT = "account", _("my account or my application")
        SITE = "site", _("something on the site does not work")
        OTHER = "other", _("something else")

    about = models.CharField(max_length=10, choices=About)
    body = models.TextField(max_length=5000)
    reply_to = models.EmailField(blank=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    received_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("message to the staff")
        verbose_name_plural = _("messages to the staff")
        ordering = ["-received_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(body=""), name="staff_message_has_words"),
            models.CheckConstraint(
                condition=Q(about__in=["question", "breach", "account", "site", "other"]),
                name="staff_message_is_about_something_known",
            ),
        ]

    def __str__(self) -> str:
        return f"message to the staff {self.pk}"
