"""Keeping a message or letting it go: each side its own copy, and neither learns of the other's."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from members.models import Member
from members.outbox.models import Letter
from members.relay import copies
from members.relay.duties import erase_message_bodies
from members.relay.models import Message, Side
from tests.attack.crowd import told
from tests.relay.conftest import BODY

pytestmark = pytest.mark.django_db
Write = Callable[..., Message]
SignedIn = Callable[[Member], Client]
RECEIVED, SENT = "/account/messages/", "/account/messages/?show=sent"


@pytest.fixture
def message(write: Write, ana: Member, bo: Member) -> Message:
    """Ana's to Bo, delivered."""
    message = write(ana, bo)
    delivered(message, days_ago=0)
    return message


def delivered(message: Message, *, days_ago: int) -> None:
    day = timezone.now() - timedelta(days=days_ago)
    Letter.objects.filter(pk=message.letter_id).update(sent_at=day)


def age(message: Message) -> None:
    """As if 31 days were over, and the clock had struck."""
    delivered(message, days_ago=31)
    erase_message_bodies()
    message.refresh_from_db()


def test_a_copy_that_nobody_keeps_goes_after_30_days(message: Message) -> None:
    age(message)

    assert message.body == ""
    assert message.body_erased_at == message.let_go_by_recipient_at


@pytest.mark.parametrize(
    "ended",
    [
        {"dropped_at": 0}, {"failed_at": 0}, {"failed_at": 5}, {"last_code": "paused"},
        {"sent_at": 0, "bounced_at": 1},
    ],
)  # fmt: skip
def test_how_a_message_did_not_arrive_is_not_told_by_the_day_its_words_go(
    message: Message, ended: dict
) -> None:
    """Dropped as its sender is blocked, refused, given up after days, come back."""
    fate = {"sent_at": None, "last_code": "some code"} | {
        name: message.written_at + timedelta(days=value) if isinstance(value, int) else value
        for name, value in ended.items()
    }
    Letter.objects.filter(pk=message.letter_id).update(**fate)
    gone = {}

    for days in (34, 36):
        Message.objects.update(written_at=timezone.now() - timedelta(days=days))
        erase_message_bodies()
        gone[days] = Message.objects.get().let_go_by_sender_at is not None

    assert gone == {34: False, 36: True}


@pytest.mark.parametrize("side", Side)
def test_the_words_stay_while_one_side_keeps_them(message: Message, side: Side) -> None:
    copies.keep(message, side)

    age(message)

    assert (message.body, message.body_erased_at) == (BODY, None)


@pytest.mark.parametrize(
    ("side", "keeps", "loses"), [(Side.SENDER, SENT, RECEIVED), (Side.RECIPIENT, RECEIVED, SENT)]
)
def test_only_the_side_that_keeps_reads_them(
    message: Message, ana: Member, bo: Member, signed_in: SignedIn, side: Side, keeps: str,
    loses: str,
) -> None:  # fmt: skip
    copies.keep(message, side)
    age(message)
    browsers = {SENT: signed_in(ana), RECEIVED: signed_in(bo)}

    assert BODY in browsers[keeps].get(keeps).content.decode()
    assert BODY not in browsers[loses].get(loses).content.decode()


@pytest.mark.parametrize("days", [0, 31])
@pytest.mark.parametrize(("mine", "theirs", "path"), [
    (Side.SENDER, Side.RECIPIENT, SENT), (Side.RECIPIENT, Side.SENDER, RECEIVED),
])  # fmt: skip
def test_what_the_other_side_did_is_not_visible(
    message: Message, ana: Member, bo: Member, signed_in: SignedIn, mine: Side, theirs: Side,
    path: str, days: int,
) -> None:  # fmt: skip
    browser = signed_in(ana if mine == Side.SENDER else bo)
    delivered(message, days_ago=days)
    seen = []
    for keeps in (True, False):
        with transaction.atomic():
            if keeps:
                copies.keep(message, theirs)
            erase_message_bodies()
            seen.append(told(browser.get(path)))
            transaction.set_rollback(True)

    assert seen[0] == seen[1]


@pytest.mark.parametrize("side", Side)
def test_let_go_within_30_days_it_stays_until_they_are_over(message: Message, side: Side) -> None:
    copies.keep(message, side)
    copies.let_go(message, side)

    message.refresh_from_db()
    assert message.body == BODY
    age(message)
    assert message.body == ""


@pytest.mark.parametrize("side", Side)
def test_let_go_later_it_goes_at_once(message: Message, side: Side) -> None:
    copies.keep(message, side)
    age(message)

    copies.let_go(message, side)

    message.refresh_from_db()
    assert message.body == ""


def test_let_go_by_one_it_stays_for_the_other_who_keeps(message: Message) -> None:
    for side in Side:
        copies.keep(message, side)
    age(message)

    copies.let_go(message, Side.SENDER)

    message.refresh_from_db()
    assert (message.body, message.sent_copy.let_go_at is not None) == (BODY, True)
    assert message.received_copy.kept_at is not None


def test_what_is_gone_cannot_be_kept(message: Message) -> None:
    copies.keep(message, Side.RECIPIENT)
    age(message)

    copies.keep(message, Side.SENDER)

    message.refresh_from_db()
    assert message.sent_copy.kept_at is None


@pytest.mark.django_db(transaction=True)
def test_both_sides_let_go_at_the_same_moment(message: Message) -> None:
    for side in Side:
        copies.keep(message, side)
    age(message)
    together = threading.Barrier(2)
    failed: list[Exception] = []

    def let_go(side: Side) -> None:
        together.wait()
        try:
            copies.let_go(message, side)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=let_go, args=[side]) for side in Side]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    message.refresh_from_db()
    assert (failed, message.body) == ([], "")


# --- the buttons --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "path"), [("ana", SENT), ("bo", RECEIVED)])
def test_the_buttons_keep_and_let_go_of_ones_own_copy(
    message: Message, ana: Member, bo: Member, signed_in: SignedIn, name: str, path: str
) -> None:
    browser = signed_in({"ana": ana, "bo": bo}[name])
    assert f"/account/messages/{message.pk}/keep/" in browser.get(path).content.decode()

    kept = browser.post(f"/account/messages/{message.pk}/keep/", {"page": "1"})
    html = browser.get(kept.url).content.decode()
    browser.post(f"/account/messages/{message.pk}/let-go/")

    assert "You keep its words until you let them go." in html
    message.refresh_from_db()
    assert (message.kept_by_sender_at, message.kept_by_recipient_at) == (None, None)


@pytest.mark.parametrize("page", ["", "nonsense", "9" * 500, "1&show=sent"])
def test_nonsense_for_a_page_leads_to_a_page(
    message: Message, bo: Member, signed_in: SignedIn, page: str
) -> None:
    browser = signed_in(bo)

    response = browser.post(f"/account/messages/{message.pk}/keep/", {"page": page})

    assert browser.get(response.url).status_code == 200


@pytest.mark.parametrize("what", ["keep", "let-go"])
def test_the_message_of_others_is_not_there(
    message: Message, stranger: Member, signed_in: SignedIn, what: str
) -> None:
    copies.keep(message, Side.SENDER)

    assert signed_in(stranger).post(f"/account/messages/{message.pk}/{what}/").status_code == 404
    message.refresh_from_db()
    assert (message.kept_by_sender_at is None, message.kept_by_recipient_at) == (False, None)


# --- constraints --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"body": "", "body_erased_at": timezone.now()},
        {"let_go_by_sender_at": timezone.now(), "let_go_by_recipient_at": timezone.now()},
        {"body": "", "body_erased_at": timezone.now(), "let_go_by_sender_at": timezone.now()},
    ],
)
def test_constraint_message_loses_its_words_with_the_last_copy(
    message: Message, change: dict[str, object]
) -> None:
    name = "message_loses_its_words_with_the_last_copy"

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**change)


@pytest.mark.parametrize(
    ("side", "name"),
    [
        ("sender", "message_is_kept_or_let_go_by_its_sender"),
        ("recipient", "message_is_kept_or_let_go_by_its_recipient"),
    ],
)
def test_constraint_message_is_kept_or_let_go(message: Message, side: str, name: str) -> None:
    both = {f"kept_by_{side}_at": timezone.now(), f"let_go_by_{side}_at": timezone.now()}

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**both)
