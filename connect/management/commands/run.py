"""`make run`: everything Connect needs, started in order and stopped together."""

import ctypes
import fcntl
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from connect.database import DatabaseProblem, Server
from members.models import Member

START_TIMEOUT = 60  # seconds
STOP_TIMEOUT = 15  # seconds
PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG, linux/prctl.h


class Command(BaseCommand):
    help = "Starts the database, the web server and the worker; Ctrl-C stops them all."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--reload", action="store_true", help="restart the web when a file changes"
        )

    def handle(self, *, reload: bool, **options: object) -> None:
        if settings.PRODUCTION:
            raise CommandError("This shows a demo. README.md says how to run a real site.")
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _interrupt)
        self.children: list[subprocess.Popen[bytes]] = []
        with self.only_run():
            self.refuse_a_taken_port()
            server = Server(settings.DATA / "postgres") if settings.EMBEDDED_DATABASE else None
            try:
                self.start(server, reload)
                self.wait()
            except KeyboardInterrupt:
                self.stdout.write("\nStopping.")
            finally:
                # A second Ctrl-C must not leave half of it running.
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                self.stop(server)

    @contextmanager
    def only_run(self) -> Iterator[None]:
        """One run for one data folder; the mark goes with the process, however it ends."""
        settings.DATA.mkdir(parents=True, exist_ok=True)
        with (settings.DATA / "run.lock").open("w") as mark:
            try:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CommandError(
                    f"Connect is running already with its data in {settings.DATA}. Stop it first, "
                    "or say CONNECT_DATA=.data-2 PORT=8001 make run for a second one."
                ) from None
            yield

    def start(self, server: Server | None, reload: bool) -> None:
        if server:
            self.say("Starting the database")
            try:
                server.start()
            except DatabaseProblem as problem:
                raise CommandError(str(problem)) from problem
        self.say("Bringing the tables up to date")
        call_command("migrate", verbosity=0)
        call_command("load_gazetteer")
        if not Member.objects.exists():
            self.say("First start: inventing members for the demo")
            call_command("demo")
        connection.close()
        self.child(*_gunicorn(reload))
        self.child(sys.executable, "manage.py", "worker")
        self.wait_for_answer()
        self.greet()

    def refuse_a_taken_port(self) -> None:
        with socket.socket() as probe:
            probe.settimeout(2)
            if probe.connect_ex(("127.0.0.1", settings.PORT)) == 0:
                raise CommandError(
                    f"Something answers at port {settings.PORT} already. Stop it, or choose another "
                    "port: PORT=8001 make run."
                )

    def child(self, *command: str) -> None:
        self.children.append(
            subprocess.Popen(  # noqa: S603
                command, cwd=settings.BASE_DIR, start_new_session=True, preexec_fn=_die_with_parent
            )
        )

    def wait_for_answer(self) -> None:
        end = time.monotonic() + START_TIMEOUT
        while time.monotonic() < end:
            self.fail_if_a_child_died()
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{settings.PORT}/healthz", timeout=2)
                return
            except urllib.error.HTTPError:
                return  # it answers; an old queue is not a failed start
            except OSError:
                time.sleep(0.1)
        raise CommandError(f"The web server did not answer within {START_TIMEOUT} seconds.")

    def wait(self) -> None:
        while True:
            self.fail_if_a_child_died()
            time.sleep(0.5)

    def fail_if_a_child_died(self) -> None:
        for child in self.children:
            if child.poll() is not None:
                raise CommandError(
                    f"{Path(child.args[0]).name} ended by itself (code {child.returncode})."
                )

    def stop(self, server: Server | None) -> None:
        for child in self.children:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        for child in self.children:
            try:
                child.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                child.kill()
        if server:
            server.stop()

    def say(self, text: str) -> None:
        self.stdout.write(f"{text} …")
        self.stdout.flush()

    def greet(self) -> None:
        self.stdout.write(
            f"\nConnect is ready: {settings.SITE_URL}/\n"
            f"  every mail it sends: {settings.SITE_URL}/mail/\n"
            "  demo logins, password connect-demo: ana@example.org (TWP and ICI), bo@example.org (TWP),\n"
            "  cleo@example.org (ICI), reviewer@example.org and admin@example.org (also /admin/)\n"
            "  Ctrl-C stops everything.\n"
        )
        self.stdout.flush()


def _gunicorn(reload: bool) -> list[str]:
    # No access log: addresses of pages people look at are health information.
    return [
        sys.executable, "-m", "gunicorn", "connect.wsgi:application",
        "--bind", f"127.0.0.1:{settings.PORT}", "--workers", "2", "--threads", "4",
        "--max-requests", "10000", "--max-requests-jitter", "1000", "--log-level", "warning",
        "--no-control-socket",  # it would lie in the home folder, one for all checkouts
        *(["--reload"] if reload else []),
    ]  # fmt: skip


def _interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


def _die_with_parent() -> None:
    """On Linux: a killed `make run` must not leave a web server that nobody can stop."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)
