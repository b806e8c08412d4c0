"""Development only: every mail sent is a file, and can be read under /mail/."""

import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage as ParsedMessage
from email.parser import BytesParser
from pathlib import Path

from csp.constants import NONE, SELF
from csp.decorators import csp, csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from members.outbox.models import Letter

KEY = re.compile(r"\d{19,20}-[0-9a-f]{8}")
PER_PAGE = 25


class EmailBackend(BaseEmailBackend):
    """Puts mail into settings.INBOX, one .eml file each, instead of sending it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        return sum(self._keep(message) for message in email_messages)

    def _keep(self, message: EmailMessage) -> int:
        recipients = message.recipients()
        for recipient in recipients:
            _write(enveloped(message, recipient))
        return 1 if recipients else 0


def enveloped(message: EmailMessage, recipient: str) -> bytes:
    """A mail as it lies in a mailbox, its envelope written above its own headers."""
    envelope = f"Return-Path: <{message.from_email}>\r\nDelivered-To: {recipient}\r\n"
    return envelope.encode() + message.message().as_bytes(linesep="\r\n")


def _write(raw: bytes) -> None:
    """Whole or not at all: the page must never show half a mail."""
    settings.INBOX.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = settings.INBOX / f"{time.time_ns()}-{secrets.token_hex(4)}.eml"
    unfinished = path.with_suffix(".tmp")
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(raw)
    unfinished.replace(path)


@dataclass(frozen=True)
class Kept:
    """One mail in the inbox."""

    key: str
    message: ParsedMessage

    @property
    def kept_at(self) -> datetime:
        return datetime.fromtimestamp(int(self.key.partition("-")[0]) / 1e9, UTC)

    @property
    def to(self) -> str:
        return str(self.message["Delivered-To"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def sender(self) -> str:
        return str(self.message["From"])

    @property
    def reply_to(self) -> str:
        return str(self.message["Reply-To"] or "")

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def text(self) -> str:
        return self.part("plain")

    def part(self, kind: str) -> str:
        """The text of one part ("plain" or "html"); empty where there is none."""
        part = self.message.get_body((kind,))
        return part.get_content() if part else ""


def _all_keys() -> list[str]:
    """Newest first."""
    found = (path.stem for path in settings.INBOX.glob("*.eml"))
    return sorted((key for key in found if KEY.fullmatch(key)), reverse=True)


def _read(key: str) -> Kept:
    if not KEY.fullmatch(key):
        raise Http404
    try:
        raw = Path(settings.INBOX / f"{key}.eml").read_bytes()
    except FileNotFoundError as error:
        raise Http404 from error
    return Kept(key, BytesParser(policy=policy.default).parsebytes(raw))


@login_not_required
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    page = Paginator(_all_keys(), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = [_read(key) for key in page.object_list]
    return render(
        request, "inbox/list.html", {"page": page, "waiting": Letter.objects.due().count()}
    )


@login_not_required
@require_safe
@csp_update({"frame-src": [SELF]})
def letter(request: HttpRequest, key: str) -> HttpResponse:
    mail = _read(key)
    as_html = request.GET.get("as") == "html" and bool(mail.part("html"))
    return render(request, "inbox/letter.html", {"mail": mail, "as_html": as_html})


@login_not_required
@require_safe
@xframe_options_sameorigin
@csp({"default-src": [NONE], "form-action": [NONE], "frame-ancestors": [SELF]})
def html(request: HttpRequest, key: str) -> HttpResponse:
    return framed(_read(key))


def framed(mail: Kept) -> HttpResponse:
    """The HTML of a mail as a mail program would show it; its links leave the frame."""
    words = mail.part("html")
    if not words:
        raise Http404
    return HttpResponse(words.replace("<head>", '<head><base target="_top">', 1))


@login_not_required
@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    for path in settings.INBOX.glob("*.eml"):
        path.unlink(missing_ok=True)
    return redirect("inbox:list")
