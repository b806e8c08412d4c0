"""The search in a browser: results in place, the form and the address as the results are."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from members.models import Member, Profile, Session
from tests.browser import the_way
from tests.browser.audit import wrong_with
from tests.browser.keyboard import Keyboard
from tests.browser.person import Person

NEAR = ["bread-and-rivers", "hadley.fields", "keeper_of_bees", "quiet-for-now", "three-bicycles"]
PHONE = {"width": 360, "height": 740}
STAGE = re.compile(r"stage=")
STORED = "() => JSON.stringify([{...localStorage}, {...sessionStorage}])"


@pytest.fixture
def open_search(
    ana: Member, neighbours: dict[str, Profile], let_in: Callable[[Person, Member], Person],
    open_browser: Callable[..., Person],
) -> Callable[..., Person]:  # fmt: skip
    """`open_search("place=Germany", java_script_enabled=False)`: Ana, searching."""

    def start(query: str = "within=50&unit=mi", **options: object) -> Person:
        person = let_in(open_browser(reduced_motion="reduce", **options), ana)
        person.goto(f"/twp/members/?{query}")
        return person

    return start


@pytest.fixture
def many(make_member: Callable[..., Member], make_profile: Callable[..., Profile]) -> None:
    for number in range(30):
        make_profile(make_member(f"one-of-many-{number}"))


def asked(page: Page) -> dict[str, list[str]]:
    """What the address bar asks, empty parameters included."""
    return parse_qs(urlsplit(page.url).query, keep_blank_values=True)


def names(page: Page) -> Locator:
    return page.locator(".profile-card-name")


def areas_told(page: Page) -> set[str]:
    return {area["label"] for area in json.loads(page.locator("#areas").text_content())}


def areas_listed(page: Page) -> set[str]:
    places = page.locator(".profile-card .profile-card-place:nth-child(2)").all_inner_texts()
    return {words.partition(" · ")[0] for words in places}


def expect_found(page: Page, *usernames: str) -> None:
    expect(names(page)).to_have_count(len(usernames))
    assert sorted(names(page).all_inner_texts()) == sorted(usernames)
    assert areas_told(page) == areas_listed(page)


def expect_in_place(page: Page) -> None:
    """The page is the one on which `stay` was called."""
    assert page.evaluate("window.stayed") is True


def stay(page: Page) -> Page:
    page.evaluate("window.stayed = true")
    return page


# --- refined, un-refined, and back ---


def test_a_tick_refines_and_its_chip_takes_it_off(open_search: Callable[..., Person]) -> None:
    person = open_search()
    page = stay(person.page)
    expect_found(page, *NEAR)

    person.open_fold("Where they are on the way")
    person.tick("reducing now")
    expect_found(page, "bread-and-rivers")
    assert asked(page) == {"within": ["50"], "unit": ["mi"], "stage": ["reducing"]}
    expect(page.locator("#id_stage_ticked")).to_have_text("(1)")
    expect(person.labelled("reducing now")).to_be_focused()
    expect(page.locator("#search-told")).to_have_text("1 person within 50 miles of your area")

    person.link("Take off: reducing now").click()
    expect_found(page, *NEAR)
    assert asked(page) == {"within": ["50"], "unit": ["mi"]}
    expect(person.labelled("reducing now")).not_to_be_checked()
    expect(page.locator("#id_stage_ticked")).to_be_empty()
    expect(page.locator("#found")).to_be_focused()
    expect_in_place(page)


def test_what_is_ticked_while_results_come_stays_ticked(open_search: Callable[..., Person]) -> None:
    """On a slow line the answer to the first tick comes after the second was made."""
    person = open_search()
    page = stay(person.page)
    held: list[Route] = []
    person.open_fold("Where they are on the way")
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))
    page.route(STAGE, lambda route: route.continue_() if held else held.append(route))
    person.tick("reducing now")
    page.clock.run_for(1000)
    while not held:
        page.wait_for_timeout(20)

    person.tick("thinking about it, nothing decided")
    with page.expect_response(STAGE) as first:
        held[0].continue_()
    first.value.finished()
    page.clock.run_for(1)
    expect(person.labelled("thinking about it, nothing decided")).to_be_checked()
    page.clock.run_for(1000)

    page.wait_for_url(re.compile("stage=thinking"))
    assert sorted(asked(page)["stage"]) == ["reducing", "thinking"]
    page.clock.run_for(1000)
    expect(person.labelled("reducing now")).to_be_checked()
    expect(person.labelled("thinking about it, nothing decided")).to_be_checked()
    expect_in_place(page)


def test_what_is_one_tick_stands_open(open_search: Callable[..., Person]) -> None:
    person = open_search()
    page = stay(person.page)

    person.tick("Also people who have no room for new contacts now")
    expect(page.locator("#filters-in-use")).to_have_text("More filters (1 in use)")
    person.link("Take off: Also people who have no room for new contacts now").click()

    expect(page.locator("#filters-in-use")).to_have_text("More filters")
    expect(person.labelled("Also people who have no room for new contacts now")).not_to_be_checked()
    expect_in_place(page)


def test_the_button_back_brings_back_list_form_and_map(
    open_search: Callable[..., Person],
) -> None:
    person = open_search()
    page = person.page
    person.open_fold("Where they are on the way")
    person.tick("reducing now")
    expect_found(page, "bread-and-rivers")

    page.go_back()
    expect_found(page, *NEAR)
    assert "stage" not in asked(page)
    expect(page.locator("[name=stage][value=reducing]")).not_to_be_checked()

    page.go_forward()
    expect_found(page, "bread-and-rivers")
    expect(page.locator("[name=stage][value=reducing]")).to_be_checked()


def test_nothing_of_a_search_stays_in_the_browser(open_search: Callable[..., Person]) -> None:
    person = open_search()
    page = person.page
    stored = [page.evaluate(STORED)]

    person.open_fold("Where they are on the way")
    person.tick("reducing now")
    expect_found(page, "bread-and-rivers")
    stored.append(page.evaluate(STORED))
    page.go_back()
    expect_found(page, *NEAR)
    stored.append(page.evaluate(STORED))

    assert set(stored) == {"[{},{}]"}


def test_a_place_typed_is_searched_by_enter(open_search: Callable[..., Person]) -> None:
    person = open_search()
    page = stay(person.page)

    person.fill("Near", "Boston")
    page.keyboard.press("Enter")

    expect_found(page, "cold-water-swimmer")
    expect(page.locator("#found")).to_have_text(
        "1 person within 50 miles of Boston, Massachusetts, United States"
    )
    expect_in_place(page)


def test_a_country_makes_the_radius_say_that_it_does_not_count(
    open_search: Callable[..., Person],
) -> None:
    person = open_search()
    page = person.page
    expect(page.locator("#radius-unused")).to_be_hidden()

    person.fill("Near", "United States")
    page.keyboard.press("Enter")

    expect(page.locator("#radius-unused")).to_have_text(
        "All of United States is searched. The distance does not count."
    )
    expect_found(page, *NEAR, "cold-water-swimmer")


def test_what_a_place_might_have_meant_too_is_put_into_the_form(
    open_search: Callable[..., Person],
) -> None:
    person = open_search("place=Springfield&within=50&unit=mi")

    person.open_fold("Did you mean another place?")
    person.link("Springfield, Oregon, United States").click()

    expect(person.labelled("Near")).to_have_value("Springfield, Oregon, United States")
    expect(person.page.locator("#found")).to_have_text(
        "Nobody within 50 miles of Springfield, Oregon, United States yet"
    )


def test_a_drug_typed_becomes_a_tick(open_search: Callable[..., Person]) -> None:
    person = open_search("within=500&unit=mi")
    page = stay(person.page)
    person.open_fold("Drug, or kind of drug")

    page.locator("#id_drug").fill("Zoloft")
    page.keyboard.press("Enter")
    expect_found(page, "bread-and-rivers", "keeper_of_bees")
    expect(page.locator("#id_drug")).to_have_value("")
    person.tick("now")
    expect_found(page, "bread-and-rivers")
    person.labelled("sertraline").uncheck()

    expect(names(page)).to_have_count(6)
    expect_in_place(page)


def test_what_is_typed_wrong_is_said_in_place(open_search: Callable[..., Person]) -> None:
    person = open_search()
    page = stay(person.page)

    person.fill("Near", "Nowhere at all")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert").first).to_contain_text("We know no place of this name.")
    expect(person.labelled("Near")).to_have_value("Nowhere at all")
    expect(person.labelled("Near")).to_have_attribute("aria-invalid", "true")
    expect(person.labelled("Near")).to_be_focused()
    person.fill("Near", "")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(person.labelled("Near")).not_to_have_attribute("aria-invalid", "true")
    expect_in_place(page)


def test_the_next_page_begins_at_its_top(open_search: Callable[..., Person], many: None) -> None:
    person = open_search()
    page = stay(person.page)

    person.link("Next page").click()

    expect(page.locator(".pager p")).to_have_text("Page 2")
    expect(page.locator("#found")).to_be_focused()
    expect(page.locator("#found")).to_be_in_viewport()
    assert asked(page) == {"within": ["50"], "unit": ["mi"], "page": ["2"]}
    expect_in_place(page)


def test_nobody_found_offers_searches_that_find_somebody(
    open_search: Callable[..., Person],
) -> None:
    person = open_search("within=10&unit=mi&language=es")
    page = stay(person.page)
    expect(page.locator("#found")).to_have_text("Nobody within 10 miles of your area yet")

    person.link("Within 25 miles: 1 person").click()

    expect_found(page, "three-bicycles")
    expect(person.labelled("Within")).to_have_value("25")
    expect_in_place(page)


def test_people_like_me_fills_the_form(
    open_search: Callable[..., Person], ana: Member, take: Callable[..., object]
) -> None:
    take(ana.profiles.get(community="twp"), "sertraline")
    person = open_search()
    page = stay(person.page)

    person.link("People like me").click()

    expect_found(page, "bread-and-rivers", "keeper_of_bees")
    expect(person.labelled("Within")).to_have_value("any")
    expect(page.locator("[name=drug][value=sertraline]")).to_be_checked()
    expect(page.locator("#results")).to_contain_text("Filled in from your profile: your drugs.")
    expect_in_place(page)


def test_on_a_phone_people_like_me_leads_to_them(
    open_search: Callable[..., Person], ana: Member, take: Callable[..., object]
) -> None:
    take(ana.profiles.get(community="twp"), "sertraline")
    person = open_search(viewport=PHONE)

    person.link("People like me").click()

    expect(person.page.locator("#found")).to_be_focused()
    expect(person.page.locator("#found")).to_be_in_viewport(ratio=1)


def test_on_a_phone_an_offer_leads_to_the_people(
    open_search: Callable[..., Person], many: None
) -> None:
    person = open_search("within=10&unit=mi&language=es", viewport=PHONE)

    person.page.get_by_role("link", name="Without").click()

    expect(names(person.page)).to_have_count(25)
    expect(person.page.locator("#found")).to_be_focused()
    expect(person.page.locator("#found")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("has_scripts", [True, False])
def test_on_a_phone_a_place_unknown_is_said_in_sight_with_the_filters_folded(
    open_search: Callable[..., Person], has_scripts: bool
) -> None:
    page = open_search("place=zzxxqq", viewport=PHONE, java_script_enabled=has_scripts).page

    expect(page.locator(".error-summary")).to_be_in_viewport(ratio=1)
    expect(page.locator(".filters-more")).not_to_have_attribute("open", "")


def test_a_filter_answered_badly_is_unfolded(open_search: Callable[..., Person]) -> None:
    page = open_search("drug=zzxxqq", viewport=PHONE).page

    expect(page.locator("[name=drug][value=zzxxqq]")).to_be_visible()
    expect(page.locator(".error-summary")).to_be_in_viewport(ratio=1)


# --- when nothing comes ---


def test_whoever_was_logged_out_meanwhile_is_told_and_led_on(
    open_search: Callable[..., Person],
) -> None:
    person = open_search()
    page = person.page
    person.open_fold("Where they are on the way")
    Session.objects.all().delete()

    person.tick("reducing now")

    expect(page.locator("#search-failed")).to_be_visible()
    expect(names(page)).to_have_count(len(NEAR))
    expect(page.locator("#results input[type=password]")).to_have_count(0)
    assert "stage" not in asked(page)
    person.follow("Try it as a page of its own")
    assert person.path == "/accounts/login/"
    assert "stage%3Dreducing" in page.url


def test_a_lost_line_is_told_and_goes_when_it_is_back(
    open_search: Callable[..., Person],
) -> None:
    person = open_search()
    page = person.page
    person.open_fold("Where they are on the way")

    person.context.set_offline(True)
    person.tick("reducing now")
    expect(page.locator("#search-failed")).to_be_visible()
    person.context.set_offline(False)
    person.button("Show people").click()

    expect_found(page, "bread-and-rivers")
    expect(page.locator("#search-failed")).to_be_hidden()
    person.complaints.clear()  # the browser's own about the lost line


# --- for everybody ---


def test_all_of_it_goes_by_keys(open_search: Callable[..., Person]) -> None:
    keyboard = Keyboard(open_search())
    person, page = keyboard.person, stay(keyboard.person.page)

    keyboard.open_fold("Where they are on the way")
    keyboard.tick("reducing now")
    expect_found(page, "bread-and-rivers")
    keyboard.reach(person.button("Show people"))
    keyboard.press("Enter")
    expect(page.locator("#found")).to_be_focused()
    keyboard.reach(person.link("newest"))
    keyboard.press("Enter")
    page.wait_for_url(re.compile("sort=newest"))
    expect(person.link("newest")).to_have_attribute("aria-current", "true")
    expect(person.link("newest")).to_be_focused()
    page.locator("main").focus()
    keyboard.reach(person.link("Take off: reducing now"))
    keyboard.press("Enter")

    expect_found(page, *NEAR)
    expect(page.locator("#found")).to_be_focused()
    assert keyboard.unseen == []
    expect_in_place(page)


def test_a_key_leads_past_the_filters_to_the_people(open_search: Callable[..., Person]) -> None:
    person = open_search()
    page = person.page

    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the people found")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(person.link("nearest")).to_be_focused()
    expect(page.get_by_role("heading", level=3, name="bread-and-rivers")).to_be_visible()


def test_without_scripts_order_chips_and_offers_are_links(
    open_search: Callable[..., Person],
) -> None:
    person = open_search("within=10&unit=mi&language=es", java_script_enabled=False)

    person.follow("Within 25 miles: 1 person")
    person.follow("newest")
    person.follow("Take off: Spanish")

    assert set(the_way.found(person)) == set(NEAR) - {"cold-water-swimmer"}
    assert asked(person.page) == {"within": ["25"], "unit": ["mi"], "sort": ["newest"]}


def test_what_is_put_into_the_page_shuts_nobody_out(open_search: Callable[..., Person]) -> None:
    person = open_search()
    page = stay(person.page)
    found = []

    person.fill("Near", "Boston")
    page.keyboard.press("Enter")
    expect_found(page, "cold-water-swimmer")
    found += wrong_with(person, "search-refined", nobody=tuple(NEAR))
    person.fill("Near", "Nowhere at all")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_be_visible()
    found += wrong_with(person, "search-wrong", nobody=tuple(NEAR))
    person.fill("Near", "Springfield, Oregon")
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_contain_text("Nobody")
    found += wrong_with(person, "search-nobody", nobody=tuple(NEAR))

    assert not found, "\n".join(found)
    expect_in_place(page)
