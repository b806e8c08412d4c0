import uuid
from collections.abc import Callable

import pytest

from members.models import Member, Profile
from members.relay import sending
from members.relay.models import Message
from tests.outbox.post_office import smtp_server

__all__ = ["smtp_server"]

BODY = "Hello, I read your profile and would like to write with you."


def face(member: Member, community: str = "twp") -> Profile:
    return Profile.objects.select_related("member").get(member=member, community=community)


@pytest.fixture
def write() -> Callable[..., Message]:
    """`write(ana, bo)`: Ana writes to Bo in TWP."""

    def write(sender: Member, recipient: Member, body: str = BODY, *, key: uuid.UUID | None = None,
              community: str = "twp") -> Message:  # fmt: skip
        return sending.write(
            face(sender, community), face(recipient, community), body, key or uuid.uuid4()
        )

    return write
