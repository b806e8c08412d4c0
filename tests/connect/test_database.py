"""The embedded PostgreSQL: nothing to install, nobody else's folders touched, nothing left behind."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from connect import database
from connect.database import NAME, USER, DatabaseProblem, Server

as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root meets this")
Make = Callable[[Path], Server]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data of a server that was started once: making it anew for each test would take seconds."""
    server = Server(tmp_path_factory.mktemp("cluster") / "postgres", durable=False)
    server.start()
    server.stop()
    return server.data


@pytest.fixture
def make(cluster: Path) -> Iterator[Make]:
    """`make(folder)`: a server whose data lies in `folder`; all are stopped at the end."""
    made: list[Server] = []

    def server(folder: Path) -> Server:
        if not folder.exists():
            shutil.copytree(cluster, folder)
            folder.chmod(0o700)
        made.append(Server(folder, durable=False))
        return made[-1]

    yield server
    for one in made:
        one.stop()


@pytest.fixture
def server(make: Make, tmp_path: Path) -> Server:
    return make(tmp_path / "postgres")


def run(server: Server, statement: str) -> list[tuple]:
    with psycopg.connect(dbname=NAME, user=USER, host=str(server.socket)) as connection:
        found = connection.execute(statement)
        return found.fetchall() if found.description else []


def main_process(server: Server) -> int:
    return int((server.data / "postmaster.pid").read_text().splitlines()[0])


def test_a_first_start_makes_the_database_and_opens_nothing_on_the_network(tmp_path: Path) -> None:
    new = Server(tmp_path / "deep" / "postgres", durable=False)
    try:
        assert new.start()
        assert run(new, "show listen_addresses") == [("",)]
        assert run(new, "show server_encoding") == [("UTF8",)]
        assert new.socket.stat().st_mode & 0o077 == 0
    finally:
        new.stop()


def test_it_starts_once_and_keeps_what_was_written(server: Server) -> None:
    assert server.start()
    assert not server.start()
    run(server, "create table kept as select 7 as number")

    server.stop()

    assert not server.running()
    assert not server.socket.exists()
    assert server.start()
    assert run(server, "select number from kept") == [(7,)]


def test_a_deep_folder_is_no_trouble_though_a_socket_needs_a_short_path(
    make: Make, tmp_path: Path
) -> None:
    server = make(tmp_path / ("d" * 90) / ("e" * 90) / "postgres")

    assert server.start()
    assert run(server, "select 1") == [(1,)]


def test_two_folders_are_two_servers(make: Make, tmp_path: Path) -> None:
    one, other = make(tmp_path / "one" / "postgres"), make(tmp_path / "other" / "postgres")
    one.start(), other.start()

    run(one, "create table only_here ()")

    assert run(other, "select to_regclass('only_here')") == [(None,)]
    one.stop()
    assert run(other, "select 1") == [(1,)]


def test_two_starts_at_once_start_it_once(make: Make, tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    servers = [make(folder) for _ in range(4)]

    with ThreadPoolExecutor() as threads:
        started = list(threads.map(Server.start, servers))

    assert sorted(started) == [False, False, False, True]


def test_a_server_left_over_by_a_killed_run_is_taken_on_and_stopped(
    server: Server, make: Make
) -> None:
    server.start()
    later = make(server.data)

    assert not later.start()
    assert run(later, "select 1") == [(1,)]

    later.stop()
    assert not server.running()


def test_a_killed_server_starts_again_with_what_was_committed(server: Server) -> None:
    server.start()
    run(server, "create table kept as select 7 as number")

    os.kill(main_process(server), signal.SIGKILL)

    server.start()
    assert run(server, "select number from kept") == [(7,)]


def test_a_first_start_that_was_killed_half_way_is_begun_anew(tmp_path: Path) -> None:
    half = tmp_path / "postgres"
    (half / "base").mkdir(parents=True)
    server = Server(half, durable=False)
    try:
        assert server.start()
    finally:
        server.stop()


def test_data_it_cannot_read_is_said_with_a_way_out(tmp_path: Path) -> None:
    foreign = tmp_path / "postgres"
    foreign.mkdir(mode=0o700)
    (foreign / "PG_VERSION").write_text("9.6\n")

    with pytest.raises(DatabaseProblem, match="set DATABASE_URL"):
        Server(foreign, durable=False).start()


def test_its_log_holds_nothing_that_people_typed(server: Server) -> None:
    server.start()

    with pytest.raises(psycopg.errors.UniqueViolation, match="MARKER"):
        run(server, "create table t (v text unique); insert into t values ('MARKER'), ('MARKER')")
    with pytest.raises(psycopg.errors.UndefinedColumn):
        run(server, "select marker_column")
    server.stop()

    assert "marker" not in server.log.read_text().lower()


@as_root
def test_a_socket_folder_of_somebody_else_is_not_used(server: Server) -> None:
    server.socket.mkdir(mode=0o777)
    os.chown(server.socket, 54321, 54321)

    with pytest.raises(DatabaseProblem, match=f"{server.socket} belongs to somebody else"):
        server.start()


def test_a_link_in_place_of_the_socket_folder_is_not_followed(
    server: Server, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    server.socket.symlink_to(elsewhere)

    with pytest.raises(DatabaseProblem, match="belongs to somebody else"):
        server.start()

    assert list(elsewhere.iterdir()) == []
    server.socket.unlink()


@as_root
def test_as_root_no_folder_above_is_opened_to_others(server: Server) -> None:
    above = [*server.data.parents]
    before = [(folder.stat().st_mode, folder.stat().st_uid) for folder in above]

    server.start()

    assert [(folder.stat().st_mode, folder.stat().st_uid) for folder in above] == before


@as_root
def test_as_root_without_namespaces_it_says_what_to_do_instead_of_opening_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_namespaces", False)  # as on a machine that closed them
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    with pytest.raises(DatabaseProblem, match="as an ordinary user"):
        Server(closed / "postgres", durable=False).start()

    assert closed.stat().st_mode & 0o777 == 0o700
