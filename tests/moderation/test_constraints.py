"""What the database refuses, whatever the code does."""

import pytest
from django.db import IntegrityError, transaction

from moderation.marks import mark_of
from moderation.models import Application, Decision, Reason, Verdict

pytestmark = pytest.mark.django_db


def refused(name: str, model: type, **fields: object) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.create(**fields)


def test_declining_needs_a_reason() -> None:
    refused(
        "decision_declines_for_a_reason", Decision,
        community="twp", verdict=Verdict.DECLINED, reason="", address_mark=mark_of("a@example.org"),
    )  # fmt: skip


def test_approving_has_no_reason() -> None:
    refused(
        "decision_declines_for_a_reason", Decision,
        community="twp", verdict=Verdict.APPROVED, reason=Reason.PROMOTES,
    )  # fmt: skip


def test_a_decision_is_one_of_two() -> None:
    refused("decision_declines_for_a_reason", Decision, community="twp", verdict="maybe")


def test_only_who_is_declined_leaves_a_mark() -> None:
    refused(
        "decision_marks_an_address_only_when_it_declines", Decision,
        community="twp", verdict=Verdict.APPROVED, address_mark=mark_of("a@example.org"),
    )  # fmt: skip
    refused(
        "decision_marks_an_address_only_when_it_declines", Decision,
        community="twp", verdict=Verdict.DECLINED, reason=Reason.PROMOTES, address_mark="",
    )  # fmt: skip


def test_an_application_is_decided_once(wren: Application) -> None:
    Decision.objects.create(profile=wren, community="twp", verdict=Verdict.APPROVED)

    refused("profile_id", Decision, profile=wren, community="twp", verdict=Verdict.APPROVED)
