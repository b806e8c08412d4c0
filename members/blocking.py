from django.db import transaction

from members.models import Block, Member, Profile


class NobodyToBlock(Exception):
    """A member cannot block themselves."""


@transaction.atomic
def block(blocker: Member, profile: Profile) -> None:
    """`blocker` and the person behind `profile` do not meet again, in any community.

    What already waits in the outbox between them is dropped when its turn comes. Doing it again
    changes nothing.
    """
    if profile.member_id == blocker.pk:
        raise NobodyToBlock
    Block.objects.get_or_create(
        blocker=blocker, blocked_id=profile.member_id, defaults={"seen_as": profile}
    )


def unblock(blocker: Member, blocked: Member) -> None:
    """Takes back the blocker's own block; one made by the other side stays."""
    Block.objects.filter(blocker=blocker, blocked=blocked).delete()
