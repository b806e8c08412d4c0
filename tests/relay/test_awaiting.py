"""Being told, once, that somebody has room for new people again."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from members import blocking
from members.models import Choice, Member, Profile
from members.outbox.models import Letter
from members.relay import awaiting
from members.relay.duties import forget_who_awaited_room, tell_of_room
from members.relay.emails import room_token
from members.relay.models import Awaited, Message
from tests.outbox.post_office import PostOffice, deliver_all, make_all_due
from tests.relay.conftest import face

pytestmark = pytest.mark.django_db
Write = Callable[..., Message]
TO_BO = "/twp/members/bo/write/"


@pytest.fixture
def full(bo: Member, answer: Callable) -> Profile:
    """Bo, who wants nobody new."""
    answer(face(bo), "new_contacts", "none_now")
    return face(bo)


def let_in(recipient: Profile, slug: str = "no_limit") -> None:
    """The recipient changes their answer."""
    choice = Choice.objects.get(question="new_contacts", slug=slug)
    recipient.answers.filter(question="new_contacts").update(choice=choice)


@pytest.fixture
def people(make_member: Callable, make_profile: Callable) -> list[Profile]:
    return [make_profile(make_member(f"person{number}")) for number in range(4)]


def addressed(office: PostOffice) -> list[str]:
    return [letter.envelope_to[0].partition("@")[0] for letter in office.letters]


def test_a_button_asks_to_be_told_and_the_page_says_so(
    signed_in: Callable, ana: Member, full: Profile
) -> None:
    browser = signed_in(ana)

    response = browser.post(TO_BO, {"do": "tell_me"})

    html = browser.get(response.url).content.decode()
    assert "We will write to you, once, when there is room." in html
    assert "Tell me when there is room" not in html


def test_another_takes_it_back(signed_in: Callable, ana: Member, full: Profile) -> None:
    browser = signed_in(ana)
    browser.post(TO_BO, {"do": "tell_me"})

    response = browser.post(TO_BO, {"do": "do_not_tell_me"})

    assert "Tell me when there is room" in browser.get(response.url).content.decode()
    assert not Awaited.objects.exists()


def test_pressing_twice_is_asking_once(ana: Member, full: Profile) -> None:
    awaiting.ask(face(ana), full)
    awaiting.ask(face(ana), full)

    assert Awaited.objects.count() == 1


def test_where_there_is_room_nobody_asks(ana: Member, bo: Member) -> None:
    awaiting.ask(face(ana), face(bo))

    assert not Awaited.objects.exists()


def test_nobody_is_told_while_it_is_full(ana: Member, full: Profile) -> None:
    awaiting.ask(face(ana), full)

    tell_of_room()

    assert not Letter.objects.exists()


def test_when_there_is_room_one_letter_goes_and_no_second(
    ana: Member, full: Profile, smtp_server: PostOffice
) -> None:
    awaiting.ask(face(ana), full)
    let_in(full)

    for _day in range(3):
        tell_of_room()
        tell_of_room()
        deliver_all()

    assert addressed(smtp_server) == ["ana"]


def test_the_letter_says_you_can_write_now_and_nothing_of_the_person(
    ana: Member, full: Profile, smtp_server: PostOffice, settings: object
) -> None:
    settings.SITE_URL = "https://connect.example"
    awaiting.ask(face(ana), full)
    let_in(full)
    tell_of_room()

    deliver_all()

    letter = smtp_server.only()
    row = Awaited.objects.get()
    whole = f"{letter.message}{letter.text}{letter.html}"
    assert letter["Subject"] == "News for you"
    assert "You can write now." in letter.text
    assert f"https://connect.example/account/messages/room/{row.pk}/" in letter.text
    assert letter["Reply-To"] == "None"
    # Whole words: tokens may hold any three letters.
    assert not re.search(r"\b(bo|twp)\b|/members/", whole, re.IGNORECASE)


def test_its_link_leads_to_the_page_and_nobody_else(
    signed_in: Callable, ana: Member, stranger: Member, full: Profile
) -> None:
    awaiting.ask(face(ana), full)
    link = f"/account/messages/room/{Awaited.objects.get().pk}/"

    assert signed_in(ana).get(link).url == TO_BO
    assert signed_in(stranger).get(link).status_code == 404
    assert Client().get(link).url.startswith("/accounts/login/")


def blocked_by_recipient(ana: Member, bo: Member) -> None:
    blocking.block(bo, face(ana))


def blocked_by_sender(ana: Member, bo: Member) -> None:
    blocking.block(ana, face(bo))


def recipient_pauses(ana: Member, bo: Member) -> None:
    Profile.objects.filter(member=bo).update(paused_at=timezone.now())


def sender_pauses(ana: Member, bo: Member) -> None:
    Profile.objects.filter(member=ana).update(paused_at=timezone.now())


def recipient_suspended(ana: Member, bo: Member) -> None:
    Member.objects.filter(pk=bo.pk).update(suspended_at=timezone.now())


def sender_suspended(ana: Member, bo: Member) -> None:
    Member.objects.filter(pk=ana.pk).update(suspended_at=timezone.now())


def sender_left(ana: Member, bo: Member) -> None:
    Profile.objects.filter(member=ana).update(left_at=timezone.now())


def full_again(ana: Member, bo: Member) -> None:
    let_in(face(bo), "none_now")


def taken_back(ana: Member, bo: Member) -> None:
    awaiting.take_back(face(ana), face(bo))


def recipient_erased(ana: Member, bo: Member) -> None:
    bo.delete()


CHANGES = [
    blocked_by_recipient, blocked_by_sender, recipient_pauses, sender_pauses, recipient_suspended,
    sender_suspended, sender_left, full_again, taken_back, recipient_erased,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_permission_is_asked_again_when_it_is_sent(
    ana: Member, bo: Member, full: Profile, smtp_server: PostOffice, change: Callable
) -> None:
    awaiting.ask(face(ana), full)
    let_in(full)
    tell_of_room()
    change(ana, bo)

    deliver_all()

    assert Letter.objects.get().dropped_at is not None
    assert smtp_server.letters == []


@pytest.mark.parametrize("change", CHANGES)
def test_and_when_it_is_posted(
    ana: Member, bo: Member, full: Profile, smtp_server: PostOffice, change: Callable
) -> None:
    awaiting.ask(face(ana), full)
    let_in(full)
    change(ana, bo)

    tell_of_room()

    assert not Letter.objects.exists()


def test_whoever_was_not_told_at_the_last_moment_is_told_later(
    ana: Member, bo: Member, full: Profile, smtp_server: PostOffice
) -> None:
    awaiting.ask(face(ana), full)
    let_in(full)
    tell_of_room()
    full_again(ana, bo)
    deliver_all()
    let_in(full)

    tell_of_room()
    deliver_all()

    assert addressed(smtp_server) == ["ana"]


def test_as_many_are_told_as_there_is_room_for_the_first_to_ask_first(
    people: list[Profile], full: Profile, smtp_server: PostOffice
) -> None:
    for sender in people:
        awaiting.ask(sender, full)
    let_in(full, "2")

    tell_of_room()
    tell_of_room()
    make_all_due()
    deliver_all()

    assert addressed(smtp_server) == ["person0", "person1"]


def test_who_may_not_write_keeps_nobody_else_from_being_told(
    people: list[Profile], full: Profile, smtp_server: PostOffice
) -> None:
    for sender in people[:2]:
        awaiting.ask(sender, full)
    let_in(full, "1")
    blocking.block(full.member, people[0])

    tell_of_room()
    deliver_all()

    assert addressed(smtp_server) == ["person1"]


def test_whoever_came_too_late_may_ask_anew(
    ana: Member, bo: Member, full: Profile, smtp_server: PostOffice
) -> None:
    awaiting.ask(face(ana), full)
    let_in(full)
    tell_of_room()
    deliver_all()
    full_again(ana, bo)
    assert not awaiting.is_awaited(face(ana), full)

    awaiting.ask(face(ana), full)
    let_in(full)
    tell_of_room()
    deliver_all()

    assert addressed(smtp_server) == ["ana", "ana"]


def test_it_is_forgotten_after_90_days(ana: Member, stranger: Member, full: Profile) -> None:
    for sender, days in ((ana, 90), (stranger, 89)):
        awaiting.ask(face(sender), full)
        Awaited.objects.filter(sender__member=sender).update(
            asked_at=timezone.now() - timedelta(days=days)
        )

    forget_who_awaited_room()

    assert Awaited.objects.get().sender == face(stranger)


@pytest.mark.parametrize("who", ["sender", "recipient"])
def test_it_goes_with_either_of_the_two(ana: Member, bo: Member, full: Profile, who: str) -> None:
    awaiting.ask(face(ana), full)

    {"sender": ana, "recipient": bo}[who].delete()

    assert not Awaited.objects.exists()


# --- stopped by one click --------------------------------------------------------------------------------


@pytest.fixture
def stop(ana: Member, full: Profile) -> str:
    """What stands in Ana's letter."""
    awaiting.ask(face(ana), full)
    return f"/letters/{room_token(ana)}/room/"


def test_the_mail_program_can_stop_it(stop: str, full: Profile, smtp_server: PostOffice) -> None:
    let_in(full)
    tell_of_room()
    deliver_all()

    letter = smtp_server.only()

    (path,) = re.findall(r"/letters/[^/]+/room/", letter["List-Unsubscribe"])
    assert Client().post(path).status_code == 200
    assert not Awaited.objects.exists()
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_opening_the_link_stops_nothing(stop: str) -> None:
    html = Client().get(stop).content.decode()

    assert "No more letters about room for new people?" in html
    assert Awaited.objects.exists()


def test_one_click_stops_without_signing_in(
    stop: str, full: Profile, smtp_server: PostOffice
) -> None:
    response = Client(enforce_csrf_checks=True).post(stop, {"List-Unsubscribe": "One-Click"})

    let_in(full)
    tell_of_room()
    deliver_all()
    assert "The letters are stopped" in response.content.decode()
    assert smtp_server.letters == []


def test_the_page_of_the_link_says_nothing_of_either(stop: str) -> None:
    html = Client().get(stop).content.decode() + Client().post(stop).content.decode()

    assert not re.search(r"\b(?:ana|bo)\b|@example", html)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_link_stops_nothing(stop: str, method: str) -> None:
    response = getattr(Client(), method)("/letters/forged/room/")

    assert response.status_code == 404
    assert Awaited.objects.exists()


# --- what can never be -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "who"),
    [("room_is_awaited_once_by_one_person", "bo"), ("room_is_awaited_of_somebody_else", "ana")],
)
def test_constraints(ana: Member, full: Profile, name: str, who: str) -> None:
    awaiting.ask(face(ana), full)
    recipient = Profile.objects.get(member__email=f"{who}@example.org", community="twp")

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Awaited.objects.create(sender=face(ana), recipient=recipient)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_once(ana: Member, full: Profile, smtp_server: PostOffice) -> None:
    awaiting.ask(face(ana), full)
    let_in(full)
    together = threading.Barrier(3)

    def work() -> None:
        together.wait()
        try:
            awaiting.tell()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _worker in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deliver_all()

    assert addressed(smtp_server) == ["ana"]
