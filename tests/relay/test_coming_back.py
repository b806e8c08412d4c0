"""A message comes back, early or late, or is not wanted: what its sender, its recipient and others see."""

import re
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from members import blocking
from members.communities import ICI
from members.erasing import erase
from members.models import Member, Profile
from members.outbox import troubles
from members.outbox.models import Letter, Trouble
from members.relay import replying, sending, unwanted
from members.relay.models import NOT_BY_MAIL, Message, Reply, State, Unwanted
from tests.attack.crowd import told
from tests.outbox.post_office import PostOffice, deliver_all, make_all_due
from tests.outbox.returning import give_back
from tests.relay.conftest import BODY, face

pytestmark = pytest.mark.django_db
Write = Callable[..., Message]
RECEIVED, SENT = "/account/messages/", "/account/messages/?show=sent"


@pytest.fixture
def send(write: Write, smtp_server: PostOffice) -> Write:
    """`send(ana, bo)`: written, and gone as far as it goes."""

    def out(sender: Member, recipient: Member, **options: object) -> Message:
        message = write(sender, recipient, **options)
        deliver_all()
        return Message.objects.select_related("letter").get(pk=message.pk)

    return out


def again(message: Message) -> Message:
    return Message.objects.select_related("letter").get(pk=message.pk)


def patient() -> None:
    """As if the two weeks between two messages were over."""
    for message in Message.objects.all():
        message.written_at -= sending.PATIENCE
        message.save()


# --- what the sender sees -------------------------------------------------------------------------

Happens = Callable[[Message, PostOffice], None]


def comes_back(name: str) -> Happens:
    def happen(message: Message, _office: PostOffice) -> None:
        deliver_all()
        give_back(name, message.letter)

    return happen


def is_answered(answer: str) -> Happens:
    def happen(_message: Message, office: PostOffice) -> None:
        office.at_rcpt = [answer]
        deliver_all()

    return happen


def in_trouble(name: str) -> Happens:
    """Something else came back before; this one waits."""

    def happen(message: Message, _office: PostOffice) -> None:
        other = Letter.objects.create(kind="notice_password_set", about=message.recipient.member_id)
        deliver_first(other)
        give_back(name, other)
        deliver_all()

    return happen


def deliver_first(letter: Letter) -> None:
    waiting = Letter.objects.exclude(pk=letter.pk).unsent()
    before = {row.pk: row.due_at for row in waiting}
    waiting.update(due_at="2100-01-01T00:00Z")
    deliver_all()
    for pk, due_at in before.items():
        Letter.objects.filter(pk=pk).update(due_at=due_at)


def is_not_wanted(message: Message, _office: PostOffice) -> None:
    unwanted.stop(message.sender, message.recipient)
    deliver_all()


def is_blocked(message: Message, _office: PostOffice) -> None:
    blocking.block(message.recipient.member, message.sender)
    deliver_all()


OUTCOMES: dict[str, Happens] = {
    "comes back at once": comes_back("postfix_no_such_user"),
    "comes back as the mailbox is full": comes_back("postfix_mailbox_full"),
    "comes back after days": comes_back("postfix_gave_up"),
    "comes back as spam": comes_back("sendmail_taken_for_spam"),
    "refused at the door": is_answered("550 5.1.1 <bo@example.org> unknown"),
    "put off at the door": is_answered("452 4.2.2 <bo@example.org> full"),
    "the address pauses": in_trouble("postfix_mailbox_full"),
    "the address is refused": in_trouble("postfix_no_such_user"),
    "mail is not wanted there": in_trouble("complaint"),
    "mail of this sender is not wanted": is_not_wanted,
    "blocked": is_blocked,
}


def pages_of_sender(browser: Client, message: Message) -> list[object]:
    """All the sender can open about it, without what tells of the moment."""
    own = f"/twp/members/bo/write/{message.pk}/"
    answers = [told(browser.get(path)) for path in (SENT, own)]
    return [(status, headers, _without_key(body, message)) for status, headers, body in answers]


def _without_key(body: bytes, message: Message) -> bytes:
    return re.sub(rb'datetime="[^"]*"', b"-", body.replace(str(message.pk).encode(), b"-"))


def test_whatever_happened_and_whenever_the_sender_reads_the_same(
    write: Write, smtp_server: PostOffice, signed_in: Callable, ana: Member, bo: Member
) -> None:
    seen = {}
    for name, happen in OUTCOMES.items():
        point = transaction.savepoint()
        message = write(ana, bo)
        happen(again(message), smtp_server)
        assert again(message).state == State.NOT_YET, name
        seen[name] = pages_of_sender(signed_in(ana), message)
        transaction.savepoint_rollback(point)

    first = seen["comes back at once"]
    assert str(State.NOT_YET.label).encode() in first[0][2]
    # Whoever is blocked does not find the profile any more: their list names it without a link.
    others = {name: pages for name, pages in seen.items() if name != "blocked"}
    assert [name for name, pages in others.items() if pages != first] == []


def test_nothing_of_the_recipient_is_on_the_senders_pages(
    send: Write, signed_in: Callable, ana: Member, bo: Member
) -> None:
    message = send(ana, bo)
    give_back("postfix_no_such_user", message.letter)

    for _status, _headers, body in pages_of_sender(signed_in(ana), message):
        for word in (b"bo@example.org", b"5.1.1", b"returned", b"hard", b"refused"):
            assert word not in body


def test_the_sender_gets_no_mail_of_it(
    send: Write, smtp_server: PostOffice, ana: Member, bo: Member
) -> None:
    give_back("postfix_no_such_user", send(ana, bo).letter)
    deliver_all()

    assert [letter.envelope_to for letter in smtp_server.letters] == [["bo@example.org"]]


def test_others_still_reach_those_whose_address_is_well(
    send: Write, ana: Member, bo: Member, stranger: Member
) -> None:
    give_back("postfix_no_such_user", send(ana, bo).letter)

    assert send(ana, stranger).state == State.SENT
    assert send(bo, ana).state == State.SENT


# --- what the recipient reads ---------------------------------------------------------------------


def test_what_came_back_is_read_on_the_site(
    send: Write, signed_in: Callable, ana: Member, bo: Member
) -> None:
    give_back("postfix_no_such_user", send(ana, bo).letter)

    assert BODY in signed_in(bo).get(RECEIVED).content.decode()


def test_what_waited_goes_out_when_its_recipient_has_shown_that_mail_arrives(
    send: Write, ana: Member, bo: Member, stranger: Member
) -> None:
    give_back("postfix_no_such_user", send(ana, bo).letter)
    waiting = send(stranger, bo)

    troubles.confirm("bo@example.org")
    deliver_all()

    assert (waiting.state, again(waiting).state) == (State.NOT_YET, State.SENT)


# --- mail of one member that is not wanted --------------------------------------------------------


def test_a_complaint_ends_the_mail_of_that_sender_and_of_nobody_else(
    send: Write, smtp_server: PostOffice, ana: Member, bo: Member, stranger: Member
) -> None:
    give_back("complaint", send(ana, bo).letter)
    patient()

    later = send(ana, bo)
    other = send(stranger, bo)

    assert (later.letter.dropped_at is not None, later.letter.last_code) == (True, NOT_BY_MAIL)
    assert (later.state, other.state) == (State.NOT_YET, State.SENT)
    assert [letter["Reply-To"] for letter in smtp_server.letters] == [
        "ana@example.org", "stranger@example.org",
    ]  # fmt: skip
    assert not Trouble.objects.exists()


def test_the_message_complained_about_did_arrive_and_stays_sent(
    send: Write, ana: Member, bo: Member
) -> None:
    message = send(ana, bo)

    give_back("complaint", message.letter)

    assert again(message).state == State.SENT


def test_what_does_not_go_by_mail_any_more_is_read_on_the_site(
    send: Write, signed_in: Callable, ana: Member, bo: Member
) -> None:
    give_back("complaint", send(ana, bo).letter)
    patient()

    send(ana, bo, body="A second time, in other words.")

    assert "in other words" in signed_in(bo).get(RECEIVED).content.decode()


def test_whoever_writes_to_them_wants_their_mail_again(
    send: Write, ana: Member, bo: Member
) -> None:
    give_back("complaint", send(ana, bo).letter)

    send(bo, ana)

    assert send(ana, bo).state == State.SENT


def test_writing_oneself_opens_nothing_to_those_who_do_not_want_it(
    send: Write, ana: Member, bo: Member
) -> None:
    give_back("complaint", send(ana, bo).letter)
    patient()

    send(ana, bo)

    assert Unwanted.objects.count() == 1


def test_it_stands_in_one_community_and_tells_nothing_of_the_other_face(
    send: Write, ana: Member, bo: Member, make_profile: Callable[..., Profile]
) -> None:
    make_profile(bo, ICI.slug, username="bo-in-ici")
    give_back("complaint", send(ana, bo).letter)

    assert send(ana, bo, community="ici").state == State.SENT


def test_a_complaint_about_an_answer_by_one_tap_ends_the_mail_of_whoever_gave_it(
    send: Write, signed_in: Callable, smtp_server: PostOffice, ana: Member, bo: Member,
    stranger: Member,
) -> None:  # fmt: skip
    message = send(ana, bo)
    replying.reply(message, Reply.Kind.NOT_NOW)
    make_all_due()
    deliver_all()
    give_back("complaint", Letter.objects.get(kind="reply"))
    before = len(smtp_server.letters)

    replying.reply(message, Reply.Kind.NO_MORE)
    make_all_due()
    deliver_all()

    assert len(smtp_server.letters) == before
    assert "asks you not to write again" in signed_in(ana).get(SENT).content.decode()
    assert send(stranger, ana).state == State.SENT
    assert not Trouble.objects.exists()


def test_a_complaint_about_a_message_of_somebody_erased_leaves_nothing(
    send: Write, ana: Member, bo: Member
) -> None:
    message = send(ana, bo)
    erase(ana)

    give_back("complaint", message.letter)

    assert (Unwanted.objects.count(), Trouble.objects.count()) == (0, 0)


@pytest.mark.parametrize("who", ["sender", "recipient"])
def test_whoever_is_erased_takes_it_along(send: Write, ana: Member, bo: Member, who: str) -> None:
    give_back("complaint", send(ana, bo).letter)

    erase(ana if who == "sender" else bo)

    assert not Unwanted.objects.exists()


def test_of_an_erased_recipient_a_late_bounce_leaves_nothing(
    send: Write, ana: Member, bo: Member
) -> None:
    message = send(ana, bo)
    erase(bo)

    give_back("postfix_no_such_user", message.letter)

    assert not Trouble.objects.exists()
    assert not Letter.objects.exclude(sent_to="").exists()


def test_unwanted_once_between_two(ana: Member, bo: Member) -> None:
    unwanted.stop(face(ana), face(bo))

    unwanted.stop(face(ana), face(bo))

    with pytest.raises(IntegrityError, match="unwanted_once_between_two"), transaction.atomic():
        Unwanted.objects.create(sender=ana, recipient=bo, community="twp")


def test_unwanted_needs_two(ana: Member) -> None:
    with pytest.raises(IntegrityError, match="unwanted_needs_two"), transaction.atomic():
        Unwanted.objects.create(sender=ana, recipient=ana, community="twp")


def test_made_due_again_it_still_does_not_go_out(
    send: Write, smtp_server: PostOffice, ana: Member, bo: Member, stranger: Member
) -> None:
    give_back("postfix_no_such_user", send(ana, bo).letter)
    send(stranger, bo)

    for _time in range(3):
        make_all_due()
        deliver_all()

    assert len(smtp_server.letters) == 1
