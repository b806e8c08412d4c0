"""No small number can be read on the page of figures, and none can be worked out from it."""

import random
from collections.abc import Iterator

import pytest

from moderation.figures.masking import FEW, Told, told

RANDOM = 400  # populations, always the same ones


def populations() -> Iterator[dict[str, int]]:
    """Many small countries and some large ones, and the awkward sums between them."""
    yield from ({}, {"": 4}, {"A": 5, "B": 1}, {"A": 1, "B": 1, "C": 1}, {"A": 100, "B": 5, "C": 1})
    yield from ({"A": 5}, {"A": 4, "B": 1}, {"A": 6, "B": 6, "C": 4}, {"A": 50, "": 2})
    chance = random.Random(5)
    for _time in range(RANDOM):
        names = "ABCDEFGH"[: chance.randint(1, 8)]
        yield {name: chance.choice([1, 1, 2, 3, 4, 5, 6, 7, 40, 999]) for name in names}


def unnamed(people: dict[str, int], page: Told) -> list[str]:
    named = {place for place, _number in page.named}
    return [place for place in (*people, "a place of nobody") if place and place not in named]


def test_a_page_tells_the_large_ones_by_name_and_the_rest_together() -> None:
    page = told({"Germany": 12, "France": 7, "Iceland": 3, "Malta": 2})

    assert page == Told(24, (("Germany", 12), ("France", 7)), 5)


def test_a_rest_that_is_small_itself_takes_the_smallest_named_place_in() -> None:
    page = told({"Germany": 12, "France": 7, "Iceland": 1})

    assert page == Told(20, (("Germany", 12),), 8)


def test_a_community_of_a_few_tells_nothing_and_looks_like_an_empty_one() -> None:
    assert told({"Germany": 4}) == told({}) == Told(None)


def test_no_number_on_the_page_is_small() -> None:
    for people in populations():
        page = told(people)
        numbers = [page.total, page.elsewhere, *(number for _place, number in page.named)]
        assert [number for number in numbers if number and number < FEW] == []


def test_nothing_that_is_named_is_untrue_and_nobody_is_left_out() -> None:
    for people in populations():
        page = told(people)
        assert all(people[place] == number for place, number in page.named)
        if page.total is not None:
            assert page.total == sum(people.values())
            assert page.total == page.elsewhere + sum(number for _place, number in page.named)


def test_no_unnamed_place_can_be_worked_out() -> None:
    """For each place that is not named, and each number it could hold, the very same page comes of
    a world in which it holds that number: who knows the page and the rule still knows nothing."""
    for people in populations():
        page = told(people)
        if not page.elsewhere:
            continue  # nobody lives in an unnamed place
        for place in unnamed(people, page):
            for number in range(FEW):
                others = spread(page.elsewhere - number)
                assert told(dict(page.named) | {place: number} | others) == page


def spread(number: int) -> dict[str, int]:
    """So many people, in countries of which none is named."""
    return {f"other {place}": min(FEW - 1, number - place) for place in range(0, number, FEW - 1)}


@pytest.mark.parametrize("number", [1, 4, 5, 9])
def test_the_worlds_of_the_test_hold_as_many_as_they_should(number: int) -> None:
    assert sum(spread(number).values()) == number
