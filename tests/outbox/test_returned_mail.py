"""The command a mail server pipes returned mail into: what it ends with, whatever comes."""

import itertools
import os
import random
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings as site

from members.outbox.envelopes import envelope_of
from members.outbox.models import Letter, Returned, Trouble, new_token
from tests.outbox.returning import pipe, returned

OK, USAGE, TEMPORARY = 0, 64, 75  # sysexits.h

NOISE = random.Random(1).randbytes(100_000)
JUNK = {
    "nothing": b"",
    "noise": NOISE,
    "zeros": bytes(100_000),
    "one endless line": b"x" * 100_000,
    "headers only": b"From: a\nTo: b\n" * 2_000,
    "broken MIME": b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: mess",
    "a boundary without end": b"Content-Type: multipart/report; boundary=\"\"\n\n--\n--\n",
    "nested without end": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000)
    ),
    "an unknown alphabet": b"Content-Type: text/plain; charset=pigeon\nFrom: =?pigeon?q?x?=\n\n\xff",
    "a report of noise": b"Content-Type: message/delivery-status\n\n" + NOISE,
    "a complaint of noise": b"Content-Type: message/feedback-report\n\n" + NOISE,
    "a complaint inside out": b"Content-Type: message/feedback-report\n"
    b"Content-Transfer-Encoding: base64\n\n====",
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", JUNK)
def test_junk_is_taken_and_nothing_is_kept(name: str) -> None:
    assert pipe(JUNK[name]) == OK
    assert (Trouble.objects.count(), Returned.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_junk_with_an_envelope_of_ours_is_taken_too() -> None:
    letter = Letter.objects.create(kind="news", about="1")
    head = b"To: " + returned("receipt", letter.token).split(b"To: ")[2].split(b"\n")[0] + b"\n"

    assert [pipe(head + junk) for junk in JUNK.values()] == [OK] * len(JUNK)
    assert not Returned.objects.exists()


@pytest.mark.django_db
def test_a_mail_larger_than_is_looked_at_is_read_to_its_end() -> None:
    assert pipe(returned("receipt", new_token()) + b"x" * 3_000_000) == OK


LONG = {
    "empty lines": b"\n" * 1_000_000,
    "one field after the other": b"a: b\n\n" * 200_000,
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [b"delivery-status", b"feedback-report"])
@pytest.mark.parametrize("name", LONG)
def test_no_mail_keeps_us_busy_for_long(name: str, kind: bytes) -> None:
    """Steps are counted, not seconds: ten million are some three of them."""
    envelope = envelope_of(new_token()).encode()
    mail = b"To: " + envelope + b"\nContent-Type: message/" + kind + b"\n\n" + LONG[name]
    forged = mail.replace(b".", b".0", 1)

    assert steps(lambda: pipe(forged)) < 100_000
    assert steps(lambda: pipe(mail)) < 10_000_000


def steps(verb: Callable[[], object]) -> int:
    """How many functions are called while something is done."""
    count = itertools.count()
    before = sys.getprofile()
    sys.setprofile(lambda *_event: next(count))
    try:
        verb()
    finally:
        sys.setprofile(before)
    return next(count)


def test_said_wrongly_or_without_a_database_it_ends_as_mail_servers_expect(tmp_path: Path) -> None:
    """In a process of its own: what is tried again later is not lost."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CONNECT_")} | {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "CONNECT_DATA": str(tmp_path),
    }
    known = tmp_path / "secret_key"
    known.write_text(site.SECRET_KEY)

    def end_of(mail: bytes, *arguments: str) -> int:
        command = [sys.executable, "manage.py", "returned_mail", *arguments]
        done = subprocess.run(  # noqa: S603
            command,
            input=mail,
            cwd=site.BASE_DIR,
            env=environment,
            capture_output=True,
            check=False,
        )
        assert b"Traceback" not in done.stderr
        assert b"bo@" not in done.stderr
        return done.returncode

    assert end_of(b"", "one@example.org", "two@example.org") == USAGE
    assert end_of(NOISE) == OK
    assert end_of(returned("postfix_no_such_user", new_token())) == TEMPORARY


@pytest.mark.parametrize(
    ("settings_file", "end"),
    [("", OK), ("CONNECT_MISSPELT=yes", TEMPORARY), (None, TEMPORARY)],
)
def test_the_script_of_the_documentation_loses_no_mail(
    tmp_path: Path, settings_file: str | None, end: int
) -> None:
    """Where a setting is wrong, or their file is not there, the mail server tries again."""
    text = (site.BASE_DIR / "docs/returned-mail.md").read_text()
    script = text.partition("```sh\n")[2].partition("```")[0]
    script = script.replace("/srv/connect/settings.env", shlex.quote(f"{tmp_path}/settings.env"))
    script = script.replace("/srv/connect/.venv/bin/python", shlex.quote(sys.executable))
    script = script.replace("/srv/connect", shlex.quote(str(site.BASE_DIR)))
    if settings_file is not None:
        (tmp_path / "settings.env").write_text(f"CONNECT_DATA={tmp_path}\n{settings_file}\n")
    (tmp_path / "script").write_text(script)
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CONNECT_")}

    done = subprocess.run(  # noqa: S603
        ["/bin/sh", str(tmp_path / "script")],
        input=NOISE, env=kept | {"ORIGINAL_RECIPIENT": "bounce+x@connect.example"},
        capture_output=True, check=False,
    )  # fmt: skip

    assert done.returncode == end
