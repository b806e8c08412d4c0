"""A site of our own for the time of a run, with its database and its invented members."""

import shutil
import sys
import time
from pathlib import Path
from types import TracebackType

from django.core.management import call_command
from django.db import connection
from django.test import Client

from connect.database import Server
from connect.synthetic import demo
from connect.synthetic.people import populate
from members import listing
from members.models import Answer, Choice, Member, Profile, Question
from moderation.models import Application, State
from tests.bench.questions import QUEUE, STAFF_PAGES
from tests.bench.stopwatch import Clock

SAVES = 5_000  # profiles: what may change before vacuum comes by itself (members 0005)
A_TIME = 50  # of them in one transaction


class Site:
    client: Client  # of a member
    staff: Client

    def __init__(self, data: Path, clock: Clock, *, keep: bool) -> None:
        self.data, self.clock, self.keep = data, clock, keep
        self.server = Server(data / "postgres")

    def __enter__(self) -> "Site":
        self.server.start()
        call_command("migrate", verbosity=0)
        call_command("load_gazetteer", verbosity=0)
        if not Member.objects.exists():
            demo.make()
        self.client, self.staff = browser_of("ana"), browser_of("reviewer")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        connection.close()
        self.server.stop()
        if not self.keep:
            shutil.rmtree(self.data, ignore_errors=True)

    def grow(self, size: int) -> None:
        """Invent as many members as are missing. The same database grows from size to size."""
        missing = size - Member.objects.count()
        if missing <= 0:
            return
        connection.ensure_connection()
        start, worked, inside = time.perf_counter(), self.clock.whole(), self.clock.database()
        populate(missing, seed=size)
        seconds = time.perf_counter() - start
        worked, inside = self.clock.whole() - worked, self.clock.database() - inside
        sys.stderr.write(
            f"{missing:,} members written in {seconds:.1f} s, now {size:,}"
            f" ({self.clock.name}: {worked:.1f} s, of the database {inside:.1f} s)\n"
        )

    def restart(self) -> None:
        connection.close()
        self.server.stop()
        self.server.start()

    def save_many(self) -> int:
        """Change one answer of many profiles all over the table, as editing them would."""
        energies = list(
            Choice.objects.filter(question=Question.ENERGY).values_list("pk", flat=True)
        )
        ids = list(Profile.objects.listed().order_by("username_key").values_list("pk", flat=True))
        ids = ids[:: max(1, len(ids) // SAVES)][:SAVES]
        for start in range(0, len(ids), A_TIME):
            some = ids[start : start + A_TIME]
            Answer.objects.filter(profile__in=some, question=Question.ENERGY).delete()
            Answer.objects.bulk_create(
                Answer(
                    profile_id=pk, question=Question.ENERGY, choice_id=energies[pk % len(energies)]
                )
                for pk in some
            )
            listing.refresh(*some)
        return len(ids)

    def staff_pages(self) -> dict[str, str]:
        oldest = Application.objects.in_state(State.WAITING).oldest_first().first()
        return STAFF_PAGES | {"the oldest application": f"{QUEUE}{oldest.pk}/change/"}


def browser_of(name: str) -> Client:
    """Signed in as somebody of the demo."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(Member.objects.get(email=f"{name}@example.org"))
    return client
