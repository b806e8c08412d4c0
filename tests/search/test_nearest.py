"""Whoever is found is found by measuring everybody, whichever way it is asked."""

import random
from collections.abc import Callable
from itertools import count
from types import SimpleNamespace

import h3
import pytest
from django.test import Client

from members import facets, listing
from members.models import Answer, Block, Choice, Listing, Member, Profile
from members.places.distance import distance_km
from members.places.models import Cell, Country, Region, Town
from search import counting, guess, nearest, ways
from search.nearest import count_each, find
from search.place import Place
from search.wanted import MOST, Box, Found, Wanted, Where
from tests.search.conftest import people_in

pytestmark = pytest.mark.django_db

# How a search may be asked, whatever it costs, and with what limits.
WAYS = {
    "walk": {"FEW": 0},
    "walk, few are expected": {"FEW": 10_000},
    "rare": {},
    "outward": {"AMPLE": -1, "OUTWARD_KM": (150,)},
    "outward, over the whole country": {"AMPLE": -1, "OUTWARD_KM": (3000,)},
    "outward, too far for the second": {"AMPLE": -1, "OUTWARD_KM": (150,), "MOST_LOCAL": 17},
    "fullest": {"AMPLE": 0},
    "newest": {},
    "newest, bounded": {"BOUND": 7},
    "walk, in rings": {"RINGS_KM": (5, 20, 90, 91, 300, 1000), "PAUSING_FROM": -1, "FEW": 0},
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    meant = request.param.partition(",")[0]
    for name, value in WAYS[request.param].items():
        monkeypatch.setattr(ways if hasattr(ways, name) else guess, name, value)
    monkeypatch.setattr(
        ways, "_cheapest", lambda costs: meant if meant in costs else next(iter(costs))
    )
    return request.param


@pytest.fixture
def someone_in(
    crowd: Callable[..., list[Profile]], make_cell: Callable[..., Cell]
) -> Callable[..., Profile]:
    """`someone_in(lat, lng)`: a member in the cell of that point."""
    numbers = count()

    def make(
        latitude: float, longitude: float, resolution: int = 6, country: str = "US"
    ) -> Profile:
        cell = make_cell(latitude, longitude, "Somewhere", resolution=resolution, country=country)
        return crowd(1, f"someone{next(numbers)}-", cell)[0]

    return make


@pytest.fixture
def around(ana: Member) -> Callable[..., list[Found]]:
    """`around(lat, lng, km)`: whom Ana finds there."""

    def ask(latitude: float, longitude: float, km: float | None, **asked: object) -> list[Found]:
        counting.recount()
        return find(Wanted(ana.pk, "twp", Where(latitude, longitude, km), **asked))

    return ask


def ids(found: list[Found]) -> list[int]:
    return [hit.profile for hit in found]


def test_the_nearest_come_first_and_the_newest_of_those_in_one_cell(
    way: str, someone_in: Callable[..., Profile], around: Callable[..., list[Found]]
) -> None:
    far = someone_in(42.36, -71.06)
    near = someone_in(42.33, -72.64)
    beside_near = someone_in(42.33, -72.64)

    found = around(near.cell.latitude, near.cell.longitude, 200)

    assert ids(found) == [beside_near.pk, near.pk, far.pk]
    assert found[0].km == found[1].km == 0


def test_the_distance_is_that_of_the_centres(
    way: str, someone_in: Callable[..., Profile], around: Callable[..., list[Found]]
) -> None:
    one, other = someone_in(42.33, -72.64), someone_in(42.36, -71.06, resolution=4)

    found = around(one.cell.latitude, one.cell.longitude, 200)

    assert found[1].km == pytest.approx(distance_km(one.cell, other.cell), abs=1e-9)


def test_the_edge_of_the_circle_is_sharp(
    way: str, someone_in: Callable[..., Profile], around: Callable[..., list[Found]]
) -> None:
    one, other = someone_in(42.33, -72.64), someone_in(42.36, -71.06)
    km = distance_km(one.cell, other.cell)

    assert len(around(one.cell.latitude, one.cell.longitude, km + 0.001)) == 2
    assert len(around(one.cell.latitude, one.cell.longitude, km - 0.001)) == 1


@pytest.mark.parametrize("side", [179.9, -179.9])
def test_the_date_line_parts_nobody(
    way: str, side: float, someone_in: Callable[..., Profile], around: Callable[..., list[Found]]
) -> None:
    west, east = someone_in(-17.0, 179.8), someone_in(-17.0, -179.8)

    assert set(ids(around(-17.0, side, 100))) == {west.pk, east.pk}


def test_the_poles_part_nobody(
    way: str, someone_in: Callable[..., Profile], around: Callable[..., list[Found]]
) -> None:
    here, beyond = someone_in(83.9, 10.0), someone_in(83.9, -170.0)

    assert ids(around(83.9, 10.0, 1_400)) == [here.pk, beyond.pk]


def test_the_other_end_of_the_world_is_half_way_round(
    way: str, someone_in: Callable[..., Profile], around: Callable[..., list[Found]]
) -> None:
    one = someone_in(42.33, -72.64)

    found = around(-one.cell.latitude, one.cell.longitude + 180, None)

    assert found[0].km == pytest.approx(20_015, abs=1)


def test_a_part_of_the_map_across_the_date_line_has_its_middle_there() -> None:
    box = Box(south=-20, west=170, north=-10, east=-170)

    assert box.centre == (-15, -180)
    assert box.bounds.spans == ((170, 180), (-180, -170))


# --- against measuring everybody ----------------------------------------------------------------

PEOPLE = 120
CHOICES = 12


@pytest.fixture
def people(make_cell: Callable[..., Cell], ana: Member, bo: Member, dana: Member) -> list[Profile]:
    """All over New England and a few in Germany, with answers; one blocked Ana, Ana blocked one."""
    chance = random.Random(3)
    cells = [
        make_cell(
            42 + chance.gauss(0, 2), -72 + chance.gauss(0, 3), "Somewhere",
            resolution=chance.choice([6, 6, 5, 4]),
        )
        for _n in range(PEOPLE)
    ]  # fmt: skip
    cells += [make_cell(52 + n, 11, "Somewhere", country="DE") for n in range(3)]
    made = [
        one
        for n, cell in enumerate(cells)
        for one in people_in(cell, 1 + n % 4 // 3, f"someone{n}-")
    ]
    about = {"question": "interest", "community": "twp"}
    one = Choice.objects.filter(**about)[1]
    # With the same bit in the signature of a search row as another one.
    Choice.objects.create(pk=one.pk + 50 * facets.SIGNATURE, slug="same", label="Same", **about)
    choices = list(Choice.objects.filter(**about)[:CHOICES])
    Answer.objects.bulk_create(
        Answer(profile=profile, question="interest", choice=choice, shown="shown")
        for profile in made
        for choice in chance.sample(choices, 4)
    )
    west = Region.objects.create(country_id="US", code="west", name="West", normalised="west")
    Cell.objects.filter(country="US", longitude__lt=-72).update(region=west)
    Block.objects.create(blocker=ana, blocked=made[0].member, community="twp")
    Block.objects.create(blocker=made[1].member, blocked=ana, community="twp")
    listing.refresh_all()
    return made


def all_seen_by(viewer: Member) -> list[Profile]:
    """Every profile the viewer may see, with its cell and its search row: the truth of one test."""
    visible = Profile.objects.visible_to(viewer).of("twp").exclude(member=viewer)
    return list(visible.select_related("cell", "listing"))


def measured(wanted: Wanted, everybody: list[Profile]) -> list[int]:
    """The slow truth: of everybody their answers and their distance."""
    where = wanted.where
    centre = SimpleNamespace(latitude=where.latitude, longitude=where.longitude)
    fitting = []
    for profile in everybody:
        km = distance_km(centre, profile.cell)
        inside = where.km is None or km <= where.km
        inside &= where.country in ("", profile.cell.country_id)
        inside &= where.region in (None, profile.cell.region_id)
        inside &= where.cell in (None, profile.cell_id)
        if where.box:
            cell, box = profile.cell, where.box
            inside &= box.south <= cell.latitude <= box.north
            inside &= box.west <= cell.longitude <= box.east
        has = set(profile.listing.facets)
        if inside and all(has & group for group in wanted.groups) and not has & wanted.avoided:
            fitting.append((km, profile.cell_id, -profile.pk))
    if wanted.newest_first:
        return sorted((-minus for _km, _cell, minus in fitting), reverse=True)
    return [-minus for _km, _cell, minus in sorted(fitting)]


@pytest.mark.parametrize("most", [10, MOST])
@pytest.mark.parametrize("newest_first", [False, True])
def test_the_answer_is_that_of_measuring_everybody(
    way: str,
    newest_first: bool,
    most: int,
    people: list[Profile],
    ana: Member,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for room in (nearest, ways, guess):
        monkeypatch.setattr(room, "MOST", most)
    counting.recount()
    everybody = all_seen_by(ana)
    chance = random.Random(7)
    numbers = [
        facets.choice(pk)
        for pk in Choice.objects.filter(question="interest", community="twp").values_list(
            "pk", flat=True
        )[:CHOICES]
    ]
    at = people[5].cell
    places = [Where(at.latitude, at.longitude, km) for km in (10, 60, 61, 200, 400, 900, None)] + [
        Where(at.latitude, at.longitude, country="US"),
        Where(at.latitude, at.longitude, country="DE", near_home=False),
        Where(at.latitude, at.longitude, region=Region.objects.get().pk, lies_in="US"),
        Where(at.latitude, at.longitude, 500, cell=people[9].cell_id),
        Where(at.latitude, at.longitude, country="US", cell=people[9].cell_id),
        Where(at.latitude, at.longitude, country="DE", cell=people[9].cell_id, near_home=False),
        Where.of_box(Box(41, -73, 43, -70)),
        Where.of_box(Box(-80, -170, 80, 170)),
    ]

    for where in places:
        for size in (0, 1, 2, 3):
            groups = tuple(
                frozenset(chance.sample(numbers, chance.choice([1, 2, 5]))) for _n in range(size)
            )
            avoided = frozenset(chance.sample(numbers, size % 2))
            wanted = Wanted(ana.pk, "twp", where, groups, avoided, newest_first)

            truth = measured(wanted, everybody)[: most + 1]
            assert ids(find(wanted)) == truth, (where, size)
            assert count_each([wanted], []) == ([len(truth)], []), (where, size)


def test_who_is_equally_far_comes_in_one_order_whether_a_walk_pauses_or_not(
    ana: Member,
    someone_in: Callable[..., Profile],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A cell and the middle one of those within it have one centre, but for the last bit of it."""
    chance = random.Random(1)

    def anywhere(resolution: int) -> str:
        return h3.latlng_to_cell(chance.uniform(30, 60), chance.uniform(-100, 30), resolution)

    for cell in [anywhere(chance.choice([4, 5])) for _n in range(60)]:
        for area in (cell, h3.cell_to_center_child(cell, 6)):
            someone_in(*h3.cell_to_latlng(area), resolution=h3.get_resolution(area))
    centres = [h3.cell_to_latlng(anywhere(6)) for _n in range(30)]
    counting.recount()
    monkeypatch.setattr(ways, "_cheapest", lambda costs: "walk")
    monkeypatch.setattr(ways, "FEW", 0)
    orders = {}
    for pausing in (-1, 10**9):
        monkeypatch.setattr(guess, "PAUSING_FROM", pausing)
        orders[pausing] = [ids(find(Wanted(ana.pk, "twp", Where(*centre)))) for centre in centres]

    assert orders[-1] == orders[10**9]


def test_who_lives_on_the_edge_of_a_ring_is_found_once(
    people: list[Profile], ana: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody, at = all_seen_by(ana), people[5].cell
    edges = sorted({distance_km(at, profile.cell) for profile in everybody} - {0})
    monkeypatch.setattr(guess, "RINGS_KM", tuple(edges))
    monkeypatch.setattr(guess, "PAUSING_FROM", -1)
    monkeypatch.setattr(ways, "_cheapest", lambda costs: "walk")
    wanted = Wanted(ana.pk, "twp", Where(at.latitude, at.longitude))

    assert ids(find(wanted)) == measured(wanted, everybody)


@pytest.mark.parametrize("newest_first", [False, True])
def test_circles_counted_together_hold_what_each_holds(
    way: str,
    newest_first: bool,
    people: list[Profile],
    ana: Member,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counting.recount()
    everybody = all_seen_by(ana)
    at = people[5].cell
    [interest] = people[7].answers.all()[:1]

    for most in (30, 500):
        for room in (nearest, ways, guess):
            monkeypatch.setattr(room, "MOST", most)
        for groups in ((), (frozenset([facets.choice(interest.choice_id)]),)):
            circles = [
                Wanted(
                    ana.pk, "twp", Where(at.latitude, at.longitude, km), groups,
                    newest_first=newest_first,
                )
                for km in (10, 60, 61, 200, 400, 900, None)
            ]  # fmt: skip

            counted = count_each([], circles)

            assert counted == (
                [],
                [min(most + 1, len(measured(one, everybody))) for one in circles],
            )


def test_several_counts_come_in_one_query(
    people: list[Profile], ana: Member, django_assert_num_queries: Callable[..., object]
) -> None:
    counting.counts()
    at = people[5].cell
    near, far = (Wanted(ana.pk, "twp", Where(at.latitude, at.longitude, km)) for km in (60, 900))

    with django_assert_num_queries(1):
        counted = count_each([far, near], [near, far])

    people_near, people_far = (len(measured(one, all_seen_by(ana))) for one in (near, far))
    assert counted == ([people_far, people_near], [people_near, people_far])


def test_counting_nothing_asks_nothing(django_assert_num_queries: Callable[..., object]) -> None:
    with django_assert_num_queries(0):
        assert count_each([], []) == ([], [])


# --- two pins in one cell -----------------------------------------------------------------------


def test_two_pins_in_one_cell_give_the_same_answers(
    ana: Member,
    bo: Member,
    stranger: Member,
    boston: Cell,
    known_towns: None,
    signed_in: Callable[[Member], Client],
    make_cell: Callable[..., Cell],
) -> None:
    """Wherever in the cell a pin stood, and whoever asks from wherever: the same page."""
    client, queries = signed_in(ana), []
    cell = Cell.objects.get(pk=bo.profiles.get().cell_id)
    corners = h3.cell_to_boundary(cell.h3)
    for within in (10, 11.5, 50, 119, 120, 121, 500):
        queries += [f"within={within}&unit=km&place={place}" for place in ("", "Boston", "Berlin")]

    def answers(pin: tuple[float, float]) -> list[bytes]:
        inside = [cell.latitude * 0.9 + pin[0] * 0.1, cell.longitude * 0.9 + pin[1] * 0.1]
        home = make_cell(*inside, "Northampton, Massachusetts, United States")
        Profile.objects.filter(member=bo).update(cell=home)
        listing.refresh(bo.profiles.get())
        pages = [client.get(f"/twp/members/?{query}").content for query in queries]
        return [without_csrf(page) for page in pages]

    assert answers(corners[0]) == answers(corners[2]) == answers(corners[4])


def without_csrf(page: bytes) -> bytes:
    return b"\n".join(line for line in page.splitlines() if b"csrfmiddlewaretoken" not in line)


def test_the_typed_town_counts_as_its_cell_not_as_its_point() -> None:
    point = (42.325, -72.641)
    centre = h3.cell_to_latlng(h3.latlng_to_cell(*point, 6))

    assert Place.of_town(town_at(*point)) == Place.of_town(town_at(*centre))


def town_at(latitude: float, longitude: float) -> Town:
    country = Country(code="US", name="United States")
    return Town(
        id=1, name="Here", latitude=latitude, longitude=longitude, population=9, country=country
    )


def test_no_more_than_the_nearest_five_hundred_are_listed(
    ana: Member, crowd: Callable[..., list[Profile]], search: Callable[..., dict]
) -> None:
    crowd(520)

    context = search(ana, "page=20")

    assert context["page"].paginator.count == MOST
    assert context["more_than_most"] is True
    assert len(context["cards"]) == 25
    assert search(ana, "page=21")["page"].number == 20


def test_a_row_that_is_late_shows_nobody_who_must_not_be_seen(
    ana: Member, bo: Member, stranger: Member, signed_in: Callable[[Member], Client]
) -> None:
    """The row is for speed; who may be seen is asked of the profile once more."""
    Profile.objects.filter(member=bo).update(left_at="2030-01-01T00:00Z")
    assert Listing.objects.filter(profile__member=bo).exists()

    page = signed_in(ana).get("/twp/members/").content.decode()

    assert "/twp/members/stranger/" in page
    assert "/twp/members/bo/" not in page
