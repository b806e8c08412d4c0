"""The letter that carries a message: as a whole, and to nobody it must not reach.

Whole letters stand in letters/. After a wanted change run this once with KEEP_LETTERS=yes in the
environment, and read what changed.
"""

import os
import re
import uuid
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core import signing
from django.db import DataError
from django.utils import timezone

from members import blocking
from members.models import Member, Profile
from members.outbox.envelopes import envelope_of
from members.outbox.models import Letter
from members.relay.models import Message
from tests.outbox.post_office import Arrived, PostOffice, deliver_all, make_all_due
from tests.relay.conftest import face

pytestmark = pytest.mark.django_db
Write = Callable[..., Message]
LETTERS = Path(__file__).parent / "letters"

HEADERS = {
    "Content-Type", "MIME-Version", "Subject", "From", "To", "Reply-To", "Message-ID", "Date",
    "Auto-Submitted", "X-Auto-Response-Suppress",
}  # fmt: skip
ODDITIES = {
    "plain": "Hello Bo,\n\nI read your profile & liked it. I'm near by, too.\n\nAna",
    "other_scripts": "Grüße aus Łódź, שלום לך, 你好，很高兴认识你。\u2028A line of its own?",
    "one_endless_line": "word " * 900,
    "looks_like_a_letter_of_ours": (
        "If you want to answer\n\nJust answer this mail.\n-- \nThe people of Connect\n"
        "http://evil.example/letters/x/block/\n.\nFrom nobody\n=3D=0A"
    ),
    "looks_like_html": "<script>alert(1)</script> <img src=http://evil.example/x.png> </blockquote>",
    "looks_like_headers": "Bcc: eve@example.org\nSubject: new\n\nContent-Type: text/html\n\nHello there",
}  # fmt: skip


# None of these loads anything.
TAGS = {
    "html", "head", "meta", "title", "body", "table", "tr", "td", "font", "p", "br", "hr", "h2", "a",
    "b", "blockquote", "wbr",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "dir", "charset", "name", "content", "role", "width", "border", "cellspacing",
    "cellpadding", "face", "size", "noshade", "bgcolor", "color", "href",
}  # fmt: skip


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}


def tidy(letter: Arrived, row: Message) -> str:
    """A letter without what differs from one to the next, both parts as they read."""
    headers = "\n".join(f"{name}: {value}" for name, value in letter.message.items())
    whole = (
        f"MAIL FROM: {letter.envelope_from}\nRCPT TO: {', '.join(letter.envelope_to)}\n\n"
        f"{headers}\n\n===== text\n\n{letter.text}\n===== html\n\n{letter.html}"
    )
    whole = re.sub(r'boundary="[^"]*"', 'boundary="BOUNDARY"', whole)
    whole = re.sub(r"^Date: .*$", "Date: DATE", whole, flags=re.MULTILINE)
    whole = re.sub(r"/letters/[^/]*:[^/]*/", "/letters/TOKEN/", whole)
    whole = whole.replace(envelope_of(row.letter.token), "bounce+TOKEN.SEAL@connect.example")
    return whole.replace(row.letter.token, "TOKEN").replace("\r\n", "\n")


@pytest.mark.parametrize("oddity", ODDITIES)
def test_the_whole_letter(
    write: Write, ana: Member, bo: Member, smtp_server: PostOffice, settings: object, oddity: str
) -> None:
    settings.SITE_URL = "https://connect.example"
    row = write(ana, bo, ODDITIES[oddity])

    deliver_all()

    letter = tidy(smtp_server.only(), row)
    expected = LETTERS / f"{oddity}.txt"
    if os.environ.get("KEEP_LETTERS"):
        expected.write_text(letter, newline="\n")
    assert letter == expected.read_text()


@pytest.mark.parametrize("oddity", ODDITIES)
def test_every_letter_keeps_to_the_form_of_mail(
    write: Write, ana: Member, bo: Member, smtp_server: PostOffice, oddity: str
) -> None:
    write(ana, bo, ODDITIES[oddity])

    deliver_all()

    letter = smtp_server.only()
    assert set(letter.message.keys()) == HEADERS
    assert len(letter.message.keys()) == len(HEADERS)
    assert letter.envelope_to == ["bo@example.org"]
    assert max(map(len, letter.raw.split(b"\r\n"))) <= 998
    assert letter.raw.isascii()


@pytest.mark.parametrize("choice", ["answers_apart", "plain_mail"])
def test_the_whole_letter_as_its_reader_chose_it(
    write: Write, ana: Member, bo: Member, smtp_server: PostOffice, settings: object, choice: str
) -> None:
    settings.SITE_URL = "https://connect.example"
    Member.objects.filter(pk=bo.pk).update(**{f"{choice}_since": timezone.now()})
    row = write(ana, bo, ODDITIES["plain"])

    deliver_all()

    letter = tidy(smtp_server.only(), row)
    expected = LETTERS / f"{choice}.txt"
    if os.environ.get("KEEP_LETTERS"):
        expected.write_text(letter, newline="\n")
    assert letter == expected.read_text()


def test_with_answers_apart_no_header_holds_the_address_of_the_sender(
    write: Write, ana: Member, bo: Member, smtp_server: PostOffice
) -> None:
    Member.objects.filter(pk=bo.pk).update(answers_apart_since=timezone.now())
    write(ana, bo)

    deliver_all()

    letter = smtp_server.only()
    assert "ana@example.org" not in "".join(map(str, letter.message.values()))
    assert letter["Reply-To"].endswith("<no-answer@connect.example>")
    assert "ana@example.org" in letter.text
    assert 'href="mailto:ana@example.org"' in letter.html


def test_how_the_sender_wants_their_letters_changes_nothing_of_this_one(
    write: Write, ana: Member, bo: Member, smtp_server: PostOffice
) -> None:
    now = timezone.now()
    Member.objects.filter(pk=ana.pk).update(answers_apart_since=now, plain_mail_since=now)
    write(ana, bo)

    deliver_all()

    letter = smtp_server.only()
    assert (letter["Reply-To"], letter["Subject"]) == ("ana@example.org", "A message for you")


def test_answers_go_to_the_sender_and_bounces_to_us(
    write: Write, ana: Member, bo: Member, smtp_server: PostOffice
) -> None:
    row = write(ana, bo)

    deliver_all()

    letter = smtp_server.only()
    assert letter["Reply-To"] == "ana@example.org"
    assert letter["From"] == "Connect <post@connect.example>"
    assert letter.envelope_from == envelope_of(row.letter.token)
    assert letter["Message-ID"] == f"<{row.letter.token}@connect.example>"


def test_subject_and_sender_say_nothing_about_the_community(
    write: Write, ana: Member, bo: Member, smtp_server: PostOffice
) -> None:
    write(ana, bo)

    deliver_all()

    letter = smtp_server.only()
    assert letter["Subject"] == "A message for you"
    assert "TWP" not in "".join(letter.message.values())
    assert "ana" not in letter["From"]


def test_shared_interests_stand_in_the_letter_and_no_drug_does(
    write: Write, ana: Member, bo: Member, smtp_server: PostOffice,
    answer: Callable[..., object], take: Callable[..., object],
) -> None:  # fmt: skip
    for member in (ana, bo):
        answer(face(member), "interest", "friendship")
        answer(face(member), "stage", "reducing")
        take(face(member), "sertraline")
    write(ana, bo)

    deliver_all()

    letter = smtp_server.only()
    assert "You are both interested in: friendship." in letter.text
    assert "You are both interested in: friendship." in letter.html
    assert "sertraline" not in letter.text + letter.html
    assert "reducing" not in letter.text + letter.html


def test_the_html_twin_loads_nothing(
    write: Write, ana: Member, bo: Member, smtp_server: PostOffice
) -> None:
    write(ana, bo, ODDITIES["looks_like_html"])

    deliver_all()

    seen = Seen()
    seen.feed(smtp_server.only().html)
    assert seen.tags <= TAGS
    assert seen.attributes <= ATTRIBUTES


def test_the_message_comes_from_the_community_it_was_written_in(
    write: Write, ana: Member, cleo: Member, smtp_server: PostOffice
) -> None:
    write(cleo, ana, community="ici")

    deliver_all()

    letter = smtp_server.only()
    assert "a member of ICI Connect" in letter.text
    assert "Hello ana-in-ici," in letter.text
    assert "TWP" not in letter.text + letter.html


def test_the_address_of_the_moment_of_sending_counts(
    write: Write, ana: Member, bo: Member, smtp_server: PostOffice
) -> None:
    write(ana, bo)
    Member.objects.filter(pk=bo.pk).update(email="bo-anew@example.org")
    Member.objects.filter(pk=ana.pk).update(email="ana-anew@example.org")

    deliver_all()

    letter = smtp_server.only()
    assert letter.envelope_to == ["bo-anew@example.org"]
    assert letter["Reply-To"] == "ana-anew@example.org"
    assert b"ana@example.org" not in letter.raw


def blocked_by_recipient(ana: Member, bo: Member) -> None:
    blocking.block(bo, face(ana))


def blocked_by_sender(ana: Member, bo: Member) -> None:
    blocking.block(ana, face(bo))


def recipient_suspended(ana: Member, bo: Member) -> None:
    Member.objects.filter(pk=bo.pk).update(suspended_at=timezone.now())


def sender_suspended(ana: Member, bo: Member) -> None:
    Member.objects.filter(pk=ana.pk).update(suspended_at=timezone.now())


def recipient_rests(ana: Member, bo: Member) -> None:
    Profile.objects.filter(member=bo).update(paused_at=timezone.now())


def recipient_left(ana: Member, bo: Member) -> None:
    Profile.objects.filter(member=bo).update(left_at=timezone.now())


def sender_left(ana: Member, bo: Member) -> None:
    Profile.objects.filter(member=ana).update(left_at=timezone.now())


def recipient_erased(ana: Member, bo: Member) -> None:
    bo.delete()


def sender_erased(ana: Member, bo: Member) -> None:
    ana.delete()


@pytest.mark.parametrize(
    "change",
    [
        blocked_by_recipient, blocked_by_sender, recipient_suspended, sender_suspended,
        recipient_rests, recipient_left, sender_left, recipient_erased, sender_erased,
    ],
)  # fmt: skip
def test_what_changed_after_writing_stops_the_letter(
    write: Write, ana: Member, bo: Member, smtp_server: PostOffice, change: Callable
) -> None:
    write(ana, bo)
    change(ana, bo)

    deliver_all()

    row = Letter.objects.get()
    assert row.dropped_at is not None
    assert smtp_server.letters == []


def test_a_sender_who_rests_after_writing_is_still_heard(
    write: Write, ana: Member, bo: Member, smtp_server: PostOffice
) -> None:
    write(ana, bo)
    Profile.objects.filter(member=ana).update(paused_at=timezone.now())

    deliver_all()

    assert len(smtp_server.letters) == 1


def test_copies_after_a_crash_bear_one_name(
    write: Write, ana: Member, bo: Member, smtp_server: PostOffice
) -> None:
    write(ana, bo)
    deliver_all()
    Letter.objects.update(sent_at=None)  # sent, but the worker died before it could note so
    make_all_due()
    deliver_all()

    first, second = smtp_server.letters
    assert first["Message-ID"] == second["Message-ID"]


def test_a_sender_address_with_a_line_break_sends_nothing(
    write: Write, ana: Member, bo: Member, smtp_server: PostOffice
) -> None:
    write(ana, bo)
    Member.objects.filter(pk=ana.pk).update(email="ana@example.org\nbcc: eve@example.org")

    deliver_all()

    row = Letter.objects.get()
    assert (row.failed_at is not None, row.last_code) == (True, "hard CannotBeWritten reply_to")
    assert smtp_server.letters == []


@pytest.mark.parametrize("body", ["lone \ud800 surrogate in twenty characters", "nul \x00" * 9])
def test_what_cannot_be_encoded_never_reaches_the_database(
    write: Write, ana: Member, bo: Member, body: str
) -> None:
    """The form refuses it in words; should it get past, PostgreSQL keeps nothing."""
    with pytest.raises((UnicodeEncodeError, DataError)):
        write(ana, bo, body)


def test_the_links_in_the_letter_are_those_of_the_message(
    write: Write, ana: Member, bo: Member, smtp_server: PostOffice
) -> None:
    row = write(ana, bo)

    deliver_all()

    links = re.findall(r"/letters/([^/]+)/(\S+)/", smtp_server.only().text)
    assert [name for _token, name in links] == [
        "not-now",
        "need-time",
        "no-more",
        "block",
        "report",
    ]
    tokens = {token for token, _name in links}
    assert {uuid.UUID(signing.loads(one, salt="relay.block")) for one in tokens} == {row.pk}
