"""Sends what is due: claim some (committed), then one at a time lock, compose, send, mark."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import (
    DatabaseError,
    Error,
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)
from django.utils import timezone

from members.outbox import troubles
from members.outbox.composing import compose
from members.outbox.failures import (
    GIVE_UP,
    OWN_TRIES,
    Failure,
    classify,
    code_of,
    is_no_such_address,
    pause,
    place_of,
)
from members.outbox.faults import Fault
from members.outbox.letters import KINDS, NotWanted
from members.outbox.marks import mark_of
from members.outbox.models import Letter

logger = logging.getLogger("connect.outbox")

LEASE = timedelta(seconds=60)  # a letter whose worker died is free again after it
TOGETHER = 8  # letters claimed in one statement
TOGETHER_FOR = 15  # seconds; whoever did not come to the rest by then gives it back
CRASHES_MAX = 5
PER_CONNECTION = 100  # letters; mail servers end longer conversations by themselves

WRITTEN = [
    "sent_at", "failed_at", "dropped_at", "due_at", "last_code", "crashes", "sent_to",
    "first_tried_at",
]  # fmt: skip

# A letter under suspicion of having ended its process is claimed alone: were others claimed with it,
# its next crash would count against them.
CLAIM = """
with due as materialized (
    select id, crashes, priority, due_at from outbox_letter
     where due_at <= %(now)s and sent_at is null and failed_at is null and dropped_at is null
     order by priority, due_at limit {at_most} for update skip locked
), ranked as (
    select id, crashes, row_number() over turn as turn, first_value(crashes) over turn as of_first
      from due window turn as (order by priority, due_at, id)
)
update outbox_letter letter
   set attempts = letter.attempts + 1, crashes = letter.crashes + 1, due_at = %(lease_end)s,
       first_tried_at = coalesce(letter.first_tried_at, %(now)s)
  from ranked
 where letter.id = ranked.id and (turn = 1 or (ranked.crashes = 0 and of_first = 0))
returning turn, letter.id, letter.attempts, letter.crashes
"""
# In words of its own, as the ORM would put it together anew for each letter.
LOCK = """
select * from outbox_letter
 where id = %s and attempts = %s and sent_at is null and failed_at is null and dropped_at is null
   for update skip locked
"""
GIVE_BACK = """
update outbox_letter letter
   set attempts = attempts - 1, crashes = crashes - 1, due_at = %(now)s,
       first_tried_at = case when attempts > 1 then first_tried_at end
  from unnest(%(ids)s::bigint[], %(attempts)s::int[]) as mine (letter_id, attempt)
 where id = letter_id and attempts = attempt
   and sent_at is null and failed_at is null and dropped_at is null
"""


@dataclass(frozen=True)
class Claim:
    letter_id: int
    attempt: int
    crashes: int


class Away(Exception):
    """The mail server or provider could not be reached, or lets nobody in; `__cause__` says how."""


class Post:
    """The way to the mail server: one connection for each thread, kept while there is work."""

    def __init__(self) -> None:
        self._here = threading.local()
        self._was_away = threading.Event()
        self._was_away.set()  # a worker just started cannot know what was before it

    def send(self, message: EmailMultiAlternatives) -> None:
        """Raises Away, or whatever the mail server or provider has against this message."""
        line = self._open()
        message.connection = line
        try:
            line.send_messages([message])
        except BaseException as error:
            self.hang_up()  # after an error nobody knows where the conversation stands
            if isinstance(error, Exception) and classify(error) is Failure.AWAY:
                self._was_away.set()
                raise Away from error
            raise
        self._here.sent += 1
        if self._here.sent >= PER_CONNECTION:
            self.hang_up()

    def _open(self) -> object:
        line = getattr(self._here, "line", None)
        if line is not None:
            return line
        line = get_connection()
        try:
            line.open()
        except Exception as error:
            self._was_away.set()
            raise Away from error
        self._here.line, self._here.sent = line, 0
        return line

    def hang_up(self) -> None:
        """End this thread's conversation: also when nothing is due, as servers drop idle ones."""
        line, self._here.line = getattr(self._here, "line", None), None
        if line is None:
            return
        try:
            line.close()
        except Exception as error:
            logger.info("closing the connection: %s", type(error).__name__)

    def is_back(self) -> bool:
        """Whether this is the first letter that went out after the server was away."""
        was_away = self._was_away.is_set()
        self._was_away.clear()
        return was_away


post = Post()

# Letters that went out while the database went away: sent, and no row says so yet.
_unmarked: dict[int, Letter] = {}


def deliver_one() -> bool:
    """Work on the next due letter; False where none is due."""
    return deliver(at_most=1)


def deliver(at_most: int = TOGETHER, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Work on the next due letters, one after the other; False where none is due."""
    _mark_late()
    claims = _claim(at_most)
    end = time.monotonic() + TOGETHER_FOR
    for number, claim in enumerate(claims):
        if number and (stopping() or time.monotonic() > end):
            _give_back(claims[number:])
            break
        _deliver(claim)
    return bool(claims)


def _deliver(claim: Claim) -> None:
    row = None
    try:
        with transaction.atomic():
            row = _lock(claim)
            if row is not None:
                _work(row, claim)
    except Error:
        if row is not None and row.sent_at:
            _unmarked[row.pk] = row
        raise
    if row is not None and row.sent_at and post.is_back():
        _pull_forward()


def _mark_late() -> None:
    """Before anything else is claimed, or what went out already would go out twice."""
    for pk, row in list(_unmarked.items()):
        unsent = Letter.objects.unsent().filter(pk=pk)
        unsent.update(sent_at=row.sent_at, sent_to=row.sent_to, crashes=0, last_code="")
        _unmarked.pop(pk, None)


def _claim(at_most: int = 1) -> list[Claim]:
    """Take the next due letters for LEASE. Committed at once, so that it survives this process."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM.format(at_most=int(at_most)), {"now": now, "lease_end": now + LEASE})
        found = sorted(cursor.fetchall())
    return [Claim(*claim) for _turn, *claim in found]


def _give_back(claims: list[Claim]) -> None:
    """Their turn did not come: as if they had never been claimed."""
    mine = {"ids": [c.letter_id for c in claims], "attempts": [c.attempt for c in claims]}
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, mine | {"now": timezone.now()})


def _lock(claim: Claim) -> Letter | None:
    """The claimed row, unless another worker has it by now."""
    return next(iter(Letter.objects.raw(LOCK, [claim.letter_id, claim.attempt])), None)


def _work(row: Letter, claim: Claim) -> None:
    if claim.crashes > CRASHES_MAX:
        _fail(row, f"own crashed {CRASHES_MAX}")
    else:
        _try(row)
    row.crashes = 0
    row.save(update_fields=WRITTEN)


def _try(row: Letter) -> None:
    try:
        with transaction.atomic():  # a mistake in a letter's query must not undo the mark
            message = compose(row)
        row.sent_to = mark_of(message.to[0])
        if not KINDS[row.kind].asked:
            troubles.ask(row.sent_to)
        post.send(message)
    except NotWanted as reason:
        row.dropped_at, row.last_code = timezone.now(), reason.code[:60]
        logger.info("letter %s (%s) dropped: %s", row.pk, row.kind, reason.code)
    except troubles.OnHold as hold:
        _hold(row, hold.until)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the lease brings the letter back
    except Away as away:
        _put_off(row, code_of(Failure.AWAY, away.__cause__))
    except Exception as error:
        _judge(row, error)
    else:
        row.sent_at, row.last_code = timezone.now(), ""
        logger.info("letter %s (%s) sent, attempt %s", row.pk, row.kind, row.attempts)


def _judge(row: Letter, error: Exception) -> None:
    failure = Failure.OWN if isinstance(error, DatabaseError) else classify(error)
    code = code_of(failure, error)
    if failure is Failure.OWN:
        logger.error("letter %s (%s): %s at %s", row.pk, row.kind, code, place_of(error))
    if is_no_such_address(error):
        troubles.note(row.sent_to, Fault.HARD, timezone.now())
    if failure is Failure.HARD or (failure is Failure.OWN and row.attempts >= OWN_TRIES):
        _fail(row, code)
    else:
        _put_off(row, code)


def _hold(row: Letter, until: datetime | None) -> None:
    """The letter waits for its address. That is no try: after a pause the days to give up in begin."""
    last_try = row.first_tried_at + GIVE_UP
    if until:
        row.due_at, row.first_tried_at, row.last_code = until, None, troubles.PAUSED
    elif last_try <= timezone.now():
        _fail(row, troubles.REFUSED)
        return
    else:
        row.due_at, row.last_code = last_try, troubles.REFUSED
    logger.info("letter %s (%s) waits: %s", row.pk, row.kind, row.last_code)


def _put_off(row: Letter, code: str) -> None:
    now = timezone.now()
    if now - row.first_tried_at > GIVE_UP:
        _fail(row, code)
        return
    row.due_at, row.last_code = now + pause(row.attempts), code
    logger.warning("letter %s (%s) waits: %s", row.pk, row.kind, code)


def _fail(row: Letter, code: str) -> None:
    row.failed_at, row.last_code = timezone.now(), code
    logger.error("letter %s (%s) failed: %s", row.pk, row.kind, code)


def _pull_forward() -> None:
    """The mail server answers again: what waited only for that need not wait longer.

    crashes=0: not the ones another worker holds.
    """
    waiting = Letter.objects.unsent().filter(
        last_code__startswith=Failure.AWAY.value, due_at__gt=timezone.now(), crashes=0
    )
    waiting.update(due_at=timezone.now())
