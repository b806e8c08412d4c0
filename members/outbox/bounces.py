"""Reads a mail that came back: which letter it is about, and what it says of the address.

Delivery status notifications (RFC 3464), complaints (RFC 5965), and the notes in plain words some
servers write, as far as they are sure. It quotes addresses and words of people: nothing of it
leaves this module but a token and codes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser, HeaderParser
from email.policy import compat32

from members.outbox.envelopes import stands_in, token_in
from members.outbox.faults import Fault, codes_in, fault_of

PARTS_MAX = 50
TEXT_MAX = 8_000  # characters; the report comes before the copy of the letter
DELIVERED_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
COMPLAINED = {"abuse", "fraud", "opt-out"}  # of the kinds of RFC 5965 that say "not wanted"
SERVER = re.compile(r"mailer-daemon|postmaster|mail delivery (sub)?system", re.IGNORECASE)
DELAY = re.compile(r"delay|warning|still being (re)?tried", re.IGNORECASE)
QMAIL = "Hi. This is the"  # how all notes of qmail begin
# What makes the parser slow, and what no mail server writes: see `parse`.
EMPTY_LINES = re.compile(rb"\n{3,}")
CONTENT_FIELD = re.compile(
    rb"^content-[a-z-]+:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE
)
FIELD_MAX = 2_000  # bytes
COPY = re.compile(r"^-{2,}.{0,40}\b(copy|original)\b|^received: ", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Notice:
    """What came back of a letter: what it means, and the code that says so ("5.1.1", "550", "")."""

    fault: Fault
    code: str


def parse(raw: bytes, recipient: str = "") -> Message | None:
    """A mail as it came; None where nothing of ours can be in it.

    Anybody may write to an envelope, and the parser takes half a minute for a megabyte of empty
    lines or signs between quotes. So it is given only what names a letter of ours.
    """
    raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if not token_in(recipient) and not stands_in(raw):
        return None
    if any(len(field[0]) > FIELD_MAX for field in CONTENT_FIELD.finditer(raw)):
        return None
    return BytesParser(policy=compat32).parsebytes(EMPTY_LINES.sub(b"\n\n", raw))


def token_of(mail: Message, recipient: str = "") -> str | None:
    """The letter a mail is about: by the address it was delivered to, else, for a complaint, by the
    envelope of the letter it brings back."""
    addresses = [recipient, *(_header(mail, name) for name in DELIVERED_TO)]
    parts = _parts(mail)
    if "message/feedback-report" in parts:
        report = _blocks(parts["message/feedback-report"])
        addresses += [_header(one, "Original-Mail-From") for one in report]
        addresses += [_header(one, "Return-Path") for one in _letters_in(parts)]
    return next((token for token in map(token_in, addresses) if token), None)


def read(mail: Message) -> Notice | None:
    """What a mail says of a letter; None where it says nothing for sure, as an absence note."""
    parts = _parts(mail)
    if "message/feedback-report" in parts:
        return _complaint(parts)
    for name in STATUS_PARTS:
        if name in parts:
            return _status(parts[name])
    return _plain(mail, parts.get("text/plain"))


def _complaint(parts: dict[str, Message]) -> Notice | None:
    report = _blocks(parts["message/feedback-report"])
    kinds = {_header(one, "Feedback-Type").strip().lower() for one in report}
    return Notice(Fault.COMPLAINT, "") if kinds & COMPLAINED else None


def _status(part: Message) -> Notice | None:
    """Of one letter to one address; a delay or a receipt is none."""
    for group in _blocks(part):
        if _header(group, "Action").lower().startswith("failed"):
            status, _none = codes_in(_header(group, "Status"))
            own, reply = codes_in(_header(group, "Diagnostic-Code"))
            if status in ("", "5.0.0"):
                status = own or status
            return Notice(fault_of(status, reply), status or str(reply or ""))
    return None


def _plain(mail: Message, part: Message | None) -> Notice | None:
    names_recipient = bool(_header(mail, "X-Failed-Recipients"))
    is_of_server = names_recipient or SERVER.search(_header(mail, "From"))
    if part is None or not is_of_server or DELAY.search(_header(mail, "Subject")):
        return None
    text = COPY.split(_text(part)[:TEXT_MAX], maxsplit=1)[0]
    status, reply = codes_in(text)
    if not (status or reply or names_recipient or text.lstrip().startswith(QMAIL)):
        return None
    return Notice(fault_of(status, reply), status or str(reply or ""))


def _parts(mail: Message) -> dict[str, Message]:
    """The first part of each type, without those of the letter that is brought back."""
    found: dict[str, Message] = {}
    waiting = [mail]
    for _number in range(PARTS_MAX):
        if not waiting:
            break
        part = waiting.pop(0)
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting += part.get_payload()
        else:
            found.setdefault(part.get_content_type(), part)
    return found


def _blocks(part: Message) -> list[Message]:
    """The groups of fields of a report. Parsers take the first of them, or all, for mails."""
    found = list(part.get_payload()) if part.is_multipart() else []
    rest = found[-1] if found else part
    blocks = [] if rest.is_multipart() else _text(rest).split("\n\n")
    return found + [HeaderParser().parsestr(block) for block in blocks if block.strip()]


def _letters_in(parts: dict[str, Message]) -> Iterator[Message]:
    """The head of the letter that is brought back."""
    if "message/rfc822" in parts and parts["message/rfc822"].is_multipart():
        yield parts["message/rfc822"].get_payload(0)
    if "text/rfc822-headers" in parts:
        yield HeaderParser().parsestr(_text(parts["text/rfc822-headers"]))


def _text(part: Message) -> str:
    raw = part.get_payload(decode=True) or b""
    return raw.decode("utf-8", errors="replace").replace("\r\n", "\n")


def _header(mail: Message, name: str) -> str:
    return " ".join(str(value) for value in mail.get_all(name, []))
