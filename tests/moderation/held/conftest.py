from collections.abc import Callable
from uuid import uuid4

import pytest

from members.models import Member, Profile
from members.relay import sending
from moderation.models import HeldMessage
from tests.moderation.conftest import administrator, desk, helper, second_reviewer
from tests.outbox.post_office import smtp_server

__all__ = ["administrator", "desk", "helper", "second_reviewer", "smtp_server"]

OFFER = "I can send you some of my leftover Xanax if you want."


@pytest.fixture
def hold() -> Callable[..., HeldMessage]:
    """`hold(ana, bo)`: Ana wrote to Bo in TWP, and a rule stopped it."""

    def write(sender: Member, recipient: Member, body: str = OFFER) -> HeldMessage:
        faces = [Profile.objects.get(member=one, community="twp") for one in (sender, recipient)]
        message = sending.write(*faces, body, uuid4())
        return HeldMessage.objects.get(pk=message.pk)

    return write


@pytest.fixture
def held(hold: Callable[..., HeldMessage], ana: Member, bo: Member) -> HeldMessage:
    return hold(ana, bo)
