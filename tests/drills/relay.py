"""A thousand messages while everything dies, and the mail server gone for a day: none is lost.

    python -m tests.drills.relay [--number 1000] [--seed N]

Messages are written by the verb behind the form; four workers of `manage.py worker` carry them to a
mail server that has a letter on its disk before it says so. Workers are killed in the middle of
whatever they do, the database is stopped without a goodbye and started again.
"""

import logging
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from math import ceil
from pathlib import Path
from threading import Semaphore, Thread
from time import monotonic, sleep
from uuid import UUID, uuid4

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models import F
from django.utils import timezone
from tqdm import tqdm

from connect.database import Server
from members.models import Profile
from members.outbox.failures import Failure
from members.outbox.models import Letter
from members.relay import sending
from members.relay.models import Message
from tests.drills.people import NORTHAMPTON, person
from tests.drills.site import arguments, site, tell, verdict
from tests.outbox.crew import Crew, crew, environment
from tests.outbox.durable_post import DurablePost, Kept, durable_post
from tests.waiting import until

WORKERS, KILLS, CRASHES = 4, 60, 8
PONDER = (
    0.02  # seconds the mail server takes for a letter, at most, so that blows hit letters under way
)
A_BLOW_LATER = 5  # seconds the next blow waits at most for letters to arrive
PATIENCE = 300  # seconds for all that is left, leases of the killed included
HOUR, HOURS_AWAY, LONGEST_PAUSE = timedelta(hours=1), 24, 5  # a pause is at most 4 h and a tenth
MARK = re.compile(r"Message (\d+) of the drill")

Pair = tuple[Profile, Profile]


def words(number: int) -> str:
    return f"Message {number} of the drill. I would like to write with you."


# --- who writes ------------------------------------------------------------------------------------


def correspondence(number: int) -> list[Pair]:
    """Who writes to whom. Each to as many new people as a day allows, nobody back."""
    each = settings.NEW_PEOPLE_A_DAY
    people = [person(f"writer-{n}", NORTHAMPTON) for n in range(max(2 * each + 1, ceil(number / each)))]  # fmt: skip
    settle(people)
    return [
        (sender, people[(place + step) % len(people)])
        for step in range(1, each + 1)
        for place, sender in enumerate(people)
    ][:number]


def settle(people: Sequence[Profile]) -> None:
    """In the community for long, so that the larger number a day holds."""
    long_ago = timezone.now() - 2 * sending.SETTLED
    for one in people:
        one.approved_at = long_ago
    dates = dict.fromkeys(("applied_at", "consented_at", "confirmed_at", "approved_at"), long_ago)
    Profile.objects.filter(pk__in=[one.pk for one in people]).update(**dates)


class Writer(Thread):
    """Writes the messages one by one as fast as it may, and each as often as it takes: the same form
    again, as a person would press the button again."""

    def __init__(self, pairs: Sequence[Pair], first: int = 0) -> None:
        super().__init__(daemon=True)
        self.pairs, self.first = pairs, first
        self.repeated = 0
        self.failure: Exception | None = None
        self._may = Semaphore(0)

    def allow(self, number: int) -> None:
        self._may.release(number)

    def run(self) -> None:
        try:
            for number, pair in enumerate(self.pairs, self.first):
                self._may.acquire()
                self._insist(*pair, words(number), uuid4())
        except Exception as error:
            self.failure = error
        finally:
            connection.close()

    def _insist(self, sender: Profile, recipient: Profile, body: str, form_key: UUID) -> None:
        while True:
            try:
                sending.write(sender, recipient, body, form_key)
                return
            except (OperationalError, InterfaceError):
                connection.close()
                self.repeated += 1
                sleep(0.1)


def write(pairs: Sequence[Pair], first: int) -> None:
    writer = Writer(pairs, first)
    writer.allow(len(pairs))
    writer.run()


# --- what dies -------------------------------------------------------------------------------------


def blows(kills: int, crashes: int, dice: random.Random) -> list[str]:
    order = ["kill"] * kills + ["crash"] * crashes
    dice.shuffle(order)
    return order


def strike(
    order: Sequence[str], writer: Writer, workers: Crew, post: DurablePost,
    crash: Callable[[], None], dice: random.Random,
) -> None:  # fmt: skip
    """Blow after blow, each a random moment later and while letters are under way."""
    share = len(writer.pairs) // len(order)
    for blow in tqdm(order, disable=None):
        writer.allow(share)
        wait_for(post, dice.randint(1, share))
        sleep(dice.uniform(0, 2 * PONDER))
        if blow == "kill":
            workers.kill_one(dice)
        else:
            crash()
    writer.allow(len(writer.pairs))


def wait_for(post: DurablePost, more: int) -> None:
    """So many letters more; not for long, as those of the killed take a lease."""
    wanted, end = post.count() + more, monotonic() + A_BLOW_LATER
    while post.count() < wanted and monotonic() < end:
        sleep(0.01)


def crash(server: Server) -> None:
    server.stop(mode="immediate")
    server.start()
    connection.close()  # ours is cut, too


# --- what comes of it --------------------------------------------------------------------------------


def move_clock(by: timedelta) -> None:
    """As if so much time had passed: everything the outbox reads of it lies so much farther back."""
    dates = ("posted_at", "due_at", "first_tried_at")
    Letter.objects.unsent().update(**{name: F(name) - by for name in dates})


def nothing_due() -> bool:
    return not Letter.objects.due().exists()


def all_ended() -> bool:
    return not Letter.objects.unsent().exists()


@dataclass
class Outcome:
    """What was written, and what lies at the mail server."""

    kills: int = 0
    crashes: int = 0
    workers: int = WORKERS
    arrived: list[Kept] = field(default_factory=list)

    @property
    def allowed(self) -> int:
        """How many letters may come twice: each death in the middle of sending may double one."""
        return self.kills + self.workers * self.crashes

    @cached_property
    def copies(self) -> dict[int, list[Kept]]:
        """By the words inside, as whoever reads them knows them."""
        found = defaultdict(list)
        for letter in self.arrived:
            found[int(MARK.search(letter.text)[1])].append(letter)
        return found

    @property
    def doubled(self) -> int:
        return len(self.arrived) - len(self.copies)

    def in_short(self) -> str:
        times = Counter(len(copies) for copies in self.copies.values())
        often = {1: "once", 2: "twice"}
        told = ", ".join(
            f"{count:,} {often.get(number, f'{number} times')}"
            for number, count in sorted(times.items())
        )
        return f"{len(self.copies):,} letters arrived ({told}), {self.doubled} too many of {self.allowed} allowed"


def wrong(written: int, outcome: Outcome) -> Iterator[str]:
    """Give what must not be: a letter lost, one under two names, to two people, one that is stuck."""
    bodies = Counter(Message.objects.values_list("body", flat=True))
    if bodies != Counter(words(number) for number in range(written)):
        yield f"{bodies.total()} messages of {written} written, {len(bodies)} different"
    yield from (f"message {n} is lost" for n in range(written) if n not in outcome.copies)
    if outcome.doubled > outcome.allowed:
        yield f"{outcome.doubled} letters too many, {outcome.allowed} allowed"
    stuck = Letter.objects.filter(sent_at=None).values_list(
        "pk", "attempts", "crashes", "last_code"
    )
    yield from (f"letter {pk}: attempt {tries}, {deaths} crashes, {code!r}" for pk, tries, deaths, code in stuck)  # fmt: skip
    rows = Message.objects.select_related("letter", "recipient__member")
    for message in rows:
        number = int(MARK.search(message.body)[1])
        for one in outcome.copies.get(number, ()):
            yield from wrong_in(message, one)


def wrong_in(message: Message, letter: Kept) -> Iterator[str]:
    """One name for all copies, and one person to each."""
    name = f"<{message.letter.token}@{settings.MAIL_DOMAIN}>"
    if letter.message.get_all("Message-ID") != [name]:
        yield f"letter {message.letter_id} came as {letter.message.get_all('Message-ID')}"
    if letter.envelope_to != [message.recipient.member.email]:
        yield f"letter {message.letter_id} went to {len(letter.envelope_to)} people or to another"


def messages_at(post: DurablePost) -> list[Kept]:
    """Without what the site writes to its staff meanwhile: that mail is stuck."""
    return [one for one in post.letters() if MARK.search(one.text)]


# --- a day without a mail server -----------------------------------------------------------------------


def away_for_a_day(pairs: Sequence[Pair], first: int, post: DurablePost) -> Iterator[str]:
    """Messages are written, workers try all day long, in vain; give what went wrong."""
    post.stop()
    write(pairs, first)
    for _hour in tqdm(range(HOURS_AWAY), disable=None):
        until(nothing_due, "the workers did not try what was due", PATIENCE)
        move_clock(HOUR)
    until(nothing_due, "the workers did not try what was due", PATIENCE)
    unsent = Letter.objects.unsent().filter(kind="message")
    waiting = unsent.filter(last_code__startswith=Failure.AWAY.value)
    if waiting.count() != len(pairs):
        yield f"{waiting.count()} letters wait for the mail server, not {len(pairs)}"
    post.start()
    for _hour in range(LONGEST_PAUSE):
        move_clock(HOUR)
        if letter_comes(post):
            break
    # Not by the clock: the first letter that goes out pulls the others forward.
    until(all_ended, "what waited for the mail server was not pulled forward", PATIENCE)


def letter_comes(post: DurablePost) -> bool:
    before, end = post.count(), monotonic() + A_BLOW_LATER
    while post.count() == before and monotonic() < end:
        sleep(0.05)
    return post.count() > before


@dataclass
class Drill:
    """The whole of it; `found` is what went wrong."""

    written: int
    later: int  # messages, on the day without a mail server
    dice: random.Random
    found: list[str] = field(default_factory=list)

    def go(self, data: Path) -> None:
        pairs = correspondence(self.written + self.later)
        with ExitStack() as running:
            post = running.enter_context(durable_post(data / "mail", ponder=PONDER))
            surroundings = environment(data, post.url)
            workers = running.enter_context(crew(WORKERS, surroundings, data))
            self.blows(pairs[: self.written], workers, post, Server(data / "postgres"))
            self.day(pairs[self.written :], post)
            workers.replace_deserters()
            self.found += [f"a worker ended by itself, code {one}" for one in workers.deserters]

    def blows(
        self, pairs: Sequence[Pair], workers: Crew, post: DurablePost, server: Server
    ) -> None:
        began, writer = monotonic(), Writer(pairs)
        writer.start()
        order = blows(KILLS, CRASHES, self.dice)
        strike(order, writer, workers, post, lambda: crash(server), self.dice)
        writer.join(PATIENCE)
        until(all_ended, "letters are still under way", PATIENCE)
        outcome = Outcome(KILLS, CRASHES, arrived=messages_at(post))
        if writer.failure:
            self.found.append(f"the writer stopped: {writer.failure!r}")
        self.found += wrong(self.written, outcome)
        tell(
            f"{self.written:,} messages written, the button pressed again {writer.repeated} times",
            f"{workers.killed} workers killed, {CRASHES} crashes of the database, in {monotonic() - began:.0f} s",
            outcome.in_short(),
        )

    def day(self, pairs: Sequence[Pair], post: DurablePost) -> None:
        before = len(messages_at(post))
        self.found += away_for_a_day(pairs, self.written, post)
        whole = Outcome(KILLS, CRASHES, arrived=messages_at(post))
        self.found += wrong(self.written + self.later, whole)
        came = len(whole.arrived) - before
        if came != self.later:
            self.found.append(f"{came} letters arrived after the day, not {self.later}")
        tell(
            f"{self.later} written while the mail server was away for {HOURS_AWAY} h, {came} arrived"
        )


def main() -> None:
    given = arguments(__doc__, 1000, "messages")
    drill = Drill(given.number, max(given.number // 25, 1), random.Random(given.seed))
    logging.getLogger("connect.outbox").setLevel(logging.WARNING)
    with site(towns=False, durable=True) as data:
        drill.go(data)
    verdict(drill.found, "None is lost, each has one name and one recipient, and nothing is stuck.")


if __name__ == "__main__":
    main()
