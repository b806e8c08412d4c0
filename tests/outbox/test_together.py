"""Several letters claimed in one statement, and still each on its own when something goes wrong."""

from datetime import timedelta

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members.outbox import delivery
from members.outbox.delivery import Claim
from members.outbox.models import Letter
from tests.outbox.conftest import Desk
from tests.outbox.crew import database_url
from tests.outbox.post_office import PostOffice, make_all_due


def post(desk: Desk, *crashes: int) -> list[int]:
    """Letters due one after the other, with so many crashes each."""
    now, rows = timezone.now(), []
    for number, deaths in enumerate(crashes):
        row = desk.post(str(number))
        due_at = now - timedelta(minutes=len(crashes) - number)
        Letter.objects.filter(pk=row.pk).update(due_at=due_at, crashes=deaths)
        rows.append(row.pk)
    return rows


def ids(claims: list[Claim]) -> list[int]:
    return [claim.letter_id for claim in claims]


def ends() -> list[tuple[bool, int, int]]:
    """Sent or not, attempts and crashes of every letter."""
    rows = Letter.objects.order_by("pk")
    return [(row.sent_at is not None, row.attempts, row.crashes) for row in rows]


@pytest.mark.django_db
def test_what_is_due_is_claimed_in_one_statement_the_oldest_first(desk: Desk) -> None:
    rows = post(desk, 0, 0, 0)
    Letter.objects.filter(pk=rows[2]).update(priority=1)

    with CaptureQueriesContext(connection) as asked:
        claims = delivery._claim(8)

    assert ids(claims) == [rows[2], rows[0], rows[1]]
    assert len(asked) == 1


@pytest.mark.django_db
def test_a_letter_claimed_is_claimed_by_nobody_else(desk: Desk) -> None:
    rows = post(desk, 0, 0, 0)

    first, second = delivery._claim(2), delivery._claim(2)

    assert (ids(first), ids(second), delivery._claim(2)) == (rows[:2], rows[2:], [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("crashes", "together"),
    [((0, 0, 0), [0, 1, 2]), ((1, 0, 0), [0]), ((0, 1, 0), [0, 2]), ((2, 1, 0), [0])],
)
def test_a_letter_that_may_have_ended_its_process_is_claimed_alone(
    desk: Desk, crashes: tuple[int, ...], together: list[int]
) -> None:
    rows = post(desk, *crashes)

    assert ids(delivery._claim(8)) == [rows[place] for place in together]


@pytest.mark.django_db
def test_what_was_claimed_with_a_letter_that_kills_goes_out(
    desk: Desk, smtp_server: PostOffice
) -> None:
    killer, *others = post(desk, 0, 0, 0)

    for _ in range(20):
        for claim in delivery._claim(8):
            if claim.letter_id == killer and claim.crashes <= delivery.CRASHES_MAX:
                break  # and here the worker died
            delivery._deliver(claim)
        make_all_due()

    assert list(Letter.objects.filter(failed_at__isnull=False).values_list("pk", "last_code")) == [
        (killer, "own crashed 5")
    ]
    assert set(Letter.objects.filter(sent_at__isnull=False).values_list("pk", flat=True)) == {
        *others
    }


@pytest.mark.django_db
def test_told_to_stop_a_worker_gives_back_what_it_did_not_begin(
    desk: Desk, smtp_server: PostOffice
) -> None:
    post(desk, 0, 0, 0)

    delivery.deliver(stopping=lambda: True)

    assert ends() == [(True, 1, 0), (False, 0, 0), (False, 0, 0)]
    assert Letter.objects.due().filter(first_tried_at=None).count() == 2


@pytest.mark.django_db
def test_what_was_tried_before_is_given_back_with_its_first_try(desk: Desk) -> None:
    (row,) = post(desk, 0)
    long_ago = timezone.now() - timedelta(days=1)
    Letter.objects.filter(pk=row).update(attempts=3, first_tried_at=long_ago)

    delivery._give_back(delivery._claim(8))

    given_back = Letter.objects.get()
    assert (given_back.attempts, given_back.first_tried_at) == (3, long_ago)


@pytest.mark.django_db
def test_what_another_worker_has_by_now_is_not_given_back(desk: Desk) -> None:
    post(desk, 0)
    slow = delivery._claim(8)
    make_all_due()  # the lease is over
    delivery._claim(8)

    delivery._give_back(slow)

    assert ends() == [(False, 2, 2)]
    assert not Letter.objects.due().exists()


@pytest.mark.django_db(transaction=True)
def test_a_letter_that_went_out_while_the_database_went_away_does_not_go_twice(
    desk: Desk, smtp_server: PostOffice
) -> None:
    post(desk, 0)
    connection.ensure_connection()
    number = connection.connection.info.backend_pid

    def cut() -> None:
        with psycopg.connect(database_url()) as other:
            other.execute("select pg_terminate_backend(%s)", [number])

    smtp_server.before_answer = cut
    with pytest.raises(OperationalError):
        delivery.deliver()
    connection.close()
    smtp_server.before_answer = None
    make_all_due()

    assert delivery.deliver() is False
    assert ends() == [(True, 1, 0)]
    assert len(smtp_server.letters) == 1
