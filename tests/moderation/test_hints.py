import pytest

from moderation import hints


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://example.org/x", ["link in the text"]),
        ("See www.example.de", ["link in the text"]),
        ("My page: better-life.shop", ["link in the text"]),
        ("Write to me@example.com", ["email address in the text"]),
        ("Call +44 20 7946 0958", ["phone number in the text"]),
        ("Call (413) 555-0188 or 0413.555.0188", ["phone number in the text"]),
        ("I was on it from 1998-2004, then again 2010 to 2016.", []),
        ("I went from 20 mg to 17.5 and 15, e.g. over 3 months.", []),
        ("It took me 12 months... and more.", []),
        ("", []),
    ],
)
def test_what_a_text_gives_away(text: str, found: list[str]) -> None:
    assert [str(hint) for hint in hints.in_text(text)] == found


def test_a_long_text_is_looked_through_quickly() -> None:
    for unit in ("1 ", "a.", "a@", "-", "1-", "(1)", "www"):
        hints.in_text(unit * 1500)
