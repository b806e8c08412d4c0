"""The drill of tests/drills/not_there.py in small."""

import pytest

from tests.drills import letters, not_there
from tests.drills.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_towns", "no_limits")]


@pytest.fixture
def scene(known_towns: None) -> not_there.Vanishing:
    return not_there.scene()


def test_who_is_not_there_changes_no_byte_of_any_page(scene: not_there.Vanishing) -> None:
    assert list(not_there.seen(scene, not_there.asked())) == []


def test_no_letter_speaks_of_who_is_not_there(scene: not_there.Vanishing) -> None:
    assert list(not_there.written_about(scene)) == []


def test_who_is_there_is_seen_by_the_same_searches(scene: not_there.Vanishing) -> None:
    """Or the test above could not fail."""
    asked = not_there.asked()

    assert not_there.seen_when_there(scene, asked) == len(asked)


def test_a_letter_speaks_of_who_is_there(scene: not_there.Vanishing) -> None:
    letters.keep(scene.viewer, not_there.FOUND_BY)

    person(not_there.NAME, not_there.ALONE, not_there.TALE)

    assert len(letters.told_of(scene.viewer)) > 5
