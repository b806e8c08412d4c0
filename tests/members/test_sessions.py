"""A session knows whose it is, brings them, and goes with them."""

import importlib
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members import duties, erasing
from members.models import Member, Session
from members.sessions import SessionStore
from tests.conftest import PASSWORD
from tests.moderation import factors

pytestmark = pytest.mark.django_db

SignIn = Callable[[Member], Client]
OVERVIEW = "/account/"


def log_in(member: Member) -> Client:
    browser = Client()
    browser.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})
    return browser


def is_in(browser: Client) -> bool:
    return not browser.get(OVERVIEW).get("Location", "").startswith("/accounts/login/")


# --- reading ----------------------------------------------------------------------------------------


def test_one_question_brings_the_session_and_its_member(
    bo: Member, signed_in: SignIn, django_assert_num_queries: Callable
) -> None:
    browser = signed_in(bo)

    with django_assert_num_queries(1) as asked:
        response = browser.get(reverse("account_login"))  # leads on to the account

    assert response.wsgi_request.user == bo
    assert "members_member" in asked.captured_queries[0]["sql"]


def test_the_second_factors_of_the_staff_come_along_and_of_nobody_else(
    reviewer: Member, bo: Member, signed_in: SignIn, settings: object
) -> None:
    settings.STAFF_SECOND_FACTOR = True
    for member in (reviewer, bo):
        Authenticator.objects.create(user=member, type="totp", data={})

    of_staff, of_member = (
        signed_in(member).get(OVERVIEW).wsgi_request.user for member in (reviewer, bo)
    )

    assert [factor["type"] for factor in of_staff.factors] == ["totp"]
    assert of_member.factors is None


def test_who_is_signed_in_is_what_the_session_says_not_whose_row_it_is(
    ana: Member, bo: Member, signed_in: SignIn
) -> None:
    browser = signed_in(bo)
    Session.objects.update(member=ana)

    assert browser.get(OVERVIEW).wsgi_request.user == bo


@pytest.mark.parametrize("change", [{"suspended_at": timezone.now()}, {"let_in_at": None}])
def test_who_may_not_be_in_is_out_at_once(
    bo: Member, signed_in: SignIn, change: dict[str, object]
) -> None:
    browser = signed_in(bo)
    assert is_in(browser)

    Member.objects.filter(pk=bo.pk).update(**change)

    assert not is_in(browser)


def test_a_password_set_elsewhere_ends_it(bo: Member, signed_in: SignIn) -> None:
    browser = signed_in(bo)
    bo.set_password("another-long-secret")
    bo.save()

    assert not is_in(browser)


def test_a_session_that_ran_out_is_nobodys(bo: Member, signed_in: SignIn) -> None:
    browser = signed_in(bo)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    assert not is_in(browser)


def test_nobody_signed_in_has_no_member(client: Client) -> None:
    client.session.save()

    store = SessionStore(client.session.session_key)

    assert (store.get(SESSION_KEY), store.member) == (None, None)


# --- writing ----------------------------------------------------------------------------------------


def test_it_is_its_members_from_signing_in_until_signing_out(bo: Member) -> None:
    browser = log_in(bo)
    assert [one.member for one in Session.objects.all()] == [bo]

    browser.post(reverse("account_logout"))

    assert not Session.objects.filter(member=bo).exists()


# --- the end ----------------------------------------------------------------------------------------


def test_it_goes_with_its_member_however_they_signed_in(bo: Member) -> None:
    browser = log_in(bo)
    UserSession.objects.all().delete()  # the list that says from where

    erasing.erase(bo)

    assert not Session.objects.exists()
    assert not is_in(browser)


def test_one_that_waits_for_a_second_factor_goes_too_and_lets_nobody_in(reviewer: Member) -> None:
    factors.give_app(reviewer)
    browser = log_in(reviewer)
    assert Session.objects.get().member == reviewer
    assert not is_in(browser)

    erasing.erase(reviewer)

    assert not Session.objects.exists()


def test_ending_them_ends_all_of_one_member_and_nobody_elses(bo: Member, ana: Member) -> None:
    of_bo, of_ana = [log_in(bo), log_in(bo)], log_in(ana)

    erasing.end_sessions(bo)

    assert [is_in(browser) for browser in (*of_bo, of_ana)] == [False, False, True]
    assert [one.user for one in UserSession.objects.all()] == [ana]


def test_one_that_is_left_of_somebody_erased_lets_nobody_in_and_is_cleared(bo: Member) -> None:
    browser = log_in(bo)
    Session.objects.update(member=uuid4())
    Member.objects.filter(pk=bo.pk).delete()
    assert Session.objects.exists()  # what could stay is there

    assert not is_in(browser)
    duties.clear_expired_sessions()

    assert not Session.objects.exists()


def test_expired_sessions_are_cleared() -> None:
    now = timezone.now()
    Session.objects.create(session_key="old", expire_date=now - timedelta(days=1))
    Session.objects.create(session_key="new", expire_date=now + timedelta(days=1))

    duties.clear_expired_sessions()

    assert [session.session_key for session in Session.objects.all()] == ["new"]


def test_networks_and_browsers_are_forgotten_with_their_sessions(bo: Member) -> None:
    ended, running = log_in(bo), log_in(bo)
    assert UserSession.objects.count() == 2  # what could stay is there
    ended.post(reverse("account_logout"))

    duties.clear_expired_sessions()

    assert [one.session_key for one in UserSession.objects.all()] == [running.session.session_key]


# --- coming from Django's own ------------------------------------------------------------------------


def test_open_sessions_move_over_when_the_site_is_upgraded(bo: Member, ana: Member) -> None:
    browsers = [log_in(bo), log_in(ana)]
    columns = "session_key, session_data, expire_date"
    with connection.cursor() as cursor:
        cursor.execute(f"create table django_session as select {columns} from members_session")  # noqa: S608
        cursor.execute("delete from members_session")
        cursor.execute(importlib.import_module("members.migrations.0021_session").MOVE)
        cursor.execute("select to_regclass('django_session')")
        assert cursor.fetchone() == (None,)

    assert [is_in(browser) for browser in browsers] == [True, True]
    assert {one.member for one in Session.objects.all()} == {bo, ana}
