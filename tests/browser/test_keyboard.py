"""The way with the keyboard alone; the focus is in sight at every step."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from members.models import Member, Profile
from members.relay.models import Message
from tests.browser import the_way
from tests.browser.keyboard import Keyboard
from tests.browser.person import Person
from tests.browser.the_way import CONSENTS, EVA, HEALTH, ROADS


@pytest.fixture
def keyboard(visitor: Person) -> Keyboard:
    return Keyboard(visitor)


def test_the_first_stop_leads_past_the_header(keyboard: Keyboard) -> None:
    page = keyboard.person.page
    keyboard.person.goto("/twp/")

    keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    keyboard.press("Enter", "Tab")

    expect(page.locator("main :focus")).to_be_visible()


def test_somebody_applies(keyboard: Keyboard) -> None:
    person = keyboard.person
    person.goto("/twp/join/")

    keyboard.fill("Email address", EVA)
    keyboard.fill("Username", "eva-walks")
    keyboard.fill("Town", "northam")
    person.page.get_by_role("option").first.wait_for()
    keyboard.press("ArrowDown", "ArrowDown", "ArrowUp", "Enter")
    chosen = person.labelled("Town").input_value()
    person.page.get_by_text("This is what others will see").wait_for()
    keyboard.tick("Friendship")
    keyboard.open_fold("Your experience with psychiatric drugs")
    keyboard.reach(person.page.locator("select[name=stage]"))
    keyboard.type("reducing")
    for consent in (*CONSENTS[:2], HEALTH, CONSENTS[2]):
        keyboard.tick(consent)
    person.take_time()
    keyboard.go(person.button("Send my application"))

    assert person.path == "/application/sent/"
    profile = Profile.objects.get(username="eva-walks")
    assert chosen.startswith("Northampton")
    assert profile.cell.place == chosen
    assert profile.answers.filter(choice__slug="reducing").exists()
    assert keyboard.unseen == []


def test_the_map_of_the_form_is_moved_by_arrow_keys(keyboard: Keyboard) -> None:
    person = keyboard.person
    person.goto("/ici/join/")

    keyboard.reach(person.button("Choose on the map"))
    keyboard.press("Enter")
    frame = person.page.locator(".place-map [role=application]")
    expect(frame).to_be_focused()
    keyboard.press("Enter", "+", "+", "+")
    keyboard.press(*["ArrowLeft"] * 3, *["ArrowUp"] * 2, "Enter")

    expect(person.button("Choose on the map")).to_be_focused()
    expect(person.page.locator(".place-words")).not_to_be_empty()
    assert keyboard.unseen == []


def test_somebody_finds_another_and_writes(
    keyboard: Keyboard,
    ana: Member,
    neighbours: dict[str, Profile],
    let_in: Callable[[Person, Member], Person],
) -> None:
    person = let_in(keyboard.person, ana)
    person.goto("/twp/members/")

    keyboard.reach(person.labelled("Within"))
    keyboard.press("Home")  # so that "5" finds 50, and not 500 that comes after what is chosen
    keyboard.press("ControlOrMeta+a")
    keyboard.type("50")
    keyboard.open_fold(ROADS["twp"].question)
    keyboard.tick("reducing now")
    keyboard.reach(person.button("Show people"))
    keyboard.press("Enter")
    expect(person.page.locator(".profile-card-name")).to_have_text(["bread-and-rivers"])
    the_way.answered(person)
    keyboard.go(person.link("bread-and-rivers"))
    keyboard.go(person.link("Write to bread-and-rivers"))
    keyboard.fill("Your message", the_way.WORDS)
    keyboard.go(person.button("Send the message"))

    person.expect_heading("Your message is on its way")
    assert Message.objects.get().body == the_way.WORDS
    assert keyboard.unseen == []


def test_shift_three_times_leaves_and_logs_out(
    keyboard: Keyboard, ana: Member, let_in: Callable[[Person, Member], Person]
) -> None:
    person = let_in(keyboard.person, ana)
    person.goto("/account/")
    person.goto("/twp/members/")

    with person.page.expect_navigation():
        keyboard.press("Shift", "Shift", "Shift")

    assert person.path == "/help-now/"
    person.page.go_back()
    assert person.path == "/accounts/login/"


def test_shift_within_words_leaves_nowhere(keyboard: Keyboard) -> None:
    keyboard.person.goto("/twp/join/")

    keyboard.reach(keyboard.person.labelled("Username"))
    keyboard.type("ABC")
    keyboard.press("Shift", "a", "Shift", "b", "Shift")

    assert keyboard.person.path == "/twp/join/"
