"""How PostgreSQL runs the statements: they stop when a page is full, and read no row of a table."""

import json
import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import h3
import pytest
from django.db import connection

from members import facets, listing
from members.models import Answer, Choice, Listing, Member, Profile
from members.places.models import Cell
from search import counting, guess, ways
from search.nearest import count_each, find
from search.wanted import MOST, Box, Wanted, Where
from search.words import Words
from tests.search.conftest import people_in

pytestmark = pytest.mark.django_db

CENTRE = (42.3, -72.6)
A_CELL = 40  # people in each


@pytest.fixture
def city(make_cell: Callable[..., Cell]) -> list[Cell]:
    """People in 61 cells around a centre, and as many far away; the tables are known by heart.

    Known before the search rows are written, too: what other tests left behind misleads the planner.
    """
    rings = [h3.grid_disk(h3.latlng_to_cell(*point, 6), 4) for point in (CENTRE, (44.5, -75.0))]
    cells = [make_cell(*h3.cell_to_latlng(one), "Somewhere") for ring in rings for one in ring]
    for number, cell in enumerate(cells):
        people_in(cell, A_CELL, f"c{number}-")
    with connection.cursor() as cursor:
        cursor.execute("analyze members_profile, members_member, places_cell")
        listing.write_new(Profile.objects.filter(cell__in=cells))
        cursor.execute("analyze members_listing")
    return cells


def asked_for(wanted: Wanted, ask: Callable[[Wanted], object] = find) -> tuple[str, dict]:
    """The words of the statement, and its values."""
    asked = []

    def listen(execute: Callable, sql: Any, values: Any, *more: Any) -> Any:
        asked.append((sql, values))
        return execute(sql, values, *more)

    with connection.execute_wrapper(listen):
        ask(wanted)
    return asked[-1]


def plan(wanted: Wanted) -> list[dict]:
    """Every node of the plan as it ran."""
    return explained(*asked_for(wanted))


def explained(words: str, values: dict) -> list[dict]:
    with connection.cursor() as cursor:
        cursor.execute(f"explain (analyze, format json) {words}", values)
        result = cursor.fetchone()[0]
    return list(nodes((result if isinstance(result, list) else json.loads(result))[0]["Plan"]))


def nodes(node: dict) -> Iterator[dict]:
    yield node
    for below in node.get("Plans", []):
        yield from nodes(below)


def on(index: str, ran: list[dict]) -> list[dict]:
    return [node for node in ran if node.get("Index Name") == index and node["Actual Loops"]]


def reads_every_row(ran: list[dict]) -> bool:
    """Parts of a plan that were not begun are no reading: the planner may fill them as it likes."""
    return any(
        node["Node Type"] == "Seq Scan"
        and node["Relation Name"] == "members_listing"
        and node["Actual Loops"]
        for node in ran
    )


def test_questions_of_one_shape_have_the_same_words(ana: Member, bo: Member) -> None:
    """So that PostgreSQL plans them once."""
    here = Wanted(ana.pk, "twp", Where(*CENTRE, 300), (frozenset([435]),), frozenset([16_101]))
    there = Wanted(bo.pk, "twp", Where(-33.5, 151.2, 250), (frozenset([23]),), frozenset([16_101]))

    (words, values), (others, their_values) = asked_for(here), asked_for(there)

    assert words == others
    assert all(one in values.values() for one in (ana.pk, 435, CENTRE[0]))
    assert all(one in their_values.values() for one in (bo.pk, 23, -33.5))


def test_the_planner_expects_the_same_of_every_value(city: list[Cell]) -> None:
    """Else it would make a plan for each rare answer, anew each time it is asked for."""
    frequent = Listing.objects.values_list("facets", flat=True)[0][0]

    def expected(facet: int) -> int:
        words = Words()
        asked = f"select from members_listing l where {words.indexed([[facet]])}"
        return explained(asked, words.values)[0]["Plan Rows"]

    assert expected(frequent) == expected(23)


def test_what_is_asked_again_and_again_is_kept_read_and_planned(ana: Member, bo: Member) -> None:
    for member in (ana, bo) * 3:
        find(Wanted(member.pk, "twp", Where(*CENTRE, 300)))
        assert Member.objects.get(pk=member.pk).email

    with connection.cursor() as cursor:
        cursor.execute("select statement from pg_prepared_statements")
        kept = [words for (words,) in cursor.fetchall()]
    assert [words for words in kept if "with unseen" in words]
    assert [words for words in kept if words.startswith('SELECT "members_member"')]
    assert not [words for words in kept if str(ana.pk) in words or str(bo.pk) in words]


def test_no_value_has_a_plan_of_its_own(
    city: list[Cell], ana: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL tries five times whether one for the values at hand is cheaper."""
    counting.recount()
    for where, groups, way in product(
        [
            Where(*CENTRE), Where(*CENTRE, 20), Where(*CENTRE, 300), Where(*CENTRE, country="US"),
            Where.of_box(Box(41, -74, 45, -69)), Where.of_box(Box(42.2, -72.7, 42.3, -72.6)),
        ],
        [(), (frozenset([435]),), (frozenset([435]), frozenset([23]))],
        ["walk", "rare", "newest"],
    ):  # fmt: skip
        monkeypatch.setattr(
            ways, "_cheapest", lambda costs, way=way: way if way in costs else next(iter(costs))
        )
        wanted = Wanted(ana.pk, "twp", where, groups, frozenset([16_101]), way == "newest")
        with connection.cursor() as cursor:
            cursor.execute("deallocate all")

        for _time in range(3 + 5 + 2):  # the client has it kept from the third on
            find(wanted)

        with connection.cursor() as cursor:
            cursor.execute(
                "select custom_plans, generic_plans from pg_prepared_statements"
                " where statement like '%%with unseen%%'"
            )
            assert cursor.fetchall() == [(5, 2)], (where, groups, way)


def test_where_few_are_expected_nobody_is_put_together_by_cell(
    city: list[Cell], ana: Member
) -> None:
    counting.recount()

    few = plan(Wanted(ana.pk, "twp", Where(-44.5, 75, 300)))
    many = plan(Wanted(ana.pk, "twp", Where(*CENTRE, 300)))

    assert not [node for node in few if node["Node Type"] == "Aggregate"]
    assert [node for node in many if node["Node Type"] == "Aggregate"]


def test_the_walk_stops_when_enough_are_found(city: list[Cell], ana: Member) -> None:
    ran = plan(Wanted(ana.pk, "twp", Where(*CENTRE, 300)))

    [visited] = on("listing_near", ran)  # one ring: the next was not begun
    assert visited["Actual Loops"] == MOST // A_CELL + 1
    assert visited["Node Type"] == "Index Only Scan"
    assert not reads_every_row(ran)


def test_a_ring_is_begun_when_those_before_it_gave_too_few(city: list[Cell], ana: Member) -> None:
    counting.recount()
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")  # a hundred cells are quickly read

    near = plan(Wanted(ana.pk, "twp", Where(*CENTRE)))
    far = plan(Wanted(ana.pk, "twp", Where(CENTRE[0] + 1.2, CENTRE[1])))  # 133 km

    [rings], [rings_from_afar] = on("cell_point", near), on("cell_point", far)
    assert (rings["Actual Loops"], rings_from_afar["Actual Loops"]) == (1, 2)
    [visited] = on("listing_near", near)
    assert visited["Actual Loops"] == MOST // A_CELL + 1
    assert not reads_every_row(near)


@pytest.mark.parametrize("where", [
    Where(*CENTRE), Where(*CENTRE, 5_000), Where(-17.0, 179.9, 300),
    Where(*CENTRE, country="US"), Where(*CENTRE, region=1), Where.of_box(Box(41, -74, 45, -69)),
])  # fmt: skip
@pytest.mark.parametrize("newest_first", [False, True])
def test_the_words_of_a_search_are_few_enough_for_the_client_to_know_them_again(
    where: Where, ana: Member, *, newest_first: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """psycopg reads a longer statement, or one with more values, each time it is asked. From six
    questions at once on some are."""
    monkeypatch.setattr(guess, "PAUSING_FROM", -1)
    groups = tuple(frozenset([key, key + 1, key + 2]) for key in (1, 5, 9, 13))
    wanted = Wanted(ana.pk, "twp", where, groups, frozenset([16_101]), newest_first)

    words, values = asked_for(wanted)

    assert len(words) <= 4_096
    assert len(values) <= 50


def test_the_newest_are_read_backwards_until_enough_are_found(
    city: list[Cell], ana: Member
) -> None:
    ran = plan(Wanted(ana.pk, "twp", Where(*CENTRE), newest_first=True))

    # With nearly all in one community the key of the table serves as well as listing_newest.
    [read] = on("listing_newest", ran) or on("members_listing_pkey", ran)
    assert read["Scan Direction"] == "Backward" or read["Index Name"] == "listing_newest"
    assert read["Actual Rows"] <= MOST + 2  # and the one who asks
    assert not reads_every_row(ran)


def test_rare_answers_are_found_by_their_index(
    city: list[Cell], ana: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    Listing.objects.filter(cell=city[70]).update(facets=[435])
    with connection.cursor() as cursor:
        cursor.execute("analyze members_listing")
        # Few rows are read in any way; that the index knows the question is what must stay.
        cursor.execute("set local enable_indexscan = off; set local enable_seqscan = off")
    monkeypatch.setattr(ways, "_cheapest", lambda costs: "rare")

    ran = plan(Wanted(ana.pk, "twp", Where(*CENTRE), (frozenset([435]),)))

    [found] = on("listing_facets_twp", ran)
    assert found["Actual Rows"] == A_CELL
    assert not reads_every_row(ran)


@pytest.mark.parametrize("km", [100, 800])
def test_round_a_place_answers_are_looked_up_in_one_cell_after_the_other(
    km: int, city: list[Cell], ana: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the large ones, round a wider place in the wide ones."""
    with connection.cursor() as cursor:
        cursor.execute("set local enable_indexscan = off; set local enable_seqscan = off")
    monkeypatch.setattr(ways, "_cheapest", lambda costs: "rare")
    wanted = Wanted(ana.pk, "twp", Where(*CENTRE, km), (frozenset([435, 436]), frozenset([23])))

    [found] = on("listing_local_twp", plan(wanted))

    cells = {
        100: facets.areas_within(*CENTRE, 100),
        800: facets.wide_within(*CENTRE, 800 + facets.WIDE_REACH_KM),
    }
    assert found["Actual Loops"] == len(cells[km])


def test_many_who_fit_are_counted_where_most_live(
    city: list[Cell], ana: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = stage_of_all_in(city)
    monkeypatch.setattr(ways, "_cheapest", lambda costs: "fullest")
    wanted = Wanted(ana.pk, "twp", Where(*CENTRE), (stage,))

    ran = explained(*asked_for(wanted, lambda wanted: count_each([wanted], [])))

    [found] = on("listing_local_twp", ran)
    assert found["Actual Loops"] == 1  # one wide cell holds them all
    assert found["Actual Rows"] > MOST
    assert not [node for node in ran if node["Node Type"] == "Sort"]


def stage_of_all_in(cells: list[Cell]) -> frozenset[int]:
    """Give everybody there the same stage, which is counted and asked by its index; a group that asks
    for it."""
    stage = Choice.objects.get(question="stage", slug="reducing")
    Answer.objects.bulk_create(
        Answer(profile=profile, question="stage", choice=stage, shown="shown")
        for profile in Profile.objects.filter(cell__in=cells)
    )
    listing.refresh_all()
    counting.recount()
    with connection.cursor() as cursor:
        cursor.execute("analyze members_listing")
        cursor.execute("set local enable_indexscan = off; set local enable_seqscan = off")
    return frozenset([facets.choice(stage.pk)])


@pytest.mark.parametrize(
    ("way", "asked"),
    [("outward", {"country": "US"}), ("rare", {"box": Box(41, -74, 45, -69)}),
     ("rare", {"country": "US"}), ("newest", {"km": 100})],
)  # fmt: skip
def test_what_is_asked_beside_the_answers_is_no_reason_to_go_another_way(
    way: str, asked: dict, city: list[Cell], ana: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planner took the little it leaves for a reason to read all people, which took seconds."""
    reducing = stage_of_all_in(city[:3])
    monkeypatch.setattr(ways, "_cheapest", lambda costs: way)
    monkeypatch.setattr(ways, "BOUND", 7)
    monkeypatch.setattr(guess, "AMPLE", 0)
    where = Where(*CENTRE, **asked)

    ran = plan(Wanted(ana.pk, "twp", where, (reducing,), newest_first=way == "newest"))

    conditions = " ".join(
        str(node.get(kind)) for node in ran for kind in ("Index Cond", "Recheck Cond", "Filter")
        if node.get("Relation Name") == "members_listing"
    )  # fmt: skip
    assert "&&" in conditions
    assert not re.search("country|longitude|profile_id < ", conditions)


@pytest.mark.parametrize("country", ["", "US"])
def test_far_out_they_are_looked_up_in_wide_cells_until_enough_are_found(
    country: str, city: list[Cell], ana: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    reducing = stage_of_all_in(city)
    monkeypatch.setattr(ways, "_cheapest", lambda costs: "outward")

    ran = plan(Wanted(ana.pk, "twp", Where(*CENTRE, country=country), (reducing,)))

    [found] = on("listing_local_twp", ran)
    reach = guess.OUTWARD_KM[0] + facets.WIDE_REACH_KM
    assert found["Actual Loops"] == len(facets.wide_within(*CENTRE, reach))
    assert not on("listing_facets_twp", ran)  # the rest of the world was not begun
    assert not reads_every_row(ran)
