"""Ten thousand hostile questions to the search: none breaks it, none takes two seconds.

    python -m tests.drills.hostile [--number 10000] [--seed N]

Nearly right and quite wrong values of every parameter, repeated, reversed, endless, in other
scripts; every tenth question goes to the suggestions of places, every tenth to the preview of areas.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from tqdm import tqdm

from connect.synthetic.people import populate
from tests.attack.nonsense import ENDPOINTS, SEARCHED_BY, Nonsense
from tests.drills.people import NORTHAMPTON, browser_of, person
from tests.drills.same_cell import TALE
from tests.drills.site import arguments, site, tell, verdict

SLOW = 2.0  # seconds
FORM = "application/x-www-form-urlencoded"
ELSEWHERE = ("/twp/members/map/", "/ici/members/")  # addresses that take the same parameters


@dataclass(frozen=True)
class Question:
    method: str
    path: str
    query: str
    headers: dict[str, str]

    def ask(self, browser: Client) -> int:
        if self.method == "POST":
            response = browser.generic("POST", self.path, self.query, FORM, headers=self.headers)
        else:
            response = browser.generic("GET", f"{self.path}?{self.query}", headers=self.headers)
        return response.status_code

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.query[:300]} {self.headers or ''}"


def questions(nonsense: Nonsense, number: int) -> Iterator[Question]:
    for one in range(number):
        headers = {"HX-Request": "true"} if nonsense.dice.random() < 0.3 else {}
        match one % 10:
            case 3:
                yield Question("GET", "/places/suggest", nonsense.asked(ENDPOINTS["/places/suggest"]), headers)  # fmt: skip
            case 7:
                yield Question("POST", "/places/area", nonsense.asked(ENDPOINTS["/places/area"]), headers)  # fmt: skip
            case 5:
                path = nonsense.dice.choice(ELSEWHERE)
                yield Question("GET", path, nonsense.asked(SEARCHED_BY), headers)
            case _:
                yield Question("GET", "/twp/members/", nonsense.asked(SEARCHED_BY), headers)


def broken(browser: Client, asked: Iterator[Question]) -> Iterator[str]:
    for question in asked:
        try:
            status = question.ask(browser)
        except Exception as error:
            yield f"{type(error).__name__}: {question}"
            continue
        if status >= 500:
            yield f"{status}: {question}"


class Stopwatch:
    """Keeps the slowest time of all questions, and who took longer than SLOW, twice: the first time
    the machine may have been busy with something else."""

    def __init__(self, browser: Client) -> None:
        self.browser = browser
        self.slowest, self.late = 0.0, []

    def timed(self, asked: Iterator[Question]) -> Iterator[Question]:
        for question in asked:
            start = time.perf_counter()
            yield question
            took = time.perf_counter() - start
            if took > SLOW:
                start = time.perf_counter()
                question.ask(self.browser)
                took = min(took, time.perf_counter() - start)
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
        browser = browser_of(person("asker", NORTHAMPTON, TALE))
        watch = Stopwatch(browser)
        every = questions(Nonsense(asked.seed), asked.number)
        bar = tqdm(every, total=asked.number, unit=" questions", disable=None)
        failures = [*broken(browser, watch.timed(bar)), *watch.late]
        ends = seconds_of_a_statement()
        if not 0 < ends <= 30:
            failures.append(f"a statement may take {ends} seconds")
    tell(f"the slowest took {watch.slowest:.2f} s; PostgreSQL ends a statement after {ends:.0f} s")
    verdict(failures, f"{asked.number:,} questions: no error, none slower than {SLOW:.0f} s.")


if __name__ == "__main__":
    main()
