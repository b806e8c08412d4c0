"""Where the marks of a chart stand: numbers for the SVG that the templates draw.

All lengths are units of the drawing, WIDTH wide and HEIGHT high; y grows downwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, ngettext

from moderation.figures.counting import Week

WIDTH, HEIGHT = 340, 190
LEFT, RIGHT, TOP, GROUND = 64, 336, 14, 162  # of the field in which the marks stand
GAP = 2.5  # between two columns
HOUR, DAY = 3600, 86_400  # seconds
PROMISED = 2 * DAY
HOURS_UP_TO = 4 * DAY  # above it days are easier to read


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Span:
    """One week's time to decision: from half of them to nine of ten."""

    x: float
    half: float
    most: float


@dataclass(frozen=True)
class Line:
    """A line across the field, with its number."""

    y: float
    label: str


@dataclass(frozen=True)
class Tick:
    x: float
    day: date
    anchor: str  # start, middle, end: which part of the words stands at x


@dataclass(frozen=True)
class Columns:
    approved: list[Box]
    declined: list[Box]  # upon the approved ones
    lines: list[Line]
    ticks: list[Tick]


@dataclass(frozen=True)
class Spans:
    spans: list[Span]
    lines: list[Line]
    ticks: list[Tick]
    promised: float | None  # y of the line at PROMISED; None above the field


def decided(weeks: Sequence[Week]) -> Columns:
    """One column a week, the declined upon the approved."""
    top = round_up(max(week.number for week in weeks))
    width = _step(weeks) - GAP
    approved, declined = [], []
    for place, week in enumerate(weeks):
        x = _x(place, weeks) - width / 2
        foot, head = _y(week.approved, top), _y(week.number, top)
        if week.approved:
            approved.append(_box(x, foot, width, GROUND - foot))
        if week.declined:
            declined.append(_box(x, head, width, foot - head))
    return Columns(approved, declined, _lines(top, str), _ticks(weeks))


def time_to_decision(weeks: Sequence[Week]) -> Spans:
    """One line a week, from half of the decisions to nine of ten."""
    told = [(place, week) for place, week in enumerate(weeks) if week.most is not None]
    longest = max((week.most for _place, week in told), default=0)
    unit, name = (HOUR, hours) if longest <= HOURS_UP_TO else (DAY, days)
    top = round_up(longest / unit, HOURS if unit == HOUR else ROUND)
    spans = [
        Span(
            round(_x(place, weeks), 1), _y(week.half / unit, top), _y(week.most / unit, top)
        )
        for place, week in told
    ]  # fmt: skip
    promised = PROMISED / unit
    lines = _lines(top, name)
    return Spans(spans, lines, _ticks(weeks), _y(promised, top) if promised <= top else None)


ROUND = (2, 4, 6, 10)  # and these times 10, 100, …: each half is a whole number
HOURS = (4, 12, 24, 48, 96)


def round_up(number: float, steps: Sequence[int] = ROUND) -> int:
    """The next round number that is as large."""
    times = 1
    while True:
        for step in steps:
            if step * times >= number:
                return step * times
        times *= 10


def in_words(seconds: float) -> str:
    """How long something took, in one unit."""
    if seconds < HOUR:
        return gettext("under an hour")
    return hours(round(seconds / HOUR)) if seconds < PROMISED else days(round(seconds / DAY))


def hours(number: int) -> str:
    return ngettext("%(number)d hour", "%(number)d hours", number) % {"number": number}


def days(number: int) -> str:
    return ngettext("%(number)d day", "%(number)d days", number) % {"number": number}


def _step(weeks: Sequence[Week]) -> float:
    return (RIGHT - LEFT) / len(weeks)


def _x(place: int, weeks: Sequence[Week]) -> float:
    """The middle of a week's place."""
    return LEFT + (place + 0.5) * _step(weeks)


def _y(number: float, top: float) -> float:
    return round(GROUND - (GROUND - TOP) * number / top, 1)


def _box(x: float, y: float, width: float, height: float) -> Box:
    return Box(round(x, 1), round(y, 1), round(width, 1), round(height, 1))


def _lines(top: int, name: object) -> list[Line]:
    return [Line(_y(number, top), name(number)) for number in (0, top // 2, top)]


def _ticks(weeks: Sequence[Week]) -> list[Tick]:
    """The first week, one in the middle, and the last."""
    middle = len(weeks) // 2
    return [
        Tick(LEFT, weeks[0].monday, "start"),
        Tick(round(_x(middle, weeks), 1), weeks[middle].monday, "middle"),
        Tick(RIGHT, weeks[-1].monday, "end"),
    ]
