"""`manage.py run`, as `make run` calls it: starts everything, once, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from connect.database import NAME, USER, Server
from members.places.loading import version_of

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds; only a broken start takes so long

Run = Callable[[], subprocess.Popen[str]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(data: Path, port: int) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CONNECT_", "DATABASE_"))}
    return kept | {"CONNECT_DATA": str(data), "PORT": str(port), "PYTHONUNBUFFERED": "1"}


def manage(*arguments: str, data: Path, port: int = 8000) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment(data, port),
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data of a second start: tables, towns (as far as anybody asks) and a member are there."""
    folder = tmp_path_factory.mktemp("run")
    server = Server(folder / "postgres", durable=False)
    server.start()
    assert manage("migrate", "-v0", data=folder).returncode == 0
    with psycopg.connect(dbname=NAME, user=USER, host=str(server.socket)) as connection:
        connection.execute(
            "insert into places_loadedgazetteer values (1, %s, now())", [version_of()]
        )
        connection.execute(
            "insert into members_member (id, password, is_superuser, email, is_staff, created_at,"
            " unit, language, policies_version) values (gen_random_uuid(), %s, false, 'ana@example.org', false,"
            " now(), '', '', '')",
            [UNUSABLE_PASSWORD_PREFIX],
        )
    server.stop()
    yield folder
    server.stop()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def run(data: Path, port: int) -> Iterator[Run]:
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        site = subprocess.Popen(
            [sys.executable, "manage.py", "run"], cwd=ROOT, env=environment(data, port),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        started.append(site)
        for line in site.stdout:
            if line.startswith("Connect is ready"):
                return site
        raise AssertionError("it ended before it was ready")

    yield start
    for site in started:
        site.terminate()
        site.wait(PATIENCE)
        site.stdout.close()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as page:
            return page.status == 200
    except urllib.error.URLError:
        return False


def children(pid: int) -> list[int]:
    if sys.platform == "linux":  # a small container has no ps
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    listed = subprocess.run(["/bin/ps", "-A", "-o", "pid=,ppid="], capture_output=True, check=True)
    pairs = [line.split() for line in listed.stdout.decode().splitlines()]
    return [int(child) for child, parent in pairs if int(parent) == pid]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not get there"
        time.sleep(0.05)


def test_one_site_runs_on_one_data_folder_and_its_end_leaves_nothing(
    run: Run, data: Path, port: int
) -> None:
    site = run()
    parts = children(site.pid)
    assert answers(port)
    assert len(parts) == 2  # web and worker

    second = manage("run", data=data, port=free_port())

    assert second.returncode == 1
    assert "running already" in second.stderr
    assert answers(port)

    site.send_signal(signal.SIGTERM)

    assert site.wait(PATIENCE) == 0
    assert not any(is_alive(pid) for pid in parts)
    assert not answers(port)
    assert not Server(data / "postgres").running()
    assert not Server(data / "postgres").socket.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends the children on Linux only")
def test_after_a_killed_run_the_next_one_starts(run: Run, data: Path, port: int) -> None:
    site = run()
    parts = children(site.pid)

    site.kill()
    site.wait()

    until(lambda: not any(is_alive(pid) for pid in parts))
    assert Server(data / "postgres").running()  # left over, and taken on:
    run()
    assert answers(port)


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        port = somebody.getsockname()[1]

        refused = manage("run", data=tmp_path, port=port)

    assert refused.returncode == 1
    assert f"port {port}" in refused.stderr
    assert not (tmp_path / "postgres").exists()
