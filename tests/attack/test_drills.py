"""The drills of tests/drills in small: the commands have the full numbers."""

import h3.api.basic_int as h3
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.places import area
from members.places.models import WIDTHS_KM, Town
from tests.attack.nonsense import Nonsense
from tests.drills import attack, dump, hostile, same_cell
from tests.drills.people import NORTHAMPTON, Point, Tale, browser_of, cell_at, person
from tests.drills.searches import Searches
from tests.drills.site import UNLIMITED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_towns", "no_limits")]

SEED = 3
AMHERST: Point = (42.37, -72.52)  # in the next cell


@pytest.fixture
def no_limits(settings: object) -> None:
    for name, number in UNLIMITED.items():
        setattr(settings, name, number)


# --- where somebody lives ------------------------------------------------------------------------


def test_two_pins_in_one_cell_give_the_same_bytes_in_every_search() -> None:
    where = same_cell.scene()
    searches = same_cell.addresses(Searches(SEED, NORTHAMPTON), 25)

    assert list(same_cell.betrayed(where, searches)) == []


def test_a_pin_in_the_next_cell_gives_other_bytes() -> None:
    """Or the test above could not fail."""
    where = same_cell.scene()
    searches = same_cell.addresses(Searches(SEED, NORTHAMPTON), 3)
    elsewhere = same_cell.Scene(where.twins, where.asker, (where.pins[0], AMHERST))

    assert len(list(same_cell.betrayed(elsewhere, searches))) > 2


def test_a_patient_script_finds_the_centre_of_the_cell_and_no_more() -> None:
    where = attack.scene()
    patience = attack.Patience(towns=2, fine=0.1, moves=3, rings=1)

    results = [attack.attack(where, point, patience) for point in where.pins]

    assert list(attack.faults(*results)) == []
    assert min(result.from_truth for result in results) > 2  # km; the true points are 7 apart


def test_a_patient_script_tells_two_cells_apart() -> None:
    """Or the test above could not fail."""
    where = attack.scene()
    patience = attack.Patience(towns=1, fine=0.1, moves=1, rings=0)

    one, other = (attack.attack(where, point, patience) for point in (NORTHAMPTON, AMHERST))

    assert len(list(attack.faults(one, other))) > 2


def test_pinning_again_at_other_widths_tells_no_more_than_the_narrowest() -> None:
    towns = list(Town.objects.order_by("id"))

    assert list(attack.told_too_much(attack.points_near(towns, 15, SEED))) == []


def test_widths_worked_out_from_the_point_would_tell_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the test above could not fail."""
    monkeypatch.setattr(area, "candidates_for", each_width_from_the_point)
    towns = list(Town.objects.order_by("id"))

    assert len(list(attack.told_too_much(attack.points_near(towns, 15, SEED)))) > 2


def each_width_from_the_point(point: Point) -> list[int]:
    return [h3.latlng_to_cell(*point, resolution) for resolution in sorted(WIDTHS_KM, reverse=True)]


@pytest.mark.parametrize("point", [(42.33, -72.64), (44.9, -103.5), (10.0, -150.0)])
def test_the_preview_does_not_tell_whether_an_area_was_ever_chosen(
    point: Point, client: Client
) -> None:
    """Neither by its words nor by the clock: the same is asked of the database."""
    first, asked_first = preview(client, point)
    cell_at(point)

    again, asked_again = preview(client, point)

    assert (again, asked_again) == (first, asked_first)


def preview(client: Client, point: Point) -> tuple[bytes, list[str]]:
    """Give the answer, and the statements it took."""
    with CaptureQueriesContext(connection) as queries:
        response = client.post("/places/area", {"lat": point[0], "lng": point[1]})
    return response.content, [query["sql"] for query in queries]


# --- what a pin leaves behind --------------------------------------------------------------------


def test_no_decimal_of_a_pin_is_left_anywhere() -> None:
    sent = dump.pins(20, SEED)

    assert list(dump.left_over(dump.Ways(), sent)) == []


def test_a_decimal_that_is_left_is_found() -> None:
    """Or the test above could not fail."""
    (pin,) = dump.pins(1, SEED)
    person("careless", NORTHAMPTON, Tale(about=f"at {' '.join(pin.coarse)}"))
    person("frank", NORTHAMPTON, Tale(about=f"at {pin.latitude[:-1]}"))
    marks = dump.Marks([pin])

    found = [one for where, text in dump.rows() for one in marks.in_text(where, text)]

    assert found == [
        f"members_profile: {pin.coarse}",
        f"members_profile: {pin.latitude.lstrip('-')[:-2]}…",
    ]


def test_a_time_of_day_is_no_trace() -> None:
    marks = dump.Marks([dump.Pin("52.337112", "13.414455")])

    assert list(marks.in_text("row", "(7,2026-11-29 04:13:52.337199+00)")) == []
    assert list(marks.in_text("row", '(7,"{""lat"":52.337112}")')) == ["row: 52.3371…"]


# --- hostile questions ---------------------------------------------------------------------------


@pytest.mark.usefixtures("no_slow_question")
def test_no_hostile_question_breaks_the_search() -> None:
    browser = browser_of(hostile.asker())

    assert list(hostile.broken(browser, hostile.questions(Nonsense(SEED), 100))) == []


def test_postgresql_ends_a_question_that_takes_too_long() -> None:
    assert 0 < hostile.seconds_of_a_statement() <= 30
