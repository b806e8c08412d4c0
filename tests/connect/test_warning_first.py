"""Who is warned reads it before anything else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from members import account
from members.models import Member
from moderation.duties import erase_evidence
from moderation.models import Measure
from moderation.reports import measures
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
WORDS = "Please stop asking people for money."


@pytest.fixture
def warned(bo: Member, reviewer: Member) -> Measure:
    """Bo is warned."""
    account.accept_policies(bo)
    EmailAddress.objects.create(user=bo, email=bo.email, verified=True, primary=True)
    return measures.warn(bo, reviewer, WORDS)


def log_in(member: Member) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    return client


CLOSED = (
    "/account/", "/account/messages/", "/twp/members/", "/twp/members/ana/",
    "/twp/members/ana/write/", "/accounts/email/", "/admin/",
)  # fmt: skip


def test_after_the_next_sign_in_the_warning_stands_before_every_page(
    warned: Measure, bo: Member, ana: Member
) -> None:
    browser = log_in(bo)

    for path in CLOSED:
        for method in (browser.get, browser.post):
            assert method(path)["Location"] == "/account/warning/", path
    assert WORDS in browser.get("/account/warning/").content.decode()


def test_a_session_that_was_open_before_is_no_way_around_it(
    bo: Member, reviewer: Member, signed_in: Callable[[Member], Client]
) -> None:
    browser = signed_in(bo)
    assert browser.get("/twp/members/").status_code == 200

    measures.warn(bo, reviewer, WORDS)

    assert browser.get("/twp/members/")["Location"] == "/account/warning/"


@pytest.mark.parametrize("path", ["/", "/help-now/", "/privacy/", "/contact/", "/accounts/logout/"])
def test_what_anybody_may_read_stays_open(warned: Measure, bo: Member, path: str) -> None:
    assert log_in(bo).get(path).status_code == 200


def test_the_way_to_answer_stays_open(warned: Measure, bo: Member) -> None:
    browser = log_in(bo)
    address = f"/appeal/{warned.key}/"

    assert address in browser.get("/account/warning/").content.decode()
    assert browser.get(address).status_code == 200


def test_one_button_and_everything_is_open_again(warned: Measure, bo: Member) -> None:
    browser = log_in(bo)

    assert browser.post("/account/warning/")["Location"] == "/account/"

    warned.refresh_from_db()
    assert warned.acknowledged_at is not None
    assert browser.get("/account/").status_code == 200
    assert browser.get("/account/warning/")["Location"] == "/account/"


def test_opening_the_page_is_not_having_read_it(warned: Measure, bo: Member) -> None:
    browser = log_in(bo)

    for _time in range(3):
        browser.get("/account/warning/")

    warned.refresh_from_db()
    assert warned.acknowledged_at is None
    assert browser.get("/account/")["Location"] == "/account/warning/"


def test_two_warnings_are_read_together(warned: Measure, bo: Member, reviewer: Member) -> None:
    measures.warn(bo, reviewer, "And please do not write twice.")
    browser = log_in(bo)

    html = browser.get("/account/warning/").content.decode()
    browser.post("/account/warning/")

    assert html.index(WORDS) < html.index("And please do not write twice.")
    assert not measures.unread(bo).exists()


def test_new_policies_come_before_the_warning_and_neither_shuts_the_other_out(
    warned: Measure, bo: Member
) -> None:
    Member.objects.filter(pk=bo.pk).update(policies_version="0")
    browser = log_in(bo)

    assert browser.get("/account/warning/")["Location"] == "/account/policies/"
    assert browser.get("/account/policies/").status_code == 200
    browser.post("/account/policies/")
    assert browser.get("/account/")["Location"] == "/account/warning/"
    browser.post("/account/warning/")
    assert browser.get("/account/").status_code == 200


def test_nobody_else_sees_the_page(warned: Measure, ana: Member, signed_in: Callable) -> None:
    browser = signed_in(ana)

    assert browser.get("/account/warning/")["Location"] == "/account/"
    browser.post("/account/warning/")
    warned.refresh_from_db()
    assert warned.acknowledged_at is None


def test_a_warning_whose_words_are_erased_still_says_what_it_is(
    warned: Measure, bo: Member
) -> None:
    Measure.objects.update(taken_at=timezone.now() - timedelta(days=366))
    erase_evidence()

    html = log_in(bo).get("/account/warning/").content.decode()

    assert "You were warned because something did not go together with the pledge." in html


def test_it_costs_no_query(
    bo: Member, signed_in: Callable, django_assert_num_queries: Callable, reviewer: Member
) -> None:
    measures.warn(bo, reviewer, WORDS)
    browser = signed_in(bo)

    with django_assert_num_queries(1):  # the session with its member
        browser.get("/account/")
