import logging
import random
import signal
import threading
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection

from members.outbox import delivery, duties
from members.outbox.failures import place_of

logger = logging.getLogger("connect.outbox")

SHORTEST, LONGEST = 0.2, 10  # seconds to wait after an error, doubled each time
DUTIES_EVERY = 15  # seconds between two looks at the clock
THREADS_MAX = 32  # each has a connection to the database
POLL_MIN, POLL_MAX = 0.05, 60  # seconds


class Command(BaseCommand):
    help = (
        "Sends the letters that are due and does the duties of the clock, until it is told to stop."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--threads", type=_threads, default=2, help="letters sent at the same time"
        )
        parser.add_argument("--poll", type=_poll, default=1, help="seconds between two looks")
        parser.add_argument("--drain", action="store_true", help="do what is due now, then end")

    def handle(self, *, threads: int, poll: float, drain: bool, **options: object) -> None:
        if drain:
            self._drain()
            return
        self.stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop.set())
        self._run(threads, poll)

    def _drain(self) -> None:
        while delivery.deliver_one():
            pass
        delivery.post.hang_up()
        duties.do_due()

    def _run(self, threads: int, poll: float) -> None:
        """Until the signal; each thread ends the letter it is at."""
        send = partial(delivery.deliver, stopping=self.stop.is_set)
        jobs = [(send, poll)] * threads + [(duties.do_due, DUTIES_EVERY)]
        running = [threading.Thread(target=self._loop, args=job) for job in jobs]
        for thread in running:
            thread.start()
        logger.info("worker is up, %s threads", threads)
        for thread in running:
            thread.join()
        logger.info("worker has stopped")

    def _loop(self, work: Callable[[], object], poll: float) -> None:
        """Never ends by itself: a database that restarts is waited for."""
        wait = SHORTEST
        while not self.stop.is_set():
            try:
                more = work()
                wait = SHORTEST
                if more is not True:
                    self._rest(poll)
            except Exception as error:
                logger.warning("worker: %s at %s", type(error).__name__, place_of(error))
                self._close()
                self.stop.wait(wait)
                wait = min(wait * 2, LONGEST)
        self._close()

    def _rest(self, seconds: float) -> None:
        delivery.post.hang_up()
        self.stop.wait(seconds * random.uniform(0.8, 1))  # noqa: S311
        close_old_connections()

    def _close(self) -> None:
        delivery.post.hang_up()
        with suppress(Exception):
            connection.close()


def _threads(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= THREADS_MAX:
        raise ArgumentTypeError(f"say a whole number from 1 to {THREADS_MAX}.")
    return int(text)


def _poll(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not POLL_MIN <= seconds <= POLL_MAX:  # what is no number at all is not between them, either
        raise ArgumentTypeError(f"say seconds from {POLL_MIN} to {POLL_MAX}.")
    return seconds
