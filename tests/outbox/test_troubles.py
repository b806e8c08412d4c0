"""An address pauses, is refused, and starts clean again: the rule of members/outbox/troubles.py."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from members.outbox import returns, troubles
from members.outbox.faults import Fault
from members.outbox.housekeeping import forget_what_came_back
from members.outbox.marks import mark_of
from members.outbox.models import Letter, Returned, Trouble
from moderation import marks

pytestmark = pytest.mark.django_db

BO = "bo@example.org"
DAY = timedelta(days=1)


def soft(sent_at: datetime | None = None) -> None:
    troubles.note(mark_of(BO), Fault.SOFT, sent_at or timezone.now())


def hard(sent_at: datetime | None = None) -> None:
    troubles.note(mark_of(BO), Fault.HARD, sent_at or timezone.now())


def let_pass(time: timedelta) -> None:
    """As if everything had been so much earlier."""
    for row in Trouble.objects.all():
        for name in ("noted_at", "paused_until", "refused_at", "complained_at", "confirmed_at"):
            if moment := getattr(row, name):
                setattr(row, name, moment - time)
        row.save()


def pauses_for() -> timedelta:
    """From now on, to the minute."""
    until = Trouble.objects.get().paused_until
    minutes = round((until - timezone.now()).total_seconds() / 60)
    return timedelta(minutes=minutes)


def test_nothing_stands_against_an_address_of_which_nothing_came_back() -> None:
    troubles.ask(mark_of(BO))

    assert troubles.of(BO) is None
    assert not troubles.is_refused(BO)


def test_after_a_soft_bounce_it_pauses_for_a_day() -> None:
    soft()

    with pytest.raises(troubles.OnHold) as hold:
        troubles.ask(mark_of(BO))
    assert hold.value.until == Trouble.objects.get().paused_until
    assert pauses_for() == DAY
    assert not troubles.is_refused(BO)


def test_each_time_it_comes_again_the_pause_is_longer() -> None:
    found = []
    for _time in range(5):
        soft()
        found.append(pauses_for() / DAY)
        let_pass(pauses_for() + timedelta(minutes=1))
        troubles.ask(mark_of(BO))

    assert found == [1, 2, 4, 8, 8]


def test_what_left_before_the_pause_began_makes_it_no_longer() -> None:
    before = timezone.now()
    soft()
    first = Trouble.objects.get()

    for _letter in range(5):
        soft(before)
    let_pass(2 * DAY)
    soft(before - 2 * DAY)

    row = Trouble.objects.get()
    assert (row.times, row.paused_until) == (1, first.paused_until - 2 * DAY)


def test_a_month_after_a_pause_the_next_one_is_a_day_again() -> None:
    soft()
    let_pass(2 * DAY)
    soft()
    let_pass(2 * DAY + troubles.FORGIVEN)

    soft()

    assert pauses_for() == DAY


def test_after_a_hard_bounce_it_waits_for_its_owner() -> None:
    hard()
    let_pass(100 * DAY)

    with pytest.raises(troubles.OnHold) as hold:
        troubles.ask(mark_of(BO))
    assert hold.value.until is None
    assert troubles.is_refused(BO)


def test_a_hard_bounce_counts_although_a_soft_one_was_quicker() -> None:
    sent_at = timezone.now()
    soft()

    hard(sent_at)

    assert troubles.is_refused(BO)


def test_once_confirmed_everything_is_open_again() -> None:
    soft()
    hard()

    troubles.confirm("Bo@Example.org ")

    troubles.ask(mark_of(BO))
    assert troubles.of(BO) is None


def test_a_letter_from_before_that_comes_back_late_changes_nothing_then() -> None:
    sent_at = timezone.now()
    hard()
    troubles.confirm(BO)

    hard(sent_at)
    soft(sent_at)

    assert troubles.of(BO) is None


def test_a_letter_sent_later_that_comes_back_does() -> None:
    hard()
    troubles.confirm(BO)

    hard()

    assert troubles.is_refused(BO)


def test_a_complaint_refuses_and_is_known_as_one() -> None:
    troubles.complained(mark_of(BO))

    assert troubles.of(BO).complained_at is not None
    assert troubles.is_refused(BO)


def test_confirming_where_nothing_was_wrong_keeps_nothing() -> None:
    troubles.confirm(BO)

    assert not Trouble.objects.exists()


def test_forgotten_it_is_gone_and_letters_no_longer_say_where_they_went() -> None:
    hard()
    letter = Letter.objects.create(
        kind="news", about="1", sent_at=timezone.now(), sent_to=mark_of(BO)
    )

    troubles.forget(BO)

    letter.refresh_from_db()
    assert letter.sent_to == ""
    assert not Trouble.objects.exists()


def test_exactly_the_address_is_meant() -> None:
    hard()

    assert troubles.of("bo+connect@example.org") is None
    assert troubles.of("b.o@example.org") is None


def test_the_mark_leads_neither_to_the_address_nor_to_marks_of_other_tables(
    settings: object,
) -> None:
    mark = mark_of(BO)

    assert mark != marks.mark_of(BO)
    settings.SECRET_KEY = "another key, so that a table alone says nothing"
    assert mark_of(BO) != mark


# --- by the clock ---------------------------------------------------------------------------------


def test_a_month_after_the_pause_it_is_forgotten() -> None:
    soft()
    let_pass(DAY + troubles.FORGIVEN - timedelta(hours=1))
    forget_what_came_back()
    kept = Trouble.objects.count()

    let_pass(timedelta(hours=2))
    forget_what_came_back()

    assert (kept, Trouble.objects.count()) == (1, 0)


def test_a_month_after_it_was_confirmed_it_is_forgotten() -> None:
    hard()
    troubles.confirm(BO)

    let_pass(troubles.FORGIVEN + DAY)
    forget_what_came_back()

    assert not Trouble.objects.exists()


def test_refused_for_half_a_year_it_is_tried_again() -> None:
    hard()
    let_pass(troubles.REFUSED_FOR - DAY)
    forget_what_came_back()
    kept = Trouble.objects.count()

    let_pass(2 * DAY)
    forget_what_came_back()

    assert (kept, Trouble.objects.count()) == (1, 0)


def test_reports_and_marks_on_letters_are_forgotten() -> None:
    now = timezone.now()
    Returned.objects.create(key="old", came_at=now - returns.EVENTS_KEPT - DAY)
    Returned.objects.create(key="new", came_at=now - returns.EVENTS_KEPT + DAY)
    for ago in (returns.MARKS_KEPT + DAY, returns.MARKS_KEPT - DAY):
        Letter.objects.create(kind="news", about="1", sent_at=now - ago, sent_to=mark_of(BO))

    forget_what_came_back()

    assert list(Returned.objects.values_list("key", flat=True)) == ["new"]
    assert list(Letter.objects.values_list("sent_to", flat=True)) == ["", mark_of(BO)]
