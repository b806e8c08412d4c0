"""Asking an applicant, offering the sister community, and what becomes of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.test import Client
from django.utils import timezone

from members import joining
from members.models import Answer, DrugExperience, Member, Profile
from members.outbox.composing import compose
from members.outbox.letters import NotWanted
from members.outbox.models import Letter
from moderation import decisions, taking
from moderation.applications import asking, undoing
from moderation.models import Act, Application, AuditEntry, Decision, Question, Reason, State

pytestmark = pytest.mark.django_db
WHY = "What brings you here?"


def fresh(application: Application) -> Application:
    return Application.objects.get(pk=application.pk)


def later(days: int) -> None:
    """As if so many days had passed since everything was asked."""
    Question.objects.update(asked_at=F("asked_at") - timedelta(days=days))


def kinds() -> list[str]:
    return list(Letter.objects.order_by("pk").values_list("kind", flat=True))


def test_who_is_asked_is_waited_for(wren: Application, reviewer: Member) -> None:
    question = asking.ask(wren, reviewer, f"  {WHY}\n")

    assert question.words == WHY
    assert fresh(wren).state == State.ASKED
    assert list(Letter.objects.values_list("kind", "about")) == [("question", str(question.pk))]
    assert AuditEntry.objects.get().act == Act.ASKED


def test_an_answer_brings_it_back_to_the_staff(wren: Application, reviewer: Member) -> None:
    asking.ask(wren, reviewer, WHY)

    asking.answer(wren, " A friend told me. ")

    question = Question.objects.get()
    assert (question.answer, question.answered_at is None) == ("A friend told me.", False)
    assert fresh(wren).state == State.WAITING
    entry = AuditEntry.objects.latest("pk")
    assert (entry.act, entry.staff_id, entry.person_id) == (Act.ANSWERED, None, wren.member_id)


def test_one_thing_is_asked_at_a_time(wren: Application, reviewer: Member) -> None:
    asking.ask(wren, reviewer, WHY)

    with pytest.raises(asking.AskedAlready, match="You have asked them"):
        asking.ask(wren, reviewer, "And why not?")
    with pytest.raises(asking.AskedAlready):
        asking.offer(wren, reviewer, "Come over.")

    assert kinds() == ["question"]


def test_a_colleague_is_told_who_asked(
    wren: Application, reviewer: Member, second_reviewer: Member
) -> None:
    asking.ask(wren, second_reviewer, WHY)

    with pytest.raises(asking.AskedAlready) as told:
        asking.ask(wren, reviewer, WHY)

    assert str(told.value) == (
        "robin has asked them something, and they have not answered yet. Nothing was sent."
    )


def test_after_an_answer_something_else_may_be_asked(wren: Application, reviewer: Member) -> None:
    asking.ask(wren, reviewer, WHY)
    asking.answer(wren, "A friend told me.")

    asking.ask(wren, reviewer, "Which friend?")

    assert kinds() == ["question", "question"]


def test_a_question_has_words_and_so_has_its_answer(wren: Application, reviewer: Member) -> None:
    with pytest.raises(taking.NoWords):
        asking.ask(wren, reviewer, " \n")
    asking.ask(wren, reviewer, WHY)
    with pytest.raises(taking.NoWords):
        asking.answer(wren, " \n")

    assert fresh(wren).state == State.ASKED


def test_nothing_is_answered_twice(wren: Application, reviewer: Member) -> None:
    asking.ask(wren, reviewer, WHY)
    asking.answer(wren, "A friend told me.")

    with pytest.raises(asking.NotAsked):
        asking.answer(wren, "A friend told me.")


def test_what_is_decided_is_not_answered_any_more(wren: Application, reviewer: Member) -> None:
    asking.ask(wren, reviewer, WHY)
    decisions.approve(wren, reviewer)

    with pytest.raises(asking.NotAsked):
        asking.answer(wren, "A friend told me.")

    assert fresh(wren).asked_at is None
    assert Question.objects.get().closed_at is not None


@pytest.mark.parametrize("verdict", ["approved", "declined"])
def test_a_decision_undone_leaves_the_question_open(
    verdict: str, wren: Application, reviewer: Member
) -> None:
    """The applicant has the letter, and may be writing the answer just now."""
    question = asking.ask(wren, reviewer, WHY)
    if verdict == "approved":
        decisions.approve(wren, reviewer)
    else:
        decisions.decline(wren, reviewer, Reason.LOOKS_AUTOMATIC)

    undoing.undo(wren, reviewer)

    assert (fresh(wren).state, fresh(wren).asked_at) == (State.ASKED, question.asked_at)
    asking.answer(wren, "A friend told me.")
    assert fresh(wren).state == State.WAITING


def test_a_decision_undone_asks_nothing_that_was_answered(
    wren: Application, reviewer: Member
) -> None:
    asking.ask(wren, reviewer, WHY)
    asking.answer(wren, "A friend told me.")
    decisions.approve(wren, reviewer)

    undoing.undo(wren, reviewer)

    assert fresh(wren).state == State.WAITING


def test_what_is_decided_unconfirmed_or_gone_is_not_asked(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    done, unconfirmed, gone = apply("done"), apply("new", confirmed_at=None), apply("gone")
    decisions.approve(done, reviewer)
    Member.objects.filter(pk=gone.member_id).delete()

    for application, refusal in (
        (done, taking.AlreadyDecided), (unconfirmed, taking.NotConfirmed), (gone, taking.Withdrawn),
    ):  # fmt: skip
        with pytest.raises(refusal):
            asking.ask(application, reviewer, WHY)


def test_only_reviewers_ask(wren: Application, helper: Member) -> None:
    with pytest.raises(PermissionDenied):
        asking.ask(wren, helper, WHY)
    with pytest.raises(PermissionDenied):
        asking.offer(wren, helper, WHY)


def test_a_question_goes_with_the_application(wren: Application, reviewer: Member) -> None:
    asking.ask(wren, reviewer, WHY)

    joining.withdraw(Profile.objects.get(pk=wren.pk))

    assert Question.objects.count() == 0
    with pytest.raises(NotWanted):
        compose(Letter.objects.get())


def test_a_letter_about_what_was_answered_is_not_sent(wren: Application, reviewer: Member) -> None:
    asking.ask(wren, reviewer, WHY)
    asking.answer(wren, "A friend told me.")

    with pytest.raises(NotWanted):
        compose(Letter.objects.get())


# --- the sister community ---------------------------------------------------------------------------


@pytest.fixture
def told(
    wren: Application, answer: Callable[..., Answer], take: Callable[..., DrugExperience]
) -> Application:
    """An application in TWP that says much."""
    answer(wren, "stage", "reducing")
    answer(wren, "language", "en")
    answer(wren, "interest", "friendship")
    answer(wren, "interest", "share_tips")
    take(wren, "sertraline", "reducing")
    return wren


def test_who_agrees_moves_without_what_does_not_belong_there(
    told: Application, reviewer: Member
) -> None:
    asking.offer(told, reviewer, "Come over.")

    community = asking.agree(told)

    moved = fresh(told)
    assert (community.slug, moved.community, moved.state) == ("ici", "ici", State.WAITING)
    assert moved.health_consent_at is None
    assert DrugExperience.objects.count() == 0
    kept = moved.answers.order_by("question", "choice__slug")
    assert list(kept.values_list("question", "choice__slug", "choice__community")) == [
        ("interest", "friendship", "ici"),
        ("language", "en", ""),
    ]
    assert AuditEntry.objects.latest("pk").act == Act.AGREED


def test_the_place_in_the_queue_stays(told: Application, reviewer: Member) -> None:
    asking.offer(told, reviewer, "Come over.")

    asking.agree(told)

    assert fresh(told).applied_at == told.applied_at


def test_who_moved_reads_so_on_their_page(told: Application, reviewer: Member) -> None:
    asking.offer(told, reviewer, "Come over.")
    asking.agree(told)

    page = Client().get(f"/application/{told.application_key}/").content.decode()

    assert "Moved to ICI Connect" in page


def test_who_moved_can_be_approved_there(told: Application, reviewer: Member) -> None:
    asking.offer(told, reviewer, "Come over.")
    asking.agree(told)

    decision = decisions.approve(told, reviewer)

    assert decision.community == "ici"
    assert fresh(told).state == State.APPROVED


def test_who_would_rather_stay_says_so(told: Application, reviewer: Member) -> None:
    asking.offer(told, reviewer, "Come over.")

    asking.answer(told, "I take them myself.")

    stayed = fresh(told)
    assert (stayed.community, stayed.state) == ("twp", State.WAITING)
    assert DrugExperience.objects.count() == 1


def test_agreeing_twice_moves_once(told: Application, reviewer: Member) -> None:
    asking.offer(told, reviewer, "Come over.")
    asking.agree(told)

    with pytest.raises(asking.NotAsked):
        asking.agree(told)


def test_a_question_is_not_agreed_to(told: Application, reviewer: Member) -> None:
    asking.ask(told, reviewer, WHY)

    with pytest.raises(asking.NotAsked):
        asking.agree(told)

    assert fresh(told).community == "twp"


def test_who_is_in_the_sister_community_is_offered_nothing(
    cleo: Member, apply: Callable[..., Application], reviewer: Member
) -> None:
    application = apply("cleo-in-twp", member=cleo)

    with pytest.raises(asking.IsThereAlready):
        asking.offer(application, reviewer, "Come over.")


def test_who_applied_there_meanwhile_stays_here(
    told: Application, reviewer: Member, apply: Callable[..., Application]
) -> None:
    asking.offer(told, reviewer, "Come over.")
    apply("wren-in-ici", "ici", member=told.member)

    with pytest.raises(asking.IsThereAlready):
        asking.agree(told)

    assert fresh(told).state == State.ASKED


def test_nobody_moves_to_where_health_is_told(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    with pytest.raises(asking.NoSister):
        asking.offer(apply("lark", "ici"), reviewer, "Come over.")


# --- by the clock -------------------------------------------------------------------------------------


def test_who_does_not_answer_is_reminded_once(wren: Application, reviewer: Member) -> None:
    asking.ask(wren, reviewer, WHY)
    later(days=4)
    asking.remind()
    assert kinds() == ["question"]

    later(days=1)
    asking.remind()
    asking.remind()

    assert kinds() == ["question", "question_reminder"]


def test_who_answered_is_not_reminded(wren: Application, reviewer: Member) -> None:
    asking.ask(wren, reviewer, WHY)
    asking.answer(wren, "A friend told me.")
    later(days=6)

    asking.remind()

    assert kinds() == ["question"]


def test_three_weeks_without_an_answer_close_it_kindly(wren: Application, reviewer: Member) -> None:
    asking.ask(wren, reviewer, WHY)
    later(days=20)
    asking.close()
    assert fresh(wren).state == State.ASKED

    later(days=1)
    asking.close()
    asking.close()

    decision = Decision.objects.get()
    assert (decision.reason, decision.reviewer) == (Reason.NO_ANSWER, None)
    assert fresh(wren).state == State.DECLINED
    assert kinds() == ["question", "declined"]
    assert "we have not heard from you" in compose(Letter.objects.latest("pk")).body
    assert AuditEntry.objects.latest("pk").staff_id is None


def test_who_answered_is_not_closed(wren: Application, reviewer: Member) -> None:
    asking.ask(wren, reviewer, WHY)
    later(days=30)
    asking.answer(wren, "Late, but here I am.")

    asking.close()

    assert fresh(wren).state == State.WAITING


def test_a_closed_one_can_be_opened_again(wren: Application, reviewer: Member) -> None:
    asking.ask(wren, reviewer, WHY)
    later(days=21)
    asking.close()

    undoing.reopen(wren, reviewer)

    assert fresh(wren).state == State.WAITING
    assert timezone.now() - fresh(wren).applied_at < timedelta(days=1)
