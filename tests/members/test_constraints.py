"""Every constraint of the members' tables, broken on purpose."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from members.models import Answer, Block, Choice, Drug, DrugExperience, Member, Profile

pytestmark = pytest.mark.django_db

NOW = timezone.now()
EARLIER = NOW - timedelta(days=400)


def refused(constraint: str, change: Callable[[], object]) -> None:
    """The change fails, and it is this constraint that refuses it."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        change()
        connection.check_constraints()
    assert caught.value.__cause__.diag.constraint_name == constraint


@pytest.mark.parametrize(
    ("constraint", "changed"),
    [
        ("profile_in_a_known_community", {"community": "abc"}),
        ("profile_has_a_username", {"username": ""}),
        ("profile_has_a_username", {"username_key": ""}),
        ("profile_is_decided_one_way", {"declined_at": NOW}),
        ("profile_is_asked_only_while_it_waits", {"asked_at": NOW}),
        (
            "profile_approved_after_its_address_was_confirmed",
            {"confirmed_at": None},
        ),
        (
            "profile_declined_after_its_address_was_confirmed",
            {"confirmed_at": None, "approved_at": None, "declined_at": NOW},
        ),
        ("profile_confirmed_after_it_applied", {"confirmed_at": EARLIER}),
        ("profile_approved_after_it_applied", {"approved_at": EARLIER}),
        ("profile_rests_only_when_approved", {"approved_at": None, "paused_at": NOW}),
        ("profile_rests_until_a_day_only_when_resting", {"paused_until": NOW.date()}),
        ("profile_leaves_only_when_approved", {"approved_at": None, "left_at": NOW}),
        ("health_data_only_with_consent", {"health_consent_at": None}),
    ],
)
def test_a_profile_cannot_be(constraint: str, changed: dict[str, Any], bo: Member) -> None:
    profiles = Profile.objects.filter(member=bo)

    refused(constraint, lambda: profiles.update(**changed))


def test_ici_keeps_no_health_data_and_needs_no_consent_to_it(cleo: Member) -> None:
    profile = Profile.objects.get(member=cleo)

    assert profile.health_consent_at is None


def test_a_member_has_one_profile_in_a_community(
    bo: Member, make_profile: Callable[..., Profile]
) -> None:
    refused("profile_once_per_community", lambda: make_profile(bo, username="bo-again"))


def test_an_approved_name_is_given_once_in_a_community(
    bo: Member, stranger: Member, make_profile: Callable[..., Profile]
) -> None:
    profiles = Profile.objects.filter(member=stranger)

    refused("username_once_per_community", lambda: profiles.update(username_key="bo"))


def test_applicants_may_wish_for_the_same_name(
    bo: Member, make_member: Callable[..., Member], make_profile: Callable[..., Profile]
) -> None:
    newcomer = make_member("newcomer", let_in=False)

    profile = make_profile(newcomer, username="bo", approved=False)

    assert profile.username_key == bo.profiles.get().username_key


def test_an_address_belongs_to_one_member(bo: Member, make_member: Callable[..., Member]) -> None:
    refused("member_email_once", lambda: make_member("bo"))


def test_an_address_is_kept_in_lower_case(bo: Member) -> None:
    members = Member.objects.filter(pk=bo.pk)

    refused("member_email_is_lower_case", lambda: members.update(email="Bo@example.org"))


def test_policies_are_accepted_at_a_time(bo: Member) -> None:
    members = Member.objects.filter(pk=bo.pk)

    refused("member_accepted_policies_at_a_time", lambda: members.update(policies_version="1"))


def test_nobody_blocks_themselves(bo: Member) -> None:
    refused(
        "block_needs_two", lambda: Block.objects.create(blocker=bo, blocked=bo, community="twp")
    )


def test_a_block_stands_once(ana: Member, dana: Member) -> None:
    again = Block(blocker=dana, blocked=ana, community="twp")

    refused("block_once_between_two", again.save)


def test_a_block_stands_in_a_known_community(ana: Member, bo: Member) -> None:
    block = Block(blocker=bo, blocked=ana, community="abc")

    refused("block_in_a_known_community", block.save)


def test_an_answer_is_given_once(bo: Member, answer: Callable[..., Answer]) -> None:
    profile = bo.profiles.get()
    answer(profile, "interest", "friendship")

    refused("answer_given_once", lambda: answer(profile, "interest", "friendship"))


def test_a_single_question_has_one_answer(bo: Member, answer: Callable[..., Answer]) -> None:
    profile = bo.profiles.get()
    answer(profile, "stage", "reducing")

    refused("answer_one_to_a_single_question", lambda: answer(profile, "stage", "holding"))


def test_an_answer_is_shown_in_a_known_way(bo: Member, answer: Callable[..., Answer]) -> None:
    profile = bo.profiles.get()

    refused(
        "answer_shown_in_a_known_way",
        lambda: answer(profile, "stage", "reducing", shown="loudly"),
    )


def test_answers_about_a_drug_stand_with_the_drug(bo: Member) -> None:
    choice = Choice.objects.filter(question="drug_now").first()
    profile = bo.profiles.get()

    refused(
        "answer_is_about_the_person",
        lambda: Answer.objects.create(profile=profile, question="drug_now", choice=choice),
    )


def test_an_answer_belongs_to_its_question(bo: Member) -> None:
    choice = Choice.objects.filter(question="energy").first()
    profile = bo.profiles.get()

    refused(
        "answer_choice_is_of_its_question",
        lambda: Answer.objects.create(profile=profile, question="stage", choice=choice),
    )


def test_a_choice_stands_once_under_its_question() -> None:
    choice = Choice.objects.first()
    choice.pk = None

    refused("choice_once_per_question", choice.save)


def test_a_choice_answers_a_known_question() -> None:
    refused(
        "choice_answers_a_known_question",
        lambda: Choice.objects.create(question="weight", slug="x", label="x"),
    )


def test_a_choice_has_words() -> None:
    refused("choice_has_words", lambda: Choice.objects.create(question="stage", slug="x", label=""))


def test_a_drug_stands_once_in_its_class() -> None:
    drug = Drug.objects.get(generic="sertraline")
    drug.pk = None

    refused("drug_once_per_class", drug.save)


def test_a_drug_is_of_a_known_class() -> None:
    refused("drug_of_a_known_class", lambda: Drug.objects.create(drug_class="herb", generic="mint"))


def test_a_drug_stands_once_in_an_experience(
    bo: Member, take: Callable[..., DrugExperience]
) -> None:
    profile = bo.profiles.get()
    take(profile, "sertraline")

    refused("drug_once_in_an_experience", lambda: take(profile, "sertraline"))


def test_a_drug_is_shown_in_a_known_way(bo: Member, take: Callable[..., DrugExperience]) -> None:
    profile = bo.profiles.get()

    refused(
        "drug_experience_shown_in_a_known_way",
        lambda: take(profile, "sertraline", shown="loudly"),
    )


def test_a_member_measures_in_units_we_know(bo: Member) -> None:
    members = Member.objects.filter(pk=bo.pk)

    refused("member_measures_in_a_known_unit", lambda: members.update(unit="ft"))
