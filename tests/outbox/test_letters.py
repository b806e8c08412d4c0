import pytest

from members.outbox import letters
from members.outbox.models import Letter
from tests.outbox.conftest import Desk

pytestmark = pytest.mark.django_db


def test_once_a_day_is_once_a_day(desk: Desk) -> None:
    first = letters.post("test", "1", once_a_day=True)
    second = letters.post("test", "1", once_a_day=True)

    assert second is None
    assert Letter.objects.get() == first


def test_an_unknown_kind_is_refused_when_posted() -> None:
    with pytest.raises(KeyError):
        letters.post("no such letter", "1")


def test_two_letters_cannot_have_one_name(desk: Desk) -> None:
    with pytest.raises(ValueError, match="two letters called test"):
        letters.letter("test", "test")(desk.compose)
