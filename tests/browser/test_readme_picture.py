"""The picture in README.md: the search, as a member sees it. `python -m tests.screens` keeps it."""

import os
from collections.abc import Callable
from pathlib import Path

from members import account
from members.models import Member, Profile
from tests.browser.person import Person

MOST = 250 * 1024  # bytes
DRAWN = "() => document.querySelector('.areas-map canvas, .areas-map .leaflet-interactive')"


def test_the_search_makes_a_picture_for_the_readme(
    open_browser: Callable[..., Person],
    ana: Member,
    neighbours: dict[str, Profile],
    answer: Callable[..., object],
    let_in: Callable[[Person, Member], Person],
    tmp_path: Path,
) -> None:
    account.accept_policies(ana)
    own = Profile.objects.get(member=ana, community="twp")
    for question, slug in (("stage", "reducing"), ("interest", "friendship")):
        answer(own, question, slug)
    person = open_browser(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    picture = Path(os.environ.get("README_PICTURE", tmp_path / "screenshot.png"))

    let_in(person, ana).goto("/twp/members/?within=100&unit=mi")
    person.page.wait_for_load_state("networkidle")
    person.page.wait_for_function(DRAWN)
    person.page.wait_for_timeout(500)  # the map paints its names last
    person.page.screenshot(path=picture)

    assert picture.stat().st_size <= MOST
