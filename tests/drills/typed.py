"""5,000 subjects, names, bodies and addresses nobody should type, carried into a real mail server.

    python -m tests.drills.typed [--number 5000] [--seed N]

Half of them are messages: written by the verb, by people whose names and addresses were made worse
in the database, past every form. The others are letters of a kind of their own whose subject is
typed, too. What arrives must be a mail with our headers and nobody else's; what cannot be one ends.
"""

import logging
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from html import unescape
from unicodedata import category
from uuid import uuid4

from django.conf import settings
from django.db import DataError, transaction
from django.test.utils import override_settings
from tqdm import tqdm

from members.models import Member, Profile
from members.outbox import delivery, letters
from members.outbox.failures import OWN_TRIES
from members.outbox.letters import Mail, letter
from members.outbox.models import Letter
from members.relay import sending
from tests.drills.relay import correspondence
from tests.drills.site import arguments, site, tell, verdict
from tests.outbox.durable_post import DurablePost, durable_post
from tests.outbox.post_office import Arrived, make_all_due

KIND = "typed"
WORDING = {
    "typed.subject.txt": "{{ subject }}",
    "typed.txt": "{{ name }} wrote:\n\n{{ words }}\n",
    "typed.html": (
        '{% extends "emails/letter.html" %}'
        "{% block body %}<p>{{ name }}</p>{{ words|linebreaks }}{% endblock %}"
    ),
}
HEADERS = {
    "Content-Type", "MIME-Version", "Subject", "From", "To", "Reply-To", "Message-ID", "Date",
    "Auto-Submitted", "X-Auto-Response-Suppress",
}  # fmt: skip
HEADERS_OF_A_PART = {"Content-Type", "MIME-Version", "Content-Transfer-Encoding"}
LINE_MAX = 998  # bytes

PIECES: Sequence[str] = (
    "\r", "\n", "\r\n", "\n\n", "\r\n\r\n", "\n\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\0",
    "\x1b[31m", "\x07", "\x7f", "\ud800", "\udfff", "a\udc80b", "\ufeff", "\ufffe", "\U0010ffff", "\u200b", "\u00ad",
    "\r\nBcc: eve@example.org", "\nBcc: eve@example.org\n", "\rBcc: eve@example.org", "\u2028Bcc: eve@example.org",
    "\r\n\tfolded: eve@example.org", "Subject: another\nTo: eve@example.org\n\n", "Content-Type: text/html\r\n\r\n<b>",
    "MIME-Version: 1.0\nContent-Transfer-Encoding: base64\n", "Reply-To: eve@example.org\r\n", "\r\n.\r\n", "\n.\n", ".\r\n..\r\n",
    "\r\n.\r\nMAIL FROM:<eve@example.org>\r\nRCPT TO:<eve@example.org>\r\nDATA\r\n", "\nFrom eve@example.org\n", ">From ",
    "--===============0000000000000000000==--\r\n", "\n--\n", "\n-- \n", "=?utf-8?q?=0D=0ABcc:_eve@example.org?=",
    "=?utf-8?b?DQpCY2M6IGV2ZUBleGFtcGxlLm9yZw==?=", "=?utf-8?q?", "?=", "=?x?z?=", "=?iso-2022-jp?b?GyRC?=", "=0D=0A", "=\r\n", "=3D",
    "eve@example.org, mallory@example.org", "<eve@example.org>", "Eve <eve@example.org>;", "(eve@example.org)", '"eve"@example.org',
    "שלום לך", "مرحبا بك", "\u202eevil\u202c", "\u2066isolated", "\u200f", "你好", "नमस्ते", "Łódź", "🐝", "e" + "\u0301" * 60,
    "ﷺ", "\u061c", "İ", "ß", "<script>alert(1)</script>", "</blockquote>", "&amp;", "&#13;", "{{ 7|add:7 }}", "{% x %}", "%s", "%(x)s",
    "\\r\\n", "%0d%0a", "\t", " ", "  \t ", "word", "x" * 80, "a b " * 40, "x" * 997, "x" * 998, "x" * 999, "=" * 1100, " " * 1200,
    "é" * 700, "." * 1000,
)  # fmt: skip
# What no subject and no mail can hold is rarer than what may: more arrives to be looked at.
TAME = [one for one in PIECES if all(category(c) not in {"Cc", "Cs"} or c.isspace() for c in one)]
LONG: Sequence[str] = (
    "x" * 100_000,
    "é" * 50_000,
    "🐝" * 25_000,
    "word " * 20_000,
    "\n" * 100_000,
    "=" * 100_000,
)
RARELY = 0.01  # of a long piece
BAD_ADDRESSES: Sequence[str] = (
    "{}@example.org, eve@example.org", "{}@example.org\r\nBcc: eve@example.org", "{}@example.org\neve@example.org",
    "{} eve@example.org", "<{}@example.org>", "Eve <{}@example.org>", "{}", "{}@", "@{}.org", "é{}@example.org",
    "{}@exämple.org", "{}@example.org;eve@example.org", "{}@example.org\u2028", "{}@ex ample.org", '"{} x"@example.org',
    "{}@[127.0.0.1]", "{}%eve@example.org", "{}@example.org\t", "=?utf-8?q?{}?=@example.org",
)  # fmt: skip


@dataclass(frozen=True)
class Typed:
    """One letter's worth. Each of the three texts holds a mark, so that it is found again."""

    number: int
    subject: str
    name: str
    words: str
    to: str
    reply_to: str | None = None

    @property
    def marks(self) -> dict[str, str]:
        return {part: mark(part, self.number) for part in ("subject", "name", "words")}


def mark(part: str, number: int) -> str:
    return f"mark{part}{number}end"


class Scribbler:
    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def text(self, middle: str, longest: int = 6) -> str:
        of = PIECES if self.dice.random() < 0.3 else TAME
        pieces = self.dice.choices(of, k=self.dice.randint(1, longest))
        if self.dice.random() < RARELY:
            pieces.append(self.dice.choice(LONG))
        pieces.insert(self.dice.randint(0, len(pieces)), middle)
        return "".join(pieces)

    def address(self, name: str) -> str:
        """A plain one nine times of ten."""
        if self.dice.random() < 0.9:
            return f"{name}@example.org"
        return self.dice.choice(BAD_ADDRESSES).format(name)

    def letter(self, number: int) -> Typed:
        return Typed(
            number,
            subject=self.text(mark("subject", number)),
            name=self.text(mark("name", number), 2),
            words=self.text(mark("words", number), 12),
            to=self.address(f"bo-{number}"),
            reply_to=self.address(f"ana-{number}") if self.dice.random() < 0.8 else None,
        )


# --- onto its way --------------------------------------------------------------------------------------


@contextmanager
def desk(scribbled: dict[str, Typed]) -> Iterator[None]:
    """A kind of letter that says what was scribbled, subject and all."""

    def compose(about: str) -> Mail:
        typed = scribbled[about]
        context = {"subject": typed.subject, "name": typed.name, "words": typed.words}
        return Mail(to=typed.to, context=context, reply_to=typed.reply_to)

    ours = ("django.template.loaders.locmem.Loader", WORDING)
    files = ("django.template.loaders.filesystem.Loader", [settings.BASE_DIR / "templates"])
    options = settings.TEMPLATES[0]["OPTIONS"] | {"loaders": [ours, files]}
    templates = [settings.TEMPLATES[0] | {"APP_DIRS": False, "DIRS": [], "OPTIONS": options}]
    letter(KIND, KIND)(compose)
    try:
        with override_settings(TEMPLATES=templates):
            yield
    finally:
        del letters.KINDS[KIND]


def post_letters(
    scribbler: Scribbler, numbers: range, scribbled: dict[str, Typed]
) -> dict[str, Typed]:
    """Into the outbox; gives them by the token of their row."""
    scribbled |= {str(number): scribbler.letter(number) for number in numbers}
    return {letters.post(KIND, about).token: typed for about, typed in scribbled.items()}


def post_messages(scribbler: Scribbler, numbers: range) -> tuple[dict[str, Typed], int]:
    """By the verb behind the form, as far as the database takes them; also how many did not get there."""
    found, refused = {}, 0
    pairs = correspondence(len(numbers))
    for person in {person.pk: person for pair in pairs for person in pair}.values():
        refused += spoil(person, scribbler)
    for number, (sender, recipient) in zip(numbers, pairs, strict=True):
        body = scribbler.text(mark("words", number), 12)
        try:
            message = sending.write(sender, recipient, body, uuid4())
        except (ValueError, DataError):  # NUL and half characters are no text to PostgreSQL
            refused += 1
            continue
        if message.letter is None:  # one of our rules stopped it: a reviewer reads it first
            refused += 1
            continue
        typed = Typed(
            number, "", sender.username, body, recipient.member.email, sender.member.email
        )
        found[message.letter.token] = typed
    return found, refused


def spoil(person: Profile, scribbler: Scribbler) -> int:
    """Give somebody a name and an address no form would take; how much of it the database refused."""
    refused = 0
    name = scribbler.text(f"markname{person.pk}end", 2)
    for row, change in (
        (Profile.objects.filter(pk=person.pk), {"username": name[:30]}),
        (
            Member.objects.filter(pk=person.member_id),
            {"email": scribbler.address(f"p{person.pk}").lower()},
        ),
    ):
        try:
            with transaction.atomic():
                row.update(**change)
        except (ValueError, DataError):
            refused += 1
    person.refresh_from_db()
    person.member.refresh_from_db()
    return refused


def deliver(number: int) -> None:
    """All that is due, as often as a mistake of ours is tried: everything must have ended by then."""
    with tqdm(total=number, disable=None) as bar:
        for _try in range(OWN_TRIES):
            make_all_due()
            while delivery.deliver_one():
                bar.update()
    delivery.post.hang_up()


# --- what arrived ----------------------------------------------------------------------------------------


def wrong(sent: dict[str, Typed], arrived: Sequence[Arrived]) -> Iterator[str]:
    """Give what must not be, of the letters sent by their tokens and of what the mail server has."""
    by_token = {one["Message-ID"][1:].partition("@")[0]: one for one in arrived}
    if len(by_token) != len(arrived):
        yield f"{len(arrived)} letters arrived, {len(by_token)} different ones"
    for row in Letter.objects.filter(token__in=sent):
        typed = sent[row.token]
        yield from wrong_end(row, typed)
        if (row.sent_at is not None) != (row.token in by_token):
            yield f"letter {typed.number}: marked as sent or not, and the mail server says otherwise"
        if row.token in by_token:
            yield from (f"letter {typed.number}: {one}" for one in wrong_mail(by_token[row.token], typed, row.token))  # fmt: skip


def wrong_end(row: Letter, typed: Typed) -> Iterator[str]:
    """Sent at once, or given up by name: at once what is no mail, after eight tries what no link can
    be made of, as that looks like a mistake of ours."""
    tries, starts = (1, "hard CannotBeWritten")
    if typed.name and row.kind != KIND and not fits_a_link(typed.name):
        tries, starts = (OWN_TRIES, "own NoReverseMatch")
    if row.sent_at is None and row.failed_at is None:
        yield f"letter {typed.number} is stuck: attempt {row.attempts}, {row.last_code!r}"
    elif row.failed_at and (row.attempts, row.last_code[: len(starts)]) != (tries, starts):
        yield f"letter {typed.number} failed: attempt {row.attempts}, {row.last_code!r}"
    elif row.failed_at and tries == 1 and can_be_written(typed):
        yield f"letter {typed.number} was given up and is a letter: {row.last_code!r}"


def fits_a_link(name: str) -> bool:
    return "/" not in name


def can_be_written(typed: Typed) -> bool:
    """Whether nothing speaks against it: no half character, no control character in the subject once
    it is one line, plain addresses."""
    texts = (typed.subject, typed.name, typed.words)
    addresses = [one for one in (typed.to, typed.reply_to) if one]
    return (
        not any(category(one) == "Cs" for text in texts for one in text)
        and not any(category(one) == "Cc" for one in " ".join(typed.subject.split()))
        and all(re.fullmatch(r"[\w-]+@ex[aä]mple\.org", one) for one in addresses)
        and all(one.partition("@")[0].isascii() for one in addresses)
    )


def as_sent(address: str | None) -> str | None:
    """A domain in other letters goes out in its ASCII form (RFC 5890)."""
    local, at, domain = (address or "").partition("@")
    return local + at + domain.encode("idna").decode() if address else None


def wrong_mail(mail: Arrived, typed: Typed, token: str) -> Iterator[str]:
    head = mail.raw.partition(b"\r\n\r\n")[0]
    names = Counter(line.partition(b":")[0].decode() for line in head.split(b"\r\n") if line[:1] not in b" \t")  # fmt: skip
    if not names.keys() <= HEADERS or names.total() != len(names):
        yield f"headers {sorted(names.elements())}"
    if mail.envelope_to != [as_sent(typed.to)]:
        yield f"{len(mail.envelope_to)} envelope recipients, or another one"
    if max(map(len, mail.raw.split(b"\r\n"))) > LINE_MAX:
        yield f"a line over {LINE_MAX} bytes"
    if re.search(rb"(?<!\r)\n|\r(?!\n)|[^\x00-\x7f]|\0", mail.raw):
        yield "a line end of its own, or bytes that are no ASCII"
    yield from wrong_headers(mail, typed, token)
    yield from wrong_parts(mail, typed)


def wrong_headers(mail: Arrived, typed: Typed, token: str) -> Iterator[str]:
    """What readers make of the headers, with encoded words read and as they are."""
    expected = {
        "From": settings.DEFAULT_FROM_EMAIL, "To": as_sent(typed.to), "Message-ID": f"<{token}@{settings.MAIL_DOMAIN}>",
        "Reply-To": as_sent(typed.reply_to), "Auto-Submitted": "auto-generated",
    }  # fmt: skip
    for name, value in expected.items():
        if mail.message.get(name) != value:
            yield f"{name} is another"
    for name, value in [*mail.message.items(), *message_from_bytes(mail.raw).items()]:
        for part, its_mark in typed.marks.items():
            if its_mark in value and (name, part) != ("Subject", "subject"):
                yield f"{part} stands in {name}"


def wrong_parts(mail: Arrived, typed: Typed) -> Iterator[str]:
    parts = list(mail.message.walk())
    if [part.get_content_type() for part in parts] != ["multipart/alternative", "text/plain", "text/html"]:  # fmt: skip
        yield "parts of another kind"
        return
    for part in parts[1:]:
        if not set(part.keys()) <= HEADERS_OF_A_PART:
            yield f"headers {part.keys()} in a part"
    for kind, text in (("text", mail.text), ("html", unescape(re.sub(r"<(?:w?br|/?p)>", "", mail.html)))):  # fmt: skip
        if squeezed(typed.words) not in squeezed(text):
            yield f"words are missing in the {kind}"


def squeezed(text: str) -> str:
    """Without what may be laid out anew."""
    return "".join(one for one in text if not one.isspace() and category(one) != "Cc")


def through(post: DurablePost) -> override_settings:
    """Where this process sends its mail."""
    backend = "django.core.mail.backends.smtp.EmailBackend"
    return override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=post.port)


def main() -> None:
    given = arguments(__doc__, 5000, "letters")
    scribbler, half = Scribbler(given.seed), given.number // 2
    logging.getLogger("connect.outbox").setLevel(logging.CRITICAL)  # a line for each letter
    with site(towns=False) as data, durable_post(data / "mail") as post, through(post):
        scribbled: dict[str, Typed] = {}
        with desk(scribbled):
            sent = post_letters(scribbler, range(half), scribbled)
            messages, refused = post_messages(scribbler, range(half, given.number))
            deliver(given.number)
        sent |= messages
        found = list(wrong(sent, post.letters()))
        ends = Letter.objects.filter(token__in=sent)
        tell(
            f"{given.number:,} letters typed, {refused} texts refused by the database or held",
            f"{ends.filter(sent_at__isnull=False).count():,} sent, {ends.filter(failed_at__isnull=False).count():,} given up by name",
        )
    verdict(found, "Every mail has our headers, one recipient and its words, and nothing is stuck.")


if __name__ == "__main__":
    main()
