"""Hands shake, and slow sites get a second click: one effect, and no page that says it went wrong."""

import uuid
from collections.abc import Callable
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Request, Response, Route

from members.models import Block, Member, Profile
from members.outbox.models import Letter
from members.password_links import password_link
from members.relay import links, sending
from members.relay.models import Message
from moderation.models import Decision, StaffMessage
from tests.browser import the_way
from tests.browser.person import Person
from tests.browser.the_way import EVA, NEW_PASSWORD, ROADS

HOME = ("/account/", "/account/policies/")  # the second for whoever has not agreed yet
LetIn = Callable[[Person, Member], Person]


@pytest.fixture
def visitor(open_browser: Callable[..., Person]) -> Person:
    """Without scripts: with them the browser holds the second form back, see the last test."""
    return open_browser(java_script_enabled=False)


@pytest.fixture
def ana_at_home(visitor: Person, ana: Member, let_in: LetIn) -> Person:
    return let_in(visitor, ana)


@pytest.fixture
def at_the_desk(visitor: Person, reviewer: Member, let_in: LetIn) -> Person:
    return let_in(visitor, reviewer)


@pytest.fixture
def unconfirmed(
    make_member: Callable[..., Member], make_profile: Callable[..., Profile]
) -> Profile:
    member = make_member("wren", let_in=False)
    return make_profile(member, approved=False, confirmed=False, application_key=uuid.uuid4())


@pytest.fixture
def waiting(unconfirmed: Profile) -> Profile:
    Profile.objects.filter(pk=unconfirmed.pk).update(confirmed_at=timezone.now())
    unconfirmed.refresh_from_db()
    return unconfirmed


@pytest.fixture
def message(ana: Member, bo: Member) -> Message:
    """From Bo to Ana."""
    sender, recipient = (Profile.objects.get(member=one, community="twp") for one in (bo, ana))
    return sending.write(sender, recipient, the_way.WORDS, uuid.uuid4())


def letters(kind: str) -> QuerySet[Letter]:
    return Letter.objects.filter(kind=kind)


def double_click(person: Person, button: str, *, gone: bool = False) -> None:
    """Click twice on a slow line: the site gets both forms, and the person the second answer.

    Args:
        gone: the second answer may be that what was acted on is not there any more.
    """
    held = click_twice(person, button, forms=2)
    answers = [sent_by_hand(route.request, person) for route in held[:-1]]
    with person.page.expect_event("load"), person.page.expect_response(is_page) as last:
        held[-1].continue_()
    answers.append(last.value.status)
    assert set(answers) <= {200, 302, 404 if gone else 200}
    assert person.page.locator("h1").count() == 1


def click_twice(person: Person, button: str, *, forms: int) -> list[Route]:
    """The forms the browser wants to send: so many, and no more. They wait on the line."""
    held: list[Route] = []
    person.button(button).scroll_into_view_if_needed()
    box = person.button(button).bounding_box()
    # A locator would wait for the first answer before it clicks again; people do not.
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    person.page.route(
        "**/*",
        lambda route: held.append(route) if route.request.method == "POST" else route.continue_(),
    )
    person.page.mouse.click(*middle)
    while not held:
        person.page.wait_for_timeout(20)
    person.page.mouse.click(*middle)
    while len(held) < forms:
        person.page.wait_for_timeout(20)
    person.page.wait_for_timeout(200)
    assert len(held) == forms
    return held


def is_page(response: Response) -> bool:
    """Whether this is what the person gets to see, and no redirect on the way to it."""
    is_document = response.request.resource_type == "document"
    return is_document and not 300 <= response.status < 400


def sent_by_hand(request: Request, person: Person) -> int:
    """Send what the browser wanted to send; the status of the answer."""
    address = urlsplit(request.url)
    line = HTTPConnection(address.hostname, address.port, timeout=20)
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in person.context.cookies())
    path = f"{address.path}?{address.query}" if address.query else address.path
    headers = request.headers | {"cookie": cookies, "host": address.netloc}
    line.request("POST", path, request.post_data_buffer, headers)
    status = line.getresponse().status
    line.close()
    return status


def own(member: Member, community: str = "twp") -> Profile:
    return Profile.objects.get(member=member, community=community)


# --- joining ------------------------------------------------------------------------------------


def test_applying(visitor: Person) -> None:
    the_way.read_and_apply(visitor, ROADS["ici"])
    the_way.fill_in(visitor, ROADS["ici"], EVA, "eva-walks")
    visitor.fill("Town", "Boston, Massachusetts")
    visitor.take_time()

    double_click(visitor, "Send my application")

    assert visitor.path == "/application/sent/"
    assert Profile.objects.filter(member__email=EVA).count() == 1
    assert Letter.objects.count() == 1


def test_confirming_the_address(visitor: Person, unconfirmed: Profile) -> None:
    visitor.goto(f"/application/{unconfirmed.application_key}/")

    double_click(visitor, "Yes, this is my address")

    unconfirmed.refresh_from_db()
    assert unconfirmed.confirmed_at


def test_correcting_the_address(visitor: Person, unconfirmed: Profile) -> None:
    visitor.goto(f"/application/{unconfirmed.application_key}/correct/")
    visitor.fill("Your right email address", EVA)
    visitor.take_time()

    double_click(visitor, "Send the link there", gone=True)

    assert Profile.objects.get(pk=unconfirmed.pk).member.email == EVA
    assert Letter.objects.count() == 1


def test_changing_the_answers(visitor: Person, waiting: Profile) -> None:
    visitor.goto(f"/application/{waiting.application_key}/change/")
    visitor.tick("Friendship")

    double_click(visitor, "Save my answers")

    assert waiting.answers.count() == 1


def test_taking_the_application_back(visitor: Person, waiting: Profile) -> None:
    visitor.goto(f"/application/{waiting.application_key}/withdraw/")

    double_click(visitor, "Take it back and erase it", gone=True)

    assert Profile.objects.filter(pk=waiting.pk).count() == 0


# --- review -------------------------------------------------------------------------------------


def test_approving(at_the_desk: Person, waiting: Profile) -> None:
    at_the_desk.goto(f"/admin/moderation/application/{waiting.pk}/change/")

    double_click(at_the_desk, "Let them into TWP Connect")

    assert Decision.objects.count() == 1
    assert letters("approved").count() == 1


def test_declining(at_the_desk: Person, waiting: Profile) -> None:
    at_the_desk.goto(f"/admin/moderation/application/{waiting.pk}/change/?reason=not_filled")

    double_click(at_the_desk, "Decline and send this letter")

    assert Decision.objects.count() == 1
    assert letters("declined").count() == 1


def test_asking_for_another_name(
    at_the_desk: Person, ana: Member, cleo: Member, make_profile: Callable[..., Profile]
) -> None:
    taken = make_profile(cleo, username="ana", approved=False)
    at_the_desk.goto(f"/admin/moderation/application/{taken.pk}/change/")

    double_click(at_the_desk, "Ask for another name")

    assert letters("choose_another_name").count() == 1


# --- signing in ---------------------------------------------------------------------------------


def test_setting_the_first_password(
    visitor: Person, make_member: Callable[..., Member], make_profile: Callable[..., Profile]
) -> None:
    member = make_member("wren")
    make_profile(member)
    member.set_unusable_password()
    member.save()
    visitor.goto(password_link(member))
    for field in visitor.page.locator("main input[type=password]").all():
        field.fill(NEW_PASSWORD)

    double_click(visitor, visitor.page.locator("main form button[type=submit]").first.inner_text())

    member.refresh_from_db()
    assert member.check_password(NEW_PASSWORD)


def test_asking_for_a_new_link(visitor: Person, ana: Member) -> None:
    EmailAddress.objects.create(user=ana, email=ana.email, verified=True, primary=True)
    visitor.goto("/accounts/password/reset/")
    visitor.fill("Email", ana.email)

    double_click(visitor, visitor.page.locator("main form button[type=submit]").first.inner_text())

    assert letters("password_link").count() == 1


def test_logging_in_and_out(visitor: Person, ana: Member) -> None:
    visitor.goto("/accounts/login/")
    visitor.fill("Email", ana.email)
    visitor.fill("Password", the_way.PASSWORD)
    double_click(visitor, "Log in")
    assert visitor.path in HOME

    double_click(visitor, "Log out")

    visitor.goto("/account/")
    assert visitor.path == "/accounts/login/"


# --- between members ----------------------------------------------------------------------------


def test_writing(ana_at_home: Person, bo: Member) -> None:
    ana_at_home.goto("/twp/members/bo/write/")
    ana_at_home.fill("Your message", the_way.WORDS)

    double_click(ana_at_home, "Send the message")

    ana_at_home.expect_heading("Your message is on its way")
    assert (Message.objects.count(), letters("message").count()) == (1, 1)


def test_blocking_on_a_profile(ana_at_home: Person, bo: Member) -> None:
    ana_at_home.goto("/twp/members/bo/block/")

    double_click(ana_at_home, "Block", gone=True)

    assert Block.objects.count() == 1


def test_blocking_from_a_letter(visitor: Person, message: Message) -> None:
    visitor.goto(reverse("letters:block", args=[links.token(message)]))

    double_click(visitor, "Block bo")

    visitor.expect_heading("bo is blocked")
    assert Block.objects.count() == 1


def test_answering_from_a_letter(visitor: Person, message: Message) -> None:
    visitor.goto(reverse("letters:not_now", args=[links.token(message)]))

    double_click(visitor, "Send this sentence")

    visitor.expect_heading("Thank you, we pass it on")
    assert letters("reply").count() == 1


def test_taking_a_block_back(ana_at_home: Person, ana: Member, bo: Member) -> None:
    Block.objects.create(blocker=ana, blocked=bo, community="twp")
    ana_at_home.goto("/account/safety/")

    double_click(ana_at_home, "Take the block back", gone=True)

    assert Block.objects.count() == 0


# --- My Account ---------------------------------------------------------------------------------


def test_saving_the_profile(ana_at_home: Person, ana: Member) -> None:
    ana_at_home.goto("/account/twp/edit/")
    ana_at_home.tick("Friendship")

    double_click(ana_at_home, "Save my profile")

    assert own(ana).answers.count() == 1


def test_resting_and_being_found_again(ana_at_home: Person, ana: Member) -> None:
    ana_at_home.goto("/account/twp/rest/")
    double_click(ana_at_home, "Rest")
    assert own(ana).is_resting

    ana_at_home.goto("/account/twp/")
    double_click(ana_at_home, "Be found again")

    assert not own(ana).is_resting


def test_leaving_and_coming_back(ana_at_home: Person, ana: Member) -> None:
    ana_at_home.goto("/account/twp/leave/")
    double_click(ana_at_home, "Leave TWP Connect", gone=True)
    assert own(ana).left_at

    ana_at_home.goto("/account/twp/")
    double_click(ana_at_home, "Come back")

    assert own(ana).left_at is None


def test_joining_the_second_community(visitor: Person, bo: Member, let_in: LetIn) -> None:
    let_in(visitor, bo).goto("/ici/join/")
    visitor.fill("Username", "bo-in-ici")
    visitor.fill("Town", "Boston, Massachusetts")
    visitor.tick("Friendship", *the_way.CONSENTS)
    visitor.take_time()

    double_click(visitor, "Send my application")

    assert Profile.objects.filter(member=bo, community="ici").count() == 1


def test_agreeing_to_the_policies(ana_at_home: Person, ana: Member) -> None:
    ana_at_home.goto("/account/policies/")

    double_click(ana_at_home, "I agree")

    ana.refresh_from_db()
    assert ana.policies_accepted_at


def test_changing_the_address(visitor: Person, ana: Member) -> None:
    EmailAddress.objects.create(user=ana, email=ana.email, verified=True, primary=True)
    visitor.goto("/accounts/login/")
    the_way.log_in(visitor, ana)
    visitor.goto("/account/policies/")
    visitor.press("I agree")
    the_way.say_it_is_me(visitor)
    visitor.goto("/accounts/email/")
    visitor.fill("Email", EVA)

    double_click(visitor, "Change my address")

    assert EmailAddress.objects.filter(user=ana, email=EVA).count() == 1
    assert letters("address_confirm").count() == 1


# --- the staff ----------------------------------------------------------------------------------


def test_writing_to_the_staff(visitor: Person) -> None:
    visitor.goto("/contact/")
    visitor.page.locator("main [name=body]").fill("Is there a group near Bath?")
    visitor.fill("Your email address", EVA)
    visitor.page.locator("main [name=about]").first.check()
    visitor.take_time()

    double_click(visitor, "Send to the staff")

    assert visitor.path == "/contact/sent/"
    assert StaffMessage.objects.count() == 1


def test_a_browser_with_scripts_sends_once(
    open_browser: Callable[..., Person], waiting: Profile
) -> None:
    person = open_browser()
    person.goto(f"/application/{waiting.application_key}/withdraw/")

    held = click_twice(person, "Take it back and erase it", forms=1)

    with person.page.expect_event("load"):
        held[-1].continue_()
    assert person.path == "/"
