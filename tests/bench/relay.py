"""How fast workers carry letters, beside bare loops over `smtplib` into the same mail server.

A bare loop has its letters ready, one connection and nothing to remember. A worker claims, asks
again whether a letter may go, looks up its address, composes, proves, sends and marks it, with two
threads as in production. Both take turns, so that whoever else uses the machine slows both.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice, product
from pathlib import Path
from statistics import median
from uuid import uuid4

from aiosmtpd.smtp import Envelope
from django.conf import settings
from django.db import connection
from django.utils import timezone
from tqdm import tqdm

from members.models import Profile
from members.outbox import duties
from members.outbox.composing import compose
from members.outbox.models import Letter
from members.relay import sending
from members.relay.models import Message
from tests.bench.report import table
from tests.outbox.crew import crew, environment
from tests.outbox.durable_post import DurablePost, durable_post
from tests.outbox.sink import line
from tests.waiting import until

LETTERS, ROUNDS, AT_ONCE = 400, 5, (1, 4)
# Seconds a mail server takes for a letter, at most; on average three quarters of it.
SERVERS = {"on this machine, answers at once": 0, "takes 15 ms": 0.02}
THREADS = 2  # of a worker
AIM = 0.7  # of the bare loop's rate
EDGE = 10  # percent of the letters at both ends that are not counted: starting, and the last ones
PATIENCE = 300  # seconds
WORDS = (
    "Hello,\n\nI read what you wrote about yourself, and much of it could be mine. I have been going"
    " down slowly for a year now, and it helps me to know that somebody near by does the same.\n\n"
    "Would you like to write now and then? I answer slowly, and I mind nothing.\n"
)
DIGITS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass
class Round:
    """Letters a second, and milliseconds of the processors' time for each letter."""

    rate: float
    ours: float
    database: float
    sink: float


@dataclass
class Rounds:
    bare: list[Round] = field(default_factory=list)
    workers: list[Round] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        pairs = zip(self.workers, self.bare, strict=True)
        return sorted(ours.rate / bare.rate for ours, bare in pairs)


def compared(data: Path, rounds: int = ROUNDS) -> str:
    """The table."""
    letters = written(LETTERS)
    duties.do_due()  # or the first worker would begin with them
    put_aside()
    loads = {
        number: [ready(letters[n::number], data / f"load-{number}-{n}") for n in range(number)]
        for number in AT_ONCE
    }
    found = {(server, number): Rounds() for server in SERVERS for number in AT_ONCE}
    for server, ponder in SERVERS.items():
        with durable_post(data / f"sink-{ponder}", ponder=ponder) as post:
            for _round, number in tqdm([*product(range(rounds), AT_ONCE)], disable=None):
                found[server, number].bare.append(of_loops(post, loads[number]))
                found[server, number].workers.append(of_workers(post, number, data))
    Message.objects.filter(letter__in=letters).delete()
    Letter.objects.filter(pk__in=[row.pk for row in letters]).delete()
    return told(found)


def written(number: int) -> list[Letter]:
    """Messages between invented members, three from each."""
    people = list(Profile.objects.of("twp").listed().order_by("-pk")[: number // 2])
    return list(islice(_written(people), number))


def _written(people: Sequence[Profile]) -> Iterator[Letter]:
    for step in range(1, settings.NEW_PEOPLE_A_DAY_AT_FIRST + 1):
        for place, sender in enumerate(people):
            other = people[(place + step) % len(people)]
            with suppress(sending.NotWritten):  # has no room for new people
                yield sending.write(sender, other, WORDS, uuid4()).letter


def put_aside() -> None:
    """Nothing is due; every letter as if it had just been written."""
    Letter.objects.update(
        due_at=timezone.now() + timedelta(days=30), sent_at=None, failed_at=None, dropped_at=None,
        attempts=0, crashes=0, first_tried_at=None, last_code="",
    )  # fmt: skip


def ready(letters: Sequence[Letter], file: Path) -> Path:
    """The letters of one loop, composed."""
    with file.open("wb") as kept:
        for row in letters:
            mail, envelope = compose(row), Envelope()
            envelope.mail_from, envelope.rcpt_tos = mail.from_email, mail.to
            envelope.content = mail.message().as_bytes(linesep="\r\n")
            kept.write(line(envelope))
    return file


def of_loops(post: DurablePost, loads: Sequence[Path]) -> Round:
    loops = [
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "tests.outbox.bare_loop", str(load), str(post.port)],
            cwd=settings.BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for load in loads
    ]  # fmt: skip
    for loop in loops:
        loop.stdout.readline()

    def go() -> None:
        for loop in loops:
            loop.stdin.write(b"\n")
            loop.stdin.flush()

    found = measured(post, go, [loop.pid for loop in loops])
    for loop in loops:
        loop.communicate()
    return found


def of_workers(post: DurablePost, number: int, data: Path) -> Round:
    with crew(number, environment(data, post.url), data) as workers:
        mine = Message.objects.filter(body=WORDS).values("letter")
        until(lambda: len(connected()) >= number * THREADS, "the workers do not look for letters")

        def go() -> None:
            Letter.objects.filter(pk__in=mine).update(due_at=timezone.now())

        found = measured(post, go, [one.process.pid for one in workers.workers])
        until(lambda: not Letter.objects.due().exists(), "letters are stuck", PATIENCE)
    put_aside()
    return found


def measured(post: DurablePost, go: Callable[[], None], ours: Sequence[int]) -> Round:
    """Let LETTERS letters come, and see when they were kept and what it took."""
    before = post.count()
    of_whom = (ours, connected(), [post.process.pid])
    worked = [processors_time(of) for of in of_whom]
    go()
    until(lambda: post.count() >= before + LETTERS, "letters are missing", PATIENCE)
    worked = [processors_time(of) - was for of, was in zip(of_whom, worked, strict=True)]
    times = sorted(one.at for one in post.letters(since=before))
    first, last = LETTERS * EDGE // 100, LETTERS - LETTERS * EDGE // 100
    rate = (last - first) / (times[last] - times[first])
    return Round(rate, *(1000 * seconds / LETTERS for seconds in worked))


def connected() -> list[int]:
    """The database's processes that work for others than us."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pid from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in cursor.fetchall()]


def processors_time(processes: Sequence[int]) -> float:
    """Seconds, all threads; 0 where the system does not tell (Linux does)."""
    total = 0
    for number in processes:
        file = Path(f"/proc/{number}/stat")
        if file.exists():
            fields = file.read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / DIGITS


def told(found: dict[tuple[str, int], Rounds]) -> str:
    head = [
        "mail server", "loops or workers", "loop: letters a second", "worker: letters a second",
        "ratio, median", "least to most", "aim", "ms of processors: worker", "its database", "sink", "loop",
    ]  # fmt: skip
    rows = [
        [
            server, str(number), middle(r.rate for r in rounds.bare), middle(r.rate for r in rounds.workers),
            f"{median(rounds.ratios):.2f}", f"{rounds.ratios[0]:.2f} to {rounds.ratios[-1]:.2f}", f"at least {AIM}",
            middle((r.ours for r in rounds.workers), 1), middle((r.database for r in rounds.workers), 1),
            middle((r.sink for r in rounds.workers), 1), middle((r.ours for r in rounds.bare), 1),
        ]
        for (server, number), rounds in found.items()
    ]  # fmt: skip
    return table("The relay", head, rows)


def middle(values: Iterator[float], digits: int = 0) -> str:
    return f"{median(values):.{digits}f}"
