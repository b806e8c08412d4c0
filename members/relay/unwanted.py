"""What a complaint about a message stops: the mail of that sender to that recipient."""

from uuid import UUID

from django.db.models import QuerySet

from members.models import Profile
from members.relay.models import Unwanted
from members.statements import Slot, Statement


def stop(sender: Profile, recipient: Profile) -> None:
    """Nothing more of `sender` reaches `recipient` by mail. Doing it again changes nothing."""
    Unwanted.objects.get_or_create(
        sender_id=sender.member_id, recipient_id=recipient.member_id, community=sender.community
    )


def allow(sender: Profile, recipient: Profile) -> None:
    """Mail passes again: `recipient` wrote to them, so it is wanted."""
    _between(sender.member_id, recipient.member_id, sender.community).delete()


def is_unwanted(sender: Profile, recipient: Profile) -> bool:
    return bool(_rows(sender.member_id, recipient.member_id, sender.community))


@Statement
def _rows(sender: Slot, recipient: Slot, community: Slot) -> QuerySet:
    return _between(sender, recipient, community).values_list("pk")


def _between(sender: UUID | Slot, recipient: UUID | Slot, community: str | Slot) -> QuerySet:
    return Unwanted.objects.filter(sender=sender, recipient=recipient, community=community)
