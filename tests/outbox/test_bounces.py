"""What a mail that came back says: as servers write it, and as nobody should."""

import random
from email.parser import BytesParser
from email.policy import compat32, default

import pytest

from members.outbox import bounces
from members.outbox.bounces import Notice
from members.outbox.envelopes import envelope_of, token_in
from members.outbox.faults import Fault, codes_in, fault_of
from tests.outbox.returning import FOLDER, returned

TOKEN = "d5d52fa8a16dc6a90b52ed3b93"
SOFT, HARD, LETTER = Fault.SOFT, Fault.HARD, Fault.LETTER

SAYS = {
    "postfix_no_such_user": Notice(HARD, "5.1.1"),
    "postfix_mailbox_full": Notice(SOFT, "5.2.2"),
    "postfix_gave_up": Notice(SOFT, "4.4.1"),
    "postfix_delayed": None,
    "exim_no_such_user": Notice(HARD, "5.0.0"),
    "exim_in_plain_words": Notice(HARD, "5.1.1"),
    "qmail_in_plain_words": Notice(HARD, "5.1.1"),
    "exchange_unknown_recipient": Notice(HARD, "5.1.10"),
    "gmail_disabled": Notice(HARD, "5.2.1"),
    "sendmail_taken_for_spam": Notice(SOFT, "5.7.1"),
    "in_another_script": Notice(HARD, "5.1.1"),
    "absence_note": None,
    "receipt": None,
    "complaint": Notice(Fault.COMPLAINT, ""),
    "not_a_complaint": None,
}


@pytest.mark.parametrize("policy", [compat32, default], ids=["from a pipe", "from a provider"])
@pytest.mark.parametrize("name", SAYS)
def test_each_server_is_understood(name: str, policy: object) -> None:
    mail = BytesParser(policy=policy).parsebytes(returned(name, TOKEN))

    assert bounces.read(mail) == SAYS[name]
    assert bounces.token_of(mail) == TOKEN


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("name", SAYS)
def test_a_mail_as_it_came_is_parsed_where_it_names_a_letter(name: str, ends: bytes) -> None:
    mail = bounces.parse(returned(name, TOKEN).replace(b"\n", ends))

    assert (bounces.token_of(mail), bounces.read(mail)) == (TOKEN, SAYS[name])


@pytest.mark.parametrize("name", SAYS)
def test_without_a_whole_seal_it_is_not_even_parsed(name: str) -> None:
    envelope = f"bounce+{TOKEN}.{'0' * 12}@connect.example"

    assert bounces.parse(returned(name, TOKEN, envelope=envelope)) is None
    assert bounces.parse(returned(name, TOKEN, envelope=envelope), envelope_of(TOKEN)) is not None


def test_nor_with_a_field_that_no_server_writes() -> None:
    """The standard parser takes as many steps for it as its length squared."""
    raw = returned("postfix_no_such_user", TOKEN)
    field = b'\nContent-Type: multipart/report; x="' + b";" * 1_000 + b"\n " + b";" * 1_000 + b'"\n'

    assert bounces.parse(raw.replace(b"\n", field, 1)) is None


def test_every_mail_in_the_folder_is_read() -> None:
    assert {path.stem for path in FOLDER.glob("*.eml")} == set(SAYS)


@pytest.mark.parametrize("name", SAYS)
def test_with_the_ends_of_lines_a_server_sends(name: str) -> None:
    mail = BytesParser(policy=compat32).parsebytes(returned(name, TOKEN).replace(b"\n", b"\r\n"))

    assert bounces.read(mail) == SAYS[name]


@pytest.mark.parametrize(
    ("status", "reply", "fault"),
    [
        ("5.1.1", 550, HARD), ("5.1.6", None, HARD), ("5.2.1", 550, HARD), ("5.4.1", 550, HARD),
        ("5.2.2", 552, SOFT), ("4.2.2", 452, SOFT), ("4.4.7", None, SOFT), ("5.3.2", None, SOFT),
        ("5.7.1", 550, SOFT), ("5.7.26", 550, SOFT), ("5.0.0", None, SOFT), ("5.0.0", 554, SOFT),
        ("5.0.0", 550, HARD), ("5.5.0", 550, HARD), ("5.5.1", 550, SOFT), ("", 550, HARD),
        ("", 553, HARD), ("", 552, SOFT), ("", 421, SOFT), ("", None, SOFT),
        ("5.1.8", 550, LETTER), ("5.3.4", 552, LETTER), ("5.6.1", 554, LETTER),
    ],
)  # fmt: skip
def test_codes_mean_something_for_the_address(status: str, reply: int | None, fault: Fault) -> None:
    assert fault_of(status, reply) is fault


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("550 5.1.1 <bo@example.org>: unknown", ("5.1.1", 550)),
        ("smtp; 550-5.1.1 The account\n 550 5.1.1 does not exist", ("5.1.1", 550)),
        ("host 5.1.1.7 said: 450 later", ("", 450)),
        ("Sorry, no mailbox here by that name. (#5.1.1)", ("5.1.1", None)),
        ("192.0.2.25 and 1550 letters", ("", None)),
        ("٥٥٠ ٥.١.١", ("", None)),
    ],
)
def test_codes_are_told_from_other_numbers(said: str, codes: tuple[str, int | None]) -> None:
    assert codes_in(said) == codes


# --- the envelope ---------------------------------------------------------------------------------


def test_an_envelope_fits_into_an_address() -> None:
    name, _at, _domain = envelope_of(TOKEN).partition("@")

    assert len(name) <= 64  # RFC 5321, 4.5.3.1.1


@pytest.mark.parametrize("change", [str, str.upper, "Bounces <{}>".format, "x@y.z, {}".format])
def test_an_envelope_is_known_again(change: object) -> None:
    assert token_in(change(envelope_of(TOKEN))) == TOKEN


@pytest.mark.parametrize(
    "address",
    [
        "", "bounce@connect.example", f"bounce+{TOKEN}@connect.example", f"<{TOKEN}@connect.example>",
        f"bounce+{TOKEN}.{'0' * 12}@connect.example", f"bounce+{'0' * 26}.{'0' * 12}@connect.example",
        f"bounce+{TOKEN}.", "bounce+\x00\ud800@", f"bounce+{'9' * 100_000}@connect.example",
    ],
)  # fmt: skip
def test_an_envelope_without_its_seal_is_nobodys(address: str) -> None:
    """The token alone is known to whoever got an answer: it stands in the Message-ID."""
    assert token_in(address) is None


def test_a_complaint_about_a_letter_is_found_by_what_it_brings_back() -> None:
    raw = returned("complaint", TOKEN)
    by_return_path = raw.replace(b"Original-Mail-From: ", b"Ignored: ")
    by_message_id = by_return_path.replace(b"Return-Path: ", b"Ignored: ")

    found = [
        bounces.token_of(BytesParser(policy=compat32).parsebytes(mail))
        for mail in (raw, by_return_path, by_message_id)
    ]

    assert found == [TOKEN, TOKEN, None]


def test_only_a_complaint_is_believed_about_a_letter_inside_it() -> None:
    raw = returned("postfix_no_such_user", TOKEN, envelope="bounce@connect.example")
    raw = raw.replace(b"Return-Path: <bounce@", b"Return-Path: <" + envelope_of(TOKEN).encode())

    assert bounces.token_of(BytesParser(policy=compat32).parsebytes(raw)) is None


def test_what_a_member_wrote_is_not_read_for_codes() -> None:
    raw = returned("exim_in_plain_words", TOKEN).replace(b": 550 5.1.1 No such user", b": no")

    assert bounces.read(BytesParser(policy=compat32).parsebytes(raw)) == Notice(SOFT, "")


def test_whoever_quotes_a_report_is_no_mail_server() -> None:
    raw = returned("qmail_in_plain_words", TOKEN).replace(b"MAILER-DAEMON@", b"bo@")

    assert bounces.read(BytesParser(policy=compat32).parsebytes(raw)) is None


@pytest.mark.parametrize("seed", range(3))
def test_no_report_cut_or_mixed_breaks_the_reader(seed: int) -> None:
    """Whatever it gives, it gives an answer; what breaks the parser of Python is caught above."""
    dice = random.Random(seed)
    for name in SAYS:
        raw = bytearray(returned(name, TOKEN))
        for _time in range(30):
            raw[dice.randrange(len(raw))] = dice.randrange(256)
        cut = bytes(raw[: dice.randrange(len(raw))])

        notice = bounces.read(BytesParser(policy=compat32).parsebytes(cut))

        assert notice is None or isinstance(notice.fault, Fault)
