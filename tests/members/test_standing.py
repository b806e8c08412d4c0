"""The status page says in every state where it stands and what happens next."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from pytest_django import DjangoAssertNumQueries

from members.models import Member, Profile
from members.outbox.models import Letter
from members.standing import DECLINED_ERASED_AFTER, Standing, erased_on, standing
from tests.members.applying import status_url

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def wren(make_member: Callable[..., Member], make_profile: Callable[..., Profile]) -> Profile:
    """An application whose address is confirmed."""
    return make_profile(make_member("wren", let_in=False), approved=False)


def since(profile: Profile, **ago: timedelta) -> Profile:
    """The same with its dates moved: `since(wren, confirmed_at=DAY)`. Sent before all of it."""
    now = timezone.now()
    dates = {name: now - time for name, time in ago.items()}
    first = min([now, *dates.values()])
    Profile.objects.filter(pk=profile.pk).update(**{"applied_at": first} | dates)
    profile.refresh_from_db()
    return profile


def unconfirmed(profile: Profile) -> Profile:
    Profile.objects.filter(pk=profile.pk).update(confirmed_at=None)
    profile.refresh_from_db()
    return profile


def page(profile: Profile) -> str:
    """What the applicant reads."""
    found = Client().get(status_url(profile)).content.decode()
    main = re.search(r"<main.*</main>", found, re.S)[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def day(moment: object) -> str:
    return date_format(moment, "j F Y")


# --- each state --------------------------------------------------------------------------------------


def test_an_unconfirmed_one_is_told_the_step_and_the_day(wren: Profile) -> None:
    unconfirmed(wren)

    assert standing(wren) == Standing.UNCONFIRMED
    assert "Only then can we read your application." in page(wren)
    last = day(wren.applied_at + timedelta(days=14))
    assert f"Without it everything is erased on {last}." in page(wren)


def test_who_waits_need_do_nothing(wren: Profile) -> None:
    since(wren, confirmed_at=47 * HOUR)

    assert standing(wren) == Standing.WAITING
    assert "It usually takes a day or two. You need do nothing." in page(wren)


def test_who_waits_for_more_than_two_days_reads_that_it_is_not_lost(wren: Profile) -> None:
    since(wren, confirmed_at=49 * HOUR)

    assert standing(wren) == Standing.LATE
    assert "It takes longer this time. We are sorry." in page(wren)
    assert "a day or two" not in page(wren)


def test_who_has_answered_is_not_told_of_a_delay(wren: Profile) -> None:
    since(wren, confirmed_at=90 * HOUR, returned_at=HOUR)

    assert standing(wren) == Standing.WAITING


def test_who_was_asked_is_led_to_the_question(wren: Profile) -> None:
    since(wren, confirmed_at=5 * DAY, asked_at=DAY)

    assert standing(wren) == Standing.ASKED
    assert "Your application waits for an answer from you." in page(wren)
    assert "We have read it, and wait for your answer." in page(wren)
    assert "If we hear nothing for three weeks, we close the application." in page(wren)
    assert "You need do nothing" not in page(wren)


def test_who_was_asked_for_another_name_is_led_to_it(wren: Profile, bo: Member) -> None:
    bo.profiles.update(username_key=wren.username_key)
    Letter.objects.create(kind="choose_another_name", about=str(wren.pk))

    assert standing(wren) == Standing.NAME_ASKED
    assert "Please choose another name" in page(wren)


def test_who_moved_reads_where_the_application_is_now(wren: Profile) -> None:
    Profile.objects.filter(pk=wren.pk).update(community="ici", moved_at=timezone.now())

    assert f"Moved to ICI Connect (done) On {day(timezone.now())}." in page(wren)
    assert "A person reads it This is where it is now." in page(wren)


def test_who_is_in_is_led_to_the_login_and_to_a_new_link(wren: Profile) -> None:
    since(wren, confirmed_at=DAY, approved_at=HOUR)

    assert standing(wren) == Standing.APPROVED
    assert "You are in. Welcome." in page(wren)
    assert "Log in Send me a new link" in page(wren)


def test_who_was_declined_reads_when_it_is_erased_and_what_can_be_done(wren: Profile) -> None:
    since(wren, confirmed_at=2 * DAY, declined_at=DAY)

    last = day(wren.declined_at + DECLINED_ERASED_AFTER)
    assert standing(wren) == Standing.DECLINED
    assert "We have closed this application." in page(wren)
    assert f"What you wrote is erased on {last}." in page(wren)
    assert "write to us . A person will answer." in page(wren)


def test_who_takes_it_back_is_told_that_it_is_erased(wren: Profile) -> None:
    browser = Client()

    response = browser.post(status_url(wren, "withdraw"), follow=True)

    assert "Your application is erased. We wish you well." in response.content.decode()
    assert browser.get(status_url(wren)).status_code == 404


@pytest.mark.parametrize("state", [s for s in Standing if s not in ("approved", "declined")])
def test_while_it_waits_it_can_be_taken_back_in_every_state(
    state: str, wren: Profile, bo: Member
) -> None:
    bring_to(state, wren, bo)

    assert standing(wren) == state
    assert "Take it back" in page(wren)


def bring_to(state: str, profile: Profile, bo: Member) -> None:
    match state:
        case Standing.UNCONFIRMED:
            unconfirmed(profile)
        case Standing.LATE:
            since(profile, confirmed_at=3 * DAY)
        case Standing.ASKED:
            since(profile, confirmed_at=3 * DAY, asked_at=HOUR)
        case Standing.NAME_ASKED:
            bo.profiles.update(username_key=profile.username_key)
            Letter.objects.create(kind="choose_another_name", about=str(profile.pk))


# --- decisions that may be taken back --------------------------------------------------------------------


@pytest.mark.parametrize("decided", ["approved_at", "declined_at"])
def test_a_decision_that_may_still_be_taken_back_is_not_told(decided: str, wren: Profile) -> None:
    since(wren, confirmed_at=HOUR, **{decided: 9 * MINUTE})
    before = standing(wren)
    since(wren, confirmed_at=HOUR, **{decided: 11 * MINUTE})

    assert (before, standing(wren)) == (Standing.WAITING, decided.removesuffix("_at"))


# --- links that are late ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("with_password", "status"), [(False, 200), (True, 404)])
def test_who_never_chose_a_password_still_finds_the_way_to_a_new_link(
    with_password: bool, status: int, wren: Profile
) -> None:
    since(wren, confirmed_at=60 * DAY, approved_at=50 * DAY)
    if with_password:
        wren.member.set_password("a-long-enough-secret")
        wren.member.save()

    assert Client().get(status_url(wren)).status_code == status


def test_nothing_is_erased_of_who_waits(wren: Profile) -> None:
    assert erased_on(wren) is None


@pytest.mark.parametrize("state", list(Standing))
def test_the_page_costs_few_queries_in_every_state(
    state: str, wren: Profile, bo: Member, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    bring_to(state, wren, bo)
    if state in ("approved", "declined"):
        since(wren, confirmed_at=DAY, **{f"{state}_at": HOUR})

    with django_assert_max_num_queries(4):
        Client().get(status_url(wren))
