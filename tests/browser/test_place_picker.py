"""The place field in a browser: what leaves it, and what it shows before saving."""

import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest
from playwright.sync_api import Request, expect

from members.models import Member
from members.places import limit
from tests.browser.audit import wrong_with
from tests.browser.person import Person

HERE = {"latitude": 42.3251478, "longitude": -72.6412369, "accuracy": 4}
COARSE = {"42.33", "-72.64"}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63b8f0f02300047a02414d6a7a3a0000000049454e44ae426082"
)

LetIn = Callable[[Person, Member], Person]


def record(person: Person) -> list[str]:
    """Everything the browser sends from now on: addresses and bodies, readable."""
    sent: list[str] = []

    def keep(request: Request) -> None:
        sent.append(unquote(f"{request.method} {request.url} {request.post_data or ''}"))

    person.context.on("request", keep)
    return sent


def words_of(person: Person) -> str:
    return person.page.locator(".place-words strong").inner_text()


@pytest.fixture
def somewhere(open_browser: Callable[..., Person]) -> Person:
    """A visitor whose browser knows to a metre where it is, and would tell."""
    return open_browser(geolocation=HERE, permissions=["geolocation"])


def test_the_place_of_the_browser_is_asked_for_only_when_somebody_says_so(
    somewhere: Person,
) -> None:
    sent = record(somewhere)
    somewhere.page.add_init_script(
        "const ask = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);"
        "navigator.geolocation.getCurrentPosition = (...given) => { window.asked = true; ask(...given); };"
    )
    somewhere.goto("/ici/join/")
    somewhere.fill("Town", "northam")
    somewhere.page.locator("li[role=option]").first.click()
    somewhere.page.get_by_text("This is what others will see").wait_for()

    assert somewhere.page.evaluate("window.asked") is None
    assert [one for one in sent if "lat=" in one] == []


def test_no_more_than_two_decimals_leave_the_browser(somewhere: Person) -> None:
    somewhere.goto("/ici/join/")
    sent = record(somewhere)

    somewhere.button("Use where I am now").click()
    somewhere.page.get_by_text("This is what others will see").wait_for()
    somewhere.press("Send my application")

    bodies = [one.rsplit(" ", 1)[-1] for one in sent if one.startswith("POST")]
    coordinates = {
        number for body in bodies for number in re.findall(r"(?:lat|lng|tude)=(-?[\d.]+)", body)
    }
    assert len(bodies) >= 2  # what others would see, and the form
    assert coordinates == COARSE
    assert [one for one in sent if "42.325" in one or "72.641" in one] == []


def test_whoever_shares_no_location_stays_at_the_button_and_is_told(visitor: Person) -> None:
    visitor.page.add_init_script(
        "navigator.geolocation.getCurrentPosition = (_found, refused) =>"
        "  setTimeout(() => refused({ code: 1, PERMISSION_DENIED: 1 }), 500);"
    )
    visitor.goto("/ici/join/")
    button = visitor.button("Use where I am now")

    button.focus()
    visitor.page.keyboard.press("Enter")

    expect(visitor.page.locator(".place-words")).to_contain_text("You can type your town instead.")
    expect(button).to_be_focused()


def test_escape_leaves_the_map_and_the_place_as_it_was(visitor: Person) -> None:
    visitor.goto("/ici/join/")
    visitor.labelled("Town").press_sequentially("Northampton, Massachusetts")
    visitor.page.locator("li[role=option]").first.click()
    words = visitor.page.locator(".place-words strong")
    expect(words).to_have_text("Around Northampton, Massachusetts, United States")

    visitor.button("Choose on the map").click()
    for _step in range(6):
        visitor.page.keyboard.press("Shift+ArrowRight")
    expect(words).not_to_have_text("Around Northampton, Massachusetts, United States")
    visitor.page.keyboard.press("Escape")

    expect(words).to_have_text("Around Northampton, Massachusetts, United States")
    expect(visitor.labelled("Town")).to_have_value("Northampton, Massachusetts, United States")
    expect(visitor.button("Choose on the map")).to_be_focused()
    assert visitor.page.locator("[name=place_latitude]").input_value() == ""


def test_a_new_width_shows_what_others_will_see(
    visitor: Person, ana: Member, let_in: LetIn
) -> None:
    person = let_in(visitor, ana)
    person.goto("/account/twp/edit/")
    before = person.page.locator(".place-words").inner_text()
    assert "7 km (4 miles) across" in before

    person.page.locator("select[name=place_width]").select_option("region")
    expect(person.page.locator(".place-words")).to_contain_text("49 km (30 miles) across")
    person.page.locator("select[name=place_width]").select_option("town")

    expect(person.page.locator(".place-words")).to_have_text(before, use_inner_text=True)


def test_a_town_typed_in_full_shows_what_others_will_see(visitor: Person) -> None:
    visitor.goto("/ici/join/")

    visitor.labelled("Town").press_sequentially("Northampton, Massachusetts")
    visitor.page.keyboard.press("Tab")

    words = visitor.page.locator(".place-words strong")
    expect(words).to_have_text("Around Northampton, Massachusetts, United States")
    visitor.page.locator("select[name=place_width]").select_option("region")
    expect(visitor.page.locator(".place-words")).to_contain_text("49 km (30 miles) across")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("01060", "We do not know postal codes."),
        ("zzzzqqq", "We do not know this place."),
        ("Springfield", "We are not sure which place you mean."),
    ],
)
def test_whoever_leaves_the_field_is_told_what_is_wrong(
    visitor: Person, typed: str, sentence: str
) -> None:
    visitor.goto("/ici/join/")

    visitor.labelled("Town").press_sequentially(typed)
    visitor.page.keyboard.press("Tab")

    expect(visitor.page.locator(".place-words")).to_contain_text(sentence)
    assert [one for one in visitor.complaints if "400" not in one] == []
    visitor.complaints.clear()  # Chromium notes the answer itself


def test_a_place_chosen_among_namesakes_shows_what_others_will_see(visitor: Person) -> None:
    visitor.goto("/ici/join/")
    visitor.fill("Town", "Springfield")
    visitor.press("Send my application")

    visitor.labelled("Springfield, Illinois, United States").check()

    words = visitor.page.locator(".place-words strong")
    expect(words).to_have_text("Around Springfield, Illinois, United States")


def test_a_town_taken_away_again_leaves_the_area_they_have(
    visitor: Person, ana: Member, let_in: LetIn
) -> None:
    person = let_in(visitor, ana)
    person.goto("/account/twp/edit/")
    before = words_of(person)

    person.fill("Town", "Berlin")
    expect(person.page.locator(".place-words")).to_be_empty()
    person.fill("Town", "")

    expect(person.page.locator(".place-words strong")).to_have_text(before)


def test_a_finger_chooses_a_place_on_a_small_screen(open_browser: Callable[..., Person]) -> None:
    person = open_browser(**PHONE)
    person.goto("/ici/join/")

    person.button("Choose on the map").tap()
    frame = person.page.locator(".place-map [role=application]")
    frame.scroll_into_view_if_needed()
    for _nearer in range(3):
        frame.tap()
        person.page.get_by_text("This is what others will see").wait_for()
        person.page.wait_for_timeout(400)  # milliseconds; two taps at once would be another gesture

    across = person.page.evaluate("document.documentElement.scrollWidth")
    assert across <= 360
    assert person.page.locator("[name=place_latitude]").input_value() != ""


def test_the_search_offers_regions_and_countries_to_the_keyboard(
    visitor: Person, ana: Member, let_in: LetIn
) -> None:
    person = let_in(visitor, ana)
    person.goto("/twp/members/")
    near = person.labelled("Near")

    near.press_sequentially("bayer")
    person.page.get_by_role("option", name="Bavaria, Germany").wait_for()
    near.press("ArrowDown")
    assert near.get_attribute("aria-activedescendant")
    near.press("Enter")

    expect(near).to_have_value("Bavaria, Germany")
    expect(near).to_have_attribute("aria-expanded", "false")


def test_the_open_list_of_the_search_shuts_nobody_out(
    open_browser: Callable[..., Person], ana: Member, let_in: LetIn
) -> None:
    person = let_in(open_browser(reduced_motion="reduce"), ana)
    person.goto("/twp/members/")

    person.labelled("Near").press_sequentially("spring")
    person.page.locator("li[role=option]").first.wait_for()

    assert wrong_with(person, "search-suggestions") == []


def test_a_postal_code_is_answered_while_it_is_typed(
    visitor: Person, ana: Member, let_in: LetIn
) -> None:
    person = let_in(visitor, ana)
    person.goto("/twp/members/")

    person.labelled("Near").press_sequentially("01060")

    expect(person.page.get_by_text("We do not know postal codes.")).to_be_visible()


def test_a_network_that_asked_too_much_can_still_type(
    visitor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.goto("/ici/join/")
    monkeypatch.setattr(limit, "MOST_A_MINUTE", 0)

    visitor.labelled("Town").press_sequentially("northam")

    expect(visitor.page.get_by_text("Please wait a minute.")).to_be_visible()
    expect(visitor.labelled("Town")).to_have_value("northam")
    assert [one for one in visitor.complaints if "429" not in one] == []
    visitor.complaints.clear()  # Chromium notes the answer itself


@pytest.fixture
def tile_server() -> Iterator[tuple[str, list[str]]]:
    """An operator's server of tiles: its origin, and what it was asked for."""
    asked: list[str] = []

    class Tiles(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.path} {self.headers.get('Referer', '')}")
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(PIXEL)

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_tiles_come_from_the_server_of_the_operator(
    tile_server: tuple[str, list[str]], visitor: Person, settings: object
) -> None:
    origin, asked = tile_server
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    pictures = [*policy["img-src"], origin]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**policy, "img-src": pictures}}
    settings.TILES = f"{origin}/earth/{{z}}/{{x}}/{{y}}.png"
    settings.TILES_CREDIT = "© Somebody & <b>others</b>"

    visitor.goto("/ici/join/")
    visitor.button("Choose on the map").click()
    visitor.page.locator("img.leaflet-tile-loaded").first.wait_for()

    expect(visitor.page.locator(".leaflet-control-attribution")).to_have_text(settings.TILES_CREDIT)
    visitor.close()  # asks for no tile any more, before the server of tiles stops
    assert all(re.fullmatch(r"/earth/\d+/\d+/\d+\.png ", one) for one in asked)
    assert [one for one in visitor.complaints if f"asks {origin}/earth/" not in one] == []
    visitor.complaints.clear()  # another origin is what was asked for
