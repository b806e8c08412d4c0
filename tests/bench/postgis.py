"""The same questions asked of PostGIS, on one server and the same data.

Both sides run on the server of BENCH_POSTGIS_URL: the tables a search reads are copied there with
their indexes, and the statement of `search.nearest` is run on them. Beside them stands what one
would build with PostGIS: people with the centre of their cell as geography, GiST on it and GIN on
the same facets, one of each for each community.

Ours is one statement: 501 rows are the count and all pages. PostGIS is asked in two ways, and
the faster counts: *two statements*, the page by the nearest-neighbour operator and the count up to
501 by itself; or *one*, all within the circle sorted by distance, 501 of them. Distances are those
on a sphere, which is what it does fastest.
"""

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from django.db import connection
from django.http import QueryDict
from django.test import Client

from members.communities import TWP
from members.models import Member
from search import asking
from search.nearest import PER_PAGE
from search.wanted import MOST, Wanted
from search.words import Words, all_of, literal
from tests.bench.questions import FIXED
from tests.bench.report import table
from tests.bench.stopwatch import of_process, people_found, watched

Seconds = Callable[[], float]  # a clock
Statement = tuple[str, dict[str, object]]  # with its values

# Both sides are prepared, as on the site: read and planned as often as PostgreSQL wants to, uncounted.
# Then in turns of random order, the more often the shorter it takes: a tenth of a millisecond tells little once.
WARM_UP, LEAST_ROUNDS, MOST_ROUNDS, ROUNDS_MS = 12, 5, 200, 200
AS_ON_OURS = "set max_parallel_workers_per_gather = 0; set jit = off; set enable_memoize = off"
SCHEMA, OURS = "connect_bench", "ours"
NOT_GIVEN = (
    "### Compared with PostGIS\n\nNot compared: BENCH_POSTGIS_URL names no server"
    " (docs/benchmarks.md says how to start one)."
)
# What the statement of a search reads, and of wide tables no more than that.
COPIED = {
    "members_listing": "*",
    "places_cell": "*",
    "members_profile": "id, member_id, community",
    "members_block": "*",
}
PEOPLE = """
create table people as
    select l.profile_id as profile, l.community, l.cell_id as cell, l.facets,
        st_setsrid(st_makepoint(c.longitude, c.latitude), 4326)::geography as place
    from members_listing l join places_cell c on c.id = l.cell_id order by profile;
alter table people add primary key (profile);
create index people_place_twp on people using gist (place) where community = 'twp';
create index people_place_ici on people using gist (place) where community = 'ici';
create index people_facets_twp on people using gin (facets) where community = 'twp';
create index people_facets_ici on people using gin (facets) where community = 'ici';
"""
PAGE = """
select z.*, c.wording, c.place, c.latitude, c.longitude
from (
    select profile, cell, place <-> {centre} as metres from people where {where}
    order by place <-> {centre}, profile desc limit {page} offset {before}
) z
cross join lateral (select * from places_cell c where c.id = z.cell offset 0) c
order by metres, profile desc
"""
COUNT = "select count(*) from (select from people where {where} limit {most}) found"
ALL = """
select z.*, c.wording, c.place, c.latitude, c.longitude
from (
    select profile, cell, st_distance(place, {centre}, false) as metres from people where {where}
    order by metres, profile desc limit {most}
) z
cross join lateral (select * from places_cell c where c.id = z.cell offset 0) c
order by metres, profile desc
"""


@dataclass
class Compared:
    question: str
    ours: float  # ms
    theirs: float
    way: str
    same: bool

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs


def compared(client: Client, url: str | None, *, cpu: bool) -> str:
    """The table of the comparison, or why there is none; `cpu` counts the server's work alone."""
    if not url:
        return NOT_GIVEN
    with psycopg.connect(url, autocommit=True, prepare_threshold=3) as server:
        server.execute(AS_ON_OURS)
        try:
            copy_to(server)
            version = server.execute("select version(), postgis_version()").fetchone()
            seconds = worked(server) if cpu else time.perf_counter
            results = [ask_both(client, server, seconds, *one) for one in FIXED.items()]
        finally:
            server.execute(f"drop schema if exists {SCHEMA} cascade")
    return as_table(results, f"{version[0].split(' on ')[0]}, PostGIS {version[1].split()[0]}")


def copy_to(server: psycopg.Connection) -> None:
    server.execute("create extension if not exists postgis")
    server.execute(f"drop schema if exists {SCHEMA} cascade; create schema {SCHEMA}")
    server.execute(f"set search_path = {SCHEMA}, public")
    with connection.cursor() as here:
        for name, columns in COPIED.items():
            copy_table(here, server, name, columns)
    server.execute(PEOPLE)
    server.execute("vacuum analyze")


def copy_table(here: psycopg.Cursor, server: psycopg.Connection, name: str, columns: str) -> None:
    """Copy a table with its indexes, as far as they stand on the columns copied."""
    here.execute(
        "select column_name, coalesce(nullif(udt_name, '_int2'), 'smallint[]')"
        " from information_schema.columns where table_name = %s order by ordinal_position", [name],
    )  # fmt: skip
    types = {
        column: kind for column, kind in here.fetchall() if columns == "*" or column in columns
    }
    server.execute(f"create table {name} ({', '.join(f'{c} {t}' for c, t in types.items())})")
    names = ", ".join(types)
    with (
        here.copy(f"copy {name} ({names}) to stdout") as rows,
        server.cursor().copy(f"copy {name} ({names}) from stdin") as copy,
    ):
        for row in rows:
            copy.write(row)
    here.execute("select indexdef from pg_indexes where tablename = %s", [name])
    for (definition,) in here.fetchall():
        copy_index(server, definition.replace("public.", ""))


def copy_index(server: psycopg.Connection, definition: str) -> None:
    try:
        server.execute(definition)
    except psycopg.errors.UndefinedColumn:
        return


def worked(server: psycopg.Connection) -> Seconds:
    number = server.info.backend_pid
    return lambda: of_process(number)


def ask_both(
    client: Client, server: psycopg.Connection, seconds: Seconds, name: str, address: str
) -> Compared:
    _seconds, watch = watched(client, address)
    wanted = wanted_by(address)
    page = int(QueryDict(address.partition("?")[2])["page"])
    asked = {OURS: [watch.search]} | of_postgis(wanted, page)
    theirs = in_turns(server, seconds, asked)
    ours, _cells = theirs.pop(OURS)
    best = min(theirs, key=theirs.__getitem__)
    same = {found for _ms, found in theirs.values()} == {people_found(watch)}
    return Compared(name, ours, theirs[best][0], best, same)


def wanted_by(address: str) -> Wanted:
    ana = Member.objects.get(email="ana@example.org")
    return asking.ask(ana, TWP, QueryDict(address.partition("?")[2])).filters.wanted()


def in_turns(
    server: psycopg.Connection, seconds: Seconds, asked: dict[str, list[Statement]]
) -> dict[str, tuple[float, int]]:
    """Give for each way of asking the median in ms, and how many rows or what count came last."""
    for _round in range(WARM_UP):
        last = {way: timed(server, seconds, statements) for way, statements in asked.items()}
    rounds = round(ROUNDS_MS / sum(ms for ms, _rows in last.values()))
    rounds = max(LEAST_ROUNDS, min(rounds, MOST_ROUNDS))
    times: dict[str, list[float]] = {way: [] for way in asked}
    order, chance = list(asked), random.Random(24)
    for _round in range(rounds):
        chance.shuffle(order)  # what another has just read is at hand
        for way in order:
            times[way].append(timed(server, seconds, asked[way])[0])
    return {way: (statistics.median(times[way]), last[way][1]) for way in asked}


def timed(
    server: psycopg.Connection, seconds: Seconds, statements: list[Statement]
) -> tuple[float, int]:
    """All statements together in ms, and how many rows or what count the last gave."""
    start = seconds()
    rows = [server.execute(words, values).fetchall() for words, values in statements][-1]
    return (seconds() - start) * 1000, rows[0][0] if len(statements) > 1 else len(rows)


def of_postgis(wanted: Wanted, page: int) -> dict[str, list[Statement]]:
    """Statements that give what ours gives: nobody unseen, the cell's words beside each."""
    words, where = Words(), wanted.where
    longitude, latitude = words.value(where.longitude), words.value(where.latitude)
    centre = f"st_setsrid(st_makepoint({longitude}, {latitude}), 4326)::geography"
    conditions = [
        f"community = {literal(wanted.community)}",
        "profile <> all ((select ids from unseen)::bigint[])",
        *(f"facets && {words.array(sorted(one), 'smallint')}" for one in wanted.groups),
        *(f"{one:d}::smallint <> all (facets)" for one in wanted.avoided),
    ]
    if where.km is not None:
        conditions.append(f"st_dwithin(place, {centre}, {words.value(where.km * 1000)}, false)")
    unseen = words.unseen(wanted.member, wanted.community)
    nearest, count, sorted_all = [
        (
            unseen + text.format(
                centre=centre, where=all_of(conditions), most=MOST + 1, page=PER_PAGE,
                before=PER_PAGE * (page - 1),
            ),
            words.values,
        )
        for text in (PAGE, COUNT, ALL)
    ]  # fmt: skip
    return {"two statements": [nearest, count], "one statement": [sorted_all]}


def as_table(results: list[Compared], server: str) -> str:
    rows = [
        [one.question, f"{one.ours:.1f}", f"{one.theirs:.1f}", one.way, f"{one.ratio:.3f}"]
        for one in results
    ]
    mean = statistics.geometric_mean(one.ratio for one in results)
    slower = [one.question for one in results if one.ratio > 1]
    different = [one.question for one in results if not one.same]
    return "\n\n".join([
        table(
            f"Compared with PostGIS ({server}; both sides there)",
            ["question", "ours ms", "PostGIS ms", "its faster way", "ours over PostGIS"], rows,
        ),
        f"Geometric mean of the ratios {mean:.3f} (aim: at most 0.1). "
        f"Slower than PostGIS: {', '.join(slower) or 'none'} (aim: none). "
        f"Other numbers found: {', '.join(different) or 'none'}.",
    ])  # fmt: skip
