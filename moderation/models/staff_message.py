from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class StaffMessage(models.Model):
    """What somebody wrote to the staff through the contact form."""

    class About(models.TextChoices):
        QUESTION = "question", _("a question")
        BREACH = "breach", _("somebody broke the pledge")
        ACCOUNT = "account", _("my account or my application")
        SITE = "site", _("something on the site does not work")
        OTHER = "other", _("something else")

    about = models.CharField(_("about"), max_length=10, choices=About)
    body = models.TextField(_("message"), max_length=5000)
    reply_to = models.EmailField(_("answer to"), blank=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("member"),
    )  # fmt: skip
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        default_permissions = ("view", "change")
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
