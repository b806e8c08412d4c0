"""Nonsense gets a plain sentence beside its field, stays as it was typed, and spoils nothing else."""

import random
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from members.models import Member, Profile

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "typed",
    ["abc", "0", "-5", "9", "501", "1e9", "1e308", "NaN", "inf", "-inf", "1_00", "٥٠", "50,0,0",
     "1" * 5000, "\x00", "50\x00", "<script>"],
)  # fmt: skip
def test_a_radius_that_is_none_says_so_and_the_usual_one_is_taken(
    typed: str, ana: Member, bo: Member, search: Callable[..., dict]
) -> None:
    context = search(ana, urlencode({"within": typed}))

    assert context["form"].errors["within"] == ["Please type a number between 10 and 500."]
    assert context["form"]["within"].value() == typed
    assert [card.username for card in context["cards"]] == ["bo"]


@pytest.mark.parametrize("typed", ["10", "500", "25,5", "25.5", " 50 ", ""])
def test_a_radius_may_be_written_in_several_ways(
    typed: str, ana: Member, search: Callable[..., dict]
) -> None:
    assert not search(ana, urlencode({"within": typed}))["form"].errors


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Xyzzy", "We know no place of this name. Please look at the spelling, or type a larger town near it."),
        ("x", "We know no place of this name. Please look at the spelling, or type a larger town near it."),
        ("Northampton, Bavaria", "We know no place of this name. Please look at the spelling, or type a larger town near it."),
        ("01060", "We do not know postal codes. Please type the name of the town or the nearest one."),
        ("town-999999999", "We do not know this place any more. Please type its name."),
        ("a" * 101, "This is too long for a town. Please type its name only."),
        ("Ber\x00lin", "There is a character in it that we cannot read. Please type it anew."),
    ],
)  # fmt: skip
def test_a_place_that_is_none_says_so_and_the_own_area_is_taken(
    typed: str,
    sentence: str,
    ana: Member,
    bo: Member,
    search: Callable[..., dict],
    known_towns: None,
) -> None:
    context = search(ana, urlencode({"place": typed}))

    assert context["form"].errors["place"] == [sentence]
    assert context["form"]["place"].value() == typed
    assert [card.username for card in context["cards"]] == ["bo"]


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("stage", "nonsense", "One of the answers asked for is not on the list. Please choose again."),
        ("interest", "\x00", "One of the answers asked for is not on the list. Please choose again."),
        ("language", "e" * 999, "One of the answers asked for is not on the list. Please choose again."),
        ("unit", "parsec", "Please choose kilometres or miles."),
        ("drug_when", "tomorrow", "Please choose now, in the past, or either."),
        ("drug", "sugar", "We do not know “sugar”. Please look at the spelling, or choose the kind of drug."),
        ("drug", "\x00", "We do not know “”. Please look at the spelling, or choose the kind of drug."),
        ("area", "xyz", "This is not an area of the map. Please choose another one."),
        ("area", "8a2a1072b59ffff", "This is not an area of the map. Please choose another one."),
        ("area", "\x00", "There is a character in it that we cannot read. Please type it anew."),
    ],
)  # fmt: skip
def test_an_answer_nobody_offered_says_so_and_is_left_out(
    name: str, typed: str, sentence: str, ana: Member, bo: Member, search: Callable[..., dict]
) -> None:
    context = search(ana, urlencode({name: typed}))

    assert context["form"].errors == {name: [sentence]}
    assert [card.username for card in context["cards"]] == ["bo"]


def test_what_is_asked_well_still_narrows(
    ana: Member,
    bo: Member,
    stranger: Member,
    names: Callable[..., list[str]],
    answer: Callable[..., Any],
) -> None:
    answer(stranger.profiles.get(), "stage", "reducing")

    assert names(ana, "within=abc&interest=nonsense&stage=reducing") == ["stranger"]


def test_too_many_drugs_are_refused(ana: Member, search: Callable[..., dict]) -> None:
    query = urlencode({"drug": ["sertraline"] * 300}, doseq=True)

    assert search(ana, query)["form"].errors["drug"] == ["Please choose fewer drugs, 20 at most."]


def test_of_a_repeated_radius_the_last_counts(ana: Member, search: Callable[..., dict]) -> None:
    assert search(ana, "within=20&within=30")["filters"].radius == 30


@pytest.mark.parametrize(
    ("asked", "given"),
    [("0", 1), ("-1", 1), ("abc", 1), ("1e9", 1), ("", 1), ("1.5", 1), ("\x00", 1),
     ("2", 2), ("3", 2), (str(10**9), 2), ("9" * 5000, 1)],
)  # fmt: skip
def test_a_page_that_is_none_gives_the_nearest_one(
    asked: str,
    given: int,
    ana: Member,
    crowd: Callable[..., list[Profile]],
    search: Callable[..., dict],
) -> None:
    crowd(26)

    context = search(ana, urlencode({"page": asked}))

    assert context["page"].number == given
    assert context["no_such_page"] is (asked not in ("", str(given)))


def test_what_was_typed_is_shown_as_text(
    ana: Member, signed_in: Callable[[Member], Client]
) -> None:
    attack = '"><script>alert(1)</script>'
    query = urlencode(dict.fromkeys(("place", "within", "unit", "drug", "stage", "area"), attack))

    page = signed_in(ana).get(f"/twp/members/?{query}").content.decode()

    assert "<script>alert" not in page


def test_no_hostile_query_breaks_the_page(
    ana: Member, bo: Member, signed_in: Callable[[Member], Client], known_towns: None
) -> None:
    chance = random.Random(3)
    names = ["place", "within", "unit", "area", "page", "drug", "drug_when", "stage", "interest",
             "language", "help", "cell", "", "__class__", "stage[]", "a" * 300]  # fmt: skip
    values = ["", " ", "\x00", "NaN", "1e999", "-0", "%", "_", "\\", "'", "''; drop table", "🙂",
              "\u202e", "\ud800", "Berlin", "town-1", "town-" + "9" * 12, "862a3072fffffff",
              "ffffffffffffffff", "reducing", "sertraline", "any", "km", "0" * 400, ", , ,",
              "a b c d e f g h i j k l", "é" * 60, "{{ x }}", "../..", "\r\nSet-Cookie: a=b"]  # fmt: skip
    client = signed_in(ana)
    for _turn in range(60):
        pairs = [(chance.choice(names), chance.choice(values)) for _pair in range(6)]
        query = urlencode(pairs, errors="surrogatepass")

        assert client.get(f"/twp/members/?{query}").status_code == 200, query
