"""Everything that matters works in a browser that runs no script."""

from collections.abc import Callable
from email.utils import parseaddr

import pytest
from playwright.sync_api import expect

from members.models import Member, Profile
from tests.browser import the_way
from tests.browser.person import Person
from tests.browser.the_way import EVA, Road
from tests.outbox.post_office import PostOffice

MEMBERS = 30  # one page of the search holds 25


@pytest.fixture
def open_plain(open_browser: Callable[..., Person]) -> Callable[[], Person]:
    return lambda: open_browser(java_script_enabled=False)


@pytest.fixture
def plain(open_plain: Callable[[], Person]) -> Person:
    return open_plain()


def test_somebody_joins_finds_another_and_writes(
    road: Road,
    neighbour: Profile,
    others: None,
    reviewer: Member,
    smtp_server: PostOffice,
    open_plain: Callable[[], Person],
) -> None:
    eva, staff, recipient = (open_plain() for _person in range(3))

    # of three towns of this name, the page asks which one
    the_way.read_and_apply(eva, road)
    the_way.fill_in(eva, road, EVA, "eva-walks")
    eva.fill("Town", "Northampton")
    the_way.send_application(eva)
    assert eva.path == f"/{road.community.slug}/join/"
    expect(eva.labelled("Username")).to_have_value("eva-walks")
    expect(eva.labelled(road.interest)).to_be_checked()
    eva.tick("Northampton, Massachusetts, United States")
    the_way.become_a_member(eva, staff, reviewer, road, smtp_server)

    # finds and writes
    the_way.search(eva, road)
    assert the_way.found(eva) == ["maple"]
    the_way.write(eva, "maple")
    letter = the_way.letter_to(neighbour.member.email, smtp_server)
    assert the_way.WORDS in letter.text
    assert parseaddr(letter["Reply-To"])[1] == EVA
    assert [page for page in eva.seen if neighbour.member.email in page] == []

    # is blocked
    recipient.goto(the_way.link_in(letter, "/block/"))
    recipient.press("Block eva-walks")
    the_way.search(eva, road)
    assert the_way.found(eva) == []


def test_a_town_to_search_near_can_be_one_of_several(
    plain: Person, ana: Member, let_in: Callable[[Person, Member], Person]
) -> None:
    let_in(plain, ana).goto("/twp/members/")

    plain.fill("Near", "Springfield")
    plain.press("Show people")
    plain.open_fold("Did you mean another place?")
    plain.follow("Springfield, Oregon, United States")

    expect(plain.labelled("Near")).to_have_value("Springfield, Oregon, United States")


def test_the_pager_leads_on_and_keeps_the_search(
    plain: Person,
    ana: Member,
    let_in: Callable[[Person, Member], Person],
    make_member: Callable[..., Member],
    make_profile: Callable[..., Profile],
) -> None:
    for number in range(MEMBERS):
        make_profile(make_member(f"member{number:02}"))
    let_in(plain, ana).goto("/twp/members/?within=40&unit=km")

    first = the_way.found(plain)
    plain.follow("Next page")
    second = the_way.found(plain)

    assert (len(first), len(second)) == (25, MEMBERS - 25)
    assert set(first) & set(second) == set()
    expect(plain.labelled("Within")).to_have_value("40")


def test_dark_can_be_chosen_and_stays(plain: Person) -> None:
    plain.goto("/help-now/")

    plain.press("Dark")
    assert plain.path == "/help-now/"
    plain.goto("/twp/")

    expect(plain.page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_way_out_is_a_plain_link(
    plain: Person, ana: Member, let_in: Callable[[Person, Member], Person]
) -> None:
    let_in(plain, ana).goto("/twp/members/")

    with plain.page.expect_navigation():
        plain.page.get_by_role("link", name="Leave this page").click()

    assert plain.path == "/help-now/"
    plain.goto("/account/")
    assert plain.path == "/accounts/login/"


def test_what_others_will_see_is_shown_before_anything_is_sent(plain: Person) -> None:
    plain.goto("/ici/join/")
    plain.fill("Username", "eva-walks")
    plain.fill("Town", "Northampton")

    plain.press("Show what others will see")
    choice = plain.page.get_by_label("Northampton, Massachusetts, United States")
    expect(choice).to_be_in_viewport()
    choice.check()
    plain.press("Show what others will see")

    expect(plain.page.locator(".place-words strong")).to_be_in_viewport()
    expect(plain.page.locator(".place-words strong")).to_have_text(
        "Around Northampton, Massachusetts, United States"
    )
    expect(plain.labelled("Town")).to_have_value("Northampton, Massachusetts, United States")
    expect(plain.labelled("Username")).to_have_value("eva-walks")
    expect(plain.page.get_by_role("alert")).to_have_count(0)


def test_enter_in_a_line_sends_the_form(plain: Person) -> None:
    plain.goto("/ici/join/")
    plain.fill("Username", "eva-walks")

    with plain.page.expect_navigation():
        plain.labelled("Username").press("Enter")

    expect(plain.page.get_by_role("alert")).to_contain_text("Interests")
    expect(plain.labelled("Username")).to_have_value("eva-walks")


def test_enter_shows_the_area_of_a_town_before_it_sends_the_form(
    plain: Person, ana: Member, let_in: Callable[[Person, Member], Person]
) -> None:
    let_in(plain, ana).goto("/account/twp/edit/")
    plain.fill("Town", "Boston, Massachusetts")
    plain.page.locator("input[name=interest]").first.check()

    with plain.page.expect_navigation():
        plain.labelled("Town").press("Enter")

    expect(plain.page.locator(".place-words strong")).to_have_text(
        "Around Boston, Massachusetts, United States"
    )
    expect(plain.page.locator(".place-words strong")).to_be_in_viewport()
    assert Profile.objects.get(member=ana, community="twp").cell.place.startswith("Northampton")

    with plain.page.expect_navigation():
        plain.labelled("Town").press("Enter")

    assert Profile.objects.get(member=ana, community="twp").cell.place.startswith("Boston")
