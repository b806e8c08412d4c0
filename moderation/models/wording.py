from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

WORDS_LENGTH = 5000  # characters


class LetterText(models.Model):
    """The words of a prepared letter as the staff changed them; without a row the original holds."""

    # A key of moderation.letters.originals.PREPARED.
    name = models.SlugField(_("letter"), max_length=40)
    language = models.CharField(_("language"), max_length=10, default="en")
    words = models.TextField(_("words"), max_length=WORDS_LENGTH)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+",
        verbose_name=_("changed by"),
    )  # fmt: skip
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    class Meta:
        verbose_name = _("prepared letter")
        verbose_name_plural = _("prepared letters")
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["name", "language"], name="letter_text_once_per_language"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="letter_text_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"
