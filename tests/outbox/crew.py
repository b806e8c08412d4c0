"""Workers as processes of their own, as in production."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from tests.waiting import until


def database_url() -> str:
    """The database of this process, as another would be told of it."""
    parts = connection.settings_dict
    host, port = quote(parts["HOST"], safe=""), parts["PORT"] or 5432
    return f"postgresql://{parts['USER']}:{parts['PASSWORD']}@{host}:{port}/{parts['NAME']}"


def environment(data: Path, mail_url: str) -> dict[str, str]:
    """For a process of the site: this database, a folder for the rest, a mail server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONNECT_")}
    ours = {"DATABASE_URL": database_url(), "CONNECT_DATA": str(data), "CONNECT_MAIL_URL": mail_url}
    return kept | ours


class Worker:
    """One process; what it says goes into `log`."""

    def __init__(self, surroundings: Mapping[str, str], log: Path, poll: float = 0.2) -> None:
        self.log = log
        with log.open("wb") as said:
            self.process = subprocess.Popen(  # noqa: S603
                [sys.executable, "manage.py", "worker", "--poll", str(poll)],
                cwd=settings.BASE_DIR, env=dict(surroundings), stdout=said, stderr=said,
            )  # fmt: skip

    @property
    def is_up(self) -> bool:
        return b"worker is up" in self.log.read_bytes()

    @property
    def ended_with(self) -> int | None:
        """The code it ended with by itself; None while it runs."""
        return self.process.poll()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


class Crew:
    """So many workers; whoever is killed has a successor at once."""

    def __init__(self, number: int, surroundings: Mapping[str, str], logs: Path) -> None:
        self.surroundings, self.logs = surroundings, logs
        self.begun, self.killed = 0, 0
        self.deserters: list[int] = []  # codes of those that ended by themselves: none should
        self.workers = [self._new() for _one in range(number)]

    def _new(self) -> Worker:
        self.begun += 1
        return Worker(self.surroundings, self.logs / f"worker-{self.begun}.log")

    def until_up(self) -> None:
        until(lambda: all(one.is_up for one in self.workers), "a worker did not come up", 120)

    def kill_one(self, dice: random.Random) -> None:
        """Of those that had time to begin."""
        until(lambda: any(one.is_up for one in self.workers), "no worker came up", 120)
        place = dice.choice([n for n, one in enumerate(self.workers) if one.is_up])
        self.replace_deserters()
        self.workers[place].kill()
        self.killed += 1
        self.workers[place] = self._new()

    def replace_deserters(self) -> None:
        for place, one in enumerate(self.workers):
            if one.ended_with is not None:
                self.deserters.append(one.ended_with)
                self.workers[place] = self._new()


@contextmanager
def crew(number: int, surroundings: Mapping[str, str], logs: Path) -> Iterator[Crew]:
    """The crew, up and at work; gone at the end."""
    workers = Crew(number, surroundings, logs)
    try:
        workers.until_up()
        yield workers
    finally:
        for one in workers.workers:
            one.kill()
