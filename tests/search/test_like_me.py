"""People like me: the search filled in from one's own profile."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from members.models import Choice, Member, Shown

pytestmark = pytest.mark.django_db


def test_one_s_drugs_are_asked_for_at_any_distance(
    ana: Member, search: Callable[..., dict], answer: Callable[..., Any], take: Callable[..., Any]
) -> None:
    face = ana.profiles.get(community="twp")
    take(face, "sertraline")
    take(face, "lorazepam", shown=Shown.MATCHING)
    take(face, "quetiapine", shown=Shown.UNUSED)
    answer(face, "stage", "reducing")

    found = search(ana)["like_me"]

    assert found.query == "drug=lorazepam&drug=sertraline&within=any&sort=common"
    assert found.words == "your drugs"


def test_without_drugs_it_is_the_stage(
    ana: Member, search: Callable[..., dict], answer: Callable[..., Any]
) -> None:
    answer(ana.profiles.get(community="twp"), "stage", "reducing")

    assert search(ana)["like_me"].query == "stage=reducing&within=any&sort=common"


def test_in_ici_it_is_what_people_come_as(
    ana: Member, search: Callable[..., dict], answer: Callable[..., Any]
) -> None:
    answer(ana.profiles.get(community="ici"), "come_as", "family_or_friend")

    query = search(ana, community="ici")["like_me"].query

    assert query == "come_as=family_or_friend&within=any&sort=common"


def test_answers_that_say_nothing_or_are_retired_are_not_asked_for(
    ana: Member, search: Callable[..., dict], answer: Callable[..., Any]
) -> None:
    face = ana.profiles.get(community="twp")
    answer(face, "stage", "rather_not")
    answer(face, "interest", "friendship")
    Choice.objects.filter(question="interest", slug="friendship").update(retired_at=timezone.now())

    assert search(ana)["like_me"].query == ""


def test_an_empty_profile_is_told_where_to_begin(
    ana: Member, signed_in: Callable[[Member], Client]
) -> None:
    page = signed_in(ana).get("/twp/members/").content.decode()

    assert "Tell a little about yourself in your profile" in page
    assert "People like me" not in page


def test_it_says_what_it_filled_in_until_something_is_changed(
    ana: Member, search: Callable[..., dict], answer: Callable[..., Any]
) -> None:
    answer(ana.profiles.get(community="twp"), "stage", "reducing")
    query = search(ana)["like_me"].query

    assert search(ana, query)["is_like_me"]
    assert search(ana, f"place=&unit=km&page=1&{query}")["is_like_me"]
    assert not search(ana, f"{query}&stage=holding")["is_like_me"]


def test_who_is_like_one_is_found_by_it(
    ana: Member, bo: Member, stranger: Member, names: Callable[..., list[str]],
    search: Callable[..., dict], take: Callable[..., Any],
) -> None:  # fmt: skip
    take(ana.profiles.get(community="twp"), "sertraline")
    take(bo.profiles.get(), "sertraline")
    take(stranger.profiles.get(), "lorazepam")

    assert names(ana, search(ana)["like_me"].query) == ["bo"]
