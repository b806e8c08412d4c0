"""The tables, as Markdown."""

import statistics
from collections.abc import Iterable, Sequence

from django.db import connection

from tests.bench.questions import FIXED, MORE, PAGES, STAFF_PAGES, TWENTIETH
from tests.bench.stopwatch import SEARCH, Figures, Timing

# It tries five times whether a plan for the values at hand is cheaper.
PLANNED_ANEW = """
select count(*) from pg_prepared_statements
where statement like %(search)s and generic_plans = 0 and custom_plans > 5
"""


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return f"### {title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def of_pages(figures: dict[int, Figures]) -> str:
    return of_questions(figures, [*PAGES, "suggestions of a place"], "Other pages")


def of_staff(figures: dict[int, Figures]) -> str:
    return of_questions(figures, [*STAFF_PAGES, "the oldest application"], "Pages of the staff")


def of_questions(figures: dict[int, Figures], names: Iterable[str], title: str) -> str:
    """Request / database in ms for each size; people found and queries at the last."""
    sizes, last = list(figures), figures[max(figures)]
    head = [
        "question", *[f"{size:,}: request / database ms" for size in sizes],
        "p95 of database", "found", "queries", "ratio",
    ]  # fmt: skip
    rows = []
    for name in names:
        first, final = figures[sizes[0]][name], last[name]
        rows.append([
            name, *[in_short(figures[size][name]) for size in sizes],
            f"{percentile(final.database, 95):.1f}", found(final), str(final.queries),
            f"{final.median / first.median:.2f}",
        ])  # fmt: skip
    return table(title, head, rows)


def in_short(timing: Timing) -> str:
    return f"{timing.median:.1f} / {statistics.median(timing.database):.1f}"


def found(timing: Timing) -> str:
    if timing.found is None:
        return ""
    return str(timing.found) if timing.found <= 500 else "over 500"


def percentile(values: list[float], share: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * share // 100)]


def summary(figures: dict[int, Figures]) -> str:
    """What was aimed at, and what is."""
    sizes = list(figures)
    few, many = figures[sizes[0]], figures[sizes[-1]]
    ratios = [many[name].median / few[name].median for name in FIXED]
    wholes = [statistics.median([f[name].median for name in FIXED]) for f in (few, many)]
    head = ["figure", "aim", f"at {sizes[-1]:,}"]
    queues = [many[name].median / few[name].median for name in STAFF_PAGES]
    offered = many["suggestions of a place"].database
    rows = [
        ["pace: a fixed sum in the database", "", paces(figures)],
        ["whole request, median of the 24", "", f"{wholes[1]:.1f} ms"],
        [f"its ratio to {sizes[0]:,} members", "at most 2", f"{wholes[1] / wholes[0]:.2f}"],
        ["the worst question's ratio", "at most 2", f"{max(ratios):.2f}"],
        *of_the_database(many, FIXED, "the 24"),
        ["that median in paces, which machines agree on", "", in_paces(many)],
        *of_the_database(many, MORE, "the other questions"),
        ["queries at 0, 1 to 25, 26 to 500, over 500 found", "at most 8, the same", queries(many)],
        ["statements of a search planned anew each time", "none", planned_anew()],
        ["page 20 over page 1, database", "at most 2", twentieth(many)],
        ["the queue of the reviewers, ratio", "at most 2", f"{max(queues):.2f}"],
        ["suggestions, database, median", "under 5 ms", f"{statistics.median(offered):.1f} ms"],
    ]
    return table("Aims", head, rows)


def paces(figures: dict[int, Figures]) -> str:
    """How fast the machine was at each size, in ms of the same work."""
    return ", ".join(f"{pace(one):.2f}" for one in figures.values()) + " ms"


def pace(figures: Figures) -> float:
    return statistics.median(ms for name in FIXED for ms in figures[name].pace)


def in_paces(figures: Figures) -> str:
    """The median of the 24 in the database, by a measure that is each machine's own."""
    return (
        f"{statistics.median(ms for n in FIXED for ms in figures[n].database) / pace(figures):.1f}"
    )


def planned_anew() -> str:
    """How many of the statements of a search PostgreSQL did not come to keep a plan for."""
    with connection.cursor() as cursor:
        cursor.execute(PLANNED_ANEW, {"search": f"%{SEARCH}%"})
        return str(cursor.fetchone()[0])


def of_the_database(figures: Figures, names: Iterable[str], which: str) -> list[list[str]]:
    times = [ms for name in names for ms in figures[name].database]
    return [
        [f"database, median of {which}", "at most 4 ms", f"{statistics.median(times):.1f} ms"],
        [f"database, p95 of {which}", "at most 15 ms", f"{percentile(times, 95):.1f} ms"],
    ]


def queries(figures: Figures) -> str:
    """The smallest and the largest number for few and for many found; a typed place is one more."""
    asked = {**FIXED, **MORE}
    parts = []
    for typed in (False, True):
        groups = ((0, 0), (1, 25), (26, 500), (501, 501))
        names = [name for name in asked if ("place=" in asked[name]) == typed]
        numbers = [numbers_between([figures[name] for name in names], *group) for group in groups]
        parts.append(f"{'a typed place' if typed else 'own area'}: {', '.join(numbers)}")
    return "; ".join(parts)


def numbers_between(timings: list[Timing], least: int, most: int) -> str:
    numbers = {one.queries for one in timings if least <= (one.found or 0) <= most}
    return "-".join(str(n) for n in sorted({min(numbers), max(numbers)})) if numbers else "none"


def twentieth(figures: Figures) -> str:
    ratios = [
        statistics.median(figures[late].database) / statistics.median(figures[early].database)
        for late, early in TWENTIETH.items()
    ]
    return ", ".join(f"{ratio:.2f}" for ratio in ratios)


def of_bad_moments(moments: dict[str, Figures]) -> str:
    rows = []
    for moment, figures in moments.items():
        times = [ms for timing in figures.values() for ms in timing.database]
        shares = [statistics.median(times), percentile(times, 95), max(times)]
        rows.append([moment, *[f"{ms:.1f}" for ms in shares]])
    return table(
        "The 24 when the database has reason to be slow, ms in it",
        ["", "median", "p95", "longest"],
        rows,
    )
