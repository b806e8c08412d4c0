"""The list of those who wait."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from members.models import Answer, Member, Profile
from moderation import decisions
from moderation.applications import asking, claims, queue, reading
from moderation.models import Application, Claim, Reason, State

pytestmark = pytest.mark.django_db
QUEUE = "/admin/moderation/application/"


def names(client: Client, query: str = "") -> list[str]:
    page = client.get(QUEUE + query).content.decode()
    return re.findall(r"/change/\">([^<]+)</a>", page)


def test_the_oldest_comes_first(desk: Client, apply: Callable[..., Application]) -> None:
    apply("second", hours_ago=2)
    apply("first", hours_ago=3)
    apply("third", "ici", hours_ago=1)

    assert names(desk) == ["first", "second", "third"]


def test_only_those_who_can_be_decided_wait(
    desk: Client, bo: Member, apply: Callable[..., Application]
) -> None:
    apply("wren")
    apply("unconfirmed", confirmed_at=None)
    apply("declined", declined_at=timezone.now())

    assert names(desk) == ["wren"]


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("waiting", ["wren"]),
        ("approved", ["bo"]),
        ("declined", ["declined"]),
        ("unconfirmed", ["unconfirmed"]),
        ("nonsense", ["wren"]),
    ],
)
def test_each_state_has_its_list(
    state: str, found: list[str], desk: Client, bo: Member, apply: Callable[..., Application]
) -> None:
    apply("wren")
    apply("unconfirmed", confirmed_at=None)
    apply("declined", declined_at=timezone.now())

    assert names(desk, f"?state={state}") == found


def test_each_state_has_its_count(
    desk: Client, bo: Member, apply: Callable[..., Application]
) -> None:
    apply("wren")
    apply("lark")
    apply("unconfirmed", confirmed_at=None)

    counted = queue.overview(Application.objects.all()).counts

    assert +counted == {State.WAITING: 2, State.APPROVED: 1, State.UNCONFIRMED: 1}


def test_a_community_has_its_queue(desk: Client, apply: Callable[..., Application]) -> None:
    apply("wren", hours_ago=2)
    apply("cleo", "ici")

    assert names(desk, "?community=ici") == ["cleo"]
    assert names(desk, "?community=nonsense") == ["wren", "cleo"]


def test_a_row_says_what_a_reviewer_wants_to_know(
    desk: Client, apply: Callable[..., Application], answer: Callable[..., Answer]
) -> None:
    application = apply("wren", hours_ago=50, about_me="I bake. See www.example.com.")
    answer(application, "stage", "reducing")
    answer(application, "interest", "friendship")

    page = desk.get(QUEUE).content.decode()

    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert (
        "TWP Connect waiting for 2 days wren Tick wren around Northampton, Massachusetts, United States "
        "· reducing now I bake. See www.example.com. link in the text"
    ) in words.replace("\xa0", " ")


def test_no_address_is_shown(desk: Client, wren: Application) -> None:
    assert "@example.org" not in desk.get(QUEUE).content.decode()


def test_nobody_waiting_is_said_kindly(desk: Client) -> None:
    assert "Nobody is waiting" in desk.get(QUEUE).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "?p=1000000000",
        "?p=abc",
        "?o=abc",
        "?nonsense=1",
        "?q=%00",
        "?q=%25_",
        "?state=%00",
        "?all=",
    ],
)
def test_nonsense_in_the_address_breaks_nothing(
    query: str, desk: Client, wren: Application
) -> None:
    assert desk.get(QUEUE + query, follow=True).status_code == 200


def test_a_name_is_found_by_its_beginning(desk: Client, apply: Callable[..., Application]) -> None:
    apply("wren")
    apply("lark")

    assert names(desk, "?q=WR") == ["wren"]


def test_any_number_of_rows_costs_the_same(
    desk: Client,
    apply: Callable[..., Application],
    answer: Callable[..., Answer],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(3):
        answer(apply(f"wren{number}", hours_ago=number + 1), "stage", "reducing")
        with django_assert_num_queries(6):
            desk.get(QUEUE)


def test_after_the_last_comes_the_first(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    first, second, third = (apply(name, hours_ago=9 - n) for n, name in enumerate("abc"))

    assert queue.following(first, reviewer) == second
    assert queue.following(second, reviewer) == third
    assert queue.following(third, reviewer) == first


def test_nothing_follows_the_only_one(wren: Application, reviewer: Member) -> None:
    assert queue.following(wren, reviewer) is None


def test_what_somebody_else_is_on_does_not_follow(
    apply: Callable[..., Application], reviewer: Member, second_reviewer: Member
) -> None:
    first, second, third = (apply(name, hours_ago=9 - n) for n, name in enumerate("abc"))
    claims.claim(second.pk, second_reviewer)

    assert queue.following(first, reviewer) == third
    assert queue.following(first, second_reviewer) == second


def test_who_was_asked_does_not_follow(apply: Callable[..., Application], reviewer: Member) -> None:
    first, second, third = (apply(name, hours_ago=9 - n) for n, name in enumerate("abc"))
    asking.ask(second, reviewer, "Why?")

    assert queue.following(first, reviewer) == third


def test_two_sent_at_once_follow_each_other(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    one, two = apply("one"), apply("two")
    Profile.objects.update(applied_at=one.applied_at)
    one.refresh_from_db()
    two.refresh_from_db()

    assert queue.following(one, reviewer) == two
    assert queue.following(two, reviewer) == one


def test_who_is_on_it_is_shown(desk: Client, second_reviewer: Member, wren: Application) -> None:
    claims.claim(wren.pk, second_reviewer)

    assert "robin is on it, for 14" in desk.get(QUEUE).content.decode()

    Claim.objects.update(until=timezone.now())
    assert "robin is on it" not in desk.get(QUEUE).content.decode()


def test_a_reviewer_has_their_own(
    desk: Client,
    reviewer: Member,
    second_reviewer: Member,
    apply: Callable[..., Application],
) -> None:
    mine, theirs, _free = (apply(name, hours_ago=9 - n) for n, name in enumerate("abc"))
    claims.claim(mine.pk, reviewer)
    claims.claim(theirs.pk, second_reviewer)
    decisions.decline(apply("d"), second_reviewer, Reason.PROMOTES, "Not this time.")

    assert names(desk, f"?reviewer={reviewer.pk}") == ["a"]
    assert names(desk, f"?reviewer={second_reviewer.pk}") == ["b"]
    assert names(desk, "?reviewer=nobody") == ["c"]
    assert names(desk, f"?reviewer={second_reviewer.pk}&state=declined") == ["d"]
    assert names(desk, f"?reviewer={uuid4()}") == []
    assert names(desk, "?reviewer=nonsense") == ["a", "b", "c"]


def test_the_filters_name_the_reviewers_and_no_address(
    desk: Client, second_reviewer: Member, ana: Member
) -> None:
    page = desk.get(QUEUE).content.decode()

    assert f'<a href="?reviewer={second_reviewer.pk}"' in page
    assert str(ana.pk) not in page
    assert "@example.org" not in page


def test_whom_it_waits_for_has_a_list_each(
    desk: Client, reviewer: Member, apply: Callable[..., Application]
) -> None:
    apply("lark", hours_ago=2)
    asking.ask(apply("wren"), reviewer, "Why?")

    assert names(desk) == ["lark"]
    assert names(desk, "?state=asked") == ["wren"]
    page = " ".join(re.sub(r"<[^>]+>", " ", desk.get(QUEUE).content.decode()).split())
    assert "Waiting for us 1 Waiting for them 1 Approved 0 Declined 0 Not confirmed 0" in page


def test_who_decided_is_shown(desk: Client, second_reviewer: Member, wren: Application) -> None:
    decisions.decline(wren, second_reviewer, Reason.PROMOTES, "Not this time.")

    assert "declined by robin" in " ".join(
        desk.get(QUEUE + "?state=declined").content.decode().split()
    )


def test_only_who_waits_can_be_ticked(
    desk: Client, bo: Member, apply: Callable[..., Application]
) -> None:
    apply("wren")
    apply("unconfirmed", confirmed_at=None)

    ticks = {
        state: desk.get(f"{QUEUE}?state={state}").content.decode().count('name="pick"')
        for state in State
    }

    assert ticks == {"waiting": 1, "asked": 0, "approved": 0, "declined": 0, "unconfirmed": 0}


def test_no_more_than_can_be_counted_is_leafed_through(
    desk: Client, monkeypatch: pytest.MonkeyPatch, apply: Callable[..., Application]
) -> None:
    monkeypatch.setattr(queue, "COUNTED", 30)
    for number in range(33):
        apply(f"wren{number:02}", hours_ago=99 - number)

    page = desk.get(QUEUE + "?p=2")

    assert len(page.context["cl"].result_list) == 5
    assert page.context["cl"].paginator.num_pages == 2


@pytest.mark.parametrize(
    ("state", "order", "index"),
    [
        (State.WAITING, ["applied_at", "pk"], "profile_waiting"),
        (State.UNCONFIRMED, ["applied_at", "pk"], "profile_unconfirmed"),
        (State.DECLINED, ["-pk"], "profile_declined"),
    ],
)
def test_a_page_is_read_from_an_index_of_its_state(
    state: State, order: list[str], index: str, apply: Callable[..., Application]
) -> None:
    """So that a million members, or ten thousand applications, take no longer than ten."""
    for number in range(40):
        apply(f"wren{number}", confirmed_at=None if number % 2 else timezone.now())
    page = reading.for_queue(Application.objects.in_state(state)).order_by(*order)[:25]

    with connection.cursor() as cursor:
        # Else it is planned for what other tests left behind in the tables, dead as it is.
        cursor.execute(
            "analyze members_profile, members_member, places_cell, moderation_claim,"
            " moderation_decision, moderation_likeness, members_answer"
        )
        # So few are read whole and sorted; what is asked is whether the index gives their order.
        cursor.execute("set local enable_seqscan = off; set local enable_sort = off")
    plan = page.explain()

    assert index in plan
    assert "Seq Scan on members_profile" not in plan
