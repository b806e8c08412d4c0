"""Where the marks of a chart stand."""

from datetime import date, timedelta

import pytest

from moderation.figures import charts
from moderation.figures.charts import DAY, GROUND, HOUR, LEFT, RIGHT, TOP, Box
from moderation.figures.counting import Week

MONDAY = date(2026, 6, 1)


def weeks(*found: tuple) -> list[Week]:
    return [Week(MONDAY + timedelta(weeks=place), *one) for place, one in enumerate(found)]


def test_a_column_is_as_high_as_its_number() -> None:
    chart = charts.decided(weeks((10, 0), (5, 0)))

    assert [box.height for box in chart.approved] == [GROUND - TOP, (GROUND - TOP) / 2]
    assert [box.y + box.height for box in chart.approved] == [GROUND, GROUND]


def test_the_declined_stand_upon_the_approved() -> None:
    chart = charts.decided(weeks((6, 4)))

    [below], [above] = chart.approved, chart.declined
    assert above.y + above.height == pytest.approx(below.y)
    assert above.y == TOP
    assert above.x == below.x


def test_nothing_is_drawn_for_nothing() -> None:
    chart = charts.decided(weeks((0, 0), (1, 0)))

    assert (len(chart.approved), chart.declined) == (1, [])


def test_all_stands_inside_the_field() -> None:
    chart = charts.decided(weeks(*[(number, 3) for number in range(26)]))

    boxes: list[Box] = chart.approved + chart.declined
    assert all(box.x >= LEFT and box.x + box.width <= RIGHT for box in boxes)
    assert all(box.y >= TOP and box.y + box.height <= GROUND for box in boxes)


@pytest.mark.parametrize(
    ("number", "top"), [(0, 2), (1, 2), (3, 4), (7, 10), (11, 20), (41, 60), (99, 100), (101, 200)]
)
def test_the_field_ends_at_a_round_number_with_a_whole_half(number: int, top: int) -> None:
    assert charts.round_up(number) == top
    assert top % 2 == 0


def test_short_times_are_told_in_hours_and_long_ones_in_days() -> None:
    quick = charts.time_to_decision(weeks((1, 0, 3 * HOUR, 20 * HOUR)))
    slow = charts.time_to_decision(weeks((1, 0, 3 * DAY, 9 * DAY)))

    assert [line.label for line in quick.lines] == ["0 hours", "12 hours", "24 hours"]
    assert [line.label for line in slow.lines] == ["0 days", "5 days", "10 days"]


def test_the_two_days_we_speak_of_are_drawn_where_the_field_reaches() -> None:
    quick = charts.time_to_decision(weeks((1, 0, 3 * HOUR, 20 * HOUR)))
    slow = charts.time_to_decision(weeks((1, 0, 3 * HOUR, 96 * HOUR)))

    assert quick.promised is None
    assert slow.promised == (GROUND + TOP) / 2


def test_a_week_without_a_time_is_a_gap() -> None:
    chart = charts.time_to_decision(weeks((1, 0, HOUR, HOUR), (1, 0), (1, 0, HOUR, HOUR)))

    assert len(chart.spans) == 2


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (60, "under an hour"), (HOUR, "1 hour"), (30 * HOUR, "30 hours"), (2 * DAY, "2 days"),
        (9.6 * DAY, "10 days"),
    ],
)  # fmt: skip
def test_times_in_words_have_one_unit(seconds: float, words: str) -> None:
    assert charts.in_words(seconds) == words
