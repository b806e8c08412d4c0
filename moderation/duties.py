"""What this room does by the clock."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from members import account
from members.outbox.duties import duty
from moderation import staff_messages
from moderation.models import Application, Decision

KEPT_AFTER_DECLINING = timedelta(days=30)


@duty("erase-declined-applications", every=timedelta(hours=6))
def erase_declined_applications() -> None:
    """What stays of an application is the reason and the mark of its address."""
    latest = timezone.now() - KEPT_AFTER_DECLINING
    for key in Application.objects.filter(declined_at__lte=latest).values_list("pk", flat=True):
        _erase(key)


@transaction.atomic
def _erase(key: int) -> None:
    declined = Application.objects.filter(pk=key, declined_at__isnull=False)
    application = declined.select_for_update().first()
    if application is None:
        return
    Decision.objects.filter(profile=application).update(profile=None, words="")
    account.erase_profile(application)


@duty("erase-answered-messages", every=timedelta(days=1))
def erase_answered_messages() -> None:
    staff_messages.erase_answered()
