from datetime import date

import pytest
from django.utils import timezone

from members.seen import seen_words


@pytest.mark.parametrize(
    ("seen_on", "words"),
    [
        (date(2026, 5, 1), "seen this month"), (date(2026, 5, 31), "seen this month"),
        (date(2026, 4, 30), "seen this year"), (date(2025, 5, 20), "seen this year"),
        (date(2025, 5, 1), "seen longer ago"), (None, ""),
    ],
)  # fmt: skip
def test_the_last_visit_is_told_roughly(
    seen_on: date | None, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: date(2026, 5, 20))

    assert seen_words(seen_on) == words
