"""Sent and received messages in My Account."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from members import blocking
from members.models import Member
from members.outbox.models import Letter
from members.relay import replying
from members.relay.duties import erase_message_bodies
from members.relay.models import Message, Reply, State
from tests.relay.conftest import BODY, face

pytestmark = pytest.mark.django_db
Write = Callable[..., Message]
RECEIVED, SENT = "/account/messages/", "/account/messages/?show=sent"


def mark(message: Message, **how: object) -> None:
    Letter.objects.filter(pk=message.letter_id).update(**how)


def seen_by(browser: Client, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("how", "state"),
    [
        ({}, State.WAITING),
        ({"sent_at": timezone.now()}, State.SENT),
        ({"failed_at": timezone.now(), "last_code": "hard SMTPDataError 554"}, State.NOT_YET),
        ({"dropped_at": timezone.now(), "last_code": "not_reachable"}, State.NOT_YET),
        ({"last_code": "soft SMTPDataError 452"}, State.NOT_YET),
    ],
)
def test_a_sender_sees_how_far_a_message_came_and_not_why(
    write: Write, signed_in: Callable, ana: Member, bo: Member, how: dict, state: State
) -> None:
    message = write(ana, bo)
    mark(message, **how)

    html = seen_by(signed_in(ana), SENT)

    assert str(state.label) in html
    assert "not_reachable" not in html
    assert "SMTP" not in html


def test_a_recipient_reads_a_delivered_message_here_as_well(
    write: Write, signed_in: Callable, ana: Member, bo: Member
) -> None:
    mark(write(ana, bo), sent_at=timezone.now())

    html = seen_by(signed_in(bo), RECEIVED)

    assert "From ana" in html
    assert BODY in html
    assert "mailto:ana@example.org" in html


@pytest.mark.parametrize("how", [{}, {"dropped_at": timezone.now()}])
def test_what_was_not_let_through_is_not_shown_to_the_recipient(
    write: Write, signed_in: Callable, ana: Member, bo: Member, how: dict
) -> None:
    mark(write(ana, bo), **how)

    assert BODY not in seen_by(signed_in(bo), RECEIVED)


def test_messages_of_somebody_blocked_are_gone(
    write: Write, signed_in: Callable, ana: Member, bo: Member
) -> None:
    mark(write(ana, bo), sent_at=timezone.now())
    blocking.block(bo, face(ana))

    html = seen_by(signed_in(bo), RECEIVED)

    assert "From ana" not in html
    assert "Nobody has written to you yet" in html


def test_nobody_sees_messages_of_others(
    write: Write, signed_in: Callable, ana: Member, bo: Member, stranger: Member
) -> None:
    mark(write(ana, bo), sent_at=timezone.now())

    browser = signed_in(stranger)

    assert BODY not in seen_by(browser, RECEIVED) + seen_by(browser, SENT)


def test_words_are_erased_30_days_after_delivery(write: Write, ana: Member, bo: Member) -> None:
    old, young, waiting = write(ana, bo), write(bo, ana), write(ana, bo)
    mark(old, sent_at=timezone.now() - timedelta(days=31))
    mark(young, sent_at=timezone.now() - timedelta(days=29))

    erase_message_bodies()

    kept = {message.pk: message.body for message in Message.objects.all()}
    assert kept == {old.pk: "", young.pk: BODY, waiting.pk: BODY}


def test_erased_words_are_said_to_be_erased(
    write: Write, signed_in: Callable, ana: Member, bo: Member
) -> None:
    mark(write(ana, bo), sent_at=timezone.now() - timedelta(days=31))
    erase_message_bodies()

    assert "The words were erased on" in seen_by(signed_in(ana), SENT)
    assert "The words were erased on" in seen_by(signed_in(bo), RECEIVED)


@pytest.mark.parametrize("path", [RECEIVED, SENT])
@pytest.mark.parametrize("number", ["1000000000", "-1", "abc"])
def test_a_nonsense_page_number_shows_a_page(
    signed_in: Callable, ana: Member, path: str, number: str
) -> None:
    assert signed_in(ana).get(path, {"page": number}).status_code == 200


@pytest.mark.parametrize("path", [RECEIVED, SENT])
def test_25_messages_take_as_many_queries_as_one(
    write: Write, signed_in: Callable, ana: Member, path: str, make_member: Callable,
    make_profile: Callable, django_assert_num_queries: Callable,
) -> None:  # fmt: skip
    browser = signed_in(ana)
    people = [make_member(f"person{number}") for number in range(25)]
    for person in people:
        make_profile(person)
    arrive(write, ana, people[0], path)
    with django_assert_num_queries(8, exact=False) as one:
        seen_by(browser, path)

    for person in people[1:]:
        arrive(write, ana, person, path)

    with django_assert_num_queries(len(one.captured_queries)):
        html = seen_by(browser, path)
    assert html.count("<article") == 25


def arrive(write: Write, ana: Member, person: Member, path: str) -> None:
    """A message that was delivered and answered by one tap, which was told."""
    Message.objects.update(written_at=timezone.now() - timedelta(days=20))
    message = write(ana, person) if path == SENT else write(person, ana)
    mark(message, sent_at=timezone.now())
    replying.reply(message, Reply.Kind.NO_MORE)
    Letter.objects.update(sent_at=timezone.now())


def test_26_messages_make_two_pages(
    write: Write, signed_in: Callable, ana: Member, make_member: Callable, make_profile: Callable
) -> None:
    for number in range(26):
        person = make_member(f"person{number}")
        make_profile(person)
        mark(write(person, ana), sent_at=timezone.now())

    pages = [seen_by(signed_in(ana), f"{RECEIVED}?page={number}") for number in (1, 2)]

    assert [page.count("<article") for page in pages] == [25, 1]
