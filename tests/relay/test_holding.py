"""Messages that our rules stop: kept for a reviewer, told to their sender, to nobody else."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from members import blocking
from members.models import Member
from members.outbox import letters
from members.outbox.models import Letter
from members.relay import holding
from members.relay.duties import erase_held_messages
from members.relay.models import Message, State
from tests.outbox.post_office import PostOffice, deliver_all
from tests.relay.conftest import BODY, face

pytestmark = pytest.mark.django_db
Write = Callable[..., Message]
LETTERS = Path(__file__).parent / "letters"
TO_BO = "/twp/members/bo/write/"
HARMFUL = {
    "offers_drugs": "I can send you some of my leftover Xanax if you want.",
    "stop_at_once": "Listen to me and stop taking them today. All of them!",
    "sexual": "Hello there, would you like to have sex with me tonight?",
}
OFFER = HARMFUL["offers_drugs"]
LONG = (
    "Hello {name}, I read your profile and found it very interesting. I have been reducing for two "
    "years, I bake bread and I walk along the river every morning. Would you like to write?"
)


@pytest.fixture
def browser(signed_in: Callable[[Member], Client], ana: Member, bo: Member) -> Client:
    """Ana's; Bo is there to be written to."""
    return signed_in(ana)


@pytest.fixture
def held(write: Write, ana: Member, bo: Member) -> Message:
    """Ana wrote to Bo, and a rule stopped it."""
    return write(ana, bo, OFFER)


def send(browser: Client, body: str, **fields: str) -> object:
    return browser.post(TO_BO, {"body": body, "form_key": str(uuid4()), **fields})


def test_what_did_not_go_out_is_not_kept(held: Message, browser: Client) -> None:
    """It goes by the clock of what is held: a button to keep it would promise what is not so."""
    address = f"/account/messages/{held.pk}/keep/"
    html = browser.get("/account/messages/?show=sent").content.decode()

    response = browser.post(address)

    held.refresh_from_db()
    assert address not in html
    assert "Its words are erased here 30 days after you wrote it." in html
    assert (response.status_code, held.kept_by_sender_at) == (404, None)


@pytest.mark.parametrize("rule", HARMFUL)
def test_such_a_message_is_held_and_its_sender_told_so(browser: Client, rule: str) -> None:
    response = send(browser, HARMFUL[rule])

    message = Message.objects.get()
    assert (message.state, message.held_for, message.letter) == (State.HELD, rule, None)
    html = browser.get(response.url).content.decode()
    assert "Our staff will read this message first" in html
    assert "It has not gone out to bo yet" in html
    assert "From the pledge:" in html


def test_a_double_click_holds_it_once(browser: Client) -> None:
    key = str(uuid4())

    first, second = send(browser, OFFER, form_key=key), send(browser, OFFER, form_key=key)

    assert first.url == second.url
    assert Message.objects.count() == 1


def test_no_letter_is_made_of_it(held: Message, smtp_server: PostOffice) -> None:
    deliver_all()

    assert not Letter.objects.exists()
    assert smtp_server.letters == []


@pytest.mark.parametrize("decide", [None, holding.keep_back])
def test_the_recipient_learns_nothing(
    held: Message, signed_in: Callable, bo: Member, smtp_server: PostOffice,
    decide: Callable | None,
) -> None:  # fmt: skip
    pages = ("/account/", "/account/messages/", "/account/messages/?show=sent", "/twp/members/")
    browser, before = signed_in(bo), []
    held_away = Message.objects.filter(pk=held.pk)
    with transaction.atomic():
        held_away.delete()
        before = [still(browser.get(page)) for page in pages]
        before.append(still(browser.get("/twp/members/ana/write/")))
        transaction.set_rollback(True)
    if decide:
        decide(held)

    deliver_all()

    after = [still(browser.get(page)) for page in (*pages, "/twp/members/ana/write/")]
    assert after == before
    assert [one for one in smtp_server.letters if one.envelope_to == [bo.email]] == []


def still(response: object) -> str:
    """A page without the random parts of its forms."""
    random = r'name="(csrfmiddlewaretoken|form_key)" value="[^"]*"'
    return re.sub(random, "", response.content.decode())


def test_let_out_it_goes_like_any_other(
    held: Message, browser: Client, signed_in: Callable, bo: Member, smtp_server: PostOffice
) -> None:
    holding.let_out(held)
    deliver_all()

    assert smtp_server.only().envelope_to == ["bo@example.org"]
    assert OFFER in smtp_server.only().text
    html = browser.get(f"{TO_BO}{held.pk}/").content.decode()
    assert "Your message is on its way" in html
    assert OFFER in signed_in(bo).get("/account/messages/").content.decode()


def test_let_out_it_still_does_not_cross_a_block(
    held: Message, ana: Member, bo: Member, smtp_server: PostOffice
) -> None:
    blocking.block(bo, face(ana))
    holding.let_out(held)

    deliver_all()

    assert Letter.objects.get().dropped_at is not None
    assert smtp_server.letters == []


def test_kept_back_its_sender_reads_why_on_the_page(held: Message, browser: Client) -> None:
    holding.keep_back(held)

    html = browser.get(f"{TO_BO}{held.pk}/").content.decode()

    assert "This message was not sent" in html
    assert "Some of its words weigh more than they may have been meant to" in html
    assert "If you think that we are wrong, please tell us." in html
    assert str(State.REFUSED.label) in browser.get("/account/messages/?show=sent").content.decode()


def test_the_list_leads_to_the_page_that_says_why(held: Message, browser: Client) -> None:
    html = browser.get("/account/messages/?show=sent").content.decode()

    assert f'href="{TO_BO}{held.pk}/"' in html


def test_a_message_on_its_way_needs_no_reason(held: Message, browser: Client) -> None:
    holding.let_out(held)

    html = browser.get("/account/messages/?show=sent").content.decode()

    assert f"{held.pk}/keep/" in html
    assert f"{TO_BO}{held.pk}/" not in html


def test_when_its_words_are_erased_the_page_says_so(held: Message, browser: Client) -> None:
    long_ago(held)
    erase_held_messages()

    html = browser.get(f"{TO_BO}{held.pk}/").content.decode()

    assert "The words were erased on" in html
    assert "Read the message" not in html


def whole(office: PostOffice, message: Message) -> str:
    """The one letter, without what differs from one to the next."""
    letter = office.only()
    said = f"Subject: {letter['Subject']}\n\n{letter.text}\n===== html\n\n{letter.html}"
    return said.replace("\r\n", "\n")


@pytest.mark.parametrize("name", ["not_sent", "not_sent_unread"])
def test_the_whole_letter_to_its_sender(
    held: Message, smtp_server: PostOffice, settings: object, name: str
) -> None:
    settings.SITE_URL = "https://connect.example"
    if name == "not_sent":
        holding.keep_back(held)
    else:
        long_ago(held)
        erase_held_messages()
    deliver_all()

    expected = LETTERS / f"{name}.txt"
    if os.environ.get("KEEP_LETTERS"):
        expected.write_text(whole(smtp_server, held), newline="\n")
    assert smtp_server.only().envelope_to == ["ana@example.org"]
    assert whole(smtp_server, held) == expected.read_text()


@pytest.mark.parametrize("name", ["not_sent.txt", "not_sent_unread.txt"])
def test_that_letter_names_nobody_and_repeats_nothing(name: str) -> None:
    letter = (LETTERS / name).read_text()

    assert not re.search(r"\bbo\b|xanax|twp|/members/|drugs", letter, re.IGNORECASE)


# --- the same text to many ---------------------------------------------------------------------------------


@pytest.fixture
def crowd(make_member: Callable, make_profile: Callable, settings: object) -> list[Member]:
    settings.NEW_PEOPLE_A_DAY_AT_FIRST = 10
    members = [make_member(f"person{number}") for number in range(6)]
    for member in members:
        make_profile(member)
    return members


def test_the_fifth_who_would_get_the_same_text_does_not(
    write: Write, ana: Member, crowd: list[Member]
) -> None:
    messages = [write(ana, one, LONG.format(name=one.email)) for one in crowd]

    assert [one.held_for for one in messages] == ["", "", "", "", "same_text", "same_text"]


def test_a_text_of_long_ago_is_not_the_same(write: Write, ana: Member, crowd: list[Member]) -> None:
    for one in crowd[:4]:
        write(ana, one, LONG.format(name="you"))
    Message.objects.update(written_at=timezone.now() - timedelta(days=31))

    assert write(ana, crowd[4], LONG.format(name="you")).held_at is None


def test_the_same_words_to_one_person_are_no_crowd(write: Write, ana: Member, bo: Member) -> None:
    for _time in range(5):
        message = write(ana, bo, LONG.format(name="Bo"))
        write(bo, ana)

    assert message.held_at is None


def test_short_words_may_be_the_same(write: Write, ana: Member, crowd: list[Member]) -> None:
    assert {write(ana, one, BODY).held_for for one in crowd} == {""}


# --- forgetting ----------------------------------------------------------------------------------------------


def long_ago(message: Message, days: float = 30) -> None:
    Message.objects.filter(pk=message.pk).update(held_at=timezone.now() - timedelta(days=days))


def test_what_was_refused_is_erased_after_30_days(held: Message) -> None:
    holding.keep_back(held)
    long_ago(held)

    erase_held_messages()

    held.refresh_from_db()
    assert (held.body, held.state, held.was_refused_unread) == ("", State.REFUSED, False)


def test_what_nobody_came_to_is_refused_and_erased_after_30_days(
    held: Message, browser: Client, smtp_server: PostOffice
) -> None:
    long_ago(held)

    erase_held_messages()
    erase_held_messages()
    deliver_all()

    held.refresh_from_db()
    assert (held.body, held.state, held.was_refused_unread) == ("", State.REFUSED, True)
    html = browser.get(f"{TO_BO}{held.pk}/").content.decode()
    assert "Nobody of our staff came to read it within 30 days" in html
    assert len(smtp_server.letters) == 1


def test_what_is_younger_and_what_went_out_stays(
    write: Write, ana: Member, bo: Member, stranger: Member
) -> None:
    young, out = write(ana, bo, OFFER), write(ana, stranger, OFFER)
    holding.let_out(out)
    long_ago(young, 29)
    long_ago(out)

    erase_held_messages()

    assert set(Message.objects.values_list("body", flat=True)) == {OFFER}


@pytest.mark.parametrize("who", ["sender", "recipient"])
def test_it_goes_with_either_of_the_two(held: Message, ana: Member, bo: Member, who: str) -> None:
    {"sender": ana, "recipient": bo}[who].delete()

    assert not Message.objects.exists()


# --- what can never be ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"letter": None},
        {"released_at": timezone.now()},
        {"refused_at": timezone.now()},
        {"held_at": timezone.now(), "held_for": "sexual"},
        {"letter": None, "refused_at": timezone.now()},
        {
            "held_at": timezone.now(), "held_for": "sexual", "released_at": timezone.now(),
            "refused_at": timezone.now(),
        },
        {
            "letter": None, "held_at": timezone.now(), "held_for": "sexual",
            "released_at": timezone.now(),
        },
    ],
)  # fmt: skip
def test_constraint_of_the_letter(write: Write, ana: Member, bo: Member, wrong: dict) -> None:
    message = write(ana, bo)

    with (
        pytest.raises(IntegrityError, match="message_has_a_letter_unless_it_is_held_or_refused"),
        transaction.atomic(),
    ):
        Message.objects.filter(pk=message.pk).update(**wrong)


def test_a_held_message_has_no_letter(held: Message) -> None:
    letter = letters.post("message", held.pk)

    with (
        pytest.raises(IntegrityError, match="message_has_a_letter_unless_it_is_held_or_refused"),
        transaction.atomic(),
    ):
        Message.objects.filter(pk=held.pk).update(letter=letter)


def test_constraint_message_is_held_for_a_reason(held: Message) -> None:
    with pytest.raises(IntegrityError, match="message_is_held_for_a_reason"), transaction.atomic():
        Message.objects.filter(pk=held.pk).update(held_for="")
