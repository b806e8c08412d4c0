"""How PostgreSQL runs the statements of a search."""

import re

from django.db import connection
from django.test import Client
from psycopg.sql import SQL

from tests.bench.questions import FIXED, MORE
from tests.bench.stopwatch import watched

SHOWN = {
    "walk outward": FIXED["dense city, no filter, page 1"],
    "walk outward, three filters": FIXED["dense city, three filters, page 1"],
    "world, three filters": FIXED["world, three filters, page 1"],
    "rare near a city": MORE["New York, a rare drug"],
    "rare in the world": MORE["world, a rare drug"],
    "newest": MORE["world, newest"],
    "newest, three filters": MORE["world, newest, three filters"],
    "answers that go together": MORE["Germany, German, two common answers"],
}
LONG_ARRAY = re.compile(r"'\{[-0-9,]{60,}\}'")
LONG_LINE = 180


def of_questions(client: Client) -> str:
    parts = ["### Plans"]
    for name, address in SHOWN.items():
        _seconds, watch = watched(client, address)
        with connection.cursor() as cursor:
            cursor.execute(SQL("explain (analyze, buffers, costs off) ") + watch.search)
            lines = [shortened(line) for (line,) in cursor.fetchall()]
        parts.append(f"{name}\n\n```\n" + "\n".join(lines) + "\n```")
    return "\n\n".join(parts)


def shortened(line: str) -> str:
    line = LONG_ARRAY.sub("'{…}'", line)
    return line if len(line) <= LONG_LINE else line[:LONG_LINE] + " …"
