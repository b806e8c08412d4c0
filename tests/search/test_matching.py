"""For matching only: found by those who gave the same answer, betrayed to nobody else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from members import listing
from members.models import Answer, Member, Profile, Shown

pytestmark = pytest.mark.django_db

MATCHING, UNUSED = Shown.MATCHING, Shown.UNUSED


def face(member: Member) -> Profile:
    return member.profiles.get(community="twp")


def page(client: Client, query: str) -> bytes:
    """The whole page without what is new in every answer."""
    listing.refresh_all()
    response = client.get(f"/twp/members/?{query}")
    context = response.context
    return repr(
        (
            context["cards"], context["page"].paginator.count, context["areas"], context["offers"],
            [chip.label for chip in context["chips"]],
        )
    ).encode()  # fmt: skip


def test_who_gave_the_same_answer_finds_it(
    ana: Member, bo: Member, names: Callable[..., list[str]], answer: Callable[..., Any]
) -> None:
    answer(face(bo), "how_it_is_now", "very_hard", MATCHING)
    answer(face(ana), "how_it_is_now", "very_hard", MATCHING)

    assert names(ana, "how_it_is_now=very_hard") == ["bo"]


def test_who_gave_another_answer_does_not_find_it(
    ana: Member, bo: Member, names: Callable[..., list[str]], answer: Callable[..., Any]
) -> None:
    answer(face(bo), "how_it_is_now", "very_hard", MATCHING)
    answer(face(ana), "how_it_is_now", "hard")

    assert names(ana, "how_it_is_now=very_hard") == []
    assert names(ana, "how_it_is_now=very_hard&how_it_is_now=hard") == []


def test_an_answer_of_the_viewer_s_other_face_does_not_count(
    ana: Member, bo: Member, names: Callable[..., list[str]], answer: Callable[..., Any]
) -> None:
    answer(face(bo), "language", "de", MATCHING)
    answer(ana.profiles.get(community="ici"), "language", "de")

    assert names(ana, "language=de") == []


def test_who_keeps_the_same_answer_to_themselves_learns_nothing(
    ana: Member, bo: Member, names: Callable[..., list[str]], answer: Callable[..., Any]
) -> None:
    answer(face(bo), "how_it_is_now", "very_hard", MATCHING)
    answer(face(ana), "how_it_is_now", "very_hard", UNUSED)

    assert names(ana, "how_it_is_now=very_hard") == []


def test_an_answer_not_used_is_found_by_nobody(
    ana: Member, bo: Member, names: Callable[..., list[str]], answer: Callable[..., Any]
) -> None:
    answer(face(bo), "stage", "reducing", UNUSED)
    answer(face(ana), "stage", "reducing")

    assert names(ana, "stage=reducing") == []


def test_a_drug_for_matching_is_found_by_those_who_took_the_same(
    ana: Member,
    bo: Member,
    stranger: Member,
    names: Callable[..., list[str]],
    take: Callable[..., Any],
) -> None:
    take(face(bo), "sertraline", "stopped", MATCHING)
    take(face(ana), "sertraline", "stopped")

    assert names(ana, "drug=sertraline") == ["bo"]
    assert names(stranger, "drug=sertraline") == ["ana"]


def test_a_class_does_not_find_a_drug_for_matching_that_the_viewer_did_not_take(
    ana: Member, bo: Member, names: Callable[..., list[str]], take: Callable[..., Any]
) -> None:
    take(face(bo), "sertraline", "stopped", MATCHING)
    take(face(ana), "citalopram", "stopped")

    assert names(ana, "drug=antidepressant") == []


def test_when_a_drug_for_matching_was_taken_is_not_told_to_who_takes_it_at_another_time(
    ana: Member, bo: Member, names: Callable[..., list[str]], take: Callable[..., Any]
) -> None:
    take(face(bo), "sertraline", "stopped", MATCHING)
    take(face(ana), "sertraline", "taking")

    assert names(ana, "drug=sertraline") == ["bo"]
    assert names(ana, "drug=sertraline&drug_when=past") == []
    assert names(ana, "drug=sertraline&drug_when=now") == []


@pytest.mark.parametrize(
    "query",
    ["", "how_it_is_now=very_hard", "how_it_is_now=hard", "drug=diazepam", "drug=benzodiazepine",
     "drug=benzodiazepine&drug_when=past", "stage=reducing", "within=10", "within=500"],
)  # fmt: skip
def test_what_is_for_matching_changes_no_page_of_who_has_not_the_same(
    query: str,
    ana: Member,
    bo: Member,
    stranger: Member,
    signed_in: Callable[[Member], Client],
    answer: Callable[..., Any],
    take: Callable[..., Any],
) -> None:
    client = signed_in(ana)
    answer(face(ana), "stage", "holding")
    take(face(ana), "sertraline", "taking")
    before = page(client, query)

    answer(face(bo), "how_it_is_now", "very_hard", MATCHING)
    answer(face(bo), "stage", "reducing", MATCHING)
    take(face(bo), "diazepam", "stopped", MATCHING)

    assert page(client, query) == before
    assert b"very hard" not in client.get("/twp/members/bo/").content


def test_a_card_says_what_is_in_common_and_no_more(
    ana: Member,
    bo: Member,
    search: Callable[..., dict],
    answer: Callable[..., Any],
    take: Callable[..., Any],
) -> None:
    answer(face(bo), "how_it_is_now", "very_hard", MATCHING)
    answer(face(bo), "attempts", "second", MATCHING)
    answer(face(bo), "interest", "friendship")
    answer(face(bo), "interest", "advocacy")
    take(face(bo), "sertraline", "stopped", MATCHING)
    take(face(bo), "diazepam", "stopped", MATCHING)
    answer(face(ana), "how_it_is_now", "very_hard", MATCHING)
    answer(face(ana), "interest", "friendship")
    take(face(ana), "sertraline", "taking")

    (card,) = search(ana)["cards"]

    assert card.in_common == ["sertraline", "how it is now: very hard", "friendship"]


def test_a_stage_for_matching_stands_on_the_card_only_for_who_has_the_same(
    ana: Member,
    bo: Member,
    stranger: Member,
    search: Callable[..., dict],
    answer: Callable[..., Any],
) -> None:
    answer(face(bo), "stage", "reducing", MATCHING)
    answer(face(ana), "stage", "reducing")

    facts = {card.username: card.facts for card in search(ana)["cards"]}
    strangers = {card.username: card.facts for card in search(stranger)["cards"]}

    assert facts == {"bo": ["reducing now"], "stranger": []}
    assert strangers == {"ana": ["reducing now"], "bo": []}
    assert Answer.objects.count() == 2
