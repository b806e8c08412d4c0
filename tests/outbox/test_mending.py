"""Trying a letter again, and dropping it: safe against a worker, and twice is once."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from members.outbox import delivery, mending
from members.outbox.letters import NotWanted
from members.outbox.models import Letter
from tests.outbox.conftest import Desk
from tests.outbox.post_office import PostOffice, deliver_all, make_all_due

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=3)


def changed(letters: list[Letter]) -> list[int]:
    return [letter.pk for letter in letters]


def test_a_letter_that_waits_goes_out_now(desk: Desk, smtp_server: PostOffice) -> None:
    smtp_server.at_rcpt = ["451 later"]
    row = desk.post()
    deliver_all()

    first, second = mending.try_again([row.pk]), mending.try_again([row.pk])
    deliver_all()

    row.refresh_from_db()
    assert (changed(first), changed(second)) == ([row.pk], [])
    assert (row.sent_at is not None, row.last_code, len(smtp_server.letters)) == (True, "", 1)


def test_a_letter_that_failed_goes_out_with_its_days_to_give_up_in_beginning_anew(
    desk: Desk, smtp_server: PostOffice
) -> None:
    row = desk.post()
    long_ago = timezone.now() - timedelta(days=6)
    Letter.objects.update(failed_at=timezone.now(), first_tried_at=long_ago, last_code="soft X 451")
    smtp_server.at_rcpt = ["451 later"]

    mending.try_again([row.pk])
    deliver_all()
    refused = Letter.objects.get()
    make_all_due()
    deliver_all()

    assert (refused.failed_at, refused.last_code) == (None, "soft SMTPRecipientsRefused 451")
    assert smtp_server.only()["Message-ID"] == f"<{row.token}@connect.example>"


def test_a_letter_tried_again_still_asks_whether_it_is_wanted(
    desk: Desk, smtp_server: PostOffice
) -> None:
    row = desk.post()
    Letter.objects.update(failed_at=timezone.now(), last_code="own KeyError")
    desk.error = NotWanted("blocked")

    mending.try_again([row.pk])
    deliver_all()

    row.refresh_from_db()
    assert (row.dropped_at is not None, row.last_code, smtp_server.letters) == (True, "blocked", [])


def test_a_dropped_letter_is_not_sent_and_twice_is_once(
    desk: Desk, smtp_server: PostOffice
) -> None:
    row = desk.post()

    first, second = mending.drop([row.pk]), mending.drop([row.pk])
    deliver_all()

    row.refresh_from_db()
    assert (changed(first), changed(second)) == ([row.pk], [])
    assert (row.last_code, smtp_server.letters) == (mending.BY_HAND, [])


def test_dropping_by_hand_can_be_taken_back(desk: Desk, smtp_server: PostOffice) -> None:
    row = desk.post()
    mending.drop([row.pk])

    mending.try_again([row.pk])
    deliver_all()

    assert len(smtp_server.letters) == 1


@pytest.mark.parametrize(
    ("state", "again", "drop"),
    [
        ({"sent_at": timezone.now()}, False, False),
        ({"dropped_at": timezone.now(), "last_code": "blocked"}, False, False),
        ({"failed_at": timezone.now(), "last_code": "hard X 550"}, True, True),
        ({"due_at": timezone.now() + LATER}, True, True),
        ({}, False, True),
    ],
    ids=["sent", "not-wanted", "failed", "later", "due"],
)
def test_what_can_be_done_with_which(
    desk: Desk, state: dict[str, object], again: bool, drop: bool
) -> None:
    row = desk.post()
    Letter.objects.filter(pk=row.pk).update(**state)

    tried = mending.try_again([row.pk])
    Letter.objects.filter(pk=row.pk).update(
        **{"failed_at": None, "due_at": timezone.now(), "last_code": ""} | state
    )
    dropped = mending.drop([row.pk])

    assert (bool(tried), bool(dropped)) == (again, drop)


def test_many_at_once_and_those_that_are_not_there_are_nothing(desk: Desk) -> None:
    rows = [desk.post(str(number)) for number in range(3)]

    dropped = mending.drop([*(row.pk for row in rows), 999_999])

    assert changed(dropped) == [row.pk for row in rows]


# --- beside a worker ---------------------------------------------------------------------------------


def test_a_claimed_letter_that_is_tried_again_goes_out_once(
    desk: Desk, smtp_server: PostOffice
) -> None:
    """Claimed and not begun it looks as if it waited, and a second worker may take it."""
    row = desk.post()
    (slow,) = delivery._claim()

    mending.try_again([row.pk])
    deliver_all()

    assert len(smtp_server.letters) == 1
    assert delivery._lock(slow) is None


def test_a_claimed_letter_that_is_dropped_is_not_begun(desk: Desk) -> None:
    row = desk.post()
    (slow,) = delivery._claim()

    mending.drop([row.pk])

    assert delivery._lock(slow) is None


def test_a_claimed_letter_that_is_then_put_off_knows_since_when(
    desk: Desk, smtp_server: PostOffice
) -> None:
    """The days to give up in are counted from a date that is always there."""
    smtp_server.at_rcpt = ["451 later"]
    row = desk.post()
    (slow,) = delivery._claim()
    mending.try_again([row.pk])

    delivery._work(delivery._lock(slow), slow)

    row.refresh_from_db()
    assert (row.failed_at, row.last_code) == (None, "soft SMTPRecipientsRefused 451")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", [mending.try_again, mending.drop])
def test_a_letter_that_is_being_sent_at_this_moment_is_left_alone(
    desk: Desk, smtp_server: PostOffice, verb: Callable[[list[int]], list[Letter]]
) -> None:
    row = desk.post()
    meanwhile: list[list[Letter]] = []

    def in_the_middle() -> None:
        """Another process, while the worker composes."""

        def mend() -> None:
            meanwhile.append(verb([row.pk]))
            connections.close_all()

        other = threading.Thread(target=mend)
        other.start()
        other.join()

    desk.before = in_the_middle
    deliver_all()

    row.refresh_from_db()
    assert meanwhile == [[]]
    assert (row.sent_at is not None, row.dropped_at, len(smtp_server.letters)) == (True, None, 1)
