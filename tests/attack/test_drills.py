"""The drills of tests/drills in small: the commands have the full numbers."""

import pytest

from members.places.models import Town
from tests.attack.nonsense import Nonsense
from tests.drills import attack, dump, hostile, same_cell
from tests.drills.people import NORTHAMPTON, Tale, browser_of, person
from tests.drills.searches import Searches
from tests.drills.site import UNLIMITED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_towns", "no_limits")]

SEED = 3


@pytest.fixture
def no_limits(settings: object) -> None:
    for name, number in UNLIMITED.items():
        setattr(settings, name, number)


# --- where somebody lives ------------------------------------------------------------------------


def test_two_pins_in_one_cell_give_the_same_bytes_in_every_search() -> None:
    where = same_cell.scene()
    searches = same_cell.addresses(Searches(SEED, NORTHAMPTON), 40)

    assert list(same_cell.betrayed(where, searches)) == []


def test_a_pin_in_the_next_cell_gives_other_bytes() -> None:
    """Or the test above could not fail."""
    where = same_cell.scene()
    searches = same_cell.addresses(Searches(SEED, NORTHAMPTON), 6)
    elsewhere = same_cell.Scene(where.twins, where.asker, (where.pins[0], (42.37, -72.52)))

    assert len(list(same_cell.betrayed(elsewhere, searches))) > 4


def test_a_patient_script_finds_the_centre_of_the_cell_and_no_more() -> None:
    where = attack.scene()
    patience = attack.Patience(towns=2, fine=0.01, moves=4, rings=1)

    results = [attack.attack(where, point, patience) for point in where.pins]

    assert list(attack.faults(*results)) == []
    assert min(result.from_truth for result in results) > 2  # km; the true points are 7 apart


def test_pinning_again_at_other_widths_tells_no_more_than_the_narrowest() -> None:
    towns = list(Town.objects.order_by("id"))

    assert list(attack.told_too_much(attack.points_near(towns, 25, SEED))) == []


# --- what a pin leaves behind --------------------------------------------------------------------


def test_no_decimal_of_a_pin_is_left_anywhere() -> None:
    sent = dump.pins(30, SEED)

    assert list(dump.left_over(dump.Ways(), sent)) == []


def test_a_decimal_that_is_left_is_found() -> None:
    """Or the test above could not fail."""
    (pin,) = dump.pins(1, SEED)
    person("careless", NORTHAMPTON, Tale(about=f"at {' '.join(pin.coarse)}"))
    person("frank", NORTHAMPTON, Tale(about=f"at {pin.latitude[:-1]}"))
    marks = dump.Marks([pin])

    found = [one for where, text in dump.rows() for one in marks.in_text(where, text)]

    assert found == [f"members_profile: {pin.coarse}", f"members_profile: {pin.latitude[:-2]}…"]


# --- hostile questions ---------------------------------------------------------------------------


@pytest.mark.usefixtures("no_slow_question")
def test_no_hostile_question_breaks_the_search() -> None:
    browser = browser_of(hostile.asker())

    assert list(hostile.broken(browser, hostile.questions(Nonsense(SEED), 150))) == []


def test_postgresql_ends_a_question_that_takes_too_long() -> None:
    assert 0 < hostile.seconds_of_a_statement() <= 30
