"""The staff's pages of held messages."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from members.models import Member
from members.relay.models import Message
from moderation.held import deciding
from moderation.held.duties import tell_of_held_messages
from moderation.models import AuditEntry, HeldMessage
from tests.moderation.held.conftest import OFFER
from tests.outbox.post_office import PostOffice, deliver_all

pytestmark = pytest.mark.django_db
Hold = Callable[..., HeldMessage]
QUEUE = "/admin/moderation/heldmessage/"


def page_of(message: Message) -> str:
    return f"{QUEUE}{message.pk}/change/"


def seen(browser: Client, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_the_queue_says_who_wrote_to_whom_and_why_it_waits(desk: Client, held: HeldMessage) -> None:
    html = seen(desk, QUEUE)

    assert "An offer of drugs" in html
    assert "from ana to bo" in html
    assert page_of(held) in html


def test_no_word_of_a_message_stands_in_the_queue(desk: Client, held: HeldMessage) -> None:
    """Lists are not written into the log."""
    assert "Xanax" not in seen(desk, QUEUE) + seen(desk, "/admin/")
    assert not AuditEntry.objects.exists()


def test_ordinary_messages_are_not_in_it(desk: Client, hold: Hold, ana: Member, bo: Member) -> None:
    ordinary = hold(ana, bo, "Hello, would you like to write with me?")

    assert "from ana to bo" not in seen(desk, QUEUE)
    assert desk.get(page_of(ordinary)).status_code == 404


def test_what_is_decided_stands_apart(desk: Client, held: HeldMessage, reviewer: Member) -> None:
    deciding.let_out(held, reviewer)

    assert "from ana to bo" not in seen(desk, QUEUE)
    assert "went out on" in seen(desk, f"{QUEUE}?state=decided")


def test_three_take_as_many_queries_as_one(
    desk: Client, hold: Hold, ana: Member, bo: Member, stranger: Member,
    django_assert_num_queries: Callable,
) -> None:  # fmt: skip
    hold(ana, bo)
    with django_assert_num_queries(12, exact=False) as one:
        seen(desk, QUEUE)

    hold(ana, stranger)
    hold(bo, stranger)
    with django_assert_num_queries(len(one.captured_queries)):
        seen(desk, QUEUE)


def test_the_page_shows_the_words_and_why_and_no_address(desk: Client, held: HeldMessage) -> None:
    html = seen(desk, page_of(held))

    assert OFFER in html
    assert "An offer of drugs: “" in html
    assert "I write with thought." in html
    assert not re.search(r"(?:ana|bo)@example", html)


def test_every_look_is_in_the_log_in_ids_only(
    desk: Client, held: HeldMessage, reviewer: Member, ana: Member
) -> None:
    seen(desk, page_of(held))

    row = AuditEntry.objects.values().get()
    assert (row["staff_id"], row["act"], row["kind"], row["key"], row["person_id"]) == (
        reviewer.pk, "looked", "message", str(held.pk), ana.pk
    )  # fmt: skip
    assert "Xanax" not in repr(row)
    assert "@" not in repr(row)


@pytest.mark.parametrize(
    ("do", "said", "state"),
    [
        ("let_out", "The message is on its way.", "waiting"),
        ("keep_back", "The message is not sent. A kind letter tells its sender.", "refused"),
    ],
)
def test_a_button_decides_and_leads_back_to_the_queue(
    desk: Client, held: HeldMessage, do: str, said: str, state: str
) -> None:
    response = desk.post(page_of(held), {"do": do}, follow=True)

    assert response.redirect_chain == [(QUEUE, 302)]
    assert said in response.content.decode()
    assert Message.objects.get().state == state


@pytest.mark.parametrize("do", ["", "let out", "delete", "\0"])
def test_another_button_does_nothing(desk: Client, held: HeldMessage, do: str) -> None:
    response = desk.post(page_of(held), {"do": do}, follow=True)

    assert "Please press one of the buttons. Nothing was done." in response.content.decode()
    assert HeldMessage.objects.get().is_held


def test_a_page_left_open_says_that_somebody_was_quicker(
    desk: Client, held: HeldMessage, second_reviewer: Member
) -> None:
    deciding.keep_back(held, second_reviewer)

    response = desk.post(page_of(held), {"do": "let_out"}, follow=True)

    assert "this message is not sent. Nothing was changed." in response.content.decode()
    assert Message.objects.get().letter is None


def test_a_page_of_a_message_that_is_gone_is_not_there(
    desk: Client, held: HeldMessage, ana: Member
) -> None:
    ana.delete()

    assert desk.post(page_of(held), {"do": "let_out"}).status_code == 404
    assert desk.get(f"{QUEUE}{uuid4()}/change/").status_code == 404


@pytest.mark.parametrize("who", ["sender", "recipient"])
def test_one_of_the_staff_finds_no_mail_of_their_own(
    desk: Client, hold: Hold, reviewer: Member, ana: Member, make_profile: Callable, who: str
) -> None:
    """A recipient learns nothing of what is held, not even by a number."""
    make_profile(reviewer)
    held = hold(reviewer, ana) if who == "sender" else hold(ana, reviewer)

    assert (
        "from "
        not in seen(desk, QUEUE).partition('id="content-main"')[2].partition("queue-empty")[0]
    )
    assert "No message is held." in seen(desk, "/admin/")
    assert desk.get(page_of(held)).status_code == 404
    assert desk.post(page_of(held), {"do": "let_out"}).status_code == 404


def test_the_first_page_says_how_many_wait(desk: Client, held: HeldMessage) -> None:
    html = seen(desk, "/admin/")

    assert "message between members waits to be read." in re.sub(r"\s+", " ", html)


def test_the_staff_get_one_letter_a_day_with_a_number_alone(
    hold: Hold, held: HeldMessage, ana: Member, stranger: Member, smtp_server: PostOffice,
    settings: object,
) -> None:  # fmt: skip
    settings.STAFF_MAIL = ["staff@connect.example", "night@connect.example"]
    hold(ana, stranger)
    for _time in range(3):
        tell_of_held_messages()
        deliver_all()

    assert sorted(one.envelope_to[0] for one in smtp_server.letters) == [
        "night@connect.example", "staff@connect.example",
    ]  # fmt: skip
    letter = smtp_server.letters[0]
    assert "2 messages between members were stopped by a rule" in letter.text
    assert not re.search(r"\b(?:ana|bo|stranger)\b|xanax|twp", letter.text + letter.html, re.I)


def test_no_letter_when_nothing_waits_any_more(
    held: HeldMessage, reviewer: Member, smtp_server: PostOffice
) -> None:
    tell_of_held_messages()
    deciding.let_out(held, reviewer)
    deliver_all()
    tell_of_held_messages()
    deliver_all()

    assert [one.envelope_to for one in smtp_server.letters] == [["bo@example.org"]]


def test_the_profile_of_who_wrote_it_is_one_click_away(desk: Client, held: HeldMessage) -> None:
    address = f"/admin/moderation/application/{held.sender_id}/change/"

    assert address in seen(desk, page_of(held))
    assert desk.get(address).status_code == 200
