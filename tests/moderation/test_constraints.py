"""What the database refuses, whatever the code does."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from members.models import Member
from moderation.marks import mark_of
from moderation.models import (
    Application,
    AuditEntry,
    Claim,
    Decision,
    LetterText,
    Likeness,
    Measure,
    Note,
    Question,
    Reason,
    Report,
    Verdict,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def refused(name: str, model: type, /, **fields: object) -> None:
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


# --- what was asked, noted, logged -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("question_has_words", {"words": ""}),
        ("question_is_of_a_known_kind", {"kind": "riddle"}),
        ("question_ends_one_way", {"answer": "Yes.", "answered_at": NOW, "closed_at": NOW}),
        ("question_is_answered_in_words", {"answered_at": NOW}),
        ("question_is_answered_in_words", {"answer": "Yes."}),
    ],
)
def test_a_question_is(wren: Application, constraint: str, fields: dict[str, object]) -> None:
    refused(
        constraint, Question, application=wren, **{"kind": "question", "words": "Why?"} | fields
    )


def test_an_offer_is_accepted_without_words(wren: Application) -> None:
    Question.objects.create(application=wren, kind="offer", words="Come.", answered_at=NOW)


def test_an_application_is_asked_one_thing_at_a_time(wren: Application) -> None:
    open_one = {"application": wren, "kind": "question", "words": "Why?"}
    Question.objects.create(**open_one, closed_at=NOW)
    Question.objects.create(**open_one)

    refused("application_is_asked_one_thing_at_a_time", Question, **open_one)


def test_one_reviewer_is_on_an_application(wren: Application, reviewer: Member) -> None:
    Claim.objects.create(application=wren, reviewer=reviewer, until=NOW)

    refused("moderation_claim_pkey", Claim, application=wren, reviewer=reviewer, until=NOW)


def test_a_note_has_words(wren: Application) -> None:
    refused("note_has_words", Note, application=wren, words="")


def test_an_audit_entry_says_what_was_done() -> None:
    refused("audit_entry_says_what_was_done", AuditEntry, act="danced", kind="application")
    refused("audit_entry_says_what_was_done", AuditEntry, act="looked", kind="window")


def test_an_application_is_like_another_one(wren: Application) -> None:
    refused(
        "likeness_is_to_another", Likeness,
        application=wren, of_text="0" * 32, marks=[1], like=wren,
    )  # fmt: skip


def test_a_letter_has_one_text_in_a_language() -> None:
    LetterText.objects.create(name="promotes", words="No.")

    refused("letter_text_once_per_language", LetterText, name="promotes", words="Never.")
    refused("letter_text_has_words", LetterText, name="duplicate", words="")


# --- reports ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("report_has_a_known_concern", {"concern": "boring"}),
        ("report_in_a_known_community", {"community": "abc"}),
        ("report_of_something_else_has_words", {"concern": "other", "words": ""}),
        ("report_keeps_evidence_until_a_day", {"evidence_until": None, "seen_name": "wren"}),
        ("report_keeps_evidence_until_a_day", {"evidence_until": None, "reply_to": "a@b.example"}),
    ],
)
def test_a_report_is(constraint: str, fields: dict[str, object]) -> None:
    kept = {"community": "twp", "concern": "money", "evidence_until": NOW.date()}
    refused(constraint, Report, **kept | fields)


def test_a_report_of_a_profile_says_whose(wren: Application) -> None:
    refused(
        "report_of_a_profile_says_whose", Report,
        community="twp", concern="money", profile=wren, evidence_until=NOW.date(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("measure_is_a_known_step", {"step": "stare"}),
        ("measure_acknowledged_only_when_a_warning", {"step": "suspend", "acknowledged_at": NOW}),
        ("measure_appealed_only_where_it_hurts", {"step": "dismiss", "appealed_at": NOW}),
        ("measure_appeal_has_a_time", {"appeal": "But I did not."}),
        ("measure_appeal_closed_after_it_came", {"appeal_closed_at": NOW}),
        ("measure_appeal_is_answered_when_it_is_closed", {"appeal_answer": "It stays."}),
        ("measure_is_about_somebody", {"person_id": None}),
        ("measure_marks_an_address_only_when_it_ends", {"step": "end"}),
        ("measure_marks_an_address_only_when_it_ends", {"address_mark": mark_of("a@example.org")}),
    ],
)
def test_a_measure_is(wren: Application, constraint: str, fields: dict[str, object]) -> None:
    refused(constraint, Measure, **{"step": "warn", "person_id": wren.member_id} | fields)


def test_a_report_that_names_nobody_is_noted_on_and_dismissed() -> None:
    report = Report.objects.create(concern="money")

    for step in ("note", "dismiss"):
        Measure.objects.create(step=step, report=report, words="Nobody is called so.")
