"""A real SMTP server on a free loopback port, and the outbox run inside a test.

For other rooms: `from tests.outbox.post_office import deliver_all, smtp_server` in a conftest or a
test; `smtp_server.letters` is what arrived.
"""

import asyncio
import logging
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.utils import timezone

from members.outbox import delivery
from members.outbox.models import Letter

# The server's own log repeats the whole conversation; tests look into ours for what must not leak.
logging.getLogger("mail.log").setLevel(logging.ERROR)


@dataclass
class Arrived:
    """One mail as the server took it."""

    envelope_from: str
    envelope_to: list[str]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return BytesParser(policy=policy.default).parsebytes(self.raw)

    def __getitem__(self, header: str) -> str:
        return str(self.message[header])

    @property
    def text(self) -> str:
        return self.message.get_body(("plain",)).get_content()

    @property
    def html(self) -> str:
        return self.message.get_body(("html",)).get_content()


@dataclass
class PostOffice:
    """Answers as told: `at_rcpt` and `at_data` are used up one by one, then everything is taken.

    An answer is an SMTP line, or a number of seconds to keep silent before taking the mail.
    """

    letters: list[Arrived] = field(default_factory=list)
    at_rcpt: list[str] = field(default_factory=list)
    at_data: list[str | float] = field(default_factory=list)
    connections: int = 0
    before_answer: Callable[[], None] | None = None  # when a mail is taken

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, lines: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return lines

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_rcpt:
            return self.at_rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.at_data.pop(0) if self.at_data else "250 OK"
        if isinstance(answer, str) and not answer.startswith("2"):
            return answer
        self.letters.append(Arrived(envelope.mail_from, envelope.rcpt_tos, envelope.content))
        if self.before_answer:
            self.before_answer()
        if isinstance(answer, float):
            await asyncio.sleep(answer)
        return "250 OK"

    def only(self) -> Arrived:
        """The one letter that arrived; an error with more or fewer."""
        (letter,) = self.letters
        return letter


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def smtp_server(settings: object) -> Iterator[PostOffice]:
    """A mail server; the site's mail goes there as long as the test lasts."""
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_TIMEOUT = 5
    yield office
    delivery.post.hang_up()
    controller.stop()


def deliver_all() -> None:
    """Run the outbox in this test, until nothing is due."""
    while delivery.deliver_one():
        pass
    delivery.post.hang_up()


def make_all_due() -> None:
    """As if every pause were over."""
    Letter.objects.unsent().update(due_at=timezone.now())
