"""Names that are nearly the name of somebody else: one letter more, one less, one other, two swapped.

Names that look the same are one name already (`members.usernames.skeleton`). What is one step from
it is asked of the index of names as it stands: every name one step away is made up here, some
hundreds for each, and those that a member has are found by one look into the index for each of
them. Nothing is read of members whose names are not near, and no table is kept for it.
"""

import re
import string
import unicodedata
from collections.abc import Iterator
from functools import cache

from members.usernames import SEPARATORS, looks, reserved_skeletons, skeleton

SHORTEST = 5  # letters: of shorter names nearly every one has a neighbour that means nothing
# In a name of several words one of these is enough to sound like the staff.
OFFICIAL = (
    "admin", "administrator", "moderator", "moderation", "reviewer", "staff", "official",
    "connect", "helpdesk", "innercompass",
)  # fmt: skip


def one_step_away(username: str) -> set[str]:
    """The skeletons of all names one step from this one; without its own."""
    letters = [
        "-" if one in SEPARATORS else unicodedata.normalize("NFD", one) for one in looks(username)
    ]
    if len(letters) - letters.count("-") < SHORTEST:
        return set()
    return set(_changed(letters)) - {skeleton(username)}


def sounds_official(username: str, steps: set[str]) -> bool:
    """Whether it could be taken for the site or its staff, though it is allowed.

    Args:
        username: the name.
        steps: `one_step_away` from it.
    """
    words = re.split(f"[{re.escape(SEPARATORS)}]", username)
    if {skeleton(word) for word in words} & _official():
        return True
    near = steps if len(words) == 1 else one_step_away("".join(words))
    return not near.isdisjoint(reserved_skeletons())


def _changed(letters: list[str]) -> Iterator[str]:
    others = _alphabet() | set(letters)
    for place in range(len(letters) + 1):
        before, after = "".join(letters[:place]), "".join(letters[place:])
        yield from (before + other + after for other in others)
        if place == len(letters):
            return
        rest = "".join(letters[place + 1 :])
        yield before + rest
        yield from (before + other + rest for other in others)
        yield before + "".join(
            [*letters[place + 1 : place + 2], letters[place], *letters[place + 2 :]]
        )


@cache
def _alphabet() -> frozenset[str]:
    """How letters and digits look; those of other scripts than Latin come with the name itself."""
    return frozenset(skeleton(one) for one in string.ascii_lowercase + string.digits) | {"-"}


@cache
def _official() -> frozenset[str]:
    return frozenset(skeleton(word) for word in OFFICIAL)
