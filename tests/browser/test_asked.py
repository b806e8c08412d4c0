"""What becomes of a question and of an offer, from the reviewer's button to the answer and back.

The applicant has a phone and no scripts; the links come out of the mails.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from members.models import Answer, DrugExperience, Member, Profile
from moderation import decisions
from moderation.applications import asking
from moderation.models import Application, State
from tests.browser import the_way
from tests.browser.keyboard import Keyboard
from tests.browser.person import Person
from tests.outbox.post_office import PostOffice

PHONE = {"width": 360, "height": 740}
OpenBrowser = Callable[..., Person]


@pytest.fixture
def eva(open_browser: OpenBrowser) -> Person:
    return open_browser(java_script_enabled=False, viewport=PHONE)


@pytest.fixture
def application(
    make_member: Callable[..., Member], make_profile: Callable[..., Profile]
) -> Profile:
    return make_profile(make_member("eva", let_in=False), approved=False, username="eva-walks")


def the_link(office: PostOffice) -> str:
    return the_way.link_in(the_way.letter_to("eva@example.org", office), "/answer/")


def state() -> State:
    return Application.objects.get().state


def test_a_question_is_answered_and_read(
    eva: Person,
    open_browser: OpenBrowser,
    let_in: Callable[[Person, Member], Person],
    application: Profile,
    reviewer: Member,
    smtp_server: PostOffice,
) -> None:
    page = f"/admin/moderation/application/{application.pk}/change/"
    robin = let_in(open_browser(), reviewer)

    # asked by the reviewer, on the page of the application
    robin.goto(page)
    robin.page.locator("#ask summary").first.click()
    robin.page.locator("#ask textarea").first.fill("Do you take any of these drugs yourself?")
    robin.press("Send this question")
    assert state() == State.ASKED

    # a mail scanner opens the link first; then Eva does, presses too early, and answers
    link = the_link(smtp_server)
    assert robin.context.request.get(link).status == 200
    eva.goto(link)
    expect(eva.page.get_by_text("Do you take any of these drugs yourself?")).to_be_visible()
    eva.press("Send my answer")
    expect(eva.page.get_by_role("alert")).to_contain_text("Please write a few words.")
    eva.fill("Your answer", "Yes, for ten years.\n\nI reduce slowly.")
    eva.press("Send my answer")
    expect(eva.page.get_by_text("Your answer is with us")).to_be_visible()
    assert state() == State.WAITING

    # the link leads to where the application stands, from now on
    eva.goto(link)
    assert eva.path == f"/application/{application.application_key}/"


def test_an_offer_is_taken_by_the_keys_alone(
    open_browser: OpenBrowser,
    application: Profile,
    reviewer: Member,
    answer: Callable[..., Answer],
    take: Callable[..., DrugExperience],
    smtp_server: PostOffice,
) -> None:
    answer(application, "language", "en")
    take(application, "sertraline", "taking")
    asking.offer(application, reviewer, "ICI Connect may suit you better.")
    keys = Keyboard(open_browser(viewport=PHONE))

    keys.person.goto(the_link(smtp_server))
    keys.go(keys.person.button("Yes, move it to ICI Connect"))

    expect(keys.person.page.get_by_text("Your form is with ICI Connect now.")).to_be_visible()
    moved = Profile.objects.get()
    assert (moved.community, state()) == ("ici", State.WAITING)
    assert not DrugExperience.objects.exists()


def test_an_offer_is_answered_in_words(
    eva: Person, application: Profile, reviewer: Member, smtp_server: PostOffice
) -> None:
    asking.offer(application, reviewer, "ICI Connect may suit you better.")

    eva.goto(the_link(smtp_server))
    eva.fill("Your answer", "I take them myself.")
    eva.press("Send my answer")

    expect(eva.page.get_by_text("Your answer is with us")).to_be_visible()
    assert (Profile.objects.get().community, state()) == ("twp", State.WAITING)


def test_words_that_come_too_late_are_given_back(
    eva: Person, application: Profile, reviewer: Member, smtp_server: PostOffice
) -> None:
    asking.ask(application, reviewer, "What brings you here?")
    eva.goto(the_link(smtp_server))
    eva.fill("Your answer", "A friend told me of you.")
    decisions.approve(application, reviewer)

    eva.press("Send my answer")

    eva.expect_heading("No answer is needed any more")
    expect(eva.page.get_by_text("A friend told me of you.")).to_be_visible()
    eva.follow("Look at my application")
    assert eva.path == f"/application/{application.application_key}/"
