"""Two of the staff, or one person twice, in the same moment: real threads, real transactions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from members.models import Member
from members.outbox.models import Letter
from moderation.models import AuditEntry, Measure, Report
from moderation.reports import measures, reporting

pytestmark = pytest.mark.django_db(transaction=True)
SignedIn = Callable[[Member], Client]

WORDS = "Please stop asking people for money."


def at_once(*presses: tuple[Client, str, dict[str, str]]) -> list[int]:
    """Every press in a thread of its own, all in the same moment; the answers' status codes."""
    together = Barrier(len(presses))

    def press(client: Client, address: str, data: dict[str, str]) -> int:
        try:
            together.wait()
            return client.post(address, data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(presses)) as threads:
        running = [threads.submit(press, *one) for one in presses]
        return [thread.result() for thread in running]


def desk_of(report: Report) -> str:
    return f"/admin/moderation/report/{report.pk}/change/"


@pytest.mark.parametrize(
    "second", ["warn", "suspend", "end", "dismiss"], ids=lambda step: f"warn-and-{step}"
)
def test_two_of_the_staff_at_once_give_one_effect(
    ana: Member, bo: Member, tell: Callable[..., Report], reviewer: Member,
    second_reviewer: Member, signed_in: SignedIn, second: str,
) -> None:  # fmt: skip
    one, two = signed_in(reviewer), signed_in(second_reviewer)
    report = tell(ana, bo)
    said = {"words": WORDS, "concern": "money", "sure": "yes"}

    codes = at_once(
        (one, desk_of(report), said | {"do": "warn"}),
        (two, desk_of(report), said | {"do": second}),
    )

    assert codes == [302, 302]
    measure = Measure.objects.get()
    bo.refresh_from_db()
    assert (bo.warned_at is not None) == (measure.step == "warn")
    assert (bo.suspended_at is not None) == (measure.step in ("suspend", "end"))
    told = {"warn": ["warned"], "suspend": ["suspended"], "end": ["ended"], "dismiss": []}
    kinds = Letter.objects.exclude(kind__startswith="report_").values_list("kind", flat=True)
    assert list(kinds) == told[measure.step]
    assert Letter.objects.filter(kind="report_closed").count() == 1
    assert AuditEntry.objects.count() == 1


def test_an_answer_read_by_two_at_once_is_answered_once(
    bo: Member, reviewer: Member, administrator: Member, second_reviewer: Member,
    signed_in: SignedIn,
) -> None:  # fmt: skip
    measure = measures.suspend(bo, reviewer, WORDS)
    Client().post(f"/appeal/{measure.key}/", {"words": "It was not me."})
    address = f"/admin/moderation/measure/{measure.pk}/change/"

    codes = at_once(
        (signed_in(administrator), address, {"do": "stays", "words": "It stays."}),
        (signed_in(second_reviewer), address, {"do": "stays", "words": "So it stays."}),
    )

    assert codes == [302, 302]
    assert Letter.objects.filter(kind="appeal_answered").count() == 1


def test_the_button_pressed_twice_gives_one_report(
    ana: Member, bo: Member, signed_in: SignedIn
) -> None:
    form = {"concern": "money", "words": "", "form_key": str(uuid4())}

    codes = at_once(*[(signed_in(ana), "/twp/members/bo/report/", form) for _press in range(4)])

    assert codes == [302] * 4
    assert Report.objects.count() == 1


def test_many_reports_at_once_do_not_pass_the_limit_of_a_day(
    ana: Member, bo: Member, tell: Callable[..., Report], signed_in: SignedIn
) -> None:
    for _number in range(reporting.REPORTS_A_DAY - 1):
        tell(ana, bo)
    forms = [{"concern": "money", "words": "", "form_key": str(uuid4())} for _press in range(4)]

    codes = at_once(*[(signed_in(ana), "/twp/members/bo/report/", form) for form in forms])

    assert sorted(codes) == [200, 200, 200, 302]
    assert Report.objects.count() == reporting.REPORTS_A_DAY


def test_an_answer_sent_twice_at_once_is_kept_once(bo: Member, reviewer: Member) -> None:
    measure = measures.suspend(bo, reviewer, WORDS)
    address = f"/appeal/{measure.key}/"

    codes = at_once(*[(Client(), address, {"words": f"It was not me. {n}"}) for n in range(3)])

    assert codes == [302] * 3
    assert Letter.objects.filter(kind="appeal_waits").count() == 1
