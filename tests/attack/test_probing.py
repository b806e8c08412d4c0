"""A member who tries things out, again and again, to learn what no page says outright."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from members import account, looking
from members.answering import Entry
from members.models import Member, Profile
from members.places.models import Cell
from tests.attack.crowd import told
from tests.search.conftest import crowd, known_towns

__all__ = ["crowd", "known_towns"]

pytestmark = pytest.mark.django_db

SignIn = Callable[[Member], Client]
Crowded = Callable[..., list[Profile]]
FAR_PAGE = "/twp/members/?page=21"


# --- searches beyond the day's number --------------------------------------------------------------


@pytest.mark.parametrize("in_place", [False, True])
def test_without_searches_left_no_page_tells_how_many_pages_there_are(
    in_place: bool, ana: Member, signed_in: SignIn, crowd: Crowded, settings: object
) -> None:
    settings.SEARCHES_A_DAY = 1
    client = signed_in(ana)
    headers = {"HX-Request": "true"} if in_place else {}
    client.get("/twp/members/")
    few = told(client.get(FAR_PAGE, headers=headers))

    crowd(60)

    assert told(client.get(FAR_PAGE, headers=headers)) == few
