"""Loaded before Django's settings (`-p tests.server`): one PostgreSQL for the whole run.

Workers of pytest-xdist find it through the environment and have a database each.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from connect.database import Server
from tests import refill

IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
if not IS_WORKER:
    os.environ["CONNECT_DATA"] = tempfile.mkdtemp(prefix="connect-tests-")
    for name in [n for n in os.environ if n.startswith("CONNECT_") and n != "CONNECT_DATA"]:
        del os.environ[name]
DATA = Path(os.environ["CONNECT_DATA"])
# What tests write is rolled back. A table swept between two of them counts as empty, however much the
# next one puts into it: what is planned for one row takes ten seconds for 500.
UNSWEPT = {"autovacuum": "off"}
refill.use()


def pytest_configure(config: pytest.Config) -> None:
    if not IS_WORKER and not os.environ.get("DATABASE_URL"):
        server = Server(DATA / "postgres", durable=False)
        server.options |= UNSWEPT
        server.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not IS_WORKER:
        if not os.environ.get("DATABASE_URL"):
            Server(DATA / "postgres").stop()
        shutil.rmtree(DATA, ignore_errors=True)
