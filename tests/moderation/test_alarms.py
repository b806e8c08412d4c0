"""What the staff learn of a member who looks at as many people as a day allows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from members import looking
from members.models import Looked, Member
from members.outbox.composing import compose
from members.outbox.duties import DUTIES
from members.outbox.letters import NotWanted
from members.outbox.models import Letter
from moderation.duties import raise_alarms
from tests.moderation.test_letters import assert_is_as_kept, whole
from tests.moderation.test_staff_pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(settings: object) -> None:
    settings.SITE_URL = "https://connect.example"
    settings.STAFF_MAIL = ["staff@connect.example"]
    settings.PROFILES_A_DAY = 10


@pytest.fixture
def office(administrator: Member, signed_in: Callable[[Member], Client]) -> Client:
    return signed_in(administrator)


def look_at_all(member: Member) -> None:
    looking.look(member, range(1000, 1011), search=True)


def days_pass(days: float) -> None:
    gone = timedelta(days=days)
    Looked.objects.update(hour=F("hour") - gone)
    Letter.objects.update(posted_at=F("posted_at") - gone, once_on=F("once_on") - gone)


def test_the_staff_get_one_letter_about_a_member_at_a_limit(bo: Member, ana: Member) -> None:
    looking.look(ana, range(1000, 1009), search=True)  # there is room for one
    look_at_all(bo)

    raise_alarms()
    raise_alarms()

    assert Letter.objects.get().about == f"{bo.pk.hex}.0"


def test_everybody_on_the_staff_s_list_gets_it(bo: Member, settings: object) -> None:
    settings.STAFF_MAIL = ["one@connect.example", "two@connect.example"]
    look_at_all(bo)

    raise_alarms()

    assert {compose(letter).to[0] for letter in Letter.objects.all()} == {*settings.STAFF_MAIL}


@pytest.mark.parametrize(("days", "letters"), [(0.99, 1), (1.1, 2)])
def test_who_goes_on_is_told_of_once_a_day(days: float, letters: int, bo: Member) -> None:
    look_at_all(bo)
    raise_alarms()
    days_pass(days)
    look_at_all(bo)

    raise_alarms()

    assert Letter.objects.count() == letters


def test_an_alarm_is_soon() -> None:
    assert DUTIES["raise-alarms"].every <= timedelta(minutes=15)


def test_the_letter_tells_no_name_and_nobody_looked_at(bo: Member) -> None:
    look_at_all(bo)
    raise_alarms()

    letter = whole(Letter.objects.get()).replace(str(bo.pk), "MEMBER")

    assert "bo" not in letter.split()
    assert "example.org" not in letter
    assert_is_as_kept(letter, "looked_enough")


def test_on_the_third_day_the_letter_says_so(bo: Member) -> None:
    for _day in range(3):
        days_pass(1.1)
        look_at_all(bo)
        raise_alarms()

    mail = compose(Letter.objects.latest("pk"))

    assert "It is the 3rd such letter about this member within a week." in mail.body


def test_no_letter_is_sent_about_somebody_erased(bo: Member) -> None:
    look_at_all(bo)
    raise_alarms()
    bo.delete()

    with pytest.raises(NotWanted):
        compose(Letter.objects.get())


def test_no_letter_is_sent_to_a_place_that_is_no_more_on_the_list(
    bo: Member, settings: object
) -> None:
    settings.STAFF_MAIL = ["one@connect.example", "two@connect.example"]
    look_at_all(bo)
    raise_alarms()
    settings.STAFF_MAIL = ["one@connect.example"]

    with pytest.raises(NotWanted):
        compose(Letter.objects.latest("pk"))


def test_the_page_of_a_member_says_how_much_and_when(office: Client, bo: Member) -> None:
    look_at_all(bo)
    raise_alarms()

    page = words(office, f"/admin/members/member/{bo.pk}/change/")

    assert "10 of 10 people, 1 of 600 searches, 0 of 20 changes of answers" in page
    assert f"Reached a limit of the day: {date_format(timezone.localdate())}" in page


def test_the_page_of_a_quiet_member_says_so(office: Client, bo: Member) -> None:
    page = words(office, f"/admin/members/member/{bo.pk}/change/")

    assert "0 of 10 people, 0 of 600 searches" in page
    assert "Reached a limit of the day: never" in page


def test_members_who_reached_a_limit_this_week_are_listed(
    office: Client, bo: Member, ana: Member, stranger: Member
) -> None:
    look_at_all(stranger)
    raise_alarms()
    days_pass(8)
    look_at_all(bo)
    raise_alarms()

    page = words(office, "/admin/members/member/?state=limit")

    assert "bo@example.org" in page
    assert "ana@example.org" not in page
    assert "stranger@example.org" not in page


def test_the_first_page_of_an_administrator_shows_alarms_and_a_reviewer_s_does_not(
    office: Client, desk: Client, bo: Member, stranger: Member
) -> None:
    quiet = words(office, "/admin/")
    for member in (bo, stranger):
        look_at_all(member)
    raise_alarms()

    assert "Limits of the day Nobody reached one this week." in quiet
    assert "Limits of the day 2 members reached one this week. Look at them" in words(
        office, "/admin/"
    )
    assert "Limits of the day" not in words(desk, "/admin/")
