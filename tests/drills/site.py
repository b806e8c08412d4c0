"""A site to drill on, and what every drill's command needs."""

import argparse
import logging
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.test.utils import override_settings, setup_test_environment

from connect.database import Server

# A drill asks more often than any person may.
UNLIMITED = dict.fromkeys(("SEARCHES_A_DAY", "PROFILES_A_DAY", "CHANGES_A_DAY"), 10**9)
PLAIN_PASSWORDS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@contextmanager
def site(*, towns: bool = True, durable: bool = False, **changed: object) -> Iterator[Path]:
    """An empty site with the vocabulary and, if wanted, all towns; gives the folder of its data.

    `durable`: its database keeps what it said is kept, and takes its time.
    """
    data = Path(os.environ["CONNECT_DATA"])
    server = Server(data / "postgres", durable=durable)
    try:
        server.start()
        call_command("migrate", verbosity=0)
        if towns:
            call_command("load_gazetteer", verbosity=0)
        setup_test_environment()
        for refusing in ("django.request", "django.security"):  # is no news here
            logging.getLogger(refusing).setLevel(logging.CRITICAL)
        with override_settings(PASSWORD_HASHERS=PLAIN_PASSWORDS, **UNLIMITED, **changed):
            yield data
    finally:
        connection.close()
        server.stop()
        shutil.rmtree(data, ignore_errors=True)


def arguments(about: str | None, number: int, of_what: str) -> argparse.Namespace:
    """What every command takes: how many, and the seed that repeats a failure."""
    parser = argparse.ArgumentParser(description=(about or "").partition("\n")[0])
    parser.add_argument("--number", type=int, default=number, help=f"{of_what} ({number:,})")
    parser.add_argument("--seed", type=int, default=20261122)
    return parser.parse_args()


def tell(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def verdict(failures: Sequence[object], good: str) -> None:
    """Say how it went, and end the command with 1 where something was found out."""
    if not failures:
        tell(good)
        return
    tell(f"{len(failures)} FAILED, the first of them:", *(f"  {one}" for one in failures[:5]))
    sys.exit(1)
