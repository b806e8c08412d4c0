"""Finding people: the one place where a search meets the database.

Everything is measured between the centres of two cells, so whoever lives in one cell is at one
distance, and order within a cell is that of the ids. Two pins in one cell give the same answer to
every question.

One narrow row a profile is searched (`members.listing`). 501 rows are the count (up to "more than
500"), all twenty pages and the map at once, so that they agree, and page 20 costs what page 1 does.
`search.ways` chooses how it is asked, `search.statements` has the SQL, `search.words` fills it.
"""

from dataclasses import replace

from django.core.paginator import Page, Paginator
from django.db import connection

from members.places.distance import km_of
from search import statements
from search.wanted import MOST, Found, Wanted
from search.ways import counts_better_apart, hits, in_any_order, parts
from search.words import Words

PER_PAGE = 25


def find(wanted: Wanted) -> list[Found]:
    """Give the first MOST + 1 of those wanted, in order. One query."""
    words = Words()
    statement = words.unseen(wanted.member, wanted.community) + hits(wanted, words)
    with connection.cursor() as cursor:
        cursor.execute(statement, words.values)
        rows = cursor.fetchall()
    found = [
        Found(profile, km_of(versine), *cell)
        for told, versine, *cell in rows
        for profile in profiles_of(told)
    ]
    return sorted(found, key=lambda hit: -hit.profile) if wanted.newest_first else found


def profiles_of(told: int | list[int]) -> list[int]:
    """One hit, or all of a cell: the newest first."""
    return [told] if isinstance(told, int) else sorted(told, reverse=True)


def count_each(questions: list[Wanted], circles: list[Wanted]) -> tuple[list[int], list[int]]:
    """Give how many each would find, MOST + 1 for more. One query; all are one member's.

    Args:
        questions: each is counted by itself.
        circles: the same but for the radius, which grows: counted together, in the widest.
    """
    asked = [*questions, *circles[-1:]]
    if not asked:
        return [], []
    apart = circles[-1:] if counts_better_apart(circles) else []
    together = circles[: len(circles) - len(apart)]
    words = Words()
    asker = words.unseen(asked[0].member, asked[0].community)
    each = [_count(in_any_order(wanted, words), [None], words) for wanted in [*questions, *apart]]
    if together:
        widest = parts(replace(together[-1], newest_first=False), words)
        each.append(_count(widest, [wanted.where.km for wanted in together], words))
    with connection.cursor() as cursor:
        cursor.execute(f"{asker} select {', '.join(each)}", words.values)
        numbers = [people for counted in cursor.fetchone() for people in counted]
    of_questions, of_apart, of_together = (
        numbers[: len(questions)], numbers[len(questions) : len(each) - bool(together)],
        numbers[len(each) - bool(together) :],
    )  # fmt: skip
    return of_questions, [*of_together, *of_apart]


def _count(parts: str, radii: list[float | None], words: Words) -> str:
    return statements.COUNT.format(circles=words.counts(radii), parts=parts, most=MOST + 1)


def page_of(found: list[Found], asked: str) -> Page:
    """Give the page asked for; for nonsense the first, beyond the end the last."""
    paginator = Paginator(found[:MOST], PER_PAGE)
    try:
        number = int(asked)
    except ValueError:
        number = 1
    return paginator.page(max(1, min(number, paginator.num_pages)))
