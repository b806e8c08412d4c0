"""Ten thousand hostile questions to the search: none breaks it, none takes two seconds of work.

    python -m tests.drills.hostile [--number 10000] [--seed N]

Nearly right and quite wrong values of every parameter, repeated, reversed, endless, in other
scripts; every tenth question each goes to the suggestions of places, to the preview of areas, to
another community, and to the button that keeps a search.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from tqdm import tqdm

from connect.synthetic.people import populate
from members.models import Profile
from tests.attack.nonsense import ENDPOINTS, SEARCHED_BY, Nonsense
from tests.drills.people import NORTHAMPTON, browser_of, person
from tests.drills.same_cell import TALE
from tests.drills.site import arguments, site, tell, verdict

SLOW = 2.0  # seconds
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Question:
    method: str
    path: str
    asked: str  # as a query string, or as a form's body
    in_place: bool = False

    def ask(self, browser: Client, network: str = "127.0.0.1") -> int:
        more = {"HTTP_HX_REQUEST": "true"} if self.in_place else {}
        if self.method == "POST":
            response = browser.generic(
                "POST", self.path, self.asked, FORM, REMOTE_ADDR=network, **more
            )
        else:
            address = f"{self.path}?{self.asked}"
            response = browser.generic("GET", address, REMOTE_ADDR=network, **more)
        return response.status_code

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.asked[:300]} {'(htmx)' if self.in_place else ''}"


def questions(nonsense: Nonsense, number: int) -> Iterator[Question]:
    places = ENDPOINTS["/places/suggest"]
    for one in range(number):
        search = nonsense.asked(SEARCHED_BY)
        match one % 10:
            case 3:
                path = nonsense.dice.choice(["/places/suggest", "/twp/members/places"])
                yield Question("GET", path, nonsense.asked(places))
            case 5:
                yield Question("GET", "/ici/members/", search)
            case 7:
                yield Question("POST", "/places/area", nonsense.asked(ENDPOINTS["/places/area"]))
            case 9:
                form = urlencode({"query": search, "letters": nonsense.dice.choice(["", "on"])})
                yield Question("POST", "/account/searches/twp/keep/", form)
            case _:
                yield Question("GET", "/twp/members/", search, nonsense.dice.random() < 0.5)


def asker() -> Profile:
    """Somebody who belongs to both communities."""
    profile = person("asker", NORTHAMPTON, TALE)
    person("asker-in-ici", NORTHAMPTON, community="ici", member=profile.member)
    return profile


def broken(browser: Client, asked: Iterator[Question]) -> Iterator[str]:
    for number, question in enumerate(asked):
        network = f"10.0.{number // 100 % 250}.1"  # one network may ask about places so often only
        try:
            status = question.ask(browser, network)
        except Exception as error:
            yield f"{type(error).__name__}: {question}"
            continue
        if status >= 500:
            yield f"{status}: {question}"


class Stopwatch:
    """Keeps the slowest of all questions, and which took longer than SLOW: in processor time, because
    the machine may have been busy with something else. Of the database the statements are timed."""

    def __init__(self) -> None:
        self.slowest, self.late = 0.0, []

    def timed(self, asked: Iterator[Question]) -> Iterator[Question]:
        for question in asked:
            start = time.process_time()
            yield question
            took = time.process_time() - start
            self.slowest = max(self.slowest, took)
            if took > SLOW:
                self.late.append(f"{took:.1f} s: {question}")


def seconds_of_a_statement() -> float:
    """After so long PostgreSQL ends a question of ours, as every connection of ours begins."""
    with connection.cursor() as cursor:
        cursor.execute("select reset_val from pg_settings where name = 'statement_timeout'")
        return int(cursor.fetchone()[0]) / 1000


def main() -> None:
    asked = arguments(__doc__, 10_000, "how many questions")
    with site():
        populate(20_000, seed=1)
        browser, watch = browser_of(asker()), Stopwatch()
        ends = seconds_of_a_statement()
        with connection.cursor() as cursor:  # a slower one is an error, and so a 500
            cursor.execute("select set_config('statement_timeout', %s, false)", [f"{SLOW}s"])
        every = questions(Nonsense(asked.seed), asked.number)
        bar = tqdm(every, total=asked.number, unit=" questions", disable=None)
        failures = [*broken(browser, watch.timed(bar)), *watch.late]
        if not 0 < ends <= 30:
            failures.append(f"a statement may take {ends} seconds")
    tell(f"the slowest took {watch.slowest:.2f} s; PostgreSQL ends a statement after {ends:.0f} s")
    verdict(failures, f"{asked.number:,} questions: no error, none slower than {SLOW:.0f} s.")


if __name__ == "__main__":
    main()
