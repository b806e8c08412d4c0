"""Telling of somebody, acting on it, reading the warning, answering a suspension: on a phone, with
and without scripts."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from members import account
from members.models import Member, Profile
from members.relay import sending
from moderation.models import Measure, Report
from tests.browser import the_way
from tests.browser.audit import HEIGHTS, PHONE
from tests.browser.person import Person
from tests.outbox.post_office import PostOffice, deliver_all

MESSAGE = "Send me money, and I tell you how to heal."


@pytest.fixture(params=[True, False], ids=["with-script", "without-script"])
def open_phone(
    open_browser: Callable[..., Person], request: pytest.FixtureRequest
) -> Callable[[], Person]:
    small = {"width": PHONE, "height": HEIGHTS[PHONE]}
    return lambda: open_browser(java_script_enabled=request.param, viewport=small)


@pytest.fixture
def bo_asked_for_money(ana: Member, bo: Member) -> None:
    for member in (ana, bo):
        account.accept_policies(member)
    faces = [Profile.objects.get(member=who, community="twp") for who in (bo, ana)]
    sending.write(*faces, MESSAGE, uuid4())
    deliver_all()


def choose(desk: Person, summary: str, button: str) -> None:
    """Open what is folded and press its button, with the letter as it is prepared."""
    desk.page.locator("summary", has_text=summary).click()
    desk.press(button)


def test_somebody_tells_the_staff_warn_and_the_warned_member_reads_it(
    ana: Member, bo: Member, reviewer: Member, bo_asked_for_money: None,
    open_phone: Callable[[], Person], let_in: Callable[[Person, Member], Person],
    log_in: Callable[[Person, Member], Person], smtp_server: PostOffice,
) -> None:  # fmt: skip
    teller, staff, warned = (open_phone() for _person in range(3))

    # Ana tells, from the profile
    let_in(teller, ana).goto("/twp/members/bo/")
    teller.follow("Report to the staff")
    teller.press("Send to the staff")
    expect(teller.page.get_by_role("alert")).to_contain_text("Please choose one.")
    teller.tick("They want money, or it seems a fraud")
    teller.fill("In your own words", "Bo asks for money.")
    teller.page.get_by_label("Show the staff the message").check()
    teller.press("Send to the staff")
    teller.expect_heading("Thank you, we have it")

    # the staff read it on their way through the first page, and warn
    let_in(staff, reviewer).goto("/admin/")
    staff.follow("Open the reports")
    staff.follow("Asks for money, or seems a fraud")
    expect(staff.page.get_by_role("main")).to_contain_text(MESSAGE)
    choose(staff, "Warn", "Warn, and send this letter")
    expect(staff.page.get_by_text("No report waits")).to_be_visible()

    # Bo has the letter, and reads it before anything else
    letter = the_way.letter_to(bo.email, smtp_server)
    assert "asking people for money" in letter.text
    log_in(warned, bo)
    warned.expect_heading("Please read this first")
    warned.goto("/twp/members/")
    warned.expect_heading("Please read this first")
    warned.press("I have read it")
    warned.goto("/twp/members/")
    warned.expect_heading("Find people")
    assert Measure.objects.get().acknowledged_at is not None

    # and nowhere read who told; Ana is thanked, and not told what was done
    thanks = the_way.letter_to(ana.email, smtp_server)
    assert "We have read what you wrote" in thanks["Subject"]
    assert not [page for page in warned.seen if "Bo asks for money." in page or ana.email in page]


def test_who_is_suspended_answers_by_the_link_and_is_let_back_in(
    ana: Member, bo: Member, reviewer: Member, bo_asked_for_money: None,
    open_phone: Callable[[], Person], let_in: Callable[[Person, Member], Person],
    smtp_server: PostOffice,
) -> None:  # fmt: skip
    staff, suspended, teller = (open_phone() for _person in range(3))
    let_in(suspended, bo)
    # Ana tells from the message, and blocks on the same page
    let_in(teller, ana).goto("/account/messages/")
    teller.follow("Report")
    teller.tick("They threaten, or hate", "Block bo as well")
    teller.press("Send to the staff")

    let_in(staff, reviewer).goto("/admin/moderation/report/")
    staff.follow("Threatens, or hates")
    choose(staff, "Suspend", "Suspend, and send this letter")
    suspended.goto("/account/")
    assert suspended.path == "/accounts/login/"
    suspended.goto(the_way.link_in(the_way.letter_to(bo.email, smtp_server), "/appeal/"))
    suspended.expect_heading("Tell us how you see it")
    suspended.fill("What you want to tell us", "It was a joke, and a bad one. I am sorry.")
    suspended.press("Send to the staff")
    suspended.expect_heading("We have your answer")

    staff.goto("/admin/moderation/report/")
    staff.follow("Suspension: threatens, or hates")
    expect(staff.page.get_by_role("main")).to_contain_text("It was a joke, and a bad one.")
    choose(staff, "Let back in", "Let back in, and send this letter")
    assert "open again" in the_way.letter_to(bo.email, smtp_server).text
    let_in(suspended, bo).goto("/twp/members/")
    suspended.expect_heading("Find people")


def test_a_membership_ends_only_when_asked_twice(
    ana: Member, bo: Member, reviewer: Member, bo_asked_for_money: None,
    open_phone: Callable[[], Person], let_in: Callable[[Person, Member], Person],
) -> None:  # fmt: skip
    profile = Profile.objects.get(member=bo)
    Report.objects.create(
        community="twp", reporter=ana, profile=profile, person_id=bo.pk, concern="money",
        seen_name="bo",
    )  # fmt: skip
    staff = open_phone()

    let_in(staff, reviewer).goto("/admin/moderation/report/")
    staff.follow("Asks for money, or seems a fraud")
    choose(staff, "End the membership", "End the membership …")
    staff.expect_heading("End this membership?")
    bo.refresh_from_db()
    assert bo.suspended_at is None
    staff.press("Yes, end the membership")

    bo.refresh_from_db()
    assert bo.suspended_at is not None


def test_who_is_worried_finds_help_before_the_form(
    ana: Member, bo: Member, bo_asked_for_money: None, open_phone: Callable[[], Person],
    let_in: Callable[[Person, Member], Person],
) -> None:  # fmt: skip
    worried = open_phone()

    let_in(worried, ana).goto("/twp/members/bo/report/")
    worried.follow("Here is what you can do")
    worried.expect_heading("You are worried about bo")
    expect(worried.page.get_by_text("Is a life in danger?")).to_be_visible()
    worried.fill("What worries you?", "Bo wrote of giving up.")
    worried.press("Tell the staff")

    worried.expect_heading("Thank you, we have it")
    assert Report.objects.get().concern == "worried"
