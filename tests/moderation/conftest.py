from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from members.models import Member
from moderation.models import Application
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
