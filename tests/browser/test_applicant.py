"""What an applicant does with the link from the mail: by the keys alone, without scripts, on a phone."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from members import joining
from members.models import Member, Profile
from members.outbox import letters
from tests.browser import the_way
from tests.browser.keyboard import Keyboard
from tests.browser.person import Person
from tests.outbox.post_office import PostOffice

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def eva(open_browser: Callable[..., Person]) -> Person:
    return open_browser(java_script_enabled=False, viewport=PHONE)


@pytest.fixture
def keys(open_browser: Callable[..., Person]) -> Keyboard:
    """With scripts: without them nothing could tell what has the focus."""
    return Keyboard(open_browser(viewport=PHONE))


@pytest.fixture
def sent(make_member: Callable[..., Member], make_profile: Callable[..., Profile]) -> Profile:
    """An application with a slip in its address, its letter in the outbox."""
    profile = make_profile(make_member("evva", let_in=False), approved=False, confirmed=False)
    letters.post("application_received", profile.pk)
    return profile


def the_link(address: str, office: PostOffice) -> str:
    return the_way.link_in(the_way.letter_to(address, office), "/application/")


def test_from_a_slip_in_the_address_to_taking_it_back(
    eva: Person, sent: Profile, smtp_server: PostOffice
) -> None:
    wrong = the_link("evva@example.org", smtp_server)
    eva.goto(wrong)

    # the right address gets a link of its own, and the first one dies
    eva.follow("There is a slip in it")
    eva.take_time()
    eva.fill("Your right email address", "eva@example.org")
    eva.press("Send the link there")
    eva.expect_heading("Thank you. It is sent.")
    eva.goto(wrong)
    eva.expect_heading("There is nothing at this address")

    # confirmed, changed, and taken back
    eva.goto(the_link("eva@example.org", smtp_server))
    eva.press("Yes, this is my address")
    expect(eva.page.get_by_text("You need do nothing.")).to_be_visible()
    eva.follow("See or change my answers")
    eva.fill("Username", "eva-walks")
    eva.tick("Friendship")
    eva.press("Save my answers")
    expect(eva.page.get_by_text("eva-walks")).to_be_visible()
    eva.follow("Take it back")
    eva.press("Take it back and erase it")
    expect(eva.page.get_by_text("Your application is erased.")).to_be_visible()
    assert not Profile.objects.exists()


def test_the_same_by_the_keys_alone(keys: Keyboard, sent: Profile, smtp_server: PostOffice) -> None:
    eva = keys.person
    eva.goto(the_link("evva@example.org", smtp_server))

    keys.go(eva.link("There is a slip in it"))
    eva.take_time()
    keys.fill("Your right email address", "eva@example.org")
    keys.go(eva.button("Send the link there"))
    eva.goto(the_link("eva@example.org", smtp_server))
    keys.go(eva.button("Yes, this is my address"))
    keys.go(eva.link("See or change my answers"))
    keys.fill("Username", "eva-walks")
    keys.tick("Friendship")
    keys.go(eva.button("Save my answers"))
    keys.go(eva.link("Take it back"))
    keys.go(eva.button("Take it back and erase it"))

    assert eva.path == "/"
    assert not Profile.objects.exists()
    assert keys.unseen == []


def test_what_is_wrong_is_said_and_what_was_typed_stays(eva: Person, sent: Profile) -> None:
    eva.goto(f"/application/{sent.application_key}/correct/")
    eva.take_time()
    eva.fill("Your right email address", "eva at example")

    with eva.page.expect_navigation():
        eva.button("Send the link there").click()

    summary = eva.page.get_by_role("alert")
    expect(summary).to_contain_text("This does not look like an email address.")
    expect(eva.labelled("Your right email address")).to_have_value("eva at example")


def test_a_page_from_before_the_decision_says_what_is_so_now(eva: Person, sent: Profile) -> None:
    joining.confirm(sent)
    eva.goto(f"/application/{sent.application_key}/withdraw/")
    long_ago = timezone.now() - joining.LINK_LASTS_AFTER_APPROVAL / 2
    Profile.objects.update(applied_at=long_ago, confirmed_at=long_ago, declined_at=long_ago)

    eva.press("Take it back and erase it")

    expect(eva.page.get_by_text("We have closed this application.")).to_be_visible()
