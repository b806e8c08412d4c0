"""`make bench`: how fast the pages of a member are, with few members and with many.

Everything real: PostgreSQL (embedded, as in production), the site's own views through Django's test
client, templates included. Times are milliseconds of one process on this machine; what counts is the
ratio of the last column, because machines differ.

    python -m tests.bench [--sizes 1000 100000] [--rounds 15]
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

DATA = Path(tempfile.mkdtemp(prefix="connect-bench-"))
os.environ.update(CONNECT_DATA=str(DATA), DJANGO_SETTINGS_MODULE="connect.settings")

import django  # noqa: E402  (settings read the environment)

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from connect.database import Server  # noqa: E402
from connect.synthetic import demo  # noqa: E402
from connect.synthetic.people import populate  # noqa: E402
from members.models import Member  # noqa: E402
from members.places import gazetteer  # noqa: E402

SEARCH = "/twp/members/"
PLACES = {
    "near me (a small town)": "",
    "London, 40 km": "place=London, United Kingdom&within=40&unit=km",
    "New York, 160 km": "place=New York City&within=160&unit=km",
    "Tamanrasset, 160 km": "place=Tamanrasset&within=160&unit=km",
}
FILTERS = {
    "no filter": "",
    "one filter": "stage=reducing",
    "three filters": "stage=reducing&stage=holding&interest=share_tips&schedule=daily_micro",
}
PAGES = {
    "home": "/",
    "editing my profile": "/account/twp/edit/",
    "my account": "/account/",
    "a profile": "/twp/members/bo-and-the-bees/",
    "my messages": "/account/messages/",
}


def questions() -> dict[str, str]:
    searches = {
        f"search: {place}, {filters}": f"{SEARCH}?{where}&{what}"
        for place, where in PLACES.items()
        for filters, what in FILTERS.items()
    }
    tenth = {"search: New York, 160 km, page 10": f"{SEARCH}?{PLACES['New York, 160 km']}&page=10"}
    return {**PAGES, **searches, **tenth}


class Stopwatch:
    """Time in the database and number of queries, by Django's own hook."""

    def __init__(self) -> None:
        self.seconds, self.queries = 0.0, 0

    def __call__(self, execute: Callable, *arguments: object) -> object:
        start = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            self.seconds += time.perf_counter() - start
            self.queries += 1


def ask(client: Client, address: str, rounds: int) -> tuple[float, float, int]:
    """Median of the request and of its time in the database, in ms, and its queries."""
    whole, inside, queries = [], [], 0
    for warm_up in [True, *[False] * rounds]:
        watch = Stopwatch()
        start = time.perf_counter()
        with connection.execute_wrapper(watch):
            response = client.get(address)
        if response.status_code != 200:
            raise SystemExit(f"{address} answered {response.status_code}.")
        if not warm_up:
            whole.append((time.perf_counter() - start) * 1000)
            inside.append(watch.seconds * 1000)
            queries = watch.queries
    return statistics.median(whole), statistics.median(inside), queries


def suggestions(rounds: int) -> tuple[float, float, int]:
    """Median of a town's suggestions while typing."""
    typed = ["no", "nor", "north", "northam", "köln", "san fr", "springf", "lon"]
    times = []
    for _round in range(rounds):
        for text in typed:
            watch = Stopwatch()
            with connection.execute_wrapper(watch):
                gazetteer.suggest(text)
            times.append(watch.seconds * 1000)
    return statistics.median(times), statistics.median(times), 1


@contextmanager
def site() -> Iterator[None]:
    server = Server(DATA / "postgres")
    try:
        server.start()
        call_command("migrate", verbosity=0)
        call_command("load_gazetteer", verbosity=0)
        demo.make()
        yield
    finally:
        connection.close()
        server.stop()
        shutil.rmtree(DATA, ignore_errors=True)


def measure(size: int, rounds: int) -> dict[str, tuple[float, float, int]]:
    start = time.perf_counter()
    populate(size, seed=size)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    sys.stderr.write(f"{size:,} members written in {time.perf_counter() - start:.1f} s\n")
    client = Client(SERVER_NAME="localhost")
    client.force_login(Member.objects.get(email="ana@example.org"))
    figures = {name: ask(client, address, rounds) for name, address in questions().items()}
    return figures | {"suggestions of a town": suggestions(rounds)}


def table(sizes: list[int], figures: list[dict[str, tuple[float, float, int]]]) -> str:
    """Request / database in ms and queries for each size, and the last request over the first."""
    head = ["question", *[f"{size:,}: request / database ms, queries" for size in sizes], "ratio"]
    lines = [head, ["---"] * len(head)]
    for name in figures[0]:
        cells = [f"{f[name][0]:.1f} / {f[name][1]:.1f}, {f[name][2]}" for f in figures]
        lines.append([name, *cells, f"{figures[-1][name][0] / figures[0][name][0]:.2f}"])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    with site():
        figures = [measure(size, options.rounds) for size in options.sizes]
    sys.stdout.write(table(options.sizes, figures) + "\n")


if __name__ == "__main__":
    main()
