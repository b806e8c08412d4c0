"""Every letter's HTML twin, as a mail program shows it: on a phone and on a desk, light and dark.

With SCREENS=folder they are also photographed.
"""

from pathlib import Path

from members.outbox import specimens
from members.outbox.letters import KINDS
from tests.browser.audit import (
    AXE,
    DESK,
    HEIGHTS,
    NARROWEST,
    PHONE,
    SCHEMES,
    SCREENS,
    TOO_WIDE,
    open_for_axe,
)
from tests.browser.audit import wrong_with as wrong_with_page
from tests.browser.person import Person

# Mail programs show a letter inside a page of their own: it is no page, with heading and landmarks.
OF_A_PAGE = ("page-has-heading-one", "landmark-one-main", "region")


def wrong_with(person: Person, name: str) -> list[str]:
    page, found = person.page, []
    open_for_axe(person)
    for width in (NARROWEST, PHONE, DESK):
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            found += [f"{width} px, {scheme}: {one}" for one in page.evaluate(TOO_WIDE)]
            if SCREENS and width != NARROWEST:
                path = Path(SCREENS) / f"letter-{name}-{width}-{scheme}.png"
                page.screenshot(path=path, full_page=True)
    # Dark colours are the reader's own, which axe takes for black on white.
    page.emulate_media(color_scheme="light")
    found += [one for one in page.evaluate(AXE, None) if not one.startswith(OF_A_PAGE)]
    return [f"{name}: {one}" for one in found]


def kinds_to_look_at() -> list[str]:
    """One of those that share their templates and differ in a sentence."""
    notices = [kind for kind in KINDS if kind.startswith("notice_")]
    return sorted(set(KINDS) - set(notices[1:]))


def test_the_twin_of_every_letter(visitor: Person) -> None:
    found = []
    for kind in kinds_to_look_at():
        for case in specimens.written(kind, "en"):
            visitor.goto(f"/mail/letters/{kind}/html/?case={case}")
            found += wrong_with(visitor, f"{kind}-{case}")

    assert not found, "\n".join(found)


def test_the_pages_that_show_them(visitor: Person) -> None:
    found = []
    for number, address in enumerate(
        ("/mail/letters/", "/mail/letters/message/", "/mail/letters/declined/?as=html")
    ):
        visitor.goto(address)
        found += wrong_with_page(visitor, f"letters-{number}")

    assert not found, "\n".join(found)
