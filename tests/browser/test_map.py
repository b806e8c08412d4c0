"""The map beside the list: the same people, as areas; by mouse, touch and keys."""

import gzip
import json
from collections import Counter
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from members.models import Member, Profile
from members.places.models import Cell
from tests.browser import audit
from tests.browser.keyboard import Keyboard
from tests.browser.person import Person

MOST = 350 * 1024  # bytes of the first page with its map, compressed
# People by area: two that lie close together, one farther off, one beyond the sea.
PEOPLE = {
    (42.32, -72.64, "Northampton, Massachusetts, United States"): 27,
    (42.37, -72.52, "Amherst, Massachusetts, United States"): 3,
    (42.36, -71.06, "Boston, Massachusetts, United States"): 6,
    (43.66, -70.26, "Portland, Maine, United States"): 1,
}
FIJI = {"cell": "a", "centre": [-16.8, 179.9], "count": 7, "label": "around Taveuni, Fiji"}
SAMOA = {"cell": "b", "centre": [-13.8, -171.8], "count": None, "label": "around Apia, Samoa"}

REPLACE = """(data) => {
  for (const [id, value] of Object.entries(data)) {
    const script = document.createElement("script");
    Object.assign(script, { id, type: "application/json", textContent: JSON.stringify(value) });
    document.getElementById(id).replaceWith(script);
  }
  document.body.dispatchEvent(new CustomEvent("htmx:afterSettle", { bubbles: true }));
}"""
# Every text a disc can bear, for areas of 5, 7 and 60 people and up to 30 of few.
SUMS = """() => [[], [5], [5, 7], [60]].flatMap((known) =>
  Array.from({ length: 30 }, (_nothing, i) => L.Areas.shortCount(
    [...known, ...Array(i + 1).fill(null)].map((count) => ({ count })))))"""
BOXES = """(corners) => corners.map(([south, west, north, east]) =>
  L.Areas.boxOf(L.latLngBounds([south, west], [north, east])))"""


def area(known: dict[str, object], size: float = 0.05) -> dict[str, object]:
    """An area as the page tells it, with an outline of so many degrees round its centre."""
    (latitude, longitude), way = known["centre"], f"?area={known['cell']}"
    corners = [[latitude + y, longitude + x] for y in (-size, size) for x in (-size, size)]
    return {**known, "boundary": corners, "url": way}


def told(page: Page) -> list[dict]:
    return json.loads(page.locator("#areas").text_content())


def replace(page: Page, areas: list[dict], searched: dict | None = None) -> None:
    """Put other results into the page, as a search in place does."""
    page.evaluate(REPLACE, {"areas": areas, "searched": searched})


def discs(page: Page) -> Locator:
    return page.locator(".areas-map .areas-disc")


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def drag(page: Page, right: int, down: int) -> None:
    frame = page.locator(".areas-map").bounding_box()
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] * 0.8
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y + down, steps=5)
    page.wait_for_timeout(150)  # milliseconds: a hand that stops leaves no swing
    page.mouse.up()


@pytest.fixture
def people(
    make_member: Callable[..., Member],
    make_profile: Callable[..., Profile],
    make_cell: Callable[..., Cell],
) -> list[Profile]:
    return [
        make_profile(make_member(f"{place[:4].lower()}-{i}"), cell=cell)
        for (latitude, longitude, place), number in PEOPLE.items()
        for cell in [make_cell(latitude, longitude, place)]
        for i in range(number)
    ]


@pytest.fixture
def open_search(
    ana: Member, people: list[Profile], let_in: Callable[[Person, Member], Person],
    open_browser: Callable[..., Person],
) -> Callable[..., Person]:  # fmt: skip
    """`open_search(reduced_motion="reduce")`: Ana, looking as far as all of PEOPLE live."""

    def start(**options: object) -> Person:
        person = let_in(open_browser(**options), ana)
        person.goto("/twp/members/?within=500&unit=km")
        return person

    return start


# --- what it tells ---


def test_the_map_shows_the_people_of_the_list(open_search: Callable[..., Person]) -> None:
    person = open_search()
    areas = told(person.page)

    listed = Counter(person.page.locator(".profile-list > li").all_inner_texts())
    person.link("Next page").click()
    expect(person.page.locator(".pager p")).to_have_text("Page 2")
    listed.update(person.page.locator(".profile-list > li").all_inner_texts())

    in_list = Counter(area["cell"] for text in listed for area in areas if area["label"] in text)
    assert len(in_list) == len(areas) == len(PEOPLE)
    assert in_list.total() == listed.total() == sum(PEOPLE.values())
    counted = {cell: number if number >= 5 else None for cell, number in in_list.items()}
    assert counted == {area["cell"]: area["count"] for area in areas}


def test_the_map_names_nobody_and_counts_no_few(
    open_search: Callable[..., Person], people: list[Profile]
) -> None:
    page = open_search().page

    data = page.locator("#areas").text_content()
    assert [profile.username for profile in people if profile.username in data] == []
    assert [one["count"] for one in told(page) if one["count"] is not None] == [27, 6]
    expect(discs(page).first).to_be_visible()
    names = discs(page).evaluate_all("discs => discs.map((one) => one.ariaLabel)")
    assert not any(name.startswith(("1 ", "2 ", "3 ", "4 ")) for name in names)


def test_no_sum_gives_back_a_number_kept_back(open_search: Callable[..., Person]) -> None:
    texts = open_search().page.evaluate(SUMS)

    steps = {"few", "some", *(f"{step}+" for step in (5, 10, 20, 50))}
    assert set(texts) == steps


# --- how it is used ---


def test_a_disc_of_several_areas_comes_nearer_and_one_of_one_area_lists_its_people(
    open_search: Callable[..., Person],
) -> None:
    page = open_search(reduced_motion="reduce").page
    several = discs(page).and_(page.locator("button"))
    northampton = page.get_by_role("link", name="27 people, around Northampton")

    expect(several).to_have_accessible_name(
        "At least 20 people in 2 areas, one of them around Northampton, Massachusetts,"
        " United States. Come nearer."
    )
    for _step in range(4):
        if northampton.count():
            break
        several.first.click()
    with page.expect_navigation():
        northampton.click()

    assert asked(page)["within"] == ["500"]
    expect(page.locator(".profile-list > li")).to_have_count(25)
    assert [one["label"] for one in told(page)] == [
        "around Northampton, Massachusetts, United States"
    ]


def test_all_of_it_goes_by_keys(open_search: Callable[..., Person]) -> None:
    keyboard = Keyboard(open_search(reduced_motion="reduce"))
    page = keyboard.person.page
    expect(discs(page).first).to_be_visible()

    keyboard.reach(page.get_by_role("region", name="Map of the areas"))
    keyboard.press("ArrowRight")
    keyboard.reach(page.get_by_role("button", name="Search this part of the map"))
    keyboard.reach(discs(page).and_(page.locator("button")))
    northampton = page.get_by_role("link", name="27 people, around Northampton")
    for _step in range(4):
        if northampton.count():
            break
        keyboard.press("Enter")
        expect(page.locator(".areas-map :focus")).to_be_visible()
    expect(northampton).to_be_focused()
    with page.expect_navigation():
        keyboard.press("Enter")

    assert "area" in asked(page)
    assert keyboard.unseen == []


def test_areas_that_cannot_part_are_told_one_by_one(open_search: Callable[..., Person]) -> None:
    page = open_search(reduced_motion="reduce").page
    beside = {
        **FIJI,
        "cell": "c",
        "centre": [-16.801, 179.9],
        "count": None,
        "label": "far from Suva",
    }

    replace(page, [area(FIJI), area(beside)])
    discs(page).click()

    popup = page.locator(".areas-popup")
    assert popup.locator("li strong").all_inner_texts() == ["Around Taveuni, Fiji", "Far from Suva"]
    expect(popup.get_by_role("link", name="Show the list: Around Taveuni")).to_be_focused()
    page.keyboard.press("Escape")
    expect(discs(page)).to_be_focused()


def test_a_phone_shows_the_list_or_the_map_and_loads_no_map_before(
    open_search: Callable[..., Person],
) -> None:
    person = open_search(
        viewport={"width": 360, "height": 740}, has_touch=True, reduced_motion="reduce"
    )
    page = person.page
    page.wait_for_load_state("networkidle")
    world = [body for body in person.seen if '"has"' in body]

    expect(person.button("List")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".areas-map")).to_be_hidden()
    person.button("Map").tap()
    expect(discs(page).first).to_be_visible()
    expect(page.locator(".profile-list")).to_be_hidden()
    with page.expect_navigation():
        page.get_by_role("link", name="A few people, around Portland").tap()

    assert world == []
    expect(page.locator(".profile-list > li")).to_have_count(1)
    expect(page.locator(".profile-list > li")).to_be_in_viewport()


def test_whoever_comes_back_to_the_map_on_a_phone_finds_the_map(
    open_search: Callable[..., Person],
) -> None:
    person = open_search(
        viewport={"width": 360, "height": 740}, has_touch=True, reduced_motion="reduce"
    )
    page = person.page
    person.button("Map").tap()
    with page.expect_navigation():
        page.get_by_role("link", name="A few people, around Portland").tap()
    expect(person.button("List")).to_have_attribute("aria-pressed", "true")

    page.go_back()

    expect(person.button("Map")).to_have_attribute("aria-pressed", "true")
    expect(discs(page).first).to_be_visible()


def test_the_button_back_shows_the_map_as_before_a_search_in_place(
    open_search: Callable[..., Person],
) -> None:
    person = open_search(
        viewport={"width": 360, "height": 740}, has_touch=True, reduced_motion="reduce"
    )
    page = person.page
    person.button("Map").tap()
    person.labelled("Within").select_option("250")
    page.wait_for_url("**within=250**")
    expect(person.button("Map")).to_have_attribute("aria-pressed", "true")

    page.go_back()

    expect(person.labelled("Within")).to_have_value("500")
    expect(person.button("Map")).to_have_attribute("aria-pressed", "true")
    expect(discs(page).first).to_be_visible()


def test_on_a_phone_the_map_follows_what_was_found(open_search: Callable[..., Person]) -> None:
    person = open_search(viewport={"width": 360, "height": 740}, has_touch=True)

    person.button("Map").tap()

    expect(person.page.locator(".search-order, .search-distances, .keep")).to_have_count(3)
    for beside in person.page.locator(".search-order, .search-distances, .keep").all():
        expect(beside).to_be_hidden()


def test_without_a_script_the_list_is_there_and_says_so(open_search: Callable[..., Person]) -> None:
    page = open_search(java_script_enabled=False).page

    expect(page.locator(".profile-list")).to_be_visible()
    expect(page.get_by_text("the list is complete")).to_be_visible()
    expect(page.get_by_text("The map shows areas")).to_be_hidden()
    expect(page.get_by_text("Map: Natural Earth")).to_be_hidden()
    expect(page.get_by_role("button", name="Map", exact=True)).to_be_hidden()


def test_nothing_moves_for_those_who_want_it_still(open_search: Callable[..., Person]) -> None:
    page = open_search(reduced_motion="reduce").page
    expect(discs(page).first).to_be_visible()

    page.get_by_role("region", name="Map of the areas").focus()
    moving = []
    for key in ("+", "ArrowLeft", "-"):
        page.keyboard.press(key)
        moving += page.evaluate(
            "document.getAnimations().map(({ transitionProperty: one }) => one)"
        )
    classes = page.locator(".leaflet-zoom-anim, .leaflet-pan-anim").count()

    assert (moving, classes) == ([], 0)


# --- searching what it shows ---


def test_a_moved_map_searches_what_it_shows(open_search: Callable[..., Person]) -> None:
    page = open_search(reduced_motion="reduce").page
    here = page.get_by_role("button", name="Search this part of the map")
    expect(discs(page).first).to_be_visible()

    expect(here).to_be_hidden()
    drag(page, -90, 40)
    here.click()
    page.wait_for_url("**box=**")

    south, west, north, east = (float(number) for number in asked(page)["box"][0].split(","))
    assert 38 < south < 43.6 < north < 48
    assert -74 < west < -70.3 < east < -60
    assert {"place", "area", "page"} & {*asked(page)} == set()
    expect(here).to_be_hidden()
    assert {one["label"][7:] for one in told(page)} == {
        place
        for latitude, longitude, place in PEOPLE
        if south <= latitude <= north and west <= longitude <= east
    }


def test_from_right_to_left_numbers_and_buttons_keep_their_places(
    open_search: Callable[..., Person],
) -> None:
    page = open_search(viewport={"width": 1280, "height": 860}).page
    page.evaluate("document.documentElement.dir = 'rtl'")
    step = discs(page).filter(has_text="+").first

    first, last = step.evaluate(
        """(disc) => {
          const text = disc.querySelector("span").firstChild;
          return [0, text.length - 1].map((at) => {
            const letter = document.createRange();
            letter.setStart(text, at);
            letter.setEnd(text, at + 1);
            return letter.getBoundingClientRect().left;
          });
        }"""
    )
    page.locator("[data-areas-map]").focus()
    page.keyboard.press("ArrowLeft")
    page.locator("[data-search-here]").wait_for()
    button = page.locator("[data-search-here]").bounding_box()
    nearer = page.locator(".leaflet-control-zoom").bounding_box()

    assert first < last  # 5+, not +5
    assert button["x"] + button["width"] <= nearer["x"]


def test_asking_for_a_place_leaves_the_part_of_the_map(open_search: Callable[..., Person]) -> None:
    page = open_search(reduced_motion="reduce").page
    page.evaluate("document.querySelector('.search-form').requestSubmit = () => {}")

    page.evaluate("L.Areas.searchHere('1.00,2.00,3.00,4.00')")
    box = page.locator(".search-form [name=box]")
    before = box.input_value()
    page.locator(".search-form [name=place]").fill("Boston")

    assert (before, box.input_value()) == ("1.00,2.00,3.00,4.00", "")


def test_boxes_have_two_decimals_and_go_round_the_globe(open_search: Callable[..., Person]) -> None:
    boxes = open_search().page.evaluate(
        BOXES,
        [
            [42.1234, -72.9876, 42.5, -72],  # rounded outwards
            [-20, 176.5, -15, 181.75],  # Fiji, seen from the west
            [-20, -183.5, -15, -178.25],  # and from the east
            [-85, -400, 85, 400],  # more than once round
            [10, 170, 20, 180],  # up to the line
            [-0.001, 0, 1, 370.5 - 360],
        ],
    )

    assert boxes == [
        "42.12,-72.99,42.50,-72.00",
        "-20.00,176.50,-15.00,-178.25",
        "-20.00,176.50,-15.00,-178.25",
        "-85.00,-180.00,85.00,180.00",
        "10.00,170.00,20.00,180.00",
        "-0.01,0.00,1.00,10.50",
    ]


# --- results in place ---


def test_results_in_place_move_the_map_to_them(open_search: Callable[..., Person]) -> None:
    page = open_search(reduced_motion="reduce").page
    expect(discs(page).first).to_be_visible()
    drag(page, -90, 40)

    replace(page, [area(FIJI), area(SAMOA)])

    labels = ["7 people, around Taveuni", "A few people, around Apia"]
    expect(discs(page)).to_have_count(2)
    for label in labels:
        expect(page.get_by_role("link", name=label)).to_be_in_viewport()
    expect(page.get_by_role("button", name="Search this part of the map")).to_be_hidden()
    places = [disc.bounding_box()["x"] for disc in discs(page).all()]
    assert 0 < places[1] - places[0] < 400  # side by side, not round the world


def test_whoever_searched_what_the_map_shows_keeps_its_view(
    open_search: Callable[..., Person],
) -> None:
    page = open_search(reduced_motion="reduce").page
    portland = page.get_by_role("link", name="around Portland")
    expect(portland).to_be_visible()
    page.evaluate("document.querySelector('.search-form').requestSubmit = () => {}")
    drag(page, -90, 40)
    before = portland.bounding_box()

    page.get_by_role("button", name="Search this part of the map").click()
    box = [float(n) for n in page.locator(".search-form [name=box]").input_value().split(",")]
    kept = [one for one in told(page) if "Portland" in one["label"]]
    replace(page, kept, {"centre": None, "km": None, "box": box})

    expect(discs(page)).to_have_count(1)
    assert portland.bounding_box() == before
    expect(page.get_by_role("button", name="Search this part of the map")).to_be_hidden()


@pytest.mark.parametrize(
    "box", [[-19.5, 176.2, -15.1, -178.4], [42.2, -72.9, 42.4, -72.6]], ids=["Fiji", "small"]
)
def test_a_box_in_the_address_is_what_the_map_opens_with(
    open_search: Callable[..., Person], box: list[float]
) -> None:
    page = open_search().page
    south, west, north, east = box
    middle = (west + (east + 360 if east < west else east)) / 2
    nobody_in_it = {**FIJI, "centre": [(south + north) / 2, middle]}

    replace(page, [area(nobody_in_it)], {"centre": None, "km": None, "box": box})

    expect(discs(page)).to_have_count(1)
    frame, disc = (one.bounding_box() for one in (page.locator(".areas-map"), discs(page)))
    for side, start in (("width", "x"), ("height", "y")):
        off = disc[start] + disc[side] / 2 - frame[start] - frame[side] / 2
        assert abs(off) < 20


# --- how it is made ---


def test_the_first_page_with_its_map_is_light(
    ana: Member,
    people: list[Profile],
    let_in: Callable[[Person, Member], Person],
    visitor: Person,
) -> None:
    weights: dict[str, int] = {}

    def weigh(request: Request) -> None:
        body = request.response().body()
        weights[request.url] = len(gzip.compress(body))

    visitor.page.on("requestfinished", weigh)
    let_in(visitor, ana).goto("/twp/members/?within=500&unit=km")
    visitor.page.wait_for_load_state("networkidle")
    expect(discs(visitor.page).first).to_be_visible()

    assert any(url.endswith("index.json") for url in weights)
    assert sum(weights.values()) <= MOST, weights


def test_the_map_has_nothing_that_shuts_people_out(open_search: Callable[..., Person]) -> None:
    person = open_search(viewport={"width": 360, "height": 740}, reduced_motion="reduce")

    person.button("Map").click()
    expect(discs(person.page).first).to_be_visible()
    person.page.get_by_role("region", name="Map of the areas").focus()
    person.page.keyboard.press("ArrowRight")
    expect(person.button("Search this part of the map")).to_be_visible()

    assert audit.wrong_with(person, "map") == []
