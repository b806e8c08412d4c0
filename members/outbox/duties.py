"""Verbs done by the clock. The worker does what is due; a row for each says when it last was.

    @duty("erase-message-bodies", every=timedelta(hours=6))
    def erase_message_bodies() -> None: ...

A duty looks for rows whose time has come, does each in a transaction of its own, and may be done
twice without harm. Its module is imported in AppConfig.ready.
"""

import logging
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from members.outbox.failures import place_of
from members.outbox.models import Duty

logger = logging.getLogger("connect.outbox")

AGAIN = timedelta(minutes=5)  # after a failure, or a worker that died in it


@dataclass(frozen=True)
class Timed:
    name: str
    every: timedelta
    verb: Callable[[], object]


DUTIES: dict[str, Timed] = {}


def duty(name: str, *, every: timedelta) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Enter a verb into the list of duties."""

    def enter(verb: Callable[[], object]) -> Callable[[], object]:
        if name in DUTIES:
            raise ValueError(f"There are two duties called {name}.")
        DUTIES[name] = Timed(name, every, verb)
        return verb

    return enter


def do_due() -> list[str]:
    """Do every duty whose time has come; the names of those that succeeded."""
    return [timed.name for timed in DUTIES.values() if _is_due(timed) and _do(timed)]


def _is_due(timed: Timed) -> bool:
    row = Duty.objects.filter(name=timed.name).first()
    now = timezone.now()
    if row is None or row.started_at is None:
        return True
    again = row.started_at + min(AGAIN, timed.every) <= now
    return again and (row.succeeded_at is None or row.succeeded_at + timed.every <= now)


def _do(timed: Timed) -> bool:
    with _alone(timed.name) as alone:
        if not alone or not _is_due(timed):
            return False
        started = timezone.now()
        _note(timed, started_at=started)
        try:
            timed.verb()
        except (OperationalError, InterfaceError):
            raise  # the database is away: the worker waits for it
        except Exception as error:
            logger.error("duty %s: %s at %s", timed.name, type(error).__name__, place_of(error))
            return False
        _note(timed, succeeded_at=timezone.now())
        logger.info("duty %s done in %s", timed.name, timezone.now() - started)
        return True


def _note(timed: Timed, **when: object) -> None:
    Duty.objects.update_or_create(name=timed.name, defaults={"period": timed.every, **when})


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """Whether no other worker is at this duty. Held until the end, however long it takes.

    The lock lies in a transaction on a connection of its own: a pooler between us and the database
    can neither lose nor keep it, and the duty itself is free to commit row by row.
    """
    aside = connection.copy()
    try:
        with aside.cursor() as cursor:
            cursor.execute("begin")
            key = zlib.crc32(f"connect.duty.{name}".encode())
            cursor.execute("select pg_try_advisory_xact_lock(%s)", [key])
            yield cursor.fetchone()[0]
            cursor.execute("commit")  # lets go at once; after a close the server takes its time
    finally:
        aside.close()
