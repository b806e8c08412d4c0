"""How often one may write: new people a day, the same person again, and three times at most."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from members.models import Member, Profile
from members.relay import holding, sending
from members.relay.models import Message, State
from members.relay.sending import ThreeTimes, TooMany, WroteAlready
from tests.relay.conftest import BODY, face

pytestmark = pytest.mark.django_db
Write = Callable[..., Message]
TO_BO = "/twp/members/bo/write/"
HARMFUL = "I can send you some of my leftover Xanax if you want."


def days_ago(message: Message, days: float) -> Message:
    Message.objects.filter(pk=message.pk).update(written_at=timezone.now() - timedelta(days=days))
    return message


@pytest.fixture
def wrote_three_times(write: Write, ana: Member, bo: Member) -> None:
    for days in (45, 30, 15):
        days_ago(write(ana, bo), days)


def test_after_three_messages_without_an_answer_it_is_enough(
    write: Write, ana: Member, bo: Member, wrote_three_times: None
) -> None:
    with pytest.raises(ThreeTimes):
        write(ana, bo)


def test_two_messages_without_an_answer_leave_a_third(
    write: Write, ana: Member, bo: Member
) -> None:
    days_ago(write(ana, bo), 30)
    days_ago(write(ana, bo), 15)

    write(ana, bo)

    assert Message.objects.count() == 3


def test_an_answer_opens_the_way_again(
    write: Write, ana: Member, bo: Member, wrote_three_times: None
) -> None:
    write(bo, ana)

    write(ana, bo)

    with pytest.raises(WroteAlready):
        write(ana, bo)


def test_three_times_is_three_since_the_last_answer(
    write: Write, ana: Member, bo: Member, wrote_three_times: None
) -> None:
    days_ago(write(bo, ana), 14.5)

    days_ago(write(ana, bo), 14.2)
    write(ana, bo)

    assert Message.objects.filter(sender=face(ana)).count() == 5


def test_three_to_one_person_leave_the_others_open(
    write: Write, ana: Member, stranger: Member, wrote_three_times: None
) -> None:
    write(ana, stranger)

    assert sending.can_write(face(stranger), face(ana))


def test_the_page_says_kindly_that_three_is_the_end(
    signed_in: Callable[[Member], Client], ana: Member, wrote_three_times: None
) -> None:
    browser = signed_in(ana)

    page = browser.get(TO_BO).content.decode()
    answer = browser.post(TO_BO, {"body": "A fourth message, just to be sure."}).content.decode()

    for html in (page, answer):
        assert "You have written to bo three times" in html
        assert "it says nothing about you" in html
    assert "A fourth message, just to be sure." in answer
    assert "Send the message" not in answer


def test_the_staff_are_measured_like_everybody(
    write: Write, make_member: Callable, make_profile: Callable, bo: Member
) -> None:
    helper = make_member("helper", is_staff=True, is_superuser=True)
    make_profile(helper)
    for name in ("one", "two", "three"):
        member = make_member(name)
        make_profile(member)
        write(helper, member)

    with pytest.raises(TooMany):
        write(helper, bo)


@pytest.mark.parametrize(("first_days", "later", "joined", "most"), [(1, 4, 0, 1), (1, 4, 31, 4)])
def test_the_numbers_of_a_day_are_settings(
    write: Write, ana: Member, make_member: Callable, make_profile: Callable, settings: object,
    first_days: int, later: int, joined: int, most: int,
) -> None:  # fmt: skip
    settings.NEW_PEOPLE_A_DAY_AT_FIRST, settings.NEW_PEOPLE_A_DAY = first_days, later
    since = timezone.now() - timedelta(days=joined)
    Profile.objects.filter(member=ana).update(
        applied_at=since, confirmed_at=since, approved_at=since
    )
    people = [make_member(f"person{number}") for number in range(most + 1)]
    for person in people:
        make_profile(person)
    for person in people[:most]:
        write(ana, person)

    with pytest.raises(TooMany):
        write(ana, people[most])


def test_what_stands_against_writing_takes_two_queries(
    write: Write, ana: Member, bo: Member, stranger: Member, make_member: Callable,
    make_profile: Callable, answer: Callable, django_assert_num_queries: Callable,
) -> None:  # fmt: skip
    mine, his = face(ana), face(bo)
    with django_assert_num_queries(2):
        sending.too_soon(mine, his)

    answer(his, "new_contacts", "5")
    for name in ("one", "two"):
        member = make_member(name)
        make_profile(member)
        write(ana, member)
        write(member, bo)
    with django_assert_num_queries(2):
        sending.too_soon(mine, his)

    write(ana, bo)
    with django_assert_num_queries(1):
        sending.too_soon(mine, his)


# --- what a reviewer reads first -----------------------------------------------------------------------


def test_a_held_message_counts(write: Write, ana: Member, bo: Member) -> None:
    held = write(ana, bo, HARMFUL)

    with pytest.raises(WroteAlready) as refusal:
        write(ana, bo)

    assert (refusal.value.state, refusal.value.free_at) == (
        State.HELD, held.written_at + timedelta(days=14)
    )  # fmt: skip


def test_held_and_refused_messages_count_among_the_three_and_among_new_people(
    write: Write, ana: Member, bo: Member, stranger: Member, make_member: Callable,
    make_profile: Callable,
) -> None:  # fmt: skip
    for days in (45, 30, 15):
        held = days_ago(write(ana, bo, HARMFUL), days)
        holding.keep_back(held)
    with pytest.raises(ThreeTimes):
        write(ana, bo)

    for name in ("one", "two", "three"):
        member = make_member(name)
        make_profile(member)
        write(ana, member, HARMFUL)
    with pytest.raises(TooMany):
        write(ana, stranger)


@pytest.mark.parametrize("refused", [False, True])
def test_what_is_held_of_the_other_side_is_no_answer(
    write: Write, ana: Member, bo: Member, refused: bool
) -> None:
    """Else its recipient could read off their own limit that somebody wrote."""
    write(ana, bo)
    held = write(bo, ana, HARMFUL)
    if refused:
        holding.keep_back(held)

    with pytest.raises(WroteAlready):
        write(ana, bo)


def test_whoever_s_answer_is_held_stays_among_the_new_people_of_the_day(
    write: Write, ana: Member, bo: Member, stranger: Member, make_member: Callable,
    make_profile: Callable,
) -> None:  # fmt: skip
    for name in ("one", "two"):
        member = make_member(name)
        make_profile(member)
        write(ana, member)
    write(ana, bo)
    write(bo, ana, HARMFUL)

    with pytest.raises(TooMany):
        write(ana, stranger)


@pytest.mark.parametrize(
    ("decide", "title"),
    [
        (None, "Our staff will read your message first"),
        (holding.keep_back, "Your last message was not sent"),
        (holding.let_out, "You have written to bo"),
    ],
)
def test_the_page_tells_its_sender_how_it_stands(
    write: Write, signed_in: Callable[[Member], Client], ana: Member, bo: Member,
    decide: Callable | None, title: str,
) -> None:  # fmt: skip
    held = write(ana, bo, HARMFUL)
    if decide:
        decide(held)

    html = signed_in(ana).get(TO_BO).content.decode()

    free = held.written_at + timedelta(days=14)
    assert title in html
    assert f"{free.day} {free:%B}" in html


# --- at the same moment ---------------------------------------------------------------------------------


def together(*verbs: Callable[[], object]) -> list[str]:
    """Do all at the same moment, each on a connection of its own; what came of each."""
    start, outcomes = threading.Barrier(len(verbs)), []

    def do(verb: Callable[[], object]) -> None:
        start.wait()
        try:
            verb()
            outcomes.append("kept")
        except sending.NotWritten as refusal:
            outcomes.append(refusal.name)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[verb]) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def to(sender: Profile, recipient: Profile) -> Callable[[], Message]:
    return lambda: sending.write(sender, recipient, BODY, uuid.uuid4())


@pytest.mark.django_db(transaction=True)
def test_four_messages_to_one_person_at_once_are_one(ana: Member, bo: Member) -> None:
    outcomes = together(*[to(face(ana), face(bo))] * 4)

    assert outcomes == ["kept", "wrote_already", "wrote_already", "wrote_already"]


@pytest.mark.django_db(transaction=True)
def test_the_last_place_of_somebody_is_given_once(
    bo: Member, answer: Callable, make_member: Callable, make_profile: Callable
) -> None:
    answer(face(bo), "new_contacts", "2")
    senders = [make_profile(make_member(f"person{number}")) for number in range(5)]

    outcomes = together(*(to(face(one.member), face(bo)) for one in senders))

    assert outcomes == ["full", "full", "full", "kept", "kept"]


@pytest.mark.django_db(transaction=True)
def test_two_who_write_to_each_other_at_once_do_not_wait_for_ever(ana: Member, bo: Member) -> None:
    for _round in range(5):
        Message.objects.all().delete()
        outcomes = together(to(face(ana), face(bo)), to(face(bo), face(ana)))

        assert outcomes == ["kept", "kept"]
