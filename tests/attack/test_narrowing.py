"""How the patient script narrows a number down: to the last step, and to an end."""

import random

import pytest

from tests.drills.attacker import narrowed

FURTHEST = 500_000_000  # steps of a millimetre in 500 km
EXPECTED = {
    "the very step": lambda edge: edge,
    "the step before": lambda edge: edge - 1,
    "near by": lambda edge: edge + 999,
    "far off": lambda edge: FURTHEST - edge,
    "out of reach": lambda edge: FURTHEST * 2,
}
MOST = {"the very step": 2, "the step before": 2}  # questions
ENOUGH = 40


@pytest.mark.parametrize("expected", EXPECTED)
def test_whatever_was_expected_it_comes_to_the_step_and_asks_nothing_twice(expected: str) -> None:
    for edge in random.Random(7).sample(range(1000, FURTHEST), k=200):
        asked: list[int] = []

        def found(step: int, edge: int = edge, asked: list[int] = asked) -> bool:
            asked.append(step)
            return step >= edge

        assert narrowed(found, 0, FURTHEST, EXPECTED[expected](edge)) == (edge - 1, edge)
        assert len(set(asked)) == len(asked) <= MOST.get(expected, ENOUGH)


def test_where_nothing_lies_between_nothing_is_asked() -> None:
    asked: list[int] = []

    assert narrowed(asked.append, 4, 5, 4) == (4, 5)
    assert asked == []
