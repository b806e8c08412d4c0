"""An administrator changes a prepared letter in a browser."""

from collections.abc import Callable

import pytest

from members.models import Member
from moderation.models import LetterText
from tests.browser.person import Person

LETTER = "/admin/moderation/lettertext/approved/change/"
OpenBrowser = Callable[..., Person]


@pytest.fixture
def administrator(make_member: Callable[..., Member]) -> Member:
    return make_member("admin", is_staff=True, is_superuser=True)


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_letter_is_looked_at_saved_and_given_back(
    scripts: bool,
    open_browser: OpenBrowser,
    administrator: Member,
    let_in: Callable[[Person, Member], Person],
) -> None:
    admin = let_in(open_browser(java_script_enabled=scripts), administrator)
    admin.goto(LETTER)

    admin.page.get_by_label("The words of the letter").fill("Come in, {username}.")
    admin.press("Show preview")
    assert "Come in, wren." in admin.page.locator("#preview").inner_text()
    assert LetterText.objects.count() == 0

    admin.press("Save these words")
    assert LetterText.objects.get().words == "Come in, {username}."

    admin.follow("Back to the original")
    admin.press("Yes, back to the original")
    assert LetterText.objects.count() == 0
    assert "is accepted" in admin.page.locator("#preview").inner_text()


def test_a_placeholder_is_put_where_the_cursor_is(
    open_browser: OpenBrowser, administrator: Member, let_in: Callable[[Person, Member], Person]
) -> None:
    admin = let_in(open_browser(), administrator)
    admin.goto(LETTER)
    field = admin.page.get_by_label("The words of the letter")
    field.fill("Hello , come in.")
    field.evaluate("field => field.setSelectionRange(6, 6)")

    admin.button("{username}").click()

    assert field.input_value() == "Hello {username}, come in."


def test_without_scripts_a_placeholder_is_text_to_copy(
    open_browser: OpenBrowser, administrator: Member, let_in: Callable[[Person, Member], Person]
) -> None:
    admin = let_in(open_browser(java_script_enabled=False), administrator)
    admin.goto(LETTER)

    assert admin.page.locator("code", has_text="{username}").is_visible()
    assert not admin.page.get_by_text("Press one to put it").is_visible()
