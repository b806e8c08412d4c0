"""Takes the time of requests, and of what they ask the database."""

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.urls import reverse

from members.models import Looked
from search.nearest import profiles_of
from tests.bench.questions import TYPED

SEARCH = "with unseen as"  # stands in the statements of search.nearest; the first finds people
# The same work at any size, so that runs on machines in other minds can be compared.
FIXED_SUM = "select sum(sin(n)) from generate_series(1, 10000) n"
PAGES_A_DAY = 8  # of 25 people: what the limit of a day allows, whose rows each page reads


@dataclass
class Timing:
    """One page, asked several times; milliseconds."""

    whole: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)  # queries
    pace: list[float] = field(default_factory=list)  # of FIXED_SUM, right after
    found: int | None = None  # people, by a search

    @property
    def median(self) -> float:
        return statistics.median(self.whole)

    @property
    def queries(self) -> int:
        """The usual number: now and then a process reads the counts or the lists anew."""
        return statistics.mode(self.asked)


Figures = dict[str, Timing]


class WallClock:
    name = "by the clock"

    def database(self) -> float:
        return time.perf_counter()

    def whole(self) -> float:
        return time.perf_counter()


class ProcessorClock:
    """Seconds the processors worked for us: on a machine shared with others, the time that would
    pass on a quiet one. Linux only; waiting for the disk is not in it.
    """

    name = "processors' time"

    def database(self) -> float:
        return of_process(connection.connection.info.backend_pid)

    def whole(self) -> float:
        return time.process_time() + self.database()


def of_process(number: int) -> float:
    """Seconds a process has worked, to the nanosecond."""
    return int(Path(f"/proc/{number}/schedstat").read_text().split()[0]) / 1e9


Clock = WallClock | ProcessorClock


class Stopwatch:
    """Time in the database and number of queries, by Django's own hook."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.seconds, self.queries = 0.0, 0
        # The statement that finds people, and its values, if there was one.
        self.search: tuple[str, dict] | None = None

    def __call__(
        self, execute: Callable, sql: object, parameters: object, many: bool, context: dict
    ) -> object:
        start = self.clock.database()
        try:
            return execute(sql, parameters, many, context)
        finally:
            self.seconds += self.clock.database() - start
            self.queries += 1
            if SEARCH in sql and self.search is None:
                self.search = (sql, parameters)


def watched(client: Client, address: str, clock: Clock | None = None) -> tuple[float, Stopwatch]:
    """Ask for one page; the seconds it took, and what the database did."""
    clock = clock or WallClock()
    watch = Stopwatch(clock)
    connection.ensure_connection()
    start = clock.whole()
    with connection.execute_wrapper(watch):
        response = client.get(address)
    seconds = clock.whole() - start
    if response.status_code != 200:
        raise SystemExit(f"{address} answered {response.status_code}.")
    return seconds, watch


def pace(clock: Clock) -> float:
    """Seconds the database takes for a sum that is always the same."""
    with connection.cursor() as cursor:
        start = clock.database()
        cursor.execute(FIXED_SUM)
        return clock.database() - start


def people_found(watch: Stopwatch) -> int | None:
    """Ask the search once more, unwatched; None where there was none."""
    if watch.search is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(*watch.search)
        return sum(len(profiles_of(told)) for told, *_cell in cursor.fetchall())


def ask_all(
    client: Client, addresses: dict[str, str], rounds: int, clock: Clock, *, warm_up: bool = True
) -> Figures:
    """Ask all in so many rounds, each in another order, the same in every run."""
    figures = {name: Timing() for name in addresses}
    order = list(addresses)
    chance = random.Random(24)
    for turn in range(rounds + warm_up):
        chance.shuffle(order)
        for number, name in enumerate(order):
            if number % PAGES_A_DAY == 0:
                Looked.objects.all().delete()
            seconds, watch = watched(client, addresses[name], clock)
            if turn or not warm_up:
                take_down(figures[name], seconds, watch)
                figures[name].pace.append(pace(clock) * 1000)
            if turn == 0:
                figures[name].found = people_found(watch)
    return figures


def take_down(timing: Timing, seconds: float, watch: Stopwatch) -> None:
    timing.whole.append(seconds * 1000)
    timing.database.append(watch.seconds * 1000)
    timing.asked.append(watch.queries)


def suggestions(client: Client, rounds: int, clock: Clock) -> Timing:
    """What is offered while a place is typed."""
    timing = Timing()
    for _round in range(rounds):
        for text in TYPED:
            address = f"{reverse('places:suggest')}?{urlencode({'typed': text})}"
            take_down(timing, *watched(client, address, clock))
    return timing
