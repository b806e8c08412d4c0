"""Mail that comes back, as mail servers write it: tests/outbox/returned/*.eml, about a letter of ours."""

import io
import sys
from pathlib import Path

from django.core.management import call_command

from members.outbox.envelopes import envelope_of
from members.outbox.models import Letter

FOLDER = Path(__file__).parent / "returned"
SAYS_NOTHING = ("postfix_delayed", "absence_note", "receipt", "not_a_complaint")


def returned(name: str, token: str, *, envelope: str = "") -> bytes:
    text = (FOLDER / f"{name}.eml").read_text()
    text = text.replace("ENVELOPE", envelope or envelope_of(token)).replace("TOKEN", token)
    return text.encode()


def pipe(raw: bytes, *recipient: str) -> int:
    """The command, given this on its standard input; what it ends with."""
    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(raw))
    try:
        call_command("returned_mail", *recipient)
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        sys.stdin = before
    return 0


def give_back(name: str, letter: Letter) -> None:
    """The letter comes back, as the mail of this name says."""
    assert pipe(returned(name, letter.token)) == 0
