"""The page of the search: who is on it, in which order, and what it costs."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from members.models import Block, Member, Profile
from members.places.area import index_of
from members.places.models import Cell, Town
from search import counting

pytestmark = pytest.mark.django_db

MOST_QUERIES = 8


def test_a_visitor_is_asked_to_log_in(client: Client) -> None:
    response = client.get("/twp/members/")

    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/twp/members/"


def test_the_page_is_not_there_for_who_belongs_to_the_other_community_only(
    cleo: Member, reviewer: Member, signed_in: Callable[[Member], Client]
) -> None:
    assert signed_in(cleo).get("/twp/members/").status_code == 404
    assert signed_in(reviewer).get("/twp/members/").status_code == 404


def test_only_those_the_viewer_may_see_are_found(
    ana: Member,
    bo: Member,
    dana: Member,
    cleo: Member,
    applicant: Member,
    stranger: Member,
    names: Callable[..., list[str]],
) -> None:
    Profile.objects.filter(member=stranger).update(paused_at=timezone.now())

    assert names(ana) == ["bo"]
    assert names(dana) == ["bo"]
    assert names(bo) == ["dana", "ana"]


def test_a_block_takes_a_person_out_of_list_count_and_map(
    ana: Member, bo: Member, stranger: Member, search: Callable[..., dict]
) -> None:
    before = search(ana)
    Block.objects.create(blocker=bo, blocked=ana, community="twp")

    after = search(ana)

    assert before["page"].paginator.count == 2
    assert after["page"].paginator.count == 1
    assert [card.profile.username for card in after["cards"]] == ["stranger"]


def test_the_nearest_come_first_with_a_distance_in_steps(
    ana: Member, bo: Member, stranger: Member, boston: Cell, search: Callable[..., dict]
) -> None:
    Profile.objects.filter(member=bo).update(cell=boston)

    cards = search(ana, "within=500&unit=km")["cards"]

    assert [(card.profile.username, card.distance) for card in cards] == [
        ("stranger", "under 10 km"), ("bo", "under 250 km"),
    ]  # fmt: skip


def test_the_unit_follows_the_viewer_s_country(
    ana: Member, bo: Member, berlin: Cell, search: Callable[..., dict]
) -> None:
    assert search(ana)["cards"][0].distance == "under 10 miles"

    Profile.objects.filter(member__in=[ana, bo]).update(cell=berlin)

    assert search(ana)["cards"][0].distance == "under 10 km"


def test_a_typed_town_is_searched_around(
    ana: Member,
    bo: Member,
    berlin: Cell,
    names: Callable[..., list[str]],
    search: Callable[..., dict],
    known_towns: None,
) -> None:
    Profile.objects.filter(member=bo).update(cell=berlin)

    assert names(ana, "place=Berlin") == ["bo"]
    town = Town.objects.get(name="Berlin", country="DE")
    assert names(ana, f"place=town-{town.pk}") == ["bo"]
    assert search(ana, f"place=town-{town.pk}")["form"]["place"].value() == town.label


def test_a_name_of_several_towns_offers_the_others(
    ana: Member, search: Callable[..., dict], known_towns: None
) -> None:
    centre = search(ana, "place=Northampton")["filters"].centre

    assert centre.label == "Northampton, Massachusetts, United States"
    assert [label for _value, label in centre.others] == [
        "Northampton, Pennsylvania, United States", "Northampton, England, United Kingdom",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "typed", ["northampton, pennsylvania", "Northampton, PA", "northampton pennsylvania", "Northampton, Pennsylvania, USA"]
)  # fmt: skip
def test_the_region_or_country_may_follow_the_town(
    typed: str, ana: Member, search: Callable[..., dict], known_towns: None
) -> None:
    assert search(ana, f"place={typed}")["filters"].centre.label == (
        "Northampton, Pennsylvania, United States"
    )


def test_the_beginning_of_a_name_is_enough(
    ana: Member, search: Callable[..., dict], known_towns: None
) -> None:
    label = search(ana, "place=northampt")["filters"].centre.label

    assert label == "Northampton, Massachusetts, United States"


def test_list_and_map_tell_of_the_same_people(
    ana: Member,
    bo: Member,
    stranger: Member,
    dana: Member,
    boston: Cell,
    search: Callable[..., dict],
) -> None:
    Profile.objects.filter(member=bo).update(cell=boston)

    context = search(ana, "within=500")

    listed = Counter(card.profile.cell_id for card in context["cards"])
    assert [index_of(area["cell"]) for area in context["areas"]] == list(listed)
    assert [area["label"] for area in context["areas"]] == [
        "around Northampton, Massachusetts, United States",
        "around Boston, Massachusetts, United States",
    ]
    assert context["areas"][1]["url"] == f"/twp/members/?within=500&area={boston.h3}"


def test_the_map_counts_five_and_more_and_calls_the_rest_few(
    ana: Member, crowd: Callable[..., list[Profile]], boston: Cell, search: Callable[..., dict]
) -> None:
    crowd(5, "near")
    crowd(4, "far", boston)

    areas = search(ana, "within=500")["areas"]

    assert [area["count"] for area in areas] == [5, None]


def test_twenty_five_stand_on_a_page_and_the_next_page_goes_on(
    ana: Member, crowd: Callable[..., list[Profile]], names: Callable[..., list[str]]
) -> None:
    crowd(30)

    first, second = names(ana, "within=50"), names(ana, "within=50&page=2")

    assert [len(first), len(second)] == [25, 5]
    assert first + second == [f"crowd{number}" for number in reversed(range(30))]


def test_nobody_found_says_what_a_wider_circle_would_give(
    ana: Member,
    bo: Member,
    stranger: Member,
    boston: Cell,
    berlin: Cell,
    search: Callable[..., dict],
) -> None:
    Profile.objects.filter(member__in=[bo, stranger]).update(cell=boston)

    offers = search(ana, "within=50&unit=km")["offers"]

    assert [(offer.radius, offer.people) for offer in offers] == [(250, 2)]


def test_what_a_wider_circle_gives_keeps_the_filters(
    ana: Member,
    bo: Member,
    stranger: Member,
    boston: Cell,
    search: Callable[..., dict],
    answer: Callable[..., Any],
) -> None:
    Profile.objects.filter(member__in=[bo, stranger]).update(cell=boston)
    answer(bo.profiles.get(), "stage", "reducing")

    offers = search(ana, "within=50&unit=km&stage=reducing")["offers"]

    assert [(offer.radius, offer.people) for offer in offers] == [(250, 1)]


def test_the_address_of_an_email_is_nowhere_on_the_page(
    ana: Member, bo: Member, signed_in: Callable[[Member], Client]
) -> None:
    page = signed_in(ana).get("/twp/members/").content.decode()

    assert "bo" in page
    assert "example.org" not in page


@pytest.mark.parametrize("query", ["", "place=Northampton, Massachusetts, United States",
    "place=northampt", "place=Berlin&stage=reducing&drug=Zoloft", "place=nowhere at all&within=abc"])  # fmt: skip
@pytest.mark.parametrize("people", [0, 1, 3, 25])
def test_no_search_takes_more_than_eight_queries(
    query: str, people: int, ana: Member, crowd: Callable[..., list[Profile]], signed_in: Callable[[Member], Client], answer: Callable[..., Any], take: Callable[..., Any], known_towns: None,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:  # fmt: skip
    answer(ana.profiles.get(community="twp"), "interest", "friendship")
    for profile in crowd(people):
        for slug in ("friendship", "advocacy"):
            answer(profile, "interest", slug)
        take(profile, "sertraline")
    client = signed_in(ana)
    counting.recount()
    counting.counts()  # read once in ten minutes by each process

    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(f"/twp/members/?{query}")


def test_one_hit_takes_as_many_queries_as_twenty_five(
    ana: Member,
    crowd: Callable[..., list[Profile]],
    signed_in: Callable[[Member], Client],
    answer: Callable[..., Any],
    django_assert_num_queries: Callable[..., Any],
) -> None:
    client = signed_in(ana)
    counting.counts()
    for size in (1, 2, 22):
        for profile in crowd(size, f"m{size}-"):
            answer(profile, "interest", "friendship")

        with django_assert_num_queries(7):
            client.get("/twp/members/")


def test_pressing_the_button_leaves_the_area_of_the_map(
    ana: Member, bo: Member, cell: Cell, search: Callable[..., dict]
) -> None:
    page = search(ana, f"area={cell.h3}")

    assert [str(chip.label) for chip in page["chips"]] == ["one area of the map"]
    assert 'name="area"' not in page["form"].renderer.render(
        "search/filters.html",
        {"form": page["form"], "community": page["community"], "questions": []},
    )
