"""The worker as a process of its own: stopped, killed, and with its database gone for a moment."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.db import connection

from members.models import Member
from members.outbox.models import Letter
from members.relay.models import Message
from tests.outbox.crew import environment
from tests.outbox.post_office import PostOffice, make_all_due
from tests.waiting import PATIENCE, until

Write = Callable[..., Message]
Start = Callable[[], subprocess.Popen]


@pytest.fixture
def start(smtp_server: PostOffice, settings: object, tmp_path: Path) -> Iterator[Start]:
    running: list[subprocess.Popen] = []
    surroundings = environment(tmp_path, f"smtp://127.0.0.1:{settings.EMAIL_PORT}")

    def begin() -> subprocess.Popen:
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "worker", "--poll", "0.1", "--threads", "2"],
            cwd=site.BASE_DIR, env=surroundings,
        )  # fmt: skip
        running.append(worker)
        return worker

    yield begin
    for worker in running:
        worker.kill()
        worker.wait()


@pytest.mark.parametrize(
    ("option", "nonsense"),
    [("--threads", n) for n in ("0", "-1", "1000", "two", "²")]
    + [("--poll", n) for n in ("0", "-1", "nan", "inf", "soon")],
)
def test_a_worker_told_nonsense_says_what_to_say(option: str, nonsense: str) -> None:
    with pytest.raises(CommandError, match=f"argument {option}: say .* from .* to"):
        call_command("worker", f"{option}={nonsense}")


def all_sent() -> bool:
    return not Letter.objects.unsent().exists()


@pytest.mark.django_db
def test_drain_sends_what_is_due_and_ends(
    write: Write, ana: Member, bo: Member, smtp_server: PostOffice
) -> None:
    write(ana, bo)

    call_command("worker", drain=True)

    assert len(smtp_server.letters) == 1


@pytest.mark.django_db(transaction=True)
def test_told_to_stop_it_ends_the_letter_it_is_at(
    write: Write, ana: Member, bo: Member, smtp_server: PostOffice, start: Start
) -> None:
    smtp_server.at_data = [1.0]
    write(ana, bo)
    worker = start()
    until(lambda: smtp_server.letters)

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(PATIENCE) == 0
    assert all_sent()
    assert len(smtp_server.letters) == 1


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_of_sending_it_loses_nothing(
    write: Write, ana: Member, bo: Member, smtp_server: PostOffice, start: Start
) -> None:
    smtp_server.at_data = [1.0]
    message = write(ana, bo)
    worker = start()
    until(lambda: smtp_server.letters)
    worker.kill()
    worker.wait()

    make_all_due()  # the lease is over
    start()
    until(all_sent)

    name = f"<{message.letter.token}@connect.example>"
    assert [letter["Message-ID"] for letter in smtp_server.letters] == [name, name]


@pytest.mark.django_db(transaction=True)
def test_its_connections_cut_it_comes_back_by_itself(
    write: Write, ana: Member, bo: Member, smtp_server: PostOffice, start: Start
) -> None:
    write(ana, bo)
    worker = start()
    until(all_sent)

    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        assert cursor.rowcount > 0
    write(bo, ana)
    until(all_sent)

    assert worker.poll() is None
    assert len(smtp_server.letters) == 2


@pytest.mark.django_db(transaction=True)
def test_several_workers_send_each_letter_once(
    write: Write, smtp_server: PostOffice, start: Start, make_member: Callable,
    make_profile: Callable,
) -> None:  # fmt: skip
    members = [make_member(f"person{number}") for number in range(8)]
    for member in members:
        make_profile(member)
    for sender, recipient in zip(members, members[1:] + members[:1], strict=True):
        write(sender, recipient)

    start()
    start()
    until(all_sent)

    names = [letter["Message-ID"] for letter in smtp_server.letters]
    assert (len(names), len(set(names))) == (8, 8)
