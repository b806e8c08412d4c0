"""Waiting for something another process does."""

import time
from collections.abc import Callable

PATIENCE = 30  # seconds; only what is broken takes so long


def until(
    true: Callable[[], object], failure: str = "it did not get there", patience: float = PATIENCE
) -> None:
    end = time.monotonic() + patience
    while not true():
        if time.monotonic() > end:
            raise AssertionError(failure)
        time.sleep(0.05)
