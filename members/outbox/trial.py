"""Sends one test letter straight away and says in plain sentences what became of it.

A mail server's own words are never repeated: they quote addresses. Its number is.
"""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from members.outbox import records
from members.outbox.composing import CannotBeWritten, specimen
from members.outbox.failures import place_of, smtp_code
from members.outbox.findings import Finding, well, wrong
from members.outbox.letters import Mail
from members.outbox.models import new_token

STEM = "emails/trial"
INBOX = "connect.inbox.EmailBackend"


def send(address: str) -> list[Finding]:
    """A finding for each step of the way, up to the first that fails."""
    try:
        message = specimen(STEM, Mail(address), token=new_token())
    except CannotBeWritten:
        return [wrong("This is not an address that mail can be sent to.")]
    with _line() as line:
        try:
            line.open()
        except Exception as error:
            return [wrong(_why_not_open(error))]
        opened = [well(f"{_server()} answers{_and_login(line)}.")] if _is_smtp() else []
        try:
            line.send_messages([message])
        except Exception as error:
            return [*opened, wrong(_why_not_taken(error))]
    return [*opened, well(_taken())]


@contextmanager
def _line() -> Iterator[BaseEmailBackend]:
    """Closed at the end, also where it came only half open."""
    line = get_connection()
    try:
        yield line
    finally:
        with suppress(Exception):
            line.close()


def _is_smtp() -> bool:
    return settings.EMAIL_BACKEND == records.SMTP


def _server() -> str:
    return f"The mail server {settings.EMAIL_HOST}, port {settings.EMAIL_PORT},"


def _and_login(line: BaseEmailBackend) -> str:
    encrypted = " over an encrypted line" if line.use_tls or line.use_ssl else ""
    return encrypted + (" and takes the login" if line.username else "")


def _taken() -> str:
    if settings.EMAIL_BACKEND == INBOX:
        return "CONNECT_MAIL_URL is inbox: the test letter lies at /mail/, and nothing is sent."
    return (
        "The test letter was taken. Look whether it arrives, and not among the spam; in its headers, "
        "spf, dkim and dmarc should say pass."
    )


def _why_not_open(error: Exception) -> str:
    match error:
        case smtplib.SMTPAuthenticationError():
            why = (
                f"refuses the login{_number(error)}. Look at user and password of CONNECT_MAIL_URL"
            )
        case smtplib.SMTPNotSupportedError():
            why = "offers no encryption, or no login. Look at its port, and at tls= of CONNECT_MAIL_URL"
        case ssl.SSLCertVerificationError():
            why = (
                "has a certificate that this machine does not trust, or one of another name. Write its "
                "host in CONNECT_MAIL_URL as the certificate does"
            )
        case ssl.SSLError():
            why = (
                "does not speak as CONNECT_MAIL_URL says: smtps:// is for port 465, "
                "smtp://…?tls=yes for 587"
            )
        case socket.gaierror():
            why = "is not known by this name. Look at the host of CONNECT_MAIL_URL"
        case _ if _is_time_out(error):
            why = (
                f"does not answer within {settings.EMAIL_TIMEOUT} seconds. Look at host and port of "
                "CONNECT_MAIL_URL (port 465 answers to smtps:// only), and whether a firewall is between"
            )
        case ConnectionRefusedError():
            why = (
                "takes no connection: nobody listens there. Look at host and port of CONNECT_MAIL_URL, "
                "and whether the server runs"
            )
        case smtplib.SMTPException() | OSError():
            why = (
                f"ended the conversation before it began ({type(error).__name__}{_code(error)}). Its log "
                "says why: it may be busy, or not let this machine in"
            )
        case _:
            return _unknown(error)
    return f"{_server()} {why}."


def _is_time_out(error: Exception) -> bool:
    """Python's client says "disconnected" where it waited in vain for an answer."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _why_not_taken(error: Exception) -> str:
    match error:
        case smtplib.SMTPResponseException() | smtplib.SMTPRecipientsRefused() if _is_for_now(
            error
        ):
            return (
                f"{_server()} does not take the letter now{_number(error)}. Try again in a quarter of an "
                "hour; if it stays so, its log says why."
            )
        case smtplib.SMTPSenderRefused():
            return (
                f"{_server()} refuses the sender{_number(error)}: bounce+…@{settings.MAIL_DOMAIN}. "
                "Its provider must allow CONNECT_MAIL_DOMAIN."
            )
        case smtplib.SMTPRecipientsRefused():
            return (
                f"The address you gave is refused{_number(error)}. If it is right, the mail server does "
                "not carry our mail: look at user and password of CONNECT_MAIL_URL, and into its log."
            )
        case AnymailRecipientsRefused():
            return f"The address you gave is refused{_number(error)}. The provider's pages say why."
        case smtplib.SMTPDataError():
            return f"{_server()} read the letter and refuses it{_number(error)}. Its log says why."
        case AnymailAPIError() if error.status_code in {401, 403}:
            return f"The provider refuses the key of CONNECT_MAIL_URL{_number(error)}."
        case AnymailAPIError() if error.status_code:
            return (
                f"The provider does not take the letter{_number(error)}. Often it does not know the "
                "domain of CONNECT_MAIL_FROM yet."
            )
        case AnymailError():
            return (
                f"The provider could not be asked ({type(error).__name__}). Look whether this machine "
                "reaches it."
            )
        case _ if _is_time_out(error):
            return (
                f"{_server()} said nothing for {settings.EMAIL_TIMEOUT} seconds in the middle. Perhaps "
                "the letter arrives; its log says what kept it."
            )
        case smtplib.SMTPException() | OSError():
            name = type(error).__name__
            return (
                f"{_server()} ended the conversation in the middle ({name}{_code(error)}). Its log says "
                "why."
            )
    return _unknown(error)


def _is_for_now(error: Exception) -> bool:
    return 400 <= (smtp_code(error) or 0) < 500


def _number(error: Exception) -> str:
    return f" ({_code(error).strip(', ')})" if _code(error) else ""


def _code(error: Exception) -> str:
    code = smtp_code(error)
    return f", code {code}" if code else ""


def _unknown(error: Exception) -> str:
    return (
        f"Something went wrong on our side: {type(error).__name__} at {place_of(error)}. Tell whoever "
        "looks after the code."
    )
