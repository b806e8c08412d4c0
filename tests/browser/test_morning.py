"""A reviewer's morning: ten applications of every kind, by mouse, by keyboard alone, on a phone, and
without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from members.models import Member, Profile
from moderation.applications import claims
from moderation.models import Application, Decision, Note, Question, Reason, State, Verdict
from tests.browser.audit import PHONE, wrong_with
from tests.browser.keyboard import Keyboard
from tests.browser.morning import KINDS, morning
from tests.browser.person import Person

__all__ = ["morning"]

QUEUE = "/admin/moderation/application/"


def at(profile: Profile) -> str:
    return f"{QUEUE}{profile.pk}/change/"


def test_every_page_of_the_morning(
    open_browser: Callable[..., Person],
    morning: dict[str, Profile],
    reviewer: Member,
    let_in: Callable[[Person, Member], Person],
) -> None:
    calm = let_in(open_browser(reduced_motion="reduce"), reviewer)
    robin = Member.objects.get(email="robin@example.org")
    claims.claim(morning["back-again"].pk, robin)
    names = tuple(KINDS)
    calm.goto(QUEUE)
    found = wrong_with(calm, "morning-queue", nobody=names)
    calm.page.locator(".queue-filters summary").click()
    calm.page.locator("input[name=pick]").nth(5).check()
    found += wrong_with(calm, "morning-queue-ticked", nobody=names)
    for name, profile in morning.items():
        calm.goto(at(profile))
        found += wrong_with(calm, f"morning-{name}", nobody=names)
    calm.goto(f"{at(morning['clear-path'])}?reason=promotes")
    found += wrong_with(calm, "morning-reason", nobody=names)
    calm.goto(f"{QUEUE}several/?do=approve&" + "&".join(f"pick={p.pk}" for p in morning.values()))
    found += wrong_with(calm, "morning-several", nobody=names)
    calm.goto(at(morning["quiet-river"]))
    calm.press("Let them into TWP Connect")
    found += wrong_with(calm, "morning-next", nobody=names)
    calm.page.keyboard.press("?")
    found += wrong_with(calm, "morning-keys", nobody=names)

    assert not found, "\n".join(found)


# --- what a morning comes to, whichever way it is gone ----------------------------------------------


def name_of(person: Person) -> str:
    """Whose application is open."""
    return person.page.locator("h1").inner_text()


def expect_open(person: Person, name: str) -> None:
    expect(person.page.get_by_role("heading", level=1)).to_have_text(name)


def decided(morning: dict[str, Profile]) -> dict[str, str]:
    """Each of the ten with its state, and the reason where it is declined."""
    rows = Application.objects.select_related("decision").filter(
        pk__in=[profile.pk for profile in morning.values()]
    )
    return {
        row.username: f"{row.state} {row.decision.reason}".strip()
        if row.state == State.DECLINED
        else str(row.state)
        for row in rows
    }


DONE = {
    "quiet-river": State.APPROVED,
    "wintergreen": State.WAITING,  # until they have another name
    "so.tired": State.ASKED,
    "mothers-hand": State.ASKED,
    "clear-path": f"{State.DECLINED} {Reason.PROMOTES}",
    "glow-team1": f"{State.DECLINED} {Reason.LOOKS_AUTOMATIC}",
    "sun-team22": f"{State.DECLINED} {Reason.LOOKS_AUTOMATIC}",
    "hm": State.ASKED,
    "back-again": f"{State.DECLINED} {Reason.EARLIER_REMOVED}",
    "maple_2": State.APPROVED,
}


def by_hand(person: Person) -> None:
    """All ten, by pressing what is on the pages; from the queue to the queue."""
    page = person.page
    person.goto(QUEUE)
    for name in ("glow-team1", "sun-team22"):
        page.get_by_role("checkbox", name=f"Tick {name}").check()
    person.press("Decline without a letter …")
    person.press("Yes, decline those ticked")
    expect(page.get_by_text("glow-team1 and sun-team22 are declined.")).to_be_visible()

    person.follow("quiet-river")
    person.press("Let them into TWP Connect")
    expect_open(person, "wintergreen")
    person.press("Ask for another name")
    expect_open(person, "so.tired")
    person.press("Send this answer")
    expect_open(person, "mothers-hand")
    person.open_fold("Offer the sister community")
    person.press("Send this offer")
    expect_open(person, "clear-path")
    person.follow("Promotes services, products or an organisation")
    person.press("Decline and send this letter")
    expect_open(person, "hm")
    person.open_fold("Ask them something")
    page.locator("#ask_words").fill("What brings you here?")
    person.press("Send this question")
    expect_open(person, "back-again")
    person.open_fold("Write a note")
    page.locator("#note_words").fill("I knew them. Not again.")
    person.press("Keep the note")
    person.follow("Was removed earlier")
    person.press("Decline and send this letter")
    expect_open(person, "maple_2")
    person.press("Let them into TWP Connect")


@pytest.fixture
def robin(morning: dict[str, Profile]) -> Member:
    return Member.objects.get(email="robin@example.org")


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"viewport": {"width": PHONE, "height": 640}, "has_touch": True, "is_mobile": True},
        {"java_script_enabled": False},
    ],
    ids=["mouse", "phone", "without-javascript"],
)
def test_a_morning(
    options: dict[str, object],
    open_browser: Callable[..., Person],
    morning: dict[str, Profile],
    reviewer: Member,
    let_in: Callable[[Person, Member], Person],
) -> None:
    person = let_in(open_browser(**options), reviewer)

    by_hand(person)

    assert decided(morning) == DONE
    assert Note.objects.filter(words="I knew them. Not again.").exists()
    assert "How are you just now?" in Question.objects.get(application=morning["so.tired"]).words
    assert Question.objects.get(application=morning["mothers-hand"]).kind == "offer"


def test_a_morning_by_keyboard_alone(
    open_browser: Callable[..., Person],
    morning: dict[str, Profile],
    reviewer: Member,
    let_in: Callable[[Person, Member], Person],
) -> None:
    person = let_in(open_browser(reduced_motion="reduce"), reviewer)
    keys = Keyboard(person)
    page = person.page
    person.goto(QUEUE)

    def opens(*pressed: str) -> None:
        """The last of these keys leads to another page."""
        keys.press(*pressed[:-1])
        with page.expect_navigation():
            keys.press(pressed[-1])

    keys.press(*["j"] * 6, "x", "j", "x")
    keys.go(person.button("Decline without a letter …"))
    keys.go(person.button("Yes, decline those ticked"))
    opens("j", "Enter")
    expect_open(person, "quiet-river")
    opens("a", "Enter")
    expect_open(person, "wintergreen")
    opens("a", "Enter")
    expect_open(person, "so.tired")
    keys.press("s")
    expect(page.locator("#ask_words")).to_be_focused()
    keys.go(person.button("Send this answer"))
    keys.press("o")
    keys.go(person.button("Send this offer"))
    expect_open(person, "clear-path")
    opens("2")
    opens("d", "Enter")
    expect_open(person, "hm")
    keys.press("s")
    keys.type("What brings you here? a d n")
    keys.go(person.button("Send this question"))
    expect_open(person, "back-again")
    keys.press("m")
    keys.type("I knew them. Not again.")
    keys.go(person.button("Keep the note"))
    opens("8")
    opens("d", "Enter")
    expect_open(person, "maple_2")
    opens("a", "Enter")

    assert decided(morning) == DONE
    assert keys.unseen == []


def test_no_key_decides_without_a_step_that_is_seen(
    open_browser: Callable[..., Person],
    morning: dict[str, Profile],
    reviewer: Member,
    let_in: Callable[[Person, Member], Person],
) -> None:
    person = let_in(open_browser(reduced_motion="reduce"), reviewer)
    person.goto(at(morning["quiet-river"]))
    keys = person.page.keyboard

    keys.press("a")
    expect(person.button("Let them into TWP Connect")).to_be_focused()
    expect(person.page.get_by_text("Enter does it. Esc leaves it.")).to_be_in_viewport()
    keys.press("Escape")
    keys.press("Enter")

    expect(person.page.get_by_text("Enter does it. Esc leaves it.")).to_have_count(0)
    expect_open(person, "quiet-river")
    before = Decision.objects.count()
    for key in "abcdefghijklmopqrstuvwxyz":  # every letter but the one that goes on
        with person.context.new_page() as page:  # where the letter before it leads nowhere any more
            page.goto(at(morning["quiet-river"]))
            page.keyboard.press(key)
            page.wait_for_load_state("networkidle")  # whatever it led to has been asked for
    assert Decision.objects.count() == before


def test_keys_are_off_while_somebody_types(
    open_browser: Callable[..., Person],
    morning: dict[str, Profile],
    reviewer: Member,
    let_in: Callable[[Person, Member], Person],
) -> None:
    person = let_in(open_browser(), reviewer)
    person.goto(at(morning["quiet-river"]))

    person.page.keyboard.press("m")
    person.page.keyboard.type("nq? 1 and so on")

    expect_open(person, "quiet-river")
    expect(person.page.locator("#note_words")).to_have_value("nq? 1 and so on")
    person.page.keyboard.press("Escape")
    with person.page.expect_navigation():
        person.page.keyboard.press("n")
    assert name_of(person) == "wintergreen"


def test_the_keys_are_listed(
    open_browser: Callable[..., Person],
    morning: dict[str, Profile],
    reviewer: Member,
    let_in: Callable[[Person, Member], Person],
) -> None:
    person = let_in(open_browser(), reviewer)
    for address in (QUEUE, at(morning["quiet-river"])):
        person.goto(address)
        person.page.keyboard.press("?")
        expect(person.page.get_by_role("dialog", name="Keys of this page")).to_be_visible()
        person.page.keyboard.press("Escape")
        expect(person.page.get_by_role("dialog")).to_have_count(0)
        person.page.get_by_role("button", name="Keys of this page").click()
        person.page.get_by_role("button", name="Close").click()
        expect(person.page.get_by_role("dialog")).to_have_count(0)


def test_a_slip_is_undone(
    open_browser: Callable[..., Person],
    morning: dict[str, Profile],
    reviewer: Member,
    let_in: Callable[[Person, Member], Person],
) -> None:
    person = let_in(open_browser(), reviewer)
    person.goto(at(morning["quiet-river"]))
    person.press("Let them into TWP Connect")

    expect(person.page.get_by_text("quiet-river is approved. For ")).to_be_visible()
    person.press("Undo")

    expect_open(person, "quiet-river")
    assert decided(morning)["quiet-river"] == State.WAITING
    assert not Decision.objects.filter(verdict=Verdict.APPROVED).exists()


def test_the_next_application_opens_at_its_top(
    open_browser: Callable[..., Person],
    morning: dict[str, Profile],
    reviewer: Member,
    let_in: Callable[[Person, Member], Person],
) -> None:
    """Not at its buttons, below the words nobody has read yet."""
    phone = {"width": PHONE, "height": 640}
    person = let_in(open_browser(viewport=phone, reduced_motion="reduce"), reviewer)
    person.goto(at(morning["quiet-river"]))
    person.link("Decide").click()
    assert person.page.evaluate("scrollY") > 500

    person.press("Let them into TWP Connect")

    expect_open(person, "wintergreen")
    assert "#" not in person.page.url
    assert person.page.evaluate("scrollY") == 0
    expect(person.page.get_by_text("quiet-river is approved. For ")).to_be_in_viewport()


def test_what_cannot_be_sent_is_given_back_where_it_stands(
    open_browser: Callable[..., Person],
    morning: dict[str, Profile],
    reviewer: Member,
    let_in: Callable[[Person, Member], Person],
) -> None:
    person = let_in(open_browser(viewport={"width": PHONE, "height": 640}), reviewer)
    person.goto(at(morning["quiet-river"]))
    person.open_fold("Ask them something")
    person.page.locator("#ask_words").fill("x" * 2001)

    person.press("Send this question")

    expect(person.page.locator("#ask_words")).to_be_focused()
    expect(person.page.locator("#ask_words")).to_have_value("x" * 2001)
    expect(person.page.get_by_text("Please shorten it to 2,000 characters.")).to_be_visible()


def test_two_reviewers_see_each_other(
    open_browser: Callable[..., Person],
    morning: dict[str, Profile],
    reviewer: Member,
    robin: Member,
    let_in: Callable[[Person, Member], Person],
) -> None:
    one, two = let_in(open_browser(), reviewer), let_in(open_browser(), robin)
    one.goto(at(morning["quiet-river"]))

    two.goto(QUEUE)
    expect(two.page.locator(".queue-row").first).to_contain_text("reviewer is on it, for")
    two.follow("quiet-river")
    two.press("Take it over")
    expect(two.page.get_by_text("You are on the application of quiet-river now.")).to_be_visible()
    one.goto(QUEUE)

    expect(one.page.locator(".queue-row").first).to_contain_text("robin is on it, for")


def test_the_map_shows_the_cell(
    open_browser: Callable[..., Person],
    morning: dict[str, Profile],
    reviewer: Member,
    let_in: Callable[[Person, Member], Person],
) -> None:
    person = let_in(open_browser(), reviewer)
    person.goto(at(morning["quiet-river"]))

    expect(person.page.locator(".cell-map svg path")).to_have_count(1)
    expect(person.page.locator(".cell-map canvas").first).to_be_visible()
