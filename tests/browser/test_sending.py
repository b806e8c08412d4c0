"""Writing to somebody on a phone: a beginning, words kept, and a kind refusal at each limit."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from members import account
from members.models import Choice, Member, Profile
from members.relay import awaiting, sending
from members.relay.models import Draft, Message
from tests.browser import the_way
from tests.browser.audit import HEIGHTS, NARROWEST, PHONE
from tests.browser.person import Person
from tests.outbox.post_office import PostOffice

WORDS = "Hello, I keep bees as well, and I would like to write with you."
SCREENS = os.environ.get("SCREENS")  # a folder: pictures of each step are put there


@pytest.fixture(params=[True, False], ids=["with-script", "without-script"])
def phone(
    open_browser: Callable[..., Person], request: pytest.FixtureRequest,
    let_in: Callable[[Person, Member], Person], ana: Member,
) -> Person:  # fmt: skip
    """Ana's phone."""
    account.accept_policies(ana)
    small = {"width": PHONE, "height": HEIGHTS[PHONE]}
    person = open_browser(
        java_script_enabled=request.param, viewport=small, reduced_motion="reduce"
    )
    return let_in(person, ana)


@pytest.fixture
def shoot(phone: Person, request: pytest.FixtureRequest) -> Callable[[str], None]:
    """`shoot("full")`: a picture, and nothing may stick out of the narrowest screen."""

    def picture(name: str) -> None:
        for width in (NARROWEST, PHONE):
            phone.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            box = phone.page.locator("html").bounding_box()
            assert box is not None
            assert box["width"] <= width
        if SCREENS:
            path = Path(SCREENS) / f"sending-{name}-{request.node.callspec.id}.png"
            phone.page.screenshot(path=path, full_page=True)

    return picture


@pytest.fixture
def settled(ana: Member, bo: Member) -> Profile:
    """Ana in TWP, who has been there for long."""
    long_ago = timezone.now() - timedelta(days=60)
    Profile.objects.filter(member=ana).update(
        applied_at=long_ago, confirmed_at=long_ago, approved_at=long_ago
    )
    return Profile.objects.get(member=ana, community="twp")


def warning(person: Person) -> object:
    return person.page.locator(".notice.warning")


def ago(days: int) -> None:
    Message.objects.update(written_at=timezone.now() - timedelta(days=days))


def test_begin_keep_be_asked_and_send(
    phone: Person, settled: Profile, bo: Member, shoot: Callable[[str], None]
) -> None:
    phone.goto("/twp/members/bo/write/")
    phone.fill("Your message", "I keep bees as well.")
    phone.open_fold("No words? Begin with some of ours")
    shoot("openings")
    with phone.page.expect_navigation():
        phone.page.get_by_role("button", name="Begin with these words").first.click()
    expect(phone.labelled("Your message")).to_have_value(
        re.compile(r"^Hello, .*\n\nI keep bees as well\.$", re.DOTALL)
    )
    expect(phone.labelled("Your message")).to_be_focused()

    # kept, and still there on another day
    phone.press("Keep it for later")
    shoot("kept")
    phone.goto("/twp/members/bo/write/")
    expect(phone.labelled("Your message")).to_have_value(re.compile("I keep bees as well"))

    # asked about, changed, and asked about again
    phone.fill("Your message", f"{WORDS} Ring me at +1 413 555 0142.")
    phone.press("Send the message")
    expect(warning(phone)).to_contain_text("what looks like a phone number")
    expect(warning(phone)).to_be_focused()
    shoot("asked")
    phone.press("Send it all the same")
    phone.expect_heading("Your message is on its way")
    assert Draft.objects.count() == 0
    assert Message.objects.get().body.endswith("0142.")


def test_be_refused_kindly_at_each_limit(
    phone: Person, settled: Profile, bo: Member, make_member: Callable, make_profile: Callable,
    shoot: Callable[[str], None], settings: object,
) -> None:  # fmt: skip
    the_page = "/twp/members/bo/write/"

    # one message until an answer, or 14 days
    phone.goto(the_page)
    phone.fill("Your message", WORDS)
    phone.press("Send the message")
    phone.goto(the_page)
    expect(warning(phone)).to_contain_text("You have written to bo")
    shoot("wrote-already")
    expect(phone.page.locator("textarea")).to_have_count(0)

    # three times at most, with words that were on their way
    for _time in range(2):
        ago(15)
        phone.goto(the_page)
        if _time:
            sending.write(settled, bo.profiles.get(), WORDS, uuid4())
        phone.fill("Your message", WORDS)
        phone.press("Send the message")
    expect(warning(phone)).to_contain_text("You have written to bo three times")
    expect(warning(phone)).to_contain_text("Your words are still here, and kept.")
    expect(phone.labelled("Your message")).to_have_value(WORDS)
    shoot("three-times")

    # new people a day
    settings.NEW_PEOPLE_A_DAY = 1
    for name in ("moss", "fern"):
        make_profile(make_member(name))
    phone.goto("/twp/members/moss/write/")
    phone.fill("Your message", WORDS)
    phone.press("Send the message")
    phone.goto("/twp/members/fern/write/")
    expect(warning(phone)).to_contain_text("You have written to several new people today")
    expect(warning(phone)).to_contain_text("hours")
    shoot("too-many")


def test_be_told_when_there_is_room(
    phone: Person, settled: Profile, bo: Member, answer: Callable, shoot: Callable[[str], None],
    smtp_server: PostOffice,
) -> None:  # fmt: skip
    given = answer(bo.profiles.get(), "new_contacts", "no_limit")
    phone.goto("/twp/members/bo/write/")
    phone.fill("Your message", WORDS)
    nobody_new = Choice.objects.get(question="new_contacts", slug="none_now")
    bo.profiles.get().answers.update(choice=nobody_new)
    phone.press("Send the message")
    expect(warning(phone)).to_contain_text("bo has no room for new people just now")
    expect(phone.labelled("Your message")).to_have_value(WORDS)
    shoot("full-while-typing")
    phone.press("Tell me when there is room")
    expect(warning(phone)).to_contain_text("We will write to you, once, when there is room.")
    shoot("will-be-told")

    bo.profiles.get().answers.update(choice=given.choice)
    awaiting.tell()
    letter = the_way.letter_to("ana@example.org", smtp_server)
    phone.goto(the_way.link_in(letter, "/account/messages/room/"))
    expect(phone.labelled("Your message")).to_have_value(WORDS)
    phone.press("Send the message")
    phone.expect_heading("Your message is on its way")


def test_a_reviewer_reads_it_first_and_does_not_send_it(
    phone: Person, settled: Profile, bo: Member, reviewer: Member, shoot: Callable[[str], None],
    open_browser: Callable[..., Person], let_in: Callable[[Person, Member], Person],
    smtp_server: PostOffice,
) -> None:  # fmt: skip
    phone.goto("/twp/members/bo/write/")
    phone.fill("Your message", "I can send you some of my leftover Xanax if you want.")
    phone.press("Send the message")
    phone.expect_heading("Our staff will read this message first")
    shoot("held")

    staff = let_in(open_browser(), reviewer)
    staff.goto("/admin/")
    staff.follow("Open the held messages")
    staff.follow("An offer of drugs")
    staff.press("Do not send it")
    expect(staff.page.get_by_role("main")).to_contain_text("The message is not sent.")

    phone.goto(phone.path)
    phone.expect_heading("This message was not sent")
    shoot("not-sent")
    assert "it was not sent" in the_way.letter_to("ana@example.org", smtp_server).text
    assert [one for one in smtp_server.letters if bo.email in one.envelope_to] == []
