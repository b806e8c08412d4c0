"""Verbs done by the clock: when they are due, and by one worker at a time."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from members.outbox import duties
from members.outbox.models import Duty

pytestmark = pytest.mark.django_db


class Sweep:
    """A duty of the test's own; `inside` happens while it is being done."""

    def __init__(self) -> None:
        self.times = 0
        self.inside: Callable[[], object] = lambda: None

    def __call__(self) -> None:
        self.times += 1
        self.inside()

    def fail(self) -> None:
        raise KeyError("words of a member")


@pytest.fixture
def sweep() -> Iterator[Sweep]:
    others = dict(duties.DUTIES)
    duties.DUTIES.clear()
    sweep = Sweep()
    duties.duty("sweep", every=timedelta(hours=1))(sweep)
    yield sweep
    duties.DUTIES.clear()
    duties.DUTIES.update(others)


def ago(**when: object) -> None:
    Duty.objects.update(**{name: timezone.now() - timedelta(**t) for name, t in when.items()})


def test_a_new_duty_is_due_at_once_and_then_not(sweep: Sweep) -> None:
    assert duties.do_due() == ["sweep"]
    assert duties.do_due() == []
    assert sweep.times == 1


def test_it_is_due_again_after_its_period(sweep: Sweep) -> None:
    duties.do_due()
    ago(started_at={"minutes": 61}, succeeded_at={"minutes": 61})

    assert duties.do_due() == ["sweep"]


def test_its_row_says_when_it_began_and_ended_well(sweep: Sweep) -> None:
    duties.do_due()

    row = Duty.objects.get()
    assert row.period == timedelta(hours=1)
    assert row.started_at <= row.succeeded_at


def test_a_failure_is_tried_again_in_minutes_and_not_at_once(sweep: Sweep) -> None:
    sweep.inside = sweep.fail
    duties.do_due()
    at_once = duties.do_due()
    ago(started_at={"minutes": 6})
    sweep.inside = lambda: None

    assert (at_once, duties.do_due()) == ([], ["sweep"])


def test_a_failure_logs_the_place_and_no_words(
    sweep: Sweep, caplog: pytest.LogCaptureFixture
) -> None:
    sweep.inside = sweep.fail

    duties.do_due()

    assert "duty sweep: KeyError at tests/outbox/test_duties.py:" in caplog.text
    assert "words of a member" not in caplog.text


def test_two_workers_do_not_do_one_duty_at_once(sweep: Sweep) -> None:
    answers: list[bool] = []

    def another_worker() -> None:
        with duties._alone("sweep") as alone:
            answers.append(alone)

    sweep.inside = another_worker
    duties.do_due()
    another_worker()

    assert answers == [False, True]


def test_two_duties_cannot_have_one_name(sweep: Sweep) -> None:
    with pytest.raises(ValueError, match="two duties called sweep"):
        duties.duty("sweep", every=timedelta(hours=1))(sweep)


def test_every_duty_of_the_house_is_known() -> None:
    assert {"clear-expired-sessions", "erase-message-bodies"} <= set(duties.DUTIES)
