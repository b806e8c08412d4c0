"""What a complaint about a message stops: the mail of that sender to that recipient."""

from members.models import Profile
from members.relay.models import Unwanted


def stop(sender: Profile, recipient: Profile) -> None:
    """Nothing more of `sender` reaches `recipient` by mail. Doing it again changes nothing."""
    Unwanted.objects.get_or_create(
        sender_id=sender.member_id, recipient_id=recipient.member_id, community=sender.community
    )


def allow(sender: Profile, recipient: Profile) -> None:
    """Mail passes again: `recipient` wrote to them, so it is wanted."""
    _between(sender, recipient).delete()


def is_unwanted(sender: Profile, recipient: Profile) -> bool:
    return _between(sender, recipient).exists()


def _between(sender: Profile, recipient: Profile):  # noqa: ANN202
    return Unwanted.objects.filter(
        sender=sender.member_id, recipient=recipient.member_id, community=sender.community
    )
