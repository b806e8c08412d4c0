"""What went wrong while sending, told apart by class and code. Texts of mail servers quote the
recipient's address: they are never kept, logged or shown."""

import random
import smtplib
import traceback
from datetime import timedelta
from enum import Enum
from pathlib import Path

from anymail.exceptions import (
    AnymailAPIError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
)
from django.conf import settings
from requests import ConnectionError as ProviderAway

from members.outbox import faults
from members.outbox.composing import CannotBeWritten

GIVE_UP = timedelta(days=5)
OWN_TRIES = 8
CODE_MAX = 60  # characters, as the column has it
PAUSES = [timedelta(minutes=m) for m in (1, 2, 4, 8, 15, 30, 60, 120, 240)]  # the last one repeats


class Failure(Enum):
    AWAY = "away"  # the mail server could not be reached: nothing to do with this letter
    SOFT = "soft"  # not now, or nobody knows whether it was taken: again, with one Message-ID
    HARD = "hard"  # never
    OWN = "own"  # our own mistake: a few more times, somebody may mend it


def classify(error: Exception) -> Failure:
    """What an error while composing or sending means. SMTP: RFC 5321, 4.2.1."""
    match error:
        case CannotBeWritten() | AnymailRecipientsRefused() | AnymailInvalidAddress():
            return Failure.HARD
        case smtplib.SMTPRecipientsRefused() | smtplib.SMTPDataError():
            return Failure.HARD if 500 <= (smtp_code(error) or 0) < 600 else Failure.SOFT
        # A provider has no line to open: that it is away, or does not know our key, shows here.
        case AnymailAPIError() if isinstance(error, ProviderAway) or error.status_code == 401:
            return Failure.AWAY
        case AnymailAPIError() if error.status_code in {400, 413, 422}:
            return Failure.OWN
        # A refused sender, password or greeting says nothing about this letter: it waits until
        # the operator has mended it.
        case AnymailAPIError() | smtplib.SMTPException() | OSError():
            return Failure.SOFT
    return Failure.OWN


def smtp_code(error: Exception) -> int | None:
    """The answer's number; with one recipient there is one, also where it is kept per recipient."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _text in error.recipients.values()), default=None)
    code = getattr(error, "smtp_code", None) or getattr(error, "status_code", None)
    return code if isinstance(code, int) else None


def is_no_such_address(error: Exception) -> bool:
    """Whether the address itself is refused at the door, beyond doubt."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = [text for _code, text in error.recipients.values()]
        return any(faults.is_no_such_address(faults.codes_in(_words(text))[0]) for text in said)
    return isinstance(error, AnymailRecipientsRefused)


def _words(text: bytes | str) -> str:
    return text.decode(errors="replace") if isinstance(text, bytes) else str(text)


def code_of(failure: Failure, error: Exception) -> str:
    """What the row keeps: "soft SMTPDataError 451"."""
    number = getattr(error, "code", None) or smtp_code(error) or ""
    return f"{failure.value} {type(error).__name__} {number}".strip()[:CODE_MAX]


def place_of(error: Exception) -> str:
    """File and line an error came from. Its text may hold what people typed.

    The last one of ours: all errors of a database come from one line of its library.
    """
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        file = Path(frame.filename)
        if file.is_relative_to(settings.BASE_DIR) and "site-packages" not in file.parts:
            return f"{file.relative_to(settings.BASE_DIR)}:{frame.lineno}"
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"


def pause(attempts: int) -> timedelta:
    """How long to wait after so many tries, give or take a tenth so that a crowd spreads out."""
    return PAUSES[min(attempts, len(PAUSES)) - 1] * random.uniform(0.9, 1.1)  # noqa: S311
