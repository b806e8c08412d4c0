"""Mail came back: from the page after signing in to the button in the test letter, in a real browser."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from members import account
from members.models import Member
from members.outbox import troubles
from members.outbox.faults import Fault
from members.outbox.marks import mark_of
from tests.browser import the_way
from tests.browser.audit import wrong_with
from tests.browser.person import Person
from tests.outbox.post_office import PostOffice

OpenBrowser = Callable[..., Person]
LogIn = Callable[[Person, Member], Person]
CAME_BACK = "Mail to you came back"


@pytest.fixture
def bo_at_home(bo: Member) -> Member:
    account.accept_policies(bo)
    EmailAddress.objects.create(user=bo, email=bo.email, verified=True, primary=True)
    return bo


def come_back(member: Member, fault: Fault = Fault.HARD) -> None:
    troubles.note(mark_of(member.email), fault, timezone.now())


def test_a_member_shows_on_a_phone_without_scripts_that_mail_arrives(
    open_browser: OpenBrowser, log_in: LogIn, bo_at_home: Member, smtp_server: PostOffice
) -> None:
    come_back(bo_at_home)
    phone = {"java_script_enabled": False, "viewport": {"width": 320, "height": 640}}
    here, mailbox = open_browser(**phone), open_browser(**phone)

    log_in(here, bo_at_home)
    here.expect_heading(CAME_BACK)
    here.press("Send me a test letter")
    here.expect_heading(CAME_BACK)
    assert "A test letter is on its way" in here.page.content()

    mailbox.goto(the_way.link_in(the_way.letter_to(bo_at_home.email, smtp_server), "/arrived/"))
    mailbox.press("Yes, it arrived")
    mailbox.expect_heading("Thank you, mail arrives")

    here.goto("/account/")
    here.expect_heading("My Account")
    assert not troubles.is_refused(bo_at_home.email)


def test_who_has_no_time_for_it_goes_on(
    open_browser: OpenBrowser, log_in: LogIn, bo_at_home: Member
) -> None:
    come_back(bo_at_home)
    bo = log_in(open_browser(), bo_at_home)

    bo.press("Go on without mail")
    bo.expect_heading("My Account")
    bo.follow("See what happened, and what you can do")

    bo.expect_heading(CAME_BACK)


def test_another_address_is_a_step_away(
    open_browser: OpenBrowser, log_in: LogIn, bo_at_home: Member
) -> None:
    come_back(bo_at_home)
    bo = log_in(open_browser(), bo_at_home)

    bo.follow("Change my address")

    bo.expect_heading("Email address")


def test_its_pages_are_as_all_pages_are(
    open_browser: OpenBrowser, log_in: LogIn, bo_at_home: Member, smtp_server: PostOffice
) -> None:
    calm = open_browser(reduced_motion="reduce")
    come_back(bo_at_home)
    found = []

    log_in(calm, bo_at_home)
    found += wrong_with(calm, "address-came-back")
    calm.press("Send me a test letter")
    found += wrong_with(calm, "address-test-sent")
    calm.press("Go on without mail")
    found += wrong_with(calm, "address-overview")
    link = the_way.link_in(the_way.letter_to(bo_at_home.email, smtp_server), "/arrived/")
    calm.goto(link)
    found += wrong_with(calm, "address-arrived")
    calm.press("Yes, it arrived")
    found += wrong_with(calm, "address-arrived-done")
    calm.goto("/letters/forged/arrived/")
    found += wrong_with(calm, "address-arrived-forged")
    come_back(bo_at_home, Fault.SOFT)
    calm.goto("/account/address/")
    found += wrong_with(calm, "address-paused")

    assert not found, "\n".join(found)
