"""Whole numbers as text, small in JSON and quick to read in the browser.

Each number is folded so that its sign is the lowest bit, then written five bits at a time,
lowest first; a sixth bit says that more follows. The alphabet needs no escaping in JSON.
static/map/basemap/tiles.js holds the reader.
"""

from collections.abc import Iterable

import numpy as np

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
STEPS_PER_DOUBLING = 4


def numbers(values: Iterable[int]) -> str:
    text = []
    for value in values:
        folded = value * 2 if value >= 0 else -value * 2 - 1
        while folded >= 32:
            text.append(ALPHABET[32 | (folded & 31)])
            folded >>= 5
        text.append(ALPHABET[folded])
    return "".join(text)


def path(coordinates: np.ndarray, left: float, top: float, scale: float) -> tuple[str, int]:
    """A line or ring as its first point and the steps from it, and how many points are left.

    `left` and `top` are fractions of the world, `scale` the units to one world.
    """
    points = np.rint((np.asarray(coordinates) - (left, top)) * scale).astype(int)
    moved = np.r_[True, (np.diff(points, axis=0) != 0).any(axis=1)]
    points = points[moved]
    steps = np.vstack([points[:1], np.diff(points, axis=0)])
    return numbers(steps.ravel().tolist()), len(points)


def size(population: int) -> int:
    """Inhabitants on a scale of doublings, to within a tenth."""
    return round(STEPS_PER_DOUBLING * float(np.log2(population)))
