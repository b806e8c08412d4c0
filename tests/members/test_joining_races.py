"""Two at once: real threads, real transactions."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from members import joining
from members.models import Member, Profile
from members.outbox.models import Letter
from members.places.models import Cell
from tests.members.applying import SENT, filled_in, join_url, status_url
from tests.places.known_towns import load_known_towns

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 3


@pytest.fixture(autouse=True)
def places() -> Iterator[None]:
    load_known_towns()
    cache.clear()
    yield
    cache.clear()


def at_once(*doings: Callable[[], HttpResponse | None]) -> list[object]:
    """What came of each, all begun in the same moment in threads of their own."""
    start = Barrier(len(doings))

    def do(doing: Callable[[], HttpResponse | None]) -> object:
        try:
            start.wait()
            return doing()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(doings)) as pool:
        return list(pool.map(do, doings))


def sending(number: int, community: str = "twp", **changes: object) -> Callable[[], HttpResponse]:
    """Send a form from a network of its own, for which no limit is reached."""
    form = filled_in(community, **changes)
    return lambda: Client(raise_request_exception=True).post(
        join_url(community), form, REMOTE_ADDR=f"198.51.100.{number}"
    )


def pressing(profile: Profile, name: str) -> Callable[[], HttpResponse]:
    """Press a button of the status page."""
    url = status_url(profile, name)
    return lambda: Client().post(url)


def test_one_address_applying_at_once_gives_one_application() -> None:
    for number in range(ROUNDS):
        email = f"eva{number}@example.org"
        answers = at_once(*(sending(n, email=email, username=f"eva-{n}") for n in range(4)))

        assert [answer["Location"] for answer in answers] == [SENT] * 4
        member = Member.objects.get(email=email)
        assert member.profiles.count() == 1
        assert Letter.objects.count() == number + 1


def test_one_name_wished_for_at_once_is_no_error() -> None:
    answers = at_once(
        *(sending(n, email=f"eva{n}@example.org", username="river") for n in range(4))
    )

    assert [answer["Location"] for answer in answers] == [SENT] * 4
    assert Profile.objects.filter(username="river").count() == 4


def test_one_address_applying_to_both_communities_at_once_has_both() -> None:
    at_once(sending(1), sending(2, "ici"))

    assert sorted(Member.objects.get().profiles.values_list("community", flat=True)) == [
        "ici",
        "twp",
    ]


def test_a_member_pressing_twice_has_one_application(bo: Member) -> None:
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(bo)
    form = filled_in("ici", username="bo-too")

    answers = at_once(*(lambda c=client: c.post(join_url("ici"), form) for client in clients))

    assert [answer["Location"] for answer in answers] == ["/account/ici/"] * 2
    assert bo.profiles.filter(community="ici").count() == 1


def test_confirming_and_withdrawing_at_once_is_no_error(
    make_member: Callable[..., Member], make_profile: Callable[..., Profile]
) -> None:
    for number in range(ROUNDS):
        member = make_member(f"eva{number}", let_in=False)
        profile = make_profile(member, approved=False, confirmed=False)

        presses = [pressing(profile, name) for name in ("confirm", "withdraw", "withdraw")]
        answers = at_once(*presses)

        assert {answer.status_code for answer in answers} <= {302, 404}
        assert not Member.objects.filter(pk=member.pk).exists()


def test_applying_while_the_first_application_is_erased_is_no_error(
    make_member: Callable[..., Member], make_profile: Callable[..., Profile], cell: Cell
) -> None:
    for number in range(ROUNDS):
        email = f"eva{number}@example.org"
        profile = make_profile(make_member(f"eva{number}", let_in=False), approved=False)

        answers = at_once(sending(number, email=email), lambda p=profile: joining.withdraw(p))

        assert answers[0]["Location"] == SENT
        assert answers[1] in (True, False)  # whether the login went too: no error
        assert Member.objects.filter(email=email).count() <= 1
