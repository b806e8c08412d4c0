"""Words that are not sent yet, kept for their sender alone."""

from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from members.models import Member, Profile
from members.relay.models import Draft

KEPT = timedelta(days=30)  # since they were last saved


def find(sender: Profile, recipient: Profile) -> Draft | None:
    return Draft.objects.filter(sender=sender, recipient=recipient).first()


def of(member: Member) -> QuerySet[Draft]:
    """What a member kept for people they may still look at, the latest first."""
    seen = Profile.objects.visible_to(member)
    kept = Draft.objects.filter(sender__member=member, recipient__in=seen)
    return kept.select_related("recipient").order_by("-saved_at")


def keep(sender: Profile, recipient: Profile, body: str) -> Draft:
    """Keep these words in place of earlier ones to the same person."""
    saved = {"body": body, "saved_at": timezone.now()}
    return Draft.objects.update_or_create(sender=sender, recipient=recipient, defaults=saved)[0]


def let_go(sender: Profile, recipient: Profile) -> None:
    """Erase what was kept, if anything was."""
    Draft.objects.filter(sender=sender, recipient=recipient).delete()


def kept_until(draft: Draft) -> date:
    """The day on which it is erased, unless it is saved again."""
    return timezone.localdate(draft.saved_at + KEPT)


def erase_old() -> None:
    Draft.objects.filter(saved_at__lte=timezone.now() - KEPT).delete()
