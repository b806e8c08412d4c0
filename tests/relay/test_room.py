"""How many new people may write to somebody in a week, and what that tells of them."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from members import blocking
from members.models import Member, Profile
from members.outbox.models import Letter
from members.relay import holding, room, sending
from members.relay.models import Message
from members.relay.sending import Full
from tests.attack.crowd import told
from tests.relay.conftest import face

pytestmark = pytest.mark.django_db
Write = Callable[..., Message]
TO_BO = "/twp/members/bo/write/"
HARMFUL = "I can send you some of my leftover Xanax if you want."
FULL = "bo has no room for new people just now"


@pytest.fixture
def people(make_member: Callable, make_profile: Callable) -> list[Member]:
    members = [make_member(f"person{number}") for number in range(7)]
    for member in members:
        make_profile(member)
    return members


@pytest.fixture
def one_a_week(bo: Member, answer: Callable) -> Profile:
    """Bo lets one new person write to him in a week."""
    answer(face(bo), "new_contacts", "1")
    return face(bo)


def came(message: Message, days_ago: float) -> Message:
    at = timezone.now() - timedelta(days=days_ago)
    Message.objects.filter(pk=message.pk).update(written_at=at)
    return message


@pytest.mark.parametrize(("number", "most"), [("1", 1), ("2", 2), ("5", 5)])
def test_so_many_new_people_may_write_in_a_week(
    write: Write, bo: Member, people: list[Member], answer: Callable, number: str, most: int
) -> None:
    answer(face(bo), "new_contacts", number)
    for person in people[:most]:
        write(person, bo)

    with pytest.raises(Full):
        write(people[most], bo)


def test_the_button_of_a_profile_says_so_where_there_is_no_room(
    one_a_week: Profile, write: Write, bo: Member, people: list[Member], signed_in: Callable
) -> None:
    """To whoever is new to them; who wrote already goes on."""
    before = signed_in(people[0]).get("/twp/members/bo/").content.decode()
    write(people[0], bo)

    known, new = (signed_in(one).get("/twp/members/bo/").content.decode() for one in people[:2])

    for page in (before, known):
        assert "Write to bo" in page
        assert FULL not in page
    assert f"{FULL}. It says nothing about you." in " ".join(new.split())
    assert f'href="{TO_BO}">Ask to be told when there is room' in new
    assert "Write to bo" not in new
    assert "Tell me when there is room" in signed_in(people[1]).get(TO_BO).content.decode()


def test_the_button_tells_the_same_of_one_who_wants_nobody_and_one_who_is_full(
    one_a_week: Profile, write: Write, bo: Member, people: list[Member], signed_in: Callable,
    answer: Callable,
) -> None:  # fmt: skip
    write(people[0], bo)
    full = told(signed_in(people[1]).get("/twp/members/bo/"))

    Message.objects.all().delete()
    face(bo).answers.all().delete()
    answer(face(bo), "new_contacts", room.NOBODY_NEW)

    assert told(signed_in(people[1]).get("/twp/members/bo/")) == full


@pytest.mark.parametrize("given", [None, "no_limit"])
def test_without_a_number_everybody_may(
    write: Write, bo: Member, people: list[Member], answer: Callable, given: str | None
) -> None:
    if given:
        answer(face(bo), "new_contacts", given)

    for person in people:
        write(person, bo)

    assert Message.objects.count() == len(people)


@pytest.mark.parametrize("shown", ["shown", "matching", "unused"])
def test_nobody_new_is_nobody_new_however_far_it_is_shown(
    write: Write, ana: Member, bo: Member, answer: Callable, shown: str
) -> None:
    answer(face(bo), "new_contacts", "none_now", shown)

    with pytest.raises(Full):
        write(ana, bo)


def test_people_known_already_are_not_new(
    write: Write, ana: Member, bo: Member, stranger: Member, one_a_week: Profile
) -> None:
    came(write(ana, bo), 20)
    write(stranger, bo)

    write(ana, bo)

    assert Message.objects.filter(recipient=one_a_week).count() == 3


def test_whoever_was_written_to_first_may_always_answer(
    write: Write, ana: Member, bo: Member, stranger: Member, one_a_week: Profile
) -> None:
    write(bo, ana)
    write(stranger, bo)

    write(ana, bo)

    assert room.left(one_a_week) == 0


def test_an_answer_to_ones_own_letter_takes_nobodys_place(
    write: Write, ana: Member, bo: Member, stranger: Member, one_a_week: Profile
) -> None:
    write(bo, ana)
    write(ana, bo)

    write(stranger, bo)

    assert Message.objects.filter(recipient=one_a_week).count() == 2


def test_a_second_message_of_the_same_person_takes_no_second_place(
    write: Write, ana: Member, bo: Member, stranger: Member, answer: Callable
) -> None:
    answer(face(bo), "new_contacts", "2")
    came(write(ana, bo), 1)
    write(bo, ana)
    write(ana, bo)

    write(stranger, bo)

    assert room.left(face(bo)) == 0


@pytest.mark.parametrize(("days_ago", "is_full"), [(0, True), (5.9, True), (7.01, False)])
def test_a_week_later_there_is_room_again(
    write: Write, ana: Member, bo: Member, stranger: Member, one_a_week: Profile,
    days_ago: float, is_full: bool,
) -> None:  # fmt: skip
    came(write(ana, bo), days_ago)

    assert isinstance(sending.too_soon(face(stranger), face(bo)), Full) == is_full


def test_room_comes_at_midnight_not_at_the_hour_somebody_wrote(
    write: Write, ana: Member, bo: Member, one_a_week: Profile
) -> None:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    begin, second = midnight - timedelta(days=6), timedelta(seconds=1)
    message = write(ana, bo)
    found = []
    for at in (begin - second, begin, begin + timedelta(hours=23)):
        Message.objects.filter(pk=message.pk).update(written_at=at)
        found.append(room.left(one_a_week))

    assert found == [1, 0, 0]


def test_the_two_faces_of_somebody_have_two_numbers(
    write: Write, ana: Member, bo: Member, cleo: Member, answer: Callable
) -> None:
    """One that fills up with the other would show that the two are one person."""
    answer(face(ana, "twp"), "new_contacts", "1")
    answer(face(ana, "ici"), "new_contacts", "1")
    write(bo, ana)

    write(cleo, ana, community="ici")

    assert room.left(face(ana, "ici")) == 0


@pytest.mark.parametrize("refused", [False, True])
def test_what_is_held_takes_no_place(
    write: Write, ana: Member, bo: Member, stranger: Member, one_a_week: Profile, refused: bool
) -> None:
    held = write(ana, bo, HARMFUL)
    if refused:
        holding.keep_back(held)

    write(stranger, bo)

    assert room.left(one_a_week) == 0


def test_what_is_let_out_late_takes_its_place_then(
    write: Write, ana: Member, bo: Member, one_a_week: Profile
) -> None:
    held = came(write(ana, bo, HARMFUL), 20)
    before = room.left(one_a_week)

    holding.let_out(held)

    assert (before, room.left(one_a_week)) == (1, 0)


def test_what_never_got_through_takes_no_place(
    write: Write, ana: Member, bo: Member, one_a_week: Profile
) -> None:
    message = write(ana, bo)
    Letter.objects.filter(pk=message.letter_id).update(dropped_at=timezone.now())

    assert room.left(one_a_week) == 1


# --- what it tells ------------------------------------------------------------------------------------


def test_the_page_says_so_kindly_and_gives_no_number(
    write: Write, signed_in: Callable, ana: Member, stranger: Member, bo: Member, answer: Callable
) -> None:
    answer(face(bo), "new_contacts", "1")
    write(stranger, bo)

    html = signed_in(ana).get(TO_BO).content.decode()

    assert FULL in html
    assert "Tell me when there is room" in html
    assert "<textarea" not in html
    notice = html[html.index("notice warning") : html.index(FULL) + 900]
    assert re.findall(r"\d+", re.sub(r'value="[^"]*"', "", notice)) == []


def answer_now(member: Member, slug: str) -> None:
    given = face(member).answers.get(question="new_contacts")
    given.choice = type(given.choice).objects.get(question="new_contacts", slug=slug)
    given.save()


def test_full_and_nobody_new_are_one_page_whoever_asks(
    write: Write, signed_in: Callable, ana: Member, bo: Member, stranger: Member, people: list,
    answer: Callable,
) -> None:  # fmt: skip
    """Neither the number nor the reason can be read off it, nor anything about who asks."""
    answer(face(bo), "new_contacts", "1")
    write(stranger, bo)
    pages = [told(signed_in(one).get(TO_BO)) for one in (people[0], people[1])]
    answer_now(bo, "none_now")
    pages += [told(signed_in(one).get(TO_BO)) for one in (people[0], people[1])]

    assert FULL.encode() in pages[0][2]
    assert all(page == pages[0] for page in pages)


def test_whoever_is_blocked_sees_the_same_as_before(
    signed_in: Callable, ana: Member, bo: Member, one_a_week: Profile, write: Write,
    stranger: Member,
) -> None:  # fmt: skip
    write(stranger, bo)
    blocking.block(bo, face(ana))
    browser = signed_in(ana)

    nobody = told(browser.get("/twp/members/nobody-of-this-name/write/"))
    blocked = [told(browser.get(TO_BO))]
    for do in ("tell_me", "keep", "send", "let_go"):
        sent = {"do": do, "body": "Some words of mine, twenty and more."}
        blocked.append(told(browser.post(TO_BO, sent)))

    assert {one[0] for one in (nobody, *blocked)} == {404}
    assert all(one[2] == nobody[2].replace(b"nobody-of-this-name", b"bo") for one in blocked)


def test_a_pause_altogether_stays_a_page_that_is_not_there(
    signed_in: Callable, ana: Member, bo: Member, one_a_week: Profile
) -> None:
    Profile.objects.filter(pk=one_a_week.pk).update(paused_at=timezone.now())

    assert signed_in(ana).get(TO_BO).status_code == 404


def test_a_refused_message_is_kept_as_a_draft(
    signed_in: Callable, ana: Member, bo: Member, stranger: Member, one_a_week: Profile,
    write: Write,
) -> None:  # fmt: skip
    write(stranger, bo)
    browser = signed_in(ana)

    answer = browser.post(TO_BO, {"body": "Hello Bo, I keep bees as well."}).content.decode()

    assert FULL in answer
    assert "Hello Bo, I keep bees as well." in answer
    assert "Hello Bo, I keep bees as well." in browser.get(TO_BO).content.decode()
    assert not Message.objects.filter(sender=face(ana)).exists()
