from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from members.models import Member, Profile
from members.outbox.models import Letter
from members.relay import sending
from members.relay.models import Message
from moderation.models import Application, Report
from moderation.reports import reporting
from moderation.rights import ADMINISTRATORS


@pytest.fixture
def apply(
    make_member: Callable[..., Member], make_profile: Callable[..., object]
) -> Callable[..., Application]:
    """`apply("wren")`: an application that waits, sent `hours_ago`."""

    def make(
        name: str, community: str = "twp", *, hours_ago: int = 1, **fields: object
    ) -> Application:
        member = fields.pop("member", None) or make_member(name, let_in=False)
        sent = timezone.now() - timedelta(hours=hours_ago)
        profile = make_profile(
            member, community, approved=False, applied_at=sent,
            **{"username": name, "confirmed_at": sent, **fields},
        )  # fmt: skip
        return Application.objects.get(pk=profile.pk)

    return make


@pytest.fixture
def wren(apply: Callable[..., Application]) -> Application:
    """An application that waits."""
    return apply("wren")


@pytest.fixture
def second_reviewer(make_member: Callable[..., Member]) -> Member:
    member = make_member("robin", is_staff=True)
    member.groups.add(Group.objects.get(name="reviewers"))
    return member


@pytest.fixture
def administrator(make_member: Callable[..., Member]) -> Member:
    member = make_member("admin", is_staff=True)
    member.groups.add(Group.objects.get(name=ADMINISTRATORS))
    return member


@pytest.fixture
def helper(make_member: Callable[..., Member]) -> Member:
    """Staff without any right yet."""
    return make_member("helper", is_staff=True)


@pytest.fixture
def desk(reviewer: Member, signed_in: Callable[[Member], Client]) -> Client:
    """A browser in which a reviewer is signed in."""
    return signed_in(reviewer)


@pytest.fixture
def write() -> Callable[..., Message]:
    """`write(ana, bo)`: a message in TWP, delivered."""

    def send(
        sender: Member, recipient: Member, body: str = "Would you like to meet? Now?"
    ) -> Message:
        faces = [who.profiles.get(community="twp") for who in (sender, recipient)]
        message = sending.write(*faces, body, uuid4())
        Letter.objects.filter(pk=message.letter_id).update(sent_at=timezone.now())
        return message

    return send


@pytest.fixture
def tell() -> Callable[..., Report]:
    """`tell(ana, bo)`: Ana tells the staff of Bo, for money unless said otherwise."""

    def report(reporter: Member, person: Member, community: str = "twp", **said: object) -> Report:
        profile = Profile.objects.get(member=person, community=community)
        said = {"concern": "money", "form_key": uuid4()} | said
        return reporting.report(reporter, profile, **said)

    return report


@pytest.fixture
def told(ana: Member, bo: Member, tell: Callable[..., Report]) -> Report:
    """Ana told of Bo."""
    return tell(ana, bo, words="Bo asks everybody for money.")
