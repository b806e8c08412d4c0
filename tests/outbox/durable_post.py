"""The mail server of tests/outbox/sink.py, as seen by whoever started it."""

import json
import socket
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tests.outbox.post_office import Arrived, free_port
from tests.waiting import until


@dataclass
class Kept(Arrived):
    """A mail, and when it was kept: seconds of the system's clock."""

    at: float


class DurablePost:
    """What was kept lies in `file` and stays there when the server is stopped and started again."""

    def __init__(self, file: Path, *, ponder: float = 0) -> None:
        self.file, self.ponder = file, ponder
        self.port = free_port()
        self.process: subprocess.Popen | None = None
        self._counted, self._read_to = 0, 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.file.touch()
        command = [sys.executable, "-m", "tests.outbox.sink", str(self.file), str(self.port)]
        self.process = subprocess.Popen(  # noqa: S603
            [*command, "--ponder", str(self.ponder)], cwd=settings.BASE_DIR
        )
        until(self._answers, "the mail server did not start")

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def letters(self, since: int = 0) -> list[Kept]:
        """What was kept, the oldest first, without so many that came before."""
        return [read(line) for line in self.file.read_bytes().splitlines()[since:]]

    def count(self) -> int:
        """How many were kept; reads only what is new, so that it may be asked often."""
        with self.file.open("rb") as kept:
            kept.seek(self._read_to)
            new = kept.read()
        self._counted, self._read_to = self._counted + new.count(b"\n"), self._read_to + len(new)
        return self._counted


def read(line: bytes) -> Kept:
    kept = json.loads(line)
    return Kept(kept["from"], kept["to"], b64decode(kept["raw"]), kept["at"])


@contextmanager
def durable_post(file: Path, *, ponder: float = 0) -> Iterator[DurablePost]:
    post = DurablePost(file, ponder=ponder)
    try:
        post.start()
        yield post
    finally:
        post.stop()
