"""What a sender, somebody blocked, or whoever holds the link of a letter makes of the contact forms."""

import re
import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members import account, blocking
from members.models import Block, Member, Profile
from members.outbox.models import Letter
from members.relay import copies, holding, links, replying, sending, unwanted
from members.relay.models import Awaited, Message, Reply, Side, Silence
from tests.attack.crowd import told
from tests.outbox.post_office import PostOffice, deliver_all, make_all_due
from tests.relay.conftest import BODY, face

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Member], Client]
Kind = Reply.Kind
TO_BO = "/twp/members/bo/write/"
SENT = "/account/messages/?show=sent"


def write(sender: Member, recipient: Member, body: str = BODY) -> Message:
    return sending.write(face(sender), face(recipient), body, uuid.uuid4())


def delivered(message: Message, days_ago: float = 0) -> Message:
    at = timezone.now() - timedelta(days=days_ago)
    Message.objects.filter(pk=message.pk).update(written_at=at)
    Letter.objects.filter(pk=message.letter_id).update(sent_at=at)
    return message


def tap(message: Message, kind: str) -> str:
    """By the link that stands in the letter, without signing in: the page that answers."""
    name = {Kind.NOT_NOW: "not_now", Kind.NEED_TIME: "need_time", Kind.NO_MORE: "no_more"}[kind]
    address = reverse(f"letters:{name}", args=[links.token(message)])
    return Client().post(address).content.decode()


def tell_all() -> None:
    make_all_due()
    deliver_all()


# --- an old link, quoted back to the sender --------------------------------------------------------


@pytest.fixture
def two_letters(ana: Member, bo: Member) -> tuple[Message, Message]:
    """Ana wrote to Bo twice. He answered the first by mail, and his mail program quoted its links."""
    return delivered(write(ana, bo), 40), delivered(write(ana, bo), 20)


def test_the_link_of_an_older_letter_takes_back_no_silence(
    two_letters: tuple[Message, Message], ana: Member, bo: Member
) -> None:
    quoted, last = two_letters
    tap(last, Kind.NO_MORE)

    tap(quoted, Kind.NO_MORE)
    tap(quoted, Kind.NEED_TIME)

    assert replying.is_silenced(face(ana), face(bo))


def test_nor_one_that_was_asked_for_after_it_was_pressed(
    two_letters: tuple[Message, Message], ana: Member, bo: Member
) -> None:
    quoted, last = two_letters
    tap(quoted, Kind.NO_MORE)
    tap(last, Kind.NO_MORE)

    tap(quoted, Kind.NEED_TIME)

    assert replying.is_silenced(face(ana), face(bo))


def test_nor_one_that_was_asked_for_again(
    two_letters: tuple[Message, Message], ana: Member, bo: Member
) -> None:
    quoted, last = two_letters
    tap(last, Kind.NO_MORE)
    Silence.objects.all().delete()
    tap(quoted, Kind.NO_MORE)
    tap(last, Kind.NO_MORE)

    tap(quoted, Kind.NEED_TIME)

    assert replying.is_silenced(face(ana), face(bo))


def test_a_thumb_that_slips_silences_nobody_though_it_was_asked_for_once_before(
    two_letters: tuple[Message, Message], ana: Member, bo: Member
) -> None:
    first, last = two_letters
    tap(first, Kind.NO_MORE)
    Silence.objects.all().delete()

    tap(last, Kind.NO_MORE)
    tap(last, Kind.NEED_TIME)

    assert not replying.is_silenced(face(ana), face(bo))


def test_the_link_does_not_tell_of_an_answer_that_a_block_kept_back(
    ana: Member, bo: Member, smtp_server: PostOffice
) -> None:
    """Bo answered and blocked her then. With the quoted link she asks what he said."""
    quoted = delivered(write(ana, bo))
    pages = {}
    for answered in (False, True):
        with transaction.atomic():
            if answered:
                replying.reply(quoted, Kind.NOT_NOW)
            blocking.block(bo, face(ana))
            tell_all()
            pages[answered] = tap(quoted, Kind.NEED_TIME)
            transaction.set_rollback(True)

    still = [re.sub(r'value="[^"]*"|"/letters/[^"]*"', "", page) for page in pages.values()]
    assert still[0] == still[1]
    assert smtp_server.letters == []


Did = Callable[[Message], object]
DID: dict[str, Did] = {
    "nothing": lambda message: None,
    "blocked": lambda message: blocking.block(message.recipient.member, message.sender),
    "asked for silence": lambda message: replying.reply(message, Kind.NO_MORE),
    "answered": lambda message: replying.reply(message, Kind.NOT_NOW),
    "rests": lambda message: account.rest(message.recipient),
    "left": lambda message: account.leave(message.recipient),
    "keeps it": lambda message: copies.keep(message, Side.RECIPIENT),
    "wrote back": lambda message: write(message.recipient.member, message.sender.member),
    "wants no mail": lambda message: unwanted.stop(message.sender, message.recipient),
}
BUTTONS = ("not-now/", "need-time/", "no-more/", "need-time/", "block/", "not-now/")


def test_no_button_behind_a_link_tells_what_the_recipient_did(ana: Member, bo: Member) -> None:
    key = delivered(write(ana, bo)).pk
    seen = {}
    for name, did in DID.items():
        with transaction.atomic():
            people = ("letter", "sender__member", "recipient__member")
            message = Message.objects.select_related(*people).get(pk=key)
            did(message)
            at = f"/letters/{links.token(message)}/"
            pages = [told(Client().post(f"{at}{button}")) for button in BUTTONS]
            seen[name] = [(*rest, body.replace(at.encode(), b"-")) for *rest, body in pages]
            transaction.set_rollback(True)

    assert [name for name, pages in seen.items() if pages != seen["nothing"]] == []


# --- when somebody reads -----------------------------------------------------------------------------


def test_what_a_sender_was_told_stays_while_another_answer_waits(
    ana: Member, bo: Member, signed_in: SignedIn, smtp_server: PostOffice
) -> None:
    message = delivered(write(ana, bo))
    browser = signed_in(ana)
    replying.reply(message, Kind.NEED_TIME)
    tell_all()
    before = told(browser.get(SENT))

    replying.reply(message, Kind.NOT_NOW)

    assert told(browser.get(SENT)) == before
    assert b"needs time" in before[2]


def test_and_where_the_other_answer_is_never_told(
    ana: Member, bo: Member, signed_in: SignedIn, smtp_server: PostOffice
) -> None:
    message = delivered(write(ana, bo))
    browser = signed_in(ana)
    replying.reply(message, Kind.NEED_TIME)
    tell_all()
    seen = {}
    for firmer in (False, True):
        with transaction.atomic():
            if firmer:
                replying.reply(message, Kind.NO_MORE)
            blocking.block(bo, face(ana))
            tell_all()
            seen[firmer] = told(browser.get(SENT))
            transaction.set_rollback(True)

    assert seen[True] == seen[False]
    assert b"needs time" in seen[True][2]


def test_a_polling_sender_does_not_learn_the_moment_of_a_tap(
    ana: Member, bo: Member, signed_in: SignedIn
) -> None:
    message = delivered(write(ana, bo))
    browser = signed_in(ana)
    before = [told(browser.get(path)) for path in (TO_BO, SENT)]

    replying.reply(message, Kind.NO_MORE)

    assert [told(browser.get(path)) for path in (TO_BO, SENT)] == before


# --- names and addresses of later ----------------------------------------------------------------------


def rename(member: Member, name: str) -> None:
    Profile.objects.filter(member=member).update(username=name, username_key=name)


def test_a_recipient_does_not_read_the_address_a_sender_took_later(
    ana: Member, bo: Member, signed_in: SignedIn
) -> None:
    delivered(write(ana, bo))
    browser = signed_in(bo)
    assert b"mailto:ana@example.org" in browser.get("/account/messages/").content
    blocking.block(ana, face(bo))
    assert b"mailto:ana@example.org" in browser.get("/account/messages/").content

    Member.objects.filter(pk=ana.pk).update(email="veiled.anew@example.org")

    html = browser.get("/account/messages/").content.decode()
    assert "From ana" in html
    assert "@example.org" not in html.replace("bo@example.org", "")


def pages_about(message: Message, browser: Client, *more: str) -> bytes:
    """All the pages that name the other side of a message, as they open and as their buttons answer."""
    at, read = f"/letters/{links.token(message)}/", b"".join(browser.get(p).content for p in more)
    for button in ("", "not-now/", "no-more/", "block/", "report/"):
        read += browser.get(f"{at}{button}").content
    for button in ("not-now/", "no-more/", "block/"):
        read += browser.post(f"{at}{button}").content
    return read


def test_nobody_reads_the_name_somebody_took_after_a_block(
    ana: Member, bo: Member, signed_in: SignedIn
) -> None:
    message = delivered(write(ana, bo))
    replying.reply(message, Kind.NOT_NOW)
    Letter.objects.update(sent_at=timezone.now())
    blocking.block(bo, face(ana))
    own = [f"/account/messages/{message.pk}/reply/", f"/account/messages/{message.pk}/report/"]

    rename(bo, "hidden-anew")
    of_sender = pages_about(message, signed_in(ana), SENT, f"{TO_BO}{message.pk}/")
    rename(bo, "bo")
    rename(ana, "hidden-anew")
    Block.objects.all().delete()
    blocking.block(ana, face(bo))
    of_recipient = pages_about(message, signed_in(bo), "/account/messages/", *own)

    assert (b"To bo" in of_sender, b"From ana" in of_recipient) == (True, True)
    assert b"Report ana" in of_recipient
    assert b"hidden-anew" not in of_sender + of_recipient


def test_a_link_to_room_tells_no_new_name_across_a_block(
    ana: Member, bo: Member, signed_in: SignedIn
) -> None:
    row = Awaited.objects.create(sender=face(ana), recipient=face(bo))
    blocking.block(bo, face(ana))
    rename(bo, "hidden-anew")

    response = signed_in(ana).get(f"/account/messages/room/{row.pk}/")

    assert "hidden-anew" not in response.headers.get("Location", "")


# --- room ------------------------------------------------------------------------------------------------


def test_words_that_never_went_out_open_no_way_past_a_full_week(
    ana: Member, bo: Member, answer: Callable
) -> None:
    """Who was held or refused is as new to the recipient as before."""
    held = write(ana, bo, "I can send you some of my leftover Xanax if you want.")
    holding.keep_back(held)
    Message.objects.update(written_at=timezone.now() - timedelta(days=20))
    answer(face(bo), "new_contacts", "none_now")

    assert isinstance(sending.why_not(face(ana), face(bo)), sending.Full)


# --- at the same moment ------------------------------------------------------------------------------------


def together(*verbs: Callable[[], object]) -> list[str]:
    """Do all at the same moment; what came of each: "kept", or the class of its failure."""
    start, outcomes = threading.Barrier(len(verbs)), []

    def do(verb: Callable[[], object]) -> None:
        start.wait()
        try:
            verb()
            outcomes.append("kept")
        except Exception as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[verb]) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_two_members_with_one_form_at_once_break_nothing(
    ana: Member, bo: Member, stranger: Member, make_member: Callable, make_profile: Callable
) -> None:
    other = make_member("other")
    make_profile(other)
    pairs = [(face(ana), face(bo)), (face(stranger), face(other))]
    for _round in range(5):
        Message.objects.all().delete()
        key = uuid.uuid4()
        outcomes = together(
            *(lambda pair=pair, key=key: sending.write(*pair, BODY, key) for pair in pairs)
        )

        assert outcomes == ["kept", "kept"]
        assert Message.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_an_answer_to_what_is_erased_at_that_moment_finds_nothing(
    ana: Member, bo: Member, signed_in: SignedIn
) -> None:
    message = delivered(write(ana, bo))
    browser, answers = signed_in(bo), []

    def answer() -> None:
        page = browser.post(f"/account/messages/{message.pk}/reply/", {"kind": "not_now"})
        answers.append(page.status_code)
        connection.close()

    with transaction.atomic():
        Message.objects.filter(pk=message.pk).delete()
        thread = threading.Thread(target=answer)
        thread.start()
        waits_for_a_lock()
    thread.join()

    assert answers == [404]


def waits_for_a_lock() -> None:
    """Until somebody waits for what this transaction holds."""
    asked = "select count(*) from pg_locks where not granted"
    end = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute(asked)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits")
