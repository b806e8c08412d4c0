"""The way every member goes, from the first page to the first message, step by step."""

import re
from dataclasses import dataclass

from playwright.sync_api import expect

from members.communities import ICI, TWP, Community
from members.models import Member
from tests.browser.person import Person
from tests.conftest import PASSWORD
from tests.outbox.post_office import Arrived, PostOffice, deliver_all

EVA = "eva@example.org"
NEW_PASSWORD = "slow-rivers-and-bread"
CONSENTS = (
    "I agree to the Connect Pledge.", "I agree to the Terms and the Privacy Policy.",
    "I am 18 or older.",
)  # fmt: skip
HEALTH = "Yes, Connect may keep what I say about my health here."
WORDS = "Hello, we seem to live close by. Would you like to write now and then?"


@dataclass(frozen=True)
class Road:
    """What differs between the communities on the way."""

    community: Community
    interest: str
    fold: str  # of the form: the experience one has in common
    experience: str
    question: str  # of the search
    answers: dict[str, str]  # of somebody who fits: question to slug


ROADS = {
    "twp": Road(
        TWP, "Friendship", "Your experience with psychiatric drugs", "Reducing now",
        "Where they are on the way", {"interest": "friendship", "stage": "reducing"},
    ),
    "ici": Road(
        ICI, "Friendship", "How you come to this", "Family or friend", "They come as",
        {"interest": "friendship", "come_as": "family_or_friend"},
    ),
}  # fmt: skip


def letter_to(address: str, office: PostOffice) -> Arrived:
    """The last letter to this address, after everything in the outbox went out."""
    deliver_all()
    return [letter for letter in office.letters if letter.envelope_to == [address]][-1]


def link_in(letter: Arrived, holding: str) -> str:
    """The one link of a letter's text whose address holds this."""
    (link,) = {one for one in re.findall(r"https?://\S+", letter.text) if holding in one}
    return link


# --- joining ------------------------------------------------------------------------------------


def read_and_apply(person: Person, road: Road) -> None:
    """From the first page to the open form."""
    person.goto("/")
    with person.page.expect_navigation():
        person.page.get_by_role("banner").get_by_role("link", name=road.community.name).click()
    with person.page.expect_navigation():
        join = f"/{road.community.slug}/join/"
        person.page.get_by_role("main").locator(f'a[href="{join}"]').first.click()
    person.expect_heading(f"Apply to {road.community}")


def fill_in(person: Person, road: Road, email: str, username: str) -> None:
    """Everything but the place."""
    person.fill("Email address", email)
    person.fill("Username", username)
    person.tick(road.interest)
    person.open_fold(road.fold)
    answer = person.labelled(road.experience)
    if answer.count():
        answer.check()
    else:
        person.page.locator("select[name=stage]").select_option(label=road.experience)
    person.open_fold("About me")
    person.fill("About me", "I bake bread and walk slowly.")
    consents = (*CONSENTS, HEALTH) if road.community.asks_experience else CONSENTS
    person.tick(*consents)


def choose_town(person: Person, typed: str, label: str) -> None:
    """Type a town and choose one of the suggestions."""
    person.labelled("Town").press_sequentially(typed)
    person.page.get_by_role("option", name=label).click()


def send_application(person: Person) -> None:
    person.take_time()
    person.press("Send my application")


def confirm(person: Person, office: PostOffice, email: str) -> None:
    person.goto(link_in(letter_to(email, office), "/application/"))
    person.press("Yes, this is my address")


def log_in(person: Person, member: Member) -> None:
    person.fill("Email", member.email)
    person.fill("Password", PASSWORD)
    person.press("Log in")


def say_it_is_me(person: Person) -> None:
    """What guards the login asks for the password once more; it is done for five minutes."""
    person.goto("/accounts/reauthenticate/")
    person.fill("Password", PASSWORD)
    person.press("Go on")


def approve(reviewer: Person, member: Member, road: Road, username: str) -> None:
    """From the staff's front door to the decision."""
    reviewer.goto("/admin/")
    log_in(reviewer, member)
    if reviewer.path == "/account/policies/":
        reviewer.press("I agree")
        reviewer.goto("/admin/")
    reviewer.page.get_by_role("link", name="Open the queue").first.click()
    reviewer.follow(username)
    reviewer.press(f"Let them into {road.community}")
    reviewer.press("Send the letter now")


def set_password(person: Person, link: str) -> None:
    person.goto(link)
    for field in person.page.locator("main input[type=password]").all():
        field.fill(NEW_PASSWORD)
    with person.page.expect_navigation():
        person.page.locator("main form button[type=submit]").first.click()


def become_a_member(
    person: Person, staff: Person, reviewer: Member, road: Road, office: PostOffice
) -> None:
    """From the filled-in form to the first page behind the login."""
    send_application(person)
    confirm(person, office, EVA)
    approve(staff, reviewer, road, "eva-walks")
    link = link_in(letter_to(EVA, office), "/password/reset/key/")
    # A mail scanner is there first: that must not spend the link.
    assert [staff.context.request.get(link).status for _look in range(2)] == [200, 200]
    set_password(person, link)
    assert person.path == "/account/"


# --- finding and writing ------------------------------------------------------------------------


def search(person: Person, road: Road) -> None:
    """By radius, experience and interest at once."""
    with person.page.expect_navigation():
        person.page.get_by_role("banner").get_by_role("link", name="Find people").first.click()
    person.labelled("Within").select_option("50")
    open_filters(person)
    for question, answer in ((road.question, road.experience), ("Interests", road.interest)):
        person.open_fold(question)
        person.tick(answer)
    person.button("Show people").click()
    # With scripts the results come in place, before the button or after it.
    person.page.wait_for_url(re.compile(r"interest="))
    answered(person)


def answered(person: Person) -> None:
    """Wait for the last answer: whoever goes on before breaks it off, and the console says so."""
    expect(person.page.locator(".htmx-request")).to_have_count(0)


def open_filters(person: Person) -> None:
    more = person.page.locator("details.filters-more")
    if more.get_attribute("open") is None and more.locator("> summary").is_visible():
        more.locator("> summary").click()


def found(person: Person) -> list[str]:
    return person.page.locator(".profile-card-name").all_inner_texts()


def write(person: Person, username: str, words: str = WORDS) -> None:
    """From the list of people to the page that says it is on its way."""
    person.follow(username)
    person.follow(f"Write to {username}")
    person.fill("Your message", words)
    person.press("Send the message")
    person.expect_heading("Your message is on its way")
