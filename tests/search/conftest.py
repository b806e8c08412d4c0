from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from members import listing
from members.communities import TWP
from members.models import Member, Profile
from members.places.models import Cell
from tests.drills.site import UNLIMITED
from tests.places.known_towns import load_known_towns


@pytest.fixture
def known_towns(db: None) -> None:
    load_known_towns()


@pytest.fixture
def no_limits(settings: object) -> None:
    """A drill asks more in a minute than a member may in a day."""
    for name, number in UNLIMITED.items():
        setattr(settings, name, number)


@pytest.fixture
def search(signed_in: Callable[[Member], Client]) -> Callable[..., dict]:
    """`search(ana, "stage=reducing")`: the page's context, for Ana in TWP."""

    def ask(viewer: Member, query: str = "", community: str = "twp") -> dict:
        listing.refresh_all()  # tests arrange by hand what verbs would have kept true
        response = signed_in(viewer).get(f"/{community}/members/?{query}")
        assert response.status_code == 200
        return response.context

    return ask


@pytest.fixture
def names(search: Callable[..., dict]) -> Callable[..., list[str]]:
    """`names(ana, "stage=reducing")`: the usernames Ana finds, in their order."""

    def ask(viewer: Member, query: str = "", community: str = "twp") -> list[str]:
        cards = search(viewer, query, community)["cards"]
        return [card.username for card in cards]

    return ask


def people_in(cell: Cell, size: int, name: str) -> list[Profile]:
    """So many members of TWP, called crowd0, crowd1 …; without slow passwords, without search rows."""
    now = timezone.now()
    names = [f"{name}{number}" for number in range(size)]
    members = Member.objects.bulk_create(
        Member(email=f"{name}@example.org", password="!", let_in_at=now) for name in names
    )
    return Profile.objects.bulk_create(
        Profile(
            member=member, community=TWP.slug, username=name, username_key=name, cell=cell,
            applied_at=now, consented_at=now, health_consent_at=now, confirmed_at=now,
            approved_at=now,
        )
        for name, member in zip(names, members, strict=True)
    )  # fmt: skip


@pytest.fixture
def crowd(cell: Cell) -> Callable[..., list[Profile]]:
    """`crowd(30)`: so many members of TWP who can be found."""

    def make(size: int, name: str = "crowd", cell: Cell = cell) -> list[Profile]:
        made = people_in(cell, size, name)
        listing.refresh(*made)
        return made

    return make
