import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from members.outbox.models import Duty, Letter, Returned, Trouble

pytestmark = pytest.mark.django_db


def test_letter_once_a_day() -> None:
    today = timezone.localdate()
    Letter.objects.create(kind="news", about="1", once_on=today)

    with pytest.raises(IntegrityError, match="letter_once_a_day"), transaction.atomic():
        Letter.objects.create(kind="news", about="1", once_on=today)


@pytest.mark.parametrize(
    "ends", [("sent_at", "failed_at"), ("sent_at", "dropped_at"), ("failed_at", "dropped_at")]
)
def test_letter_ends_one_way(ends: tuple[str, str]) -> None:
    with pytest.raises(IntegrityError, match="letter_ends_one_way"), transaction.atomic():
        Letter.objects.create(kind="news", about="1", **dict.fromkeys(ends, timezone.now()))


@pytest.mark.parametrize("part", ["kind", "about"])
def test_letter_is_about_something(part: str) -> None:
    with pytest.raises(IntegrityError, match="letter_is_about_something"), transaction.atomic():
        Letter.objects.create(**{"kind": "news", "about": "1", part: ""})


def test_a_token_names_one_letter() -> None:
    Letter.objects.create(kind="news", about="1", token="same")

    with pytest.raises(IntegrityError, match="token"), transaction.atomic():
        Letter.objects.create(kind="news", about="2", token="same")


def test_a_duty_has_one_row() -> None:
    Duty.objects.create(name="sweep", period="1 day")

    with pytest.raises(IntegrityError, match="name"), transaction.atomic():
        Duty.objects.create(name="sweep", period="1 day")


def test_letter_comes_back_after_it_was_sent() -> None:
    name = "letter_comes_back_after_it_was_sent"

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Letter.objects.create(kind="news", about="1", bounced_at=timezone.now())


def test_trouble_once_an_address() -> None:
    Trouble.objects.create(mark="m")

    with pytest.raises(IntegrityError, match="trouble_once_an_address"), transaction.atomic():
        Trouble.objects.create(mark="m")


@pytest.mark.parametrize("fields", [{"times": 1}, {"paused_until": timezone.now()}])
def test_trouble_pauses_as_often_as_it_came(fields: dict[str, object]) -> None:
    name = "trouble_pauses_as_often_as_it_came"

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Trouble.objects.create(mark="m", **fields)


def test_trouble_of_a_complaint_refuses() -> None:
    name = "trouble_of_a_complaint_refuses"

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Trouble.objects.create(mark="m", complained_at=timezone.now())


def test_returned_taken_once() -> None:
    Returned.objects.create(key="k")

    with pytest.raises(IntegrityError, match="returned_taken_once"), transaction.atomic():
        Returned.objects.create(key="k")
