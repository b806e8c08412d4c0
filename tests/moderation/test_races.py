"""Two reviewers press at the same moment: real threads, real transactions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from members.models import Member, Profile
from members.outbox.models import Letter
from moderation.models import Application, Decision, Verdict

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
        assert codes == [302, 302]

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
