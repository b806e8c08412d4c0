"""`make bench`: how fast the site is, with few members and with many.

Everything real: PostgreSQL (embedded, as in production), the site's own views through Django's test
client, templates included. Times are milliseconds of one process on this machine; what counts are
ratios within one run, because machines differ.

    python -m tests.bench [--sizes 1000 100000 1000000] [--rounds 15] [--plans] [--cpu]
    python -m tests.bench --relay       # only how fast letters are carried

With BENCH_POSTGIS_URL set, the nearest-first questions are also asked of PostGIS (docs/benchmarks.md).
With BENCH_DATA set to a folder, the database is kept there, and the next run goes on with it.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

KEPT = os.environ.get("BENCH_DATA")
DATA = Path(KEPT or tempfile.mkdtemp(prefix="connect-bench-"))
AS_MANY_AS_WE_LIKE = str(10**9)
os.environ.update(
    CONNECT_DATA=str(DATA), DJANGO_SETTINGS_MODULE="connect.settings",
    CONNECT_SEARCHES_A_DAY=AS_MANY_AS_WE_LIKE, CONNECT_PROFILES_A_DAY=AS_MANY_AS_WE_LIKE,
)  # fmt: skip

import django  # noqa: E402  (settings read the environment)

django.setup()

from tests.bench import plans, postgis, relay, report  # noqa: E402
from tests.bench.questions import FIXED, MORE, PAGES  # noqa: E402
from tests.bench.site import Site  # noqa: E402
from tests.bench.stopwatch import Clock, Figures, ProcessorClock, WallClock, ask_all, suggestions  # noqa: E402


def main() -> None:
    options = arguments()
    clock = ProcessorClock() if options.cpu else WallClock()
    with Site(DATA, clock, keep=bool(KEPT)) as site:
        if options.relay:
            site.grow(1_000)
            show(relay.compared(DATA))
            return
        figures: dict[int, Figures] = {}
        for size in options.sizes:
            site.grow(size)
            figures[size] = measure(site, options.rounds, clock)
        show(f"Times are {clock.name}. One database, growing from size to size.")
        show(report.of_pages(figures))
        show(report.of_staff(figures))
        show(report.of_questions(figures, FIXED, "The 24 questions"))
        show(report.of_questions(figures, MORE, "More questions"))
        show(report.summary(figures))
        show(report.of_bad_moments(bad_moments(site, figures[size], clock)))
        if options.plans:
            show(plans.of_questions(site.client))
        show(relay.compared(DATA))
        show(postgis.compared(site.client, os.environ.get("BENCH_POSTGIS_URL"), cpu=options.cpu))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=15, help="how often each is asked (15)")
    parser.add_argument("--plans", action="store_true", help="also how the statements are run")
    parser.add_argument(
        "--cpu", action="store_true", help="count the processors' time, on a machine in use (Linux)"
    )
    parser.add_argument("--relay", action="store_true", help="only how fast letters are carried")
    return parser.parse_args()


def measure(site: Site, rounds: int, clock: Clock) -> Figures:
    figures = ask_all(site.client, {**PAGES, **FIXED, **MORE}, rounds, clock)
    figures |= ask_all(site.staff, site.staff_pages(), rounds, clock)
    return figures | {"suggestions of a place": suggestions(site.client, rounds, clock)}


def bad_moments(site: Site, usual: Figures, clock: Clock) -> dict[str, Figures]:
    """The 24 questions when the database has reason to be slow."""
    moments = {"as usual": {name: usual[name] for name in FIXED}}
    site.restart()
    moments["once each after a restart of the database"] = ask_all(
        site.client, FIXED, 1, clock, warm_up=False
    )
    saved = site.save_many()
    moments[f"after {saved:,} saves without vacuum"] = ask_all(site.client, FIXED, 5, clock)
    return moments


def show(text: str) -> None:
    sys.stdout.write(text + "\n\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
