"""From a row of the outbox to a mail: composed afresh each time, with a fixed list of headers."""

import re
import unicodedata
from email.utils import formataddr, formatdate, parseaddr
from functools import cache

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import SafeMIMEMultipart, utf8_charset_qp
from django.template import Context
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext as _

from members.outbox.addresses import can_be_written_to
from members.outbox.envelopes import envelope_of
from members.outbox.letters import KINDS, Mail, NotWanted
from members.outbox.models import Letter

LINE_MAX = 998  # bytes, without its end (RFC 5322, 2.1.1)
SUBJECT_MAX = 200  # characters


class CannotBeWritten(Exception):
    """No mail can be made of it, today or tomorrow; `code` says which part is at fault."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Written(EmailMultiAlternatives):
    """Made and put into bytes once: what was proven is what goes out."""

    _made: SafeMIMEMultipart | None = None

    def message(self) -> SafeMIMEMultipart:
        if self._made is None:
            self._made = super().message()
            self._made.as_bytes = cache(self._made.as_bytes)
        return self._made


def compose(row: Letter) -> EmailMultiAlternatives:
    """The mail of a row, ready to send.

    Raises NotWanted when it must not go out (any more), CannotBeWritten when it cannot be encoded.
    """
    kind = KINDS[row.kind]
    try:
        mail = kind.compose(row.about)
    except ObjectDoesNotExist as error:  # erased since it was posted
        raise NotWanted("gone") from error
    with translation.override(mail.language):
        message = _message(row.token, kind.stem, mail)
    _prove(message)
    return message


def specimen(stem: str, mail: Mail, token: str = "specimen") -> EmailMultiAlternatives:  # noqa: S107
    """A mail as it would go out, for people to look at. It belongs to no row of the outbox."""
    with translation.override(mail.language):
        return _message(token, stem, mail)


def _message(token: str, stem: str, mail: Mail) -> EmailMultiAlternatives:
    context = {
        "site_url": settings.SITE_URL,
        "has_reply_to": bool(mail.reply_to),
        "stop_url": mail.stop_url,
        "plain": mail.plain,
        **mail.context,
    }
    message = Written(
        subject=_subject(stem, mail, context),
        body=_render(f"{stem}.txt", context).strip() + "\n",
        # A bounce goes to the envelope and quotes the recipient's address: it comes to us.
        from_email=envelope_of(token),
        to=[_address(mail.to, "recipient")],
        reply_to=_reply_to(mail),
        headers={
            "From": _sender(mail),
            "Message-ID": f"<{token}@{settings.MAIL_DOMAIN}>",
            "Date": formatdate(),
            # Absence notes would tell the site, or the sender, about the recipient.
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            **_stop_headers(mail.stop_url),
        },
    )
    message.attach_alternative(_render(f"{stem}.html", context, html=True), "text/html")
    message.encoding = utf8_charset_qp  # no line too long, no byte above 127, whatever is typed
    # A mail provider must not rewrite links or add a picture of its own.
    message.track_clicks = message.track_opens = False
    message.metadata = {"letter": token}  # what it tells of the letter later, it tells with this
    return message


def _subject(stem: str, mail: Mail, context: dict[str, object]) -> str:
    words = _render(f"{stem}.subject.txt", context)
    return _one_line(f"{mail.plain}: {words}" if mail.plain else words)


def _sender(mail: Mail) -> str:
    """The site's address, under the name its reader chose to see."""
    if not mail.plain:
        return settings.DEFAULT_FROM_EMAIL
    return formataddr((mail.plain, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def _reply_to(mail: Mail) -> list[str] | None:
    if mail.no_answer:
        # Left out, an answer would go to the site's own address, where somebody might read it.
        name = _("Nobody reads this: please use the link in the letter")
        return [formataddr((name, f"no-answer@{settings.MAIL_DOMAIN}"))]
    return [_address(mail.reply_to, "reply_to")] if mail.reply_to else None


def _stop_headers(url: str | None) -> dict[str, str]:
    """The mail program's own button (RFC 2369, RFC 8058)."""
    if not url:
        return {}
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _render(name: str, context: dict[str, object], *, html: bool = False) -> str:
    """Plain text is not escaped: an apostrophe stays one."""
    template = get_template(name).template
    text = template.render(Context(context, autoescape=html))
    return re.sub(r"\n\s*\n", "\n", text).strip() if html else re.sub(r"\n{3,}", "\n\n", text)


def _one_line(subject: str) -> str:
    line = " ".join(subject.split())
    if not line or any(unicodedata.category(c) in {"Cc", "Cs"} for c in line):
        raise CannotBeWritten("subject")
    return line[:SUBJECT_MAX]


def _address(address: str, part: str) -> str:
    if not can_be_written_to(address):
        raise CannotBeWritten(part)
    return address


def _prove(message: EmailMultiAlternatives) -> None:
    try:
        raw = message.message().as_bytes(linesep="\r\n")
    except (ValueError, UnicodeError, LookupError) as error:
        raise CannotBeWritten("encoding") from error
    if any(len(line) > LINE_MAX for line in raw.split(b"\r\n")):
        raise CannotBeWritten("line_length")
