"""How PostgreSQL runs the statements of a search, in short."""

import re
from collections.abc import Iterable, Iterator

from django.db import connection
from django.test import Client

from tests.bench.questions import FIXED, MORE
from tests.bench.stopwatch import watched

SHOWN = {
    "Outward from a city": FIXED["dense city, no filter, page 1"],
    "Three filters near a city": FIXED["dense city, three filters, page 1"],
    "The world, nearest first, three filters": FIXED["world, three filters, page 1"],
    "A rare drug near a city": MORE["New York, a rare drug"],
    "The newest in the world": MORE["world, newest"],
    "Answers that go together": MORE["Germany, German, two common answers"],
}
# Whole parts of a plan nobody needs to read: what did not run, and who the viewer does not see.
LEFT_OUT = re.compile(r"never executed|^ *CTE unseen|^ *InitPlan")
SAYS_LITTLE = (
    "Buffers:",
    "Index Searches:",
    "Storage:",
    "Heap Blocks:",
    "Planning:",
    "Sort Method:",
)
LONG_ARRAY = re.compile(r"'\{[-0-9,]{30,}\}'")
FORMULA = re.compile(r"\(*'1'::double precision - cosd.*")
LONG_LINE = 150


def of_questions(client: Client) -> str:
    return "\n\n".join(["### Plans", *(plan(client, name) for name in SHOWN)])


def plan(client: Client, name: str) -> str:
    _seconds, watch = watched(client, SHOWN[name])
    words, values = watch.search
    with connection.cursor() as cursor:
        cursor.execute(f"explain (analyze, costs off) {words}", values)
        lines = list(in_short(line for (line,) in cursor.fetchall()))
    return f"{name}:\n\n```\n" + "\n".join(lines) + "\n```"


def in_short(lines: Iterable[str]) -> Iterator[str]:
    skipped: int | None = None  # how far the part left out is indented
    for line in lines:
        depth = len(line) - len(line.lstrip())
        if skipped is not None and depth > skipped:
            continue
        skipped = depth if LEFT_OUT.search(line) else None
        if skipped is None and not line.strip().startswith(SAYS_LITTLE):
            yield shortened(line)


def shortened(line: str) -> str:
    line = FORMULA.sub(" the distance …", LONG_ARRAY.sub("'{…}'", line))
    return line if len(line) <= LONG_LINE else line[:LONG_LINE] + " …"
