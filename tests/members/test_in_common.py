from collections.abc import Callable
from typing import Any

import pytest

from members.in_common import between
from members.models import Member, Profile, Shown

pytestmark = pytest.mark.django_db

SHOWN, MATCHING, UNUSED = Shown.SHOWN, Shown.MATCHING, Shown.UNUSED


@pytest.fixture
def two(ana: Member, bo: Member) -> tuple[Profile, Profile]:
    return ana.profiles.get(community="twp"), bo.profiles.get()


@pytest.mark.parametrize(
    ("mine", "theirs", "common"),
    [
        (SHOWN, SHOWN, True), (SHOWN, MATCHING, True), (MATCHING, SHOWN, True),
        (MATCHING, MATCHING, True), (UNUSED, SHOWN, False), (SHOWN, UNUSED, False),
        (UNUSED, MATCHING, False), (UNUSED, UNUSED, False),
    ],
)  # fmt: skip
def test_two_have_in_common_what_neither_keeps_to_themselves(
    mine: str,
    theirs: str,
    common: bool,
    two: tuple[Profile, Profile],
    answer: Callable[..., Any],
    take: Callable[..., Any],
) -> None:
    answer(two[0], "schedule", "slide", mine)
    answer(two[1], "schedule", "slide", theirs)
    take(two[0], "sertraline", shown=mine)
    take(two[1], "sertraline", shown=theirs)

    expected = ["sertraline", "several small cuts in a row, then a wait"] if common else []
    assert between(*two) == between(two[1], two[0]) == expected


def test_drugs_come_first_then_experience_then_interests(
    two: tuple[Profile, Profile], answer: Callable[..., Any], take: Callable[..., Any]
) -> None:
    for profile in two:
        answer(profile, "interest", "friendship")
        answer(profile, "years_total", "5_10y")
        answer(profile, "stage", "reducing")
        take(profile, "sertraline")
        take(profile, "diazepam")

    assert between(*two) == [
        "diazepam", "sertraline", "reducing now", "years on such drugs: 5 to 10 years", "friendship",
    ]  # fmt: skip


def test_an_answer_that_says_nothing_is_nothing_in_common(
    two: tuple[Profile, Profile], answer: Callable[..., Any]
) -> None:
    for profile in two:
        answer(profile, "stage", "rather_not")
        answer(profile, "years_total", "not_sure")
        answer(profile, "language", "en")

    assert between(*two) == []


def test_two_queries_are_enough(
    two: tuple[Profile, Profile],
    answer: Callable[..., Any],
    django_assert_num_queries: Callable[..., Any],
) -> None:
    for slug in ("friendship", "advocacy", "creative"):
        answer(two[0], "interest", slug)
        answer(two[1], "interest", slug)

    with django_assert_num_queries(2):
        between(*two)
