"""Two reviewers press at the same moment: real threads, real transactions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from members.models import Member, Profile
from members.outbox import delivery
from members.outbox.models import Letter
from moderation import decisions
from moderation.applications import asking, undoing
from moderation.models import Application, Decision, Verdict
from moderation.taking import Refusal
from tests.drills import two_reviewers
from tests.outbox.post_office import PostOffice, smtp_server

__all__ = ["smtp_server"]

pytestmark = pytest.mark.django_db(transaction=True)

APPROVE = {"do": "approve"}
DECLINE = {"do": "decline", "reason": "promotes", "words": "Not this time."}


def at_once(*presses: tuple[Client, Application, dict[str, str]]) -> list[int]:
    """Every press in a thread of its own, all in the same moment; the answers' status codes."""
    together = Barrier(len(presses))

    def press(client: Client, application: Application, data: dict[str, str]) -> int:
        try:
            together.wait()
            address = f"/admin/moderation/application/{application.pk}/change/"
            return client.post(address, data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(presses)) as threads:
        running = [threads.submit(press, *one) for one in presses]
        return [thread.result() for thread in running]


def test_two_reviewers_at_once_give_one_decision_and_one_letter(
    apply: Callable[..., Application],
    reviewer: Member,
    second_reviewer: Member,
    signed_in: Callable[[Member], Client],
) -> None:
    one, two = signed_in(reviewer), signed_in(second_reviewer)

    for number in range(5):
        application = apply(f"wren{number}")
        codes = at_once((one, application, APPROVE), (two, application, DECLINE))
        assert sorted(codes) in ([302, 302], [200, 302])  # a letter refused comes back

    assert Decision.objects.count() == 5
    assert Letter.objects.count() == 5
    decided = Profile.objects.filter(username__startswith="wren")
    for profile in decided.select_related("decision"):
        approved = profile.decision.verdict == Verdict.APPROVED
        assert (profile.approved_at is not None, profile.declined_at is not None) == (
            approved, not approved,
        )  # fmt: skip


def test_a_double_click_gives_one_letter(wren: Application, desk: Client) -> None:
    other_tab = Client()
    other_tab.cookies = desk.cookies

    codes = at_once(*[(client, wren, APPROVE) for client in (desk, other_tab)])

    assert codes == [302, 302]
    assert Decision.objects.count() == Letter.objects.count() == 1


def test_two_who_wish_for_one_name_get_it_once(
    apply: Callable[..., Application],
    reviewer: Member,
    second_reviewer: Member,
    signed_in: Callable[[Member], Client],
) -> None:
    one, two = signed_in(reviewer), signed_in(second_reviewer)

    for number in range(3):
        first, second = (
            apply(f"{name}{number}", username_key=f"same{number}") for name in ("lark", "finch")
        )
        codes = at_once((one, first, APPROVE), (two, second, APPROVE))
        assert codes == [302, 302]

    assert Profile.objects.exclude(approved_at=None).count() == 3
    assert Decision.objects.count() == Letter.objects.count() == 3


def test_an_undo_and_the_worker_at_once_agree(
    apply: Callable[..., Application], reviewer: Member, smtp_server: PostOffice
) -> None:
    """Either the letter went out and the decision stands, or neither did."""
    for number in range(5):
        application = apply(f"wren{number}")
        decisions.approve(application, reviewer)
        undoing.send_now(application, reviewer)

        outcomes = in_threads(
            lambda application=application: tried(undoing.undo, application, reviewer),
            delivery.deliver_one,
        )

        approved = Profile.objects.get(pk=application.pk).approved_at is not None
        sent = [one for one in smtp_server.letters if one.envelope_to == [application.member.email]]
        assert (len(sent), outcomes[0] is None) == ((1, False) if approved else (0, True))


def test_an_answer_and_a_decision_at_once_end_in_one_state(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    for number in range(5):
        application = apply(f"wren{number}")
        asking.ask(application, reviewer, "Why?")

        in_threads(
            lambda application=application: tried(asking.answer, application, "Because."),
            lambda application=application: tried(decisions.approve, application, reviewer),
        )

        profile = Profile.objects.get(pk=application.pk)
        question = application.questions.get()
        assert profile.approved_at is not None
        assert profile.asked_at is None
        assert (question.answered_at is None) != (question.closed_at is None)


def test_two_who_ask_at_once_ask_once(
    wren: Application, reviewer: Member, second_reviewer: Member
) -> None:
    outcomes = in_threads(
        lambda: tried(asking.ask, wren, reviewer, "Why?"),
        lambda: tried(asking.ask, wren, second_reviewer, "Who?"),
    )

    assert sorted(str(type(one).__name__) for one in outcomes) == ["AskedAlready", "NoneType"]
    assert Letter.objects.count() == 1


def tried(verb: Callable[..., object], *arguments: object) -> Exception | None:
    """The refusal of a verb, None where it was done."""
    try:
        verb(*arguments)
    except (Refusal, asking.NotAsked) as refusal:
        return refusal
    return None


def in_threads(*works: Callable[[], object]) -> list[object]:
    """All in the same moment, each on a connection of its own; what each gave."""
    together = Barrier(len(works))

    def work(one: Callable[[], object]) -> object:
        try:
            together.wait()
            return one()
        finally:
            delivery.post.hang_up()
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        return [running.result() for running in [threads.submit(work, one) for one in works]]


# --- the drill, in small -----------------------------------------------------------------------------


def pressed_on(number: int) -> list[str]:
    staff = (two_reviewers.reviewer("jay"), two_reviewers.reviewer("robin"))
    return two_reviewers.press_all(two_reviewers.applicants(number), staff, seed=3)


def test_different_buttons_on_many_at_once_give_one_decision_and_one_letter_each() -> None:
    """`python -m tests.drills.two_reviewers` presses on 200."""
    assert pressed_on(8) == []
    assert list(two_reviewers.wrong_in_the_end(8)) == []


def test_a_decision_or_a_letter_too_few_is_found() -> None:
    """Or the test above could not fail."""
    pressed_on(2)
    Letter.objects.first().delete()
    Decision.objects.first().delete()

    found = list(two_reviewers.wrong_in_the_end(2))

    assert "1 decisions, not 2" in found
    assert "1 letters, not 2" in found
