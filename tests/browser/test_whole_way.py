"""One person through all of it: visitor, applicant, member, somebody who writes, somebody blocked."""

from collections.abc import Callable
from email.utils import parseaddr

from members.models import Member, Profile
from tests.browser import the_way
from tests.browser.person import Person
from tests.browser.the_way import EVA, Road
from tests.outbox.post_office import PostOffice


def test_somebody_joins_finds_another_writes_and_is_blocked(
    road: Road,
    neighbour: Profile,
    others: None,
    reviewer: Member,
    smtp_server: PostOffice,
    open_browser: Callable[..., Person],
) -> None:
    eva, staff, recipient = (open_browser() for _person in range(3))
    secret = neighbour.member.email

    the_way.read_and_apply(eva, road)
    the_way.fill_in(eva, road, EVA, "eva-walks")
    the_way.choose_town(eva, "northam", "Northampton, Massachusetts, United States")
    eva.page.get_by_text("This is what others will see").wait_for()
    the_way.become_a_member(eva, staff, reviewer, road, smtp_server)

    # finds and writes
    the_way.search(eva, road)
    assert the_way.found(eva) == ["maple"]
    the_way.write(eva, "maple")

    # the message arrives, and the sender learns nothing
    letter = the_way.letter_to(secret, smtp_server)
    assert the_way.WORDS in letter.text
    assert parseaddr(letter["Reply-To"])[1] == EVA
    assert letter.envelope_from not in (EVA, secret)
    assert [page for page in eva.seen if secret in page] == []
    got = [one for one in smtp_server.letters if one.envelope_to == [EVA]]
    assert [one for one in got if secret in f"{one.message}{one.text}{one.html}"] == []

    # is blocked by the link in the letter, without a login
    recipient.goto(the_way.link_in(letter, "/block/"))
    recipient.press("Block eva-walks")
    the_way.search(eva, road)
    assert the_way.found(eva) == []
    assert eva.page.goto(f"/{road.community.slug}/members/maple/").status == 404


def test_a_place_can_be_a_pin_on_the_map(
    road: Road, smtp_server: PostOffice, visitor: Person
) -> None:
    the_way.read_and_apply(visitor, road)
    the_way.fill_in(visitor, road, EVA, "eva-walks")

    visitor.button("Choose on the map").click()
    frame = visitor.page.locator(".place-map [role=application]")
    frame.locator("canvas, .leaflet-tile").first.wait_for(state="attached")
    frame.click(position={"x": 120, "y": 120})
    visitor.page.get_by_text("This is what others will see").wait_for()
    the_way.send_application(visitor)

    assert visitor.path == "/application/sent/"
    cell = Profile.objects.get(username="eva-walks").cell
    assert cell.resolution <= 6
