"""Sessions: whose they are, when they end, and how often somebody may guess."""

from collections.abc import Callable

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from members.models import Member, Session
from members.password_links import password_link
from moderation.reports import measures
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "another-long-secret"
COOKIE = django_settings.SESSION_COOKIE_NAME


def log_in(browser: Client, email: str = "bo@example.org", password: str = PASSWORD, **meta: str):  # noqa: ANN201
    return browser.post("/accounts/login/", {"login": email, "password": password}, **meta)


def is_in(browser: Client) -> bool:
    return not browser.get("/account/").get("Location", "").startswith("/accounts/login/")


@pytest.fixture
def administrator(make_member: Callable[..., Member]) -> Member:
    return make_member("boss", is_staff=True, is_superuser=True)


@pytest.fixture
def two_browsers(bo: Member) -> tuple[Client, Client]:
    Member.objects.update(
        policies_version=django_settings.POLICIES_VERSION, policies_accepted_at=bo.let_in_at
    )
    browsers = Client(), Client()
    for browser in browsers:
        log_in(browser)
        assert is_in(browser)
    return browsers


def test_a_changed_password_ends_all_other_sessions(two_browsers: tuple[Client, Client]) -> None:
    here, elsewhere = two_browsers

    here.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )

    assert (is_in(here), is_in(elsewhere)) == (True, False)


def test_a_password_set_from_a_letter_ends_all_other_sessions(
    two_browsers: tuple[Client, Client], bo: Member
) -> None:
    bo.refresh_from_db()
    path = password_link(bo).removeprefix(django_settings.SITE_URL)
    here = Client()
    form = here.get(path)["Location"]

    here.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert [is_in(browser) for browser in two_browsers] == [False, False]
    assert log_in(Client(), password=NEW_PASSWORD).status_code == 302


def test_a_link_that_set_a_password_sets_no_second_one(bo: Member) -> None:
    path = password_link(bo).removeprefix(django_settings.SITE_URL)
    first = Client()
    first.post(first.get(path)["Location"], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    again = Client().get(path)

    assert again.status_code == 200
    assert b"password1" not in again.content


def test_a_suspension_ends_every_session_at_once(
    two_browsers: tuple[Client, Client], bo: Member, administrator: Member
) -> None:
    measures.suspend(bo, administrator, "For now we closed your account.")

    assert [is_in(browser) for browser in two_browsers] == [False, False]
    assert log_in(Client()).get("Location", "") != reverse("account:overview")


def test_an_erased_member_has_no_session(two_browsers: tuple[Client, Client], bo: Member) -> None:
    bo.delete()

    assert [is_in(browser) for browser in two_browsers] == [False, False]


@pytest.mark.parametrize(
    "way_out", [lambda b: b.post("/accounts/logout/"), lambda b: b.get("/leave/")]
)
def test_a_session_one_left_is_gone_also_for_whoever_copied_its_cookie(
    bo: Member, way_out: Callable[[Client], object]
) -> None:
    browser, thief = Client(), Client()
    log_in(browser)
    thief.cookies[COOKIE] = browser.cookies[COOKIE].value

    way_out(browser)

    assert (is_in(browser), is_in(thief)) == (False, False)
    assert [one for one in Session.objects.all() if SESSION_KEY in one.get_decoded()] == []


def test_logging_in_gives_a_new_session_so_that_none_can_be_foisted(bo: Member) -> None:
    browser = Client()
    session = browser.session  # as somebody else made it
    session["foisted"] = True
    session.save()
    foisted = browser.cookies[COOKIE].value

    log_in(browser)

    assert is_in(browser)
    assert browser.cookies[COOKIE].value != foisted
    assert not Session.objects.filter(session_key=foisted).exists()


def test_a_session_of_one_s_own_making_is_none(bo: Member) -> None:
    browser = Client()
    browser.cookies[COOKIE] = "a" * 32

    log_in(browser)

    assert browser.cookies[COOKIE].value != "a" * 32


def test_the_next_one_at_a_computer_gets_nothing_of_the_one_before(
    bo: Member, cleo: Member
) -> None:
    browser = Client()
    log_in(browser)
    session = browser.session
    session["of_bo"] = True
    session.save()

    log_in(browser, "cleo@example.org")
    browser.get("/leave/")
    log_in(browser, "cleo@example.org")

    assert browser.session[SESSION_KEY] == str(cleo.pk)
    assert "of_bo" not in browser.session


def test_without_the_box_a_session_ends_with_the_browser(bo: Member) -> None:
    browser = Client()

    log_in(browser)

    assert browser.cookies[COOKIE]["max-age"] == ""
    assert browser.session.get_expire_at_browser_close()


# --- guessing ------------------------------------------------------------------------------------


def guess(address: str, times: int, email: str = "bo@example.org", **meta: str) -> bool:
    """Whether, after so many wrong passwords, the right one is taken."""
    for number in range(times):
        log_in(Client(REMOTE_ADDR=address), email, f"wrong-{number}", **meta)
    response = log_in(Client(REMOTE_ADDR=address), email, **meta)
    return response.status_code == 302


@pytest.fixture(autouse=True)
def nothing_counted(db: None) -> None:
    cache.clear()


def test_whoever_guesses_too_often_is_stopped(bo: Member) -> None:
    assert guess("198.51.100.7", 2)
    assert not guess("198.51.100.7", 11)


def test_somebody_else_is_not_stopped_by_it(bo: Member, cleo: Member) -> None:
    guess("198.51.100.7", 11)

    assert guess("198.51.100.8", 0, "cleo@example.org")


def test_what_is_counted_stands_in_the_database_for_all_processes(bo: Member) -> None:
    guess("198.51.100.7", 11)

    with connection.cursor() as cursor:
        cursor.execute("select count(*) from cache where cache_key like '%login_failed%'")
        assert cursor.fetchone()[0] > 0


def test_many_made_up_addresses_do_not_crowd_the_counts_out(bo: Member) -> None:
    guess("198.51.100.7", 11)

    for number in range(1000):
        cache.set(f"allauth:rl:made-up-{number}", [1.0], 600)

    assert not guess("198.51.100.7", 0)


@pytest.fixture
def behind_a_proxy(settings: object) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1


def test_behind_a_proxy_everybody_has_a_count_of_their_own(
    bo: Member, cleo: Member, behind_a_proxy: None
) -> None:
    guess("10.0.0.1", 11, HTTP_X_FORWARDED_FOR="198.51.100.7")

    assert guess("10.0.0.1", 0, "cleo@example.org", HTTP_X_FORWARDED_FOR="198.51.100.8")
    assert not guess("10.0.0.1", 0, "cleo@example.org", HTTP_X_FORWARDED_FOR="198.51.100.7")


def test_behind_a_proxy_a_forged_header_gives_no_new_count(
    bo: Member, cleo: Member, behind_a_proxy: None
) -> None:
    """The proxy writes the address it sees at the end; what stands before it, anybody may write."""
    for number in range(12):
        log_in(
            Client(REMOTE_ADDR="10.0.0.1"), f"nobody-{number}@example.org", "wrong",
            HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, 198.51.100.7",
        )  # fmt: skip

    forged = {"HTTP_X_FORWARDED_FOR": "203.0.113.99, 198.51.100.7"}
    assert not guess("10.0.0.1", 0, "cleo@example.org", **forged)


def test_without_a_proxy_the_header_counts_for_nothing(bo: Member, cleo: Member) -> None:
    for number in range(12):
        log_in(
            Client(REMOTE_ADDR="198.51.100.7"), f"nobody-{number}@example.org", "wrong",
            HTTP_X_FORWARDED_FOR=f"203.0.113.{number}",
        )  # fmt: skip

    assert not guess("198.51.100.7", 0, "cleo@example.org", HTTP_X_FORWARDED_FOR="203.0.113.99")
