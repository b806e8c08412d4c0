from django.utils.translation import gettext_lazy as _

from members.outbox.models import Letter


class OutgoingLetter(Letter):
    """A letter as administrators see it: by its number, its kind, dates and codes."""

    class Meta:
        proxy = True
        verbose_name = _("outgoing letter")
        verbose_name_plural = _("outgoing mail")
        default_permissions = ("view", "change")
