"""Within one question any of the ticked answers, between questions all."""

from collections.abc import Callable
from typing import Any

import pytest

from members.models import Choice, Drug, DrugClass, DrugExperience, Member, Profile
from members.places.models import Cell

pytestmark = pytest.mark.django_db


def face(member: Member, community: str = "twp") -> Profile:
    return member.profiles.get(community=community)


def test_everybody_near_is_found_except_oneself(
    ana: Member, bo: Member, stranger: Member, names: Callable[..., list[str]]
) -> None:
    assert names(ana) == ["stranger", "bo"]


def test_any_of_the_ticked_answers_to_one_question_will_do(
    ana: Member,
    bo: Member,
    stranger: Member,
    dana: Member,
    names: Callable[..., list[str]],
    answer: Callable[..., Any],
) -> None:
    answer(face(bo), "stage", "reducing")
    answer(face(stranger), "stage", "holding")

    assert names(ana, "stage=reducing&stage=holding") == ["stranger", "bo"]
    assert names(ana, "stage=holding") == ["stranger"]


def test_every_question_asked_must_fit(
    ana: Member,
    bo: Member,
    stranger: Member,
    names: Callable[..., list[str]],
    answer: Callable[..., Any],
) -> None:
    answer(face(bo), "stage", "reducing")
    answer(face(bo), "interest", "friendship")
    answer(face(stranger), "stage", "reducing")

    assert names(ana, "stage=reducing&interest=friendship&interest=advocacy") == ["bo"]


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        ("stage", "reducing"), ("years_total", "2_5y"), ("schedule", "daily_micro"),
        ("small_doses", "scale"), ("help", "alone"), ("how_it_is_now", "hard"),
        ("interest", "creative"), ("language", "de"),
    ],
)  # fmt: skip
def test_twp_can_be_searched_by_each_question(
    question: str,
    slug: str,
    ana: Member,
    bo: Member,
    stranger: Member,
    names: Callable[..., list[str]],
    answer: Callable[..., Any],
) -> None:
    answer(face(bo), question, slug)

    assert names(ana, f"{question}={slug}") == ["bo"]


def test_ici_is_searched_by_what_people_come_as(
    ana: Member, cleo: Member, names: Callable[..., list[str]], answer: Callable[..., Any]
) -> None:
    answer(face(cleo, "ici"), "come_as", "family_or_friend")

    assert names(ana, "come_as=family_or_friend", "ici") == ["cleo"]
    assert names(ana, "come_as=never_patient", "ici") == []


def test_ici_is_not_asked_about_drugs(
    ana: Member, cleo: Member, search: Callable[..., dict]
) -> None:
    form = search(ana, "drug=sertraline&stage=reducing", "ici")["form"]

    assert set(form.fields) & {"drug", "stage", "years_total", "schedule"} == set()


@pytest.mark.parametrize(
    "typed",
    [
        "sertraline",
        "Sertraline",
        "zoloft",
        " Lustral ",
        "antidepressant",
        "Antidepressants",
        "SSRI",
    ],
)
def test_a_drug_is_found_by_its_name_a_brand_or_its_class(
    typed: str,
    ana: Member,
    bo: Member,
    stranger: Member,
    names: Callable[..., list[str]],
    take: Callable[..., Any],
) -> None:
    take(face(bo), "sertraline")
    take(face(stranger), "diazepam")

    assert names(ana, f"drug={typed}") == ["bo"]


def test_a_class_finds_those_who_named_only_the_class(
    ana: Member, bo: Member, names: Callable[..., list[str]]
) -> None:
    unnamed = Drug.objects.get(drug_class=DrugClass.BENZODIAZEPINE, generic="")
    DrugExperience.objects.create(profile=face(bo), drug=unnamed, shown="shown")

    assert names(ana, "drug=benzodiazepine") == ["bo"]


def test_a_drug_can_be_asked_for_now_or_in_the_past(
    ana: Member,
    bo: Member,
    stranger: Member,
    dana: Member,
    names: Callable[..., list[str]],
    take: Callable[..., Any],
) -> None:
    take(face(bo), "sertraline", "stopped")
    take(face(stranger), "sertraline", "reducing")

    assert names(ana, "drug=sertraline&drug_when=past") == ["bo"]
    assert names(ana, "drug=sertraline&drug_when=now") == ["stranger"]
    assert names(ana, "drug=sertraline&drug_when=any") == ["stranger", "bo"]


def test_a_drug_without_a_time_is_found_only_at_any_time(
    ana: Member, bo: Member, names: Callable[..., list[str]], take: Callable[..., Any]
) -> None:
    take(face(bo), "sertraline", None)

    assert names(ana, "drug=sertraline&drug_when=past") == []
    assert names(ana, "drug=sertraline&drug_when=now") == []
    assert names(ana, "drug=sertraline") == ["bo"]


def test_now_and_past_hold_for_the_same_drug(
    ana: Member, bo: Member, names: Callable[..., list[str]], take: Callable[..., Any]
) -> None:
    take(face(bo), "sertraline", "stopped")
    take(face(bo), "diazepam", "taking")

    assert names(ana, "drug=sertraline&drug_when=now") == []


def test_a_chip_takes_off_one_answer_and_keeps_the_rest(
    ana: Member, bo: Member, search: Callable[..., dict]
) -> None:
    context = search(ana, "stage=reducing&stage=holding&drug=Zoloft&within=50&page=1")

    hrefs = {str(chip.label): chip.href for chip in context["chips"]}
    assert hrefs == {
        "sertraline": "?stage=reducing&stage=holding&within=50",
        "reducing now": "?stage=holding&drug=Zoloft&within=50",
        "pausing on purpose": "?stage=reducing&drug=Zoloft&within=50",
    }


def test_a_retired_answer_is_no_longer_asked_for_but_its_givers_stay(
    ana: Member, bo: Member, search: Callable[..., dict], answer: Callable[..., Any]
) -> None:
    answer(face(bo), "stage", "holding")
    Choice.objects.filter(question="stage", slug="holding").update(retired_at="2026-01-01T00:00Z")

    context = search(ana, "stage=holding")

    assert "stage" in context["form"].errors
    assert [(card.username, card.facts) for card in context["cards"]] == [
        ("bo", ["pausing on purpose"])
    ]


def test_an_area_of_the_map_lists_its_people(
    ana: Member,
    bo: Member,
    stranger: Member,
    names: Callable[..., list[str]],
    cell: Cell,
    boston: Cell,
) -> None:
    Profile.objects.filter(member=stranger).update(cell=boston)

    assert names(ana, f"within=500&area={boston.h3}") == ["stranger"]
    assert names(ana, f"within=500&area={cell.h3}") == ["bo"]
