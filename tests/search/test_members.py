"""The page of the search: who is on it, in which order, and what it costs."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from members.models import Block, Choice, Member, Profile
from members.places.area import index_of
from members.places.models import Cell, Town
from search import counting, vocabulary
from search.wanted import MOST

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
    assert [card.username for card in after["cards"]] == ["stranger"]


def test_the_nearest_come_first_with_a_distance_in_steps(
    ana: Member, bo: Member, stranger: Member, boston: Cell, search: Callable[..., dict]
) -> None:
    Profile.objects.filter(member=bo).update(cell=boston)

    cards = search(ana, "within=500&unit=km")["cards"]

    assert [(card.username, card.distance) for card in cards] == [
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

    lives = dict(Profile.objects.filter(community="twp").values_list("username", "cell"))
    listed = Counter(lives[card.username] for card in context["cards"])
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


@pytest.mark.parametrize("where", ["place=Germany", "place=Bavaria", "box=-20,170,10,-160"])
def test_nobody_in_a_country_or_a_part_of_the_map_offers_any_distance(
    where: str, ana: Member, bo: Member, stranger: Member, boston: Cell,
    search: Callable[..., dict], answer: Callable[..., Any], known_towns: None,
) -> None:  # fmt: skip
    Profile.objects.filter(member__in=[bo, stranger]).update(cell=boston)
    answer(bo.profiles.get(), "stage", "reducing")

    offers = search(ana, f"{where}&within=50&stage=reducing")["offers"]

    assert [(offer.href, offer.people) for offer in offers] == [("?within=any&stage=reducing", 1)]


def test_nobody_in_one_area_offers_the_circle_around_it(
    ana: Member, bo: Member, stranger: Member, boston: Cell, search: Callable[..., dict]
) -> None:
    Profile.objects.filter(member=bo).update(cell=boston)

    offers = search(ana, "within=10.5&unit=mi&area=861f1d48fffffff")["offers"]

    assert [(offer.href, offer.radius, offer.people) for offer in offers] == [
        ("?within=10.5&unit=mi", 10.5, 1), ("?within=100&unit=mi", 100, 2),
    ]  # fmt: skip


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
    client.get("/twp/members/")  # the counts and the lists are known
    for size in (1, 2, 22):
        for profile in crowd(size, f"m{size}-"):
            answer(profile, "interest", "friendship")

        with django_assert_num_queries(4):
            client.get("/twp/members/")


def test_pressing_the_button_leaves_the_area_of_the_map(
    ana: Member, bo: Member, cell: Cell, search: Callable[..., dict]
) -> None:
    page = search(ana, f"area={cell.h3}")

    assert chips_of(page) == ["around Northampton, Massachusetts, United States"]
    assert 'name="area"' not in page["form"].renderer.render(
        "search/filters.html",
        {
            "form": page["form"],
            "like_me": page["like_me"],
            "here": "/twp/members/",
            "questions": [],
        },
    )


def chips_of(context: dict) -> list[str]:
    return [str(chip.label) for chip in context["chips"]]


def test_the_newest_come_first_when_asked_for(
    ana: Member, bo: Member, stranger: Member, boston: Cell, names: Callable[..., list[str]]
) -> None:
    Profile.objects.filter(member=stranger).update(cell=boston)

    assert names(ana, "within=any&sort=nearest") == ["bo", "stranger"]
    assert names(ana, "within=any&sort=newest") == ["stranger", "bo"]


def test_who_has_most_in_common_comes_first_when_asked_for(
    ana: Member,
    bo: Member,
    stranger: Member,
    search: Callable[..., dict],
    answer: Callable[..., Any],
) -> None:
    for slug in ("friendship", "advocacy"):
        for one in (ana, bo):
            answer(one.profiles.get(community="twp"), "interest", slug)

    cards = search(ana, "sort=common")["cards"]

    assert [card.username for card in cards] == ["bo", "stranger"]
    assert len(cards[0].in_common) == 2


def test_any_distance_reaches_round_the_world(
    ana: Member, bo: Member, berlin: Cell, names: Callable[..., list[str]]
) -> None:
    Profile.objects.filter(member=bo).update(cell=berlin)

    assert names(ana) == []
    assert names(ana, "within=any") == ["bo"]


def test_a_country_is_searched_whole_whatever_the_radius(
    ana: Member,
    bo: Member,
    stranger: Member,
    berlin: Cell,
    names: Callable[..., list[str]],
    known_towns: None,
) -> None:
    Profile.objects.filter(member=bo).update(cell=berlin)

    assert names(ana, "place=Germany&within=10") == ["bo"]
    assert names(ana, "place=United States&within=10") == ["stranger"]


def test_a_part_of_the_map_is_measured_from_one_s_own_area(
    ana: Member, bo: Member, stranger: Member, boston: Cell, search: Callable[..., dict]
) -> None:
    Profile.objects.filter(member=bo).update(cell=boston)  # nearer to the middle of the box

    cards = search(ana, "box=42.00,-73.00,43.00,-70.00&unit=km")["cards"]

    assert [(card.username, card.distance) for card in cards] == [
        ("stranger", "under 10 km"), ("bo", "under 250 km"),
    ]  # fmt: skip


def test_a_place_typed_stands_instead_of_the_part_of_the_map(
    ana: Member, bo: Member, berlin: Cell, search: Callable[..., dict], known_towns: None
) -> None:
    Profile.objects.filter(member=bo).update(cell=berlin)

    page = search(ana, "box=0,0,1,1&place=Berlin")

    assert [card.username for card in page["cards"]] == ["bo"]
    assert chips_of(page) == ["near Berlin, Germany"]
    assert page["address"].query == "place=Berlin"


@pytest.mark.parametrize(("query", "labels"), [
    ("within=50", []),
    ("within=any", ["at any distance"]),
    ("place=Berlin&within=any", ["near Berlin, Germany", "at any distance"]),
    ("place=Germany&within=any", ["in Germany"]),
    ("box=42.00,-73.00,43.00,-72.00&within=any", ["this part of the map"]),
    ("stage=reducing&stage=holding", ["reducing now", "pausing on purpose"]),
    ("drug=Zoloft&drug_when=past", ["sertraline, in the past"]),
    ("seen=year&about=yes&room=any", [
        "Seen this year", "Wrote something about themselves",
        "Also people who have no room for new contacts now"]),
])  # fmt: skip
def test_everything_that_narrows_or_widens_can_be_taken_off(
    query: str, labels: list[str], ana: Member, search: Callable[..., dict], known_towns: None
) -> None:
    page = search(ana, query)

    assert chips_of(page) == labels
    for chip in page["chips"]:
        assert str(chip.label) not in chips_of(search(ana, chip.href.removeprefix("?")))


def test_the_ticks_narrow_and_widen(
    ana: Member,
    bo: Member,
    stranger: Member,
    names: Callable[..., list[str]],
    answer: Callable[..., Any],
) -> None:
    Member.objects.filter(pk=bo.pk).update(seen_on=timezone.localdate().replace(day=1))
    Profile.objects.filter(member=bo).update(about_me="I bake.")
    answer(stranger.profiles.get(), "new_contacts", "none_now")

    assert names(ana) == ["bo"]
    assert names(ana, "room=any") == ["stranger", "bo"]
    assert names(ana, "room=any&seen=year") == ["bo"]
    assert names(ana, "room=any&about=yes") == ["bo"]


@pytest.mark.parametrize(("asked", "left"), [
    ("place=Boston&within=250&unit=mi&stage=reducing&sort=newest", "?within=250&amp;unit=mi&amp;sort=newest"),
    ("within=any&stage=reducing", "?"),  # any distance is a chip
])  # fmt: skip
def test_taking_all_off_keeps_what_is_no_chip(
    asked: str, left: str, ana: Member, signed_in: Callable[[Member], Client], known_towns: None
) -> None:
    page = signed_in(ana).get(f"/twp/members/?{asked}").content.decode()

    assert f'href="{left}">Take all off</a>' in page


def test_the_unit_chosen_is_remembered(
    ana: Member, bo: Member, search: Callable[..., dict]
) -> None:
    assert search(ana, "unit=km")["cards"][0].distance == "under 10 km"

    ana.refresh_from_db()
    assert ana.unit == "km"
    assert search(ana)["count"] == "1 person within 100 kilometres of your area"


def test_a_unit_that_is_none_is_not_remembered(ana: Member, search: Callable[..., dict]) -> None:
    search(ana, "unit=parsecs")

    ana.refresh_from_db()
    assert ana.unit == ""


def test_a_place_typed_wrong_keeps_what_was_typed_and_all_else(
    ana: Member, bo: Member, search: Callable[..., dict], known_towns: None
) -> None:
    page = search(ana, "place=Berlinn-am-Nowhere&within=250&language=en&sort=newest")

    form = page["form"]
    assert form["place"].value() == "Berlinn-am-Nowhere"
    assert form["within"].value() == "250"
    assert form["language"].value() == ["en"]
    assert form["sort"].value() == "newest"
    assert "We know no place of this name." in form.errors["place"][0]


@pytest.mark.parametrize(("sort", "queries"), [("nearest", 4), ("newest", 4), ("common", 5)])
def test_five_hundred_hits_take_as_many_queries_as_one(
    sort: str,
    queries: int,
    ana: Member,
    crowd: Callable[..., list[Profile]],
    signed_in: Callable[[Member], Client],
    django_assert_num_queries: Callable[..., Any],
) -> None:
    client = signed_in(ana)
    client.get("/twp/members/")  # the counts and the lists are known
    for size in (1, MOST):
        crowd(size, f"m{size}-")

        with django_assert_num_queries(queries):
            client.get(f"/twp/members/?sort={sort}")


def test_who_looked_at_many_people_today_sees_no_new_ones(
    ana: Member, crowd: Callable[..., list[Profile]], signed_in: Callable[[Member], Client],
    settings: Any,
) -> None:  # fmt: skip
    settings.PROFILES_A_DAY = 3
    crowd(5)

    page = signed_in(ana).get("/twp/members/").content.decode()

    assert page.count("<article") == 3
    assert "You have looked at many people today" in page


def test_a_page_with_no_new_people_says_nothing_of_their_distances(
    ana: Member, crowd: Callable[..., list[Profile]], signed_in: Callable[[Member], Client],
    settings: Any,
) -> None:  # fmt: skip
    settings.PROFILES_A_DAY = 3
    crowd(30)
    client = signed_in(ana)
    client.get("/twp/members/")

    page = client.get("/twp/members/?page=2")

    assert page.context["cards"] == []
    assert "You have looked at many people today" in page.content.decode()
    assert "Distances are" not in page.content.decode()


def test_who_searched_very_often_today_learns_nothing_more(
    ana: Member, crowd: Callable[..., list[Profile]], signed_in: Callable[[Member], Client],
    settings: Any,
) -> None:  # fmt: skip
    settings.SEARCHES_A_DAY = 1
    crowd(5)
    client = signed_in(ana)
    client.get("/twp/members/")

    again = client.get("/twp/members/")

    assert "You have searched very often today" in again.content.decode()
    assert again.context["cards"] == []
    assert again.context["areas"] == []
    assert again.context["count"] == "Nobody within 100 miles of your area yet"  # and is not shown
    assert "Nobody within" not in again.content.decode()


def test_words_the_staff_change_are_read_a_minute_later(
    ana: Member, signed_in: Callable[[Member], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(ana)
    before = client.get("/twp/members/").content.decode()
    Choice.objects.filter(question="stage", slug="holding").update(label="resting a while")

    monkeypatch.setattr(vocabulary, "STALE", -1)
    after = client.get("/twp/members/").content.decode()

    assert "resting a while" not in before
    assert "resting a while" in after
    assert "pausing on purpose" not in after


@pytest.mark.parametrize("teller", ["ana", "bo"])
def test_an_answer_put_on_the_list_is_known_as_soon_as_somebody_gave_it(
    teller: str, ana: Member, bo: Member, answer: Callable[..., Any],
    signed_in: Callable[[Member], Client],
) -> None:  # fmt: skip
    client = signed_in(ana)
    before = client.get("/twp/members/").content.decode()
    Choice.objects.create(question="stage", slug="new", label="Quite new", community="twp")
    answer({"ana": ana, "bo": bo}[teller].profiles.get(community="twp"), "stage", "new")

    after = client.get("/twp/members/").content.decode()

    assert "Quite new" not in before
    assert "Quite new" in after


def test_what_one_member_ticks_is_ticked_for_nobody_else(
    ana: Member, bo: Member, signed_in: Callable[[Member], Client]
) -> None:
    query = "stage=holding&drug_when=past&drug=Zoloft&seen=year"
    asked = signed_in(ana).get(f"/twp/members/?{query}").content.decode()

    other = signed_in(bo).get("/twp/members/").content.decode()

    assert asked.count(" checked>") == 5  # and the letters about who fits newly
    assert other.count(" checked>") == 2  # now or in the past


def listed(context: dict) -> set[str]:
    """Who is on one of the pages."""
    hits = context["page"].paginator.object_list
    people = Profile.objects.filter(pk__in=[hit.profile for hit in hits])
    return set(people.values_list("username", flat=True))


def test_the_nearest_500_are_listed_whoever_beyond_has_more_in_common(
    ana: Member, bo: Member, boston: Cell, crowd: Callable, search: Callable, answer: Callable
) -> None:
    """As the page says it; and of a part of the map the 500 from its middle outward."""
    crowd(500)
    Profile.objects.filter(member=bo).update(cell=boston)
    for profile in (ana.profiles.get(community="twp"), bo.profiles.get()):
        answer(profile, "stage", "reducing")

    nearest = search(ana, "sort=common&within=500")
    Profile.objects.filter(member=ana).update(cell=boston)
    of_the_map = search(ana, "box=42.00,-73.00,42.50,-71.00")

    assert "These are the nearest 500" in nearest["order"]
    assert "from the middle of the map outward" in of_the_map["order"]
    for context in (nearest, of_the_map):
        assert len(listed(context)) == MOST
        assert "bo" not in listed(context)
