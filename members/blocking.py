from django.db import transaction

from members.models import Block, Member, Profile


class NobodyToBlock(Exception):
    """A member cannot block themselves."""


@transaction.atomic
def block(blocker: Member, profile: Profile, name: str = "") -> None:
    """`blocker` and the person behind `profile` do not meet again in the profile's community.

    What already waits in the outbox between them is dropped when its turn comes. Doing it again
    changes nothing.

    Args:
        name: what the blocker knows the profile as, where it is not today's: an old message has
            an old name.
    """
    if profile.member_id == blocker.pk:
        raise NobodyToBlock
    Block.objects.get_or_create(
        blocker=blocker,
        blocked_id=profile.member_id,
        community=profile.community,
        defaults={"seen_as": profile, "name": name or profile.username},
    )


def unblock(block: Block) -> None:
    """Take one's own block back; one made by the other side stays."""
    block.delete()
