"""What the page says of a search: how many, where, in which order, and from where distances are."""

from collections.abc import Callable
from typing import Any

import pytest

from members.models import Member, Profile
from members.places.models import Cell
from search.wanted import MOST

pytestmark = pytest.mark.django_db

AROUND_NORTHAMPTON = "box=42.00,-73.00,43.00,-72.00"


@pytest.mark.parametrize(("query", "count"), [
    ("", "2 people within 100 miles of your area"),
    ("within=12,5&unit=km", "2 people within 12.5 kilometres of your area"),
    ("place=Northampton", "2 people within 100 miles of Northampton, Massachusetts, United States"),
    ("within=any", "2 people at any distance"),
    ("place=Berlin&within=any", "2 people at any distance"),
    ("place=United States&within=10", "2 people in United States"),
    (AROUND_NORTHAMPTON, "2 people in this part of the map"),
    ("place=Berlin", "Nobody within 100 miles of Berlin, Germany yet"),
    ("place=Germany", "Nobody in Germany yet"),
    ("within=any&stage=reducing", "Nobody yet, near or far"),
    ("box=0,0,1,1", "Nobody in this part of the map yet"),
])  # fmt: skip
def test_the_count_says_where_was_looked(
    query: str, count: str, ana: Member, bo: Member, stranger: Member, search: Callable[..., dict],
    known_towns: None,
) -> None:  # fmt: skip
    assert search(ana, query)["count"] == count


def test_one_person_is_one_and_an_area_has_its_name(
    ana: Member, bo: Member, cell: Cell, search: Callable[..., dict]
) -> None:
    count = search(ana, f"area={cell.h3}")["count"]

    assert count == "1 person in one area, around Northampton, Massachusetts, United States"


def test_an_area_without_people_has_none(
    ana: Member, boston: Cell, search: Callable[..., dict]
) -> None:
    assert search(ana, f"area={boston.h3}")["count"] == "Nobody in this area of the map yet"


@pytest.mark.parametrize(("query", "distances"), [
    ("", "Distances are from your area to theirs, and only rough."),
    ("within=any", "Distances are from your area to theirs, and only rough."),
    ("place=Germany", "Distances are from your area to theirs, and only rough."),
    (AROUND_NORTHAMPTON, "Distances are from your area to theirs, and only rough."),
    ("place=Berlin", "Distances are from Berlin, Germany to their area, and only rough."),
])  # fmt: skip
def test_it_says_from_where_distances_are(
    query: str, distances: str, ana: Member, search: Callable[..., dict], known_towns: None
) -> None:
    assert search(ana, query)["distances"] == distances


@pytest.mark.parametrize(("query", "sentence"), [
    ("place=Berlin&within=10", ""),
    ("place=Germany&within=10", "All of Germany is searched. The distance does not count."),
    (AROUND_NORTHAMPTON, "This part of the map is searched. The distance does not count."),
])  # fmt: skip
def test_a_radius_that_does_not_count_says_so(
    query: str, sentence: str, ana: Member, search: Callable[..., dict], known_towns: None
) -> None:
    assert search(ana, query)["radius_unused"] == sentence


@pytest.mark.parametrize("sort", ["nearest", "common"])
def test_of_more_than_500_in_a_part_of_the_map_those_in_its_middle_are_listed(
    sort: str, ana: Member, crowd: Callable[..., list[Profile]], search: Callable[..., Any]
) -> None:
    crowd(MOST + 1)

    page = search(ana, f"{AROUND_NORTHAMPTON}&sort={sort}")

    assert page["order"] == (
        "500 of them are listed, from the middle of the map outward. "
        "Move nearer or narrow your search to see others."
    )


@pytest.mark.parametrize(("sort", "listed"), [
    ("nearest", "The nearest 500 are listed. Narrow your search to see others."),
    ("newest", "The newest 500 are listed. Narrow your search to see others."),
    ("common", "These are the nearest 500, those with most in common first. "
               "Narrow your search to see others."),
])  # fmt: skip
def test_more_than_500_says_which_of_them_are_listed(
    sort: str, listed: str, ana: Member, crowd: Callable[..., list[Profile]],
    search: Callable[..., Any],
) -> None:  # fmt: skip
    crowd(MOST)
    assert search(ana, f"sort={sort}")["order"] == ""
    crowd(1, "one-more")

    page = search(ana, f"sort={sort}")

    assert page["order"] == listed
    assert page["count"] == "More than 500 people within 100 miles of your area"
