"""Small numbers, told so that nobody can be found in them."""

from collections.abc import Mapping
from dataclasses import dataclass

FEW = 5


@dataclass(frozen=True)
class Told:
    """How many there are, and where, as far as it may be told.

    total: None for fewer than FEW, nobody included.
    named: (place, number), the largest first; each FEW or more.
    elsewhere: in all other places together; nobody, or FEW or more.
    """

    total: int | None
    named: tuple[tuple[str, int], ...] = ()
    elsewhere: int = 0

    @property
    def largest(self) -> int:
        return max([number for _place, number in self.named] + [self.elsewhere])


def told(people: Mapping[str, int]) -> Told:
    """Name a place only where FEW or more are; the others are one number.

    That number is what the total leaves over, so it must not be small itself: the smallest of the
    named places is then taken into it. Whatever place is not named may hold any number from nobody
    to FEW - 1, or be the one taken in: nothing on the page decides which. "" is no place's name.
    """
    total = sum(people.values())
    if total < FEW:
        return Told(None)
    enough = ((place, number) for place, number in people.items() if place and number >= FEW)
    named = sorted(enough, key=lambda row: (-row[1], row[0]))
    elsewhere = total - sum(number for _place, number in named)
    while named and 0 < elsewhere < FEW:
        elsewhere += named.pop()[1]
    return Told(total, tuple(named), elsewhere)
