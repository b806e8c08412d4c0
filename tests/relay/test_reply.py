"""Answers by one tap: from the letter without signing in, from My Account, and what is told of them."""

import os
import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.core import signing
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members import account, blocking
from members.models import Block, Member, Profile
from members.outbox.models import Letter
from members.relay import copies, links, replying
from members.relay.duties import LETTERS_KEPT, erase_message_bodies, forget_old_letters
from members.relay.models import Message, Reply, Side, Silence
from members.relay.replying import CAN_BE_CHANGED, ToldAlready
from tests.attack.crowd import told
from tests.outbox.post_office import PostOffice, deliver_all, make_all_due
from tests.relay.test_letter import LETTERS, tidy
from tests.translated import write_catalogue

pytestmark = pytest.mark.django_db
Write = Callable[..., Message]
SignedIn = Callable[[Member], Client]

Kind = Reply.Kind
PAGES = {Kind.NOT_NOW: "not_now", Kind.NEED_TIME: "need_time", Kind.NO_MORE: "no_more"}
SENT = "/account/messages/?show=sent"


@pytest.fixture
def message(write: Write, ana: Member, bo: Member) -> Message:
    """Ana's to Bo, delivered."""
    message = write(ana, bo)
    sent(message.letter)
    return message


def sent(letter: Letter) -> None:
    Letter.objects.filter(pk=letter.pk).update(sent_at=timezone.now())


def tell_all() -> None:
    """As if the ten minutes were over."""
    make_all_due()
    deliver_all()


def link(message: Message, kind: str) -> str:
    return reverse(f"letters:{PAGES[kind]}", args=[links.token(message)])


def replies() -> list[str]:
    return list(Reply.objects.values_list("kind", flat=True))


# --- the pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
def test_opening_a_link_changes_nothing(message: Message, kind: str) -> None:
    html = Client().get(link(message, kind)).content.decode()

    assert str(Kind(kind).label) in html
    assert replies() == []
    assert Letter.objects.filter(kind="reply").count() == 0


@pytest.mark.parametrize("kind", Kind)
def test_the_button_answers_with_the_sentence_that_stood_on_the_page(
    message: Message, smtp_server: PostOffice, kind: str
) -> None:
    before = Client().get(link(message, kind)).content.decode()

    after = Client().post(link(message, kind)).content.decode()
    tell_all()

    (sentence,) = re.findall(r'<blockquote dir="auto">(.*)</blockquote>', before)
    assert replies() == [kind]
    assert sentence in after
    assert sentence in smtp_server.only().html


def test_the_first_page_lists_all_five_with_the_first_words(message: Message) -> None:
    token = links.token(message)

    html = Client().get(f"/letters/{token}/").content.decode()

    assert "Hello, I read your profile and would like" in html
    for name in ("not-now", "need-time", "no-more", "block", "report"):
        assert f'href="/letters/{token}/{name}/"' in html


@pytest.mark.parametrize("kind", Kind)
def test_each_page_leads_to_the_four_others(message: Message, kind: str) -> None:
    html = Client().get(link(message, kind)).content.decode()

    others = set(re.findall(r'href="/letters/[^/]+/([\w-]+)/"', html))
    every = {"not-now", "need-time", "no-more", "block", "report"}
    assert others == every - {kind.replace("_", "-")}


def test_the_button_is_guarded_against_other_sites(message: Message) -> None:
    response = Client(enforce_csrf_checks=True).post(link(message, Kind.NOT_NOW))

    assert (response.status_code, replies()) == (403, [])


@pytest.mark.parametrize("token", ["nonsense", "a:b:c", "x" * 3000])
@pytest.mark.parametrize("page", ["", "not-now/", "need-time/", "no-more/"])
def test_a_forged_link_is_told_to_be_dead(token: str, page: str) -> None:
    response = Client().get(f"/letters/{token}/{page}")

    assert response.status_code == 404
    assert "This link does not work any more" in response.content.decode()


def test_a_forged_button_answers_nothing(message: Message) -> None:
    other = signing.dumps(str(message.pk), salt="something.else")

    assert Client().post(f"/letters/{other}/no-more/").status_code == 404
    assert replies() == []


def test_a_link_ends_after_90_days(message: Message) -> None:
    with patch("django.core.signing.time.time") as clock:  # the clock, no code of ours
        clock.return_value = (timezone.now() - timedelta(days=91)).timestamp()
        old = link(message, Kind.NO_MORE)

    assert Client().post(old).status_code == 404
    assert replies() == []


@pytest.mark.parametrize("who", ["ana", "bo"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_between_people_of_whom_one_was_erased_is_dead(
    message: Message, ana: Member, bo: Member, who: str, method: str
) -> None:
    address = link(message, Kind.NOT_NOW)
    {"ana": ana, "bo": bo}[who].delete()

    response = getattr(Client(), method)(address)

    assert response.status_code == 404
    assert "This link does not work any more" in response.content.decode()


def test_the_button_pressed_again_is_one_answer_and_one_letter(message: Message) -> None:
    for _press in range(3):
        assert Client().post(link(message, Kind.NEED_TIME)).status_code == 200

    assert replies() == [Kind.NEED_TIME]
    assert Letter.objects.filter(kind="reply").count() == 1


def test_the_page_says_nothing_of_the_recipient_but_what_the_sentence_says(
    message: Message,
) -> None:
    html = ""
    for kind in Kind:
        html += Client().get(link(message, kind)).content.decode()
        html += Client().post(link(message, kind)).content.decode()

    assert "bo@example.org" not in html
    assert "ana@example.org" not in html


# --- whoever quotes a letter sends its links back to whom it came from ------------------------------


def nothing(message: Message) -> None:
    pass


def blocked(message: Message) -> None:
    blocking.block(message.recipient.member, message.sender)


def silenced(message: Message) -> None:
    replying.reply(message, Kind.NO_MORE)


def resting(message: Message) -> None:
    account.rest(message.recipient)


def left(message: Message) -> None:
    account.leave(message.recipient)


def suspended(message: Message) -> None:
    Member.objects.filter(pk=message.recipient.member_id).update(suspended_at=timezone.now())


def kept(message: Message) -> None:
    copies.keep(message, Side.RECIPIENT)


@pytest.mark.parametrize("days", [0, 31])
def test_no_page_behind_a_link_tells_what_the_recipient_did(message: Message, days: int) -> None:
    Letter.objects.update(sent_at=timezone.now() - timedelta(days=days))
    token = links.token(message)
    names = ("", "not-now/", "need-time/", "no-more/", "block/", "report/")
    seen = {}
    for did in (nothing, blocked, silenced, resting, left, suspended, kept):
        with transaction.atomic():
            did(message)
            erase_message_bodies()
            seen[did.__name__] = [told(Client().get(f"/letters/{token}/{name}")) for name in names]
            transaction.set_rollback(True)

    assert {name for name, pages in seen.items() if pages != seen["nothing"]} == set()


# --- how an answer may change -----------------------------------------------------------------------


def test_until_it_is_told_another_answer_takes_its_place(
    message: Message, smtp_server: PostOffice
) -> None:
    replying.reply(message, Kind.NO_MORE)

    replying.reply(message, Kind.NEED_TIME)
    tell_all()

    assert replies() == [Kind.NEED_TIME]
    assert not Silence.objects.exists()
    assert "needs time" in smtp_server.only().text


def test_in_my_account_the_page_of_the_answers_says_which_was_given(
    message: Message, signed_in: SignedIn, bo: Member
) -> None:
    replying.reply(message, Kind.NOT_NOW)

    html = signed_in(bo).get(f"/account/messages/{message.pk}/reply/").content.decode()

    assert "You answered: Not now, thank you" in html


def test_it_is_told_after_ten_minutes(message: Message, smtp_server: PostOffice) -> None:
    given = replying.reply(message, Kind.NOT_NOW)

    deliver_all()

    assert smtp_server.letters == []
    assert given.letter.due_at - given.given_at >= CAN_BE_CHANGED - timedelta(seconds=5)


@pytest.mark.parametrize(
    ("given", "told_at"),
    [
        ("2026-03-01T12:05:00", "2026-03-01T12:15:00"),
        ("2026-03-01T12:05:01", "2026-03-01T12:30:00"),
        ("2026-03-01T12:19:59.999", "2026-03-01T12:30:00"),
        ("2026-03-01T23:51:00", "2026-03-02T00:15:00"),
    ],
)
def test_the_letter_goes_at_a_full_quarter_and_does_not_tell_the_second(
    given: str, told_at: str
) -> None:
    at = datetime.fromisoformat(f"{given}+00:00")

    assert replying.told_at(at) == datetime.fromisoformat(f"{told_at}+00:00")


def test_its_letter_waits_for_that_quarter(message: Message) -> None:
    given = replying.reply(message, Kind.NOT_NOW)

    due_at = given.letter.due_at
    assert (due_at.minute % 15, due_at.second, due_at.microsecond) == (0, 0, 0)
    assert due_at - given.given_at + timedelta(seconds=5) >= CAN_BE_CHANGED
    assert due_at - given.given_at <= CAN_BE_CHANGED + replying.QUARTER


def test_while_a_firmer_one_waits_none_softer_than_the_told_one_takes_its_place(
    message: Message, smtp_server: PostOffice
) -> None:
    """Nor does the page then tell whoever quotes the link that another one waits."""
    replying.reply(message, Kind.NOT_NOW)
    tell_all()
    replying.reply(message, Kind.NO_MORE)

    with pytest.raises(ToldAlready):
        replying.reply(message, Kind.NEED_TIME)

    assert replies() == [Kind.NO_MORE]


def test_an_answer_that_was_kept_back_binds_nobody(
    message: Message, smtp_server: PostOffice
) -> None:
    block = Block.objects.create(
        blocker=message.recipient.member, blocked=message.sender.member, community="twp"
    )
    replying.reply(message, Kind.NOT_NOW)
    tell_all()
    block.delete()

    replying.reply(message, Kind.NEED_TIME)
    tell_all()

    assert "needs time" in smtp_server.only().text


def test_once_told_a_firmer_one_is_told_too_and_a_softer_one_is_not(
    message: Message, smtp_server: PostOffice
) -> None:
    for kind in (Kind.NEED_TIME, Kind.NOT_NOW, Kind.NO_MORE):
        replying.reply(message, kind)
        tell_all()

    for kind in (Kind.NOT_NOW, Kind.NEED_TIME):
        with pytest.raises(ToldAlready):
            replying.reply(message, kind)
    tell_all()

    assert replies() == [Kind.NO_MORE]
    assert len(smtp_server.letters) == 3


def test_the_page_says_that_a_firmer_answer_is_known(
    message: Message, smtp_server: PostOffice
) -> None:
    replying.reply(message, Kind.NOT_NOW)
    tell_all()

    html = Client().post(link(message, Kind.NEED_TIME)).content.decode()

    assert "They know another answer already" in html
    assert replies() == [Kind.NOT_NOW]


@pytest.mark.django_db(transaction=True)
def test_taps_at_the_same_moment_give_one_answer(message: Message) -> None:
    together = threading.Barrier(4)
    outcomes: list[int] = []

    def tap(kind: str) -> None:
        together.wait()
        try:
            outcomes.append(Client().post(link(message, kind)).status_code)
        finally:
            connection.close()

    kinds = [Kind.NOT_NOW, Kind.NEED_TIME, Kind.NO_MORE, Kind.NOT_NOW]
    threads = [threading.Thread(target=tap, args=[kind]) for kind in kinds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes == [200] * 4
    assert len(replies()) == 1
    assert Letter.objects.filter(kind="reply").count() == 1
    assert Silence.objects.exists() == (replies() == [Kind.NO_MORE])


# --- the letter to the sender -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
def test_the_whole_letter(
    message: Message, smtp_server: PostOffice, settings: object, kind: str
) -> None:
    settings.SITE_URL = "https://connect.example"
    given = replying.reply(message, kind)

    tell_all()

    letter = tidy(smtp_server.only(), given)
    expected = LETTERS / f"reply_{kind}.txt"
    if os.environ.get("KEEP_LETTERS"):
        expected.write_text(letter, newline="\n")
    assert letter == expected.read_text()


def test_a_plain_letter_says_in_its_subject_who_answered(
    message: Message, smtp_server: PostOffice, ana: Member
) -> None:
    Member.objects.filter(pk=ana.pk).update(plain_mail_since=timezone.now())
    replying.reply(message, Kind.NOT_NOW)

    tell_all()

    letter = smtp_server.only()
    assert letter["Subject"] == "TWP Connect: bo answered you"
    assert letter["From"] == "TWP Connect <post@connect.example>"


@pytest.mark.parametrize("kind", Kind)
def test_the_address_of_the_recipient_is_in_nothing_the_sender_gets(
    message: Message, smtp_server: PostOffice, signed_in: SignedIn, ana: Member, kind: str
) -> None:
    replying.reply(message, kind)
    tell_all()
    browser = signed_in(ana)

    pages = [browser.get(path).content for path in (SENT, "/twp/members/bo/write/")]

    letter = smtp_server.only()
    assert letter.envelope_to == ["ana@example.org"]
    assert letter["Reply-To"] == "None"
    assert not [one for one in (letter.raw, *pages) if b"bo@example.org" in one]


def test_the_letter_is_in_the_language_of_the_sender(
    message: Message, smtp_server: PostOffice, ana: Member, bo: Member, settings: object,
    tmp_path: object,
) -> None:  # fmt: skip
    thanks = str(Kind.NOT_NOW.label)
    sentence = (
        "{name} thanks you for your message, and cannot write with you now. "
        "It says nothing about you."
    )
    write_catalogue(tmp_path, "de", {sentence: "{name} dankt dir.", thanks: "Danke"})
    settings.LOCALE_PATHS = [tmp_path]
    Member.objects.filter(pk=ana.pk).update(language="de")
    replying.reply(message, Kind.NOT_NOW)

    tell_all()

    assert "bo dankt dir." in smtp_server.only().text


def sender_suspended(message: Message) -> None:
    Member.objects.filter(pk=message.sender.member_id).update(suspended_at=timezone.now())


def sender_left(message: Message) -> None:
    account.leave(message.sender)


def sender_blocked_them(message: Message) -> None:
    blocking.block(message.sender.member, message.recipient)


def sender_erased(message: Message) -> None:
    message.sender.member.delete()


def recipient_erased(message: Message) -> None:
    message.recipient.member.delete()


@pytest.mark.parametrize(
    "change",
    [
        blocked, left, suspended, sender_suspended, sender_left, sender_blocked_them, sender_erased,
        recipient_erased,
    ],
)  # fmt: skip
def test_nothing_is_told_where_the_two_are_not_in_touch_any_more(
    message: Message, smtp_server: PostOffice, change: Callable
) -> None:
    replying.reply(message, Kind.NOT_NOW)
    change(message)

    tell_all()

    assert smtp_server.letters == []
    assert Letter.objects.get(kind="reply").dropped_at is not None


def test_who_rests_can_say_so_kindly(message: Message, smtp_server: PostOffice) -> None:
    resting(message)
    replying.reply(message, Kind.NEED_TIME)

    tell_all()

    assert len(smtp_server.letters) == 1


@pytest.mark.parametrize("page", ["block", "report"])
def test_blocking_and_reporting_tell_the_sender_nothing(
    message: Message, smtp_server: PostOffice, page: str, settings: object
) -> None:
    settings.STAFF_MAIL = []
    Client().post(f"/letters/{links.token(message)}/{page}/", {"concern": "money", "block": "on"})

    tell_all()

    assert smtp_server.letters == []
    assert not Letter.objects.filter(kind="reply").exists()


@pytest.mark.parametrize("page", ["block", "report"])
def test_an_old_letter_blocks_by_the_name_in_it(message: Message, page: str) -> None:
    """The list of those blocked would tell today's name to whoever kept the letter."""
    Profile.objects.filter(pk=message.sender_id).update(username="quite-another")

    Client().post(
        f"/letters/{links.token(message)}/{page}/",
        {"concern": "money", "words": "He sells.", "block": "on"},
    )

    assert Block.objects.get(blocker=message.recipient.member).name == message.sender_name
    assert message.sender_name != "quite-another"


def test_the_outbox_holds_no_word_and_no_address(message: Message) -> None:
    given = replying.reply(message, Kind.NO_MORE)

    row = repr(Letter.objects.filter(pk=given.letter_id).values().get())
    assert given.letter.about == str(message.pk)
    assert "@" not in row
    assert "no_more" not in row


def test_the_letter_of_an_answer_stays_as_long_as_the_answer(message: Message) -> None:
    replying.reply(message, Kind.NEED_TIME)
    long_ago = timezone.now() - LETTERS_KEPT * 2
    Letter.objects.filter(kind="reply").update(sent_at=long_ago)
    replying.reply(message, Kind.NOT_NOW)
    Letter.objects.filter(kind="reply").update(sent_at=long_ago)

    forget_old_letters()

    assert Letter.objects.get(kind="reply") == Reply.objects.get().letter


# --- My Account -----------------------------------------------------------------------------------------


def test_the_sender_sees_an_answer_once_it_was_told(
    message: Message, signed_in: SignedIn, ana: Member, smtp_server: PostOffice
) -> None:
    browser = signed_in(ana)
    replying.reply(message, Kind.NOT_NOW)
    before = browser.get(SENT).content.decode()

    tell_all()

    after = browser.get(SENT).content.decode()
    assert "bo thanks you for your message" not in before
    assert "bo thanks you for your message" in after


def test_the_recipient_answers_from_my_account_too(
    message: Message, signed_in: SignedIn, bo: Member
) -> None:
    browser = signed_in(bo)
    address = f"/account/messages/{message.pk}/reply/"
    html = browser.get(address).content.decode()

    response = browser.post(address, {"kind": "need_time"})

    assert "bo thanks you for your message" in html
    assert (response.status_code, replies()) == (302, [Kind.NEED_TIME])
    assert "You answered: I need time" in browser.get("/account/messages/").content.decode()


@pytest.mark.parametrize("kind", ["", "nonsense", "no_more\0"])
def test_no_answer_of_ours_is_said_plainly(
    message: Message, signed_in: SignedIn, bo: Member, kind: str
) -> None:
    response = signed_in(bo).post(f"/account/messages/{message.pk}/reply/", {"kind": kind})

    assert response.status_code == 200
    assert "Please choose one of the answers." in response.content.decode()
    assert replies() == []


@pytest.mark.parametrize("name", ["ana", "stranger"])
def test_nobody_answers_what_others_got(
    message: Message, signed_in: SignedIn, ana: Member, stranger: Member, name: str
) -> None:
    browser = signed_in({"ana": ana, "stranger": stranger}[name])

    response = browser.post(f"/account/messages/{message.pk}/reply/", {"kind": "not_now"})

    assert (response.status_code, replies()) == (404, [])


# --- constraints ------------------------------------------------------------------------------------------


def test_constraint_reply_is_one_of_three(message: Message) -> None:
    given = replying.reply(message, Kind.NOT_NOW)

    with pytest.raises(IntegrityError, match="reply_is_one_of_three"), transaction.atomic():
        Reply.objects.filter(pk=given.pk).update(kind="maybe")


def test_constraint_one_reply_a_message(message: Message) -> None:
    given = replying.reply(message, Kind.NOT_NOW)

    with pytest.raises(IntegrityError, match="message_id"), transaction.atomic():
        Reply.objects.create(message=given.message, kind="no_more", letter=message.letter)


@pytest.mark.parametrize("told", ["no_more", "maybe"])
def test_constraint_reply_told_before_can_grow_firmer(message: Message, told: str) -> None:
    given = replying.reply(message, Kind.NO_MORE)
    refused = pytest.raises(IntegrityError, match="reply_told_before_can_grow_firmer")

    with refused, transaction.atomic():
        Reply.objects.filter(pk=given.pk).update(told=told)
