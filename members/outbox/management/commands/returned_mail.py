import logging
import sys
from argparse import ArgumentParser
from typing import BinaryIO, NoReturn

from django.core.management.base import BaseCommand

from members.outbox import returns
from members.outbox.failures import place_of

logger = logging.getLogger("connect.outbox")

# What mail servers expect of a program they pipe mail into (sysexits.h).
USAGE, TEMPORARY = 64, 75
LARGEST = 128 * 1024  # bytes that are looked at; the report comes before the copy of the letter
AT_ONCE = 64 * 1024


class Command(BaseCommand):
    help = (
        "Takes one mail from standard input that came back to bounce+…: for the pipe of a mail server. "
        "Ends with 0 whatever the mail is, or with 75 when it should be tried again later."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "recipient", nargs="?", default="", help="the address it was delivered to"
        )
        parser.error = _not_so

    def handle(self, *, recipient: str, **options: object) -> None:
        """Nobody is answered: who sent it may be forged, and a bounce is never bounced."""
        try:
            returns.take_mail(_read(sys.stdin.buffer), recipient)
        except Exception as error:
            logger.error("returned mail: %s at %s", type(error).__name__, place_of(error))
            sys.exit(TEMPORARY)


def _read(stream: BinaryIO) -> bytes:
    """To its end, or the mail server would find a broken pipe; but not all of it is kept."""
    kept = stream.read(LARGEST)
    while stream.read(AT_ONCE):
        pass
    return kept


def _not_so(message: str) -> NoReturn:
    sys.stderr.write("returned_mail takes one address at most.\n")
    sys.exit(USAGE)
