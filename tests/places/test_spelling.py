import pytest

from members.places.spelling import normalise


@pytest.mark.parametrize(
    ("typed", "spelling"),
    [
        ("Köln", "koln"),
        ("ŁÓDŹ", "lodz"),
        ("Tromsø", "tromso"),
        ("Đà Nẵng", "da nang"),
        ("Diyarbakır", "diyarbakir"),
        ("İstanbul", "istanbul"),
        ("Ærøskøbing", "aeroskobing"),
        ("Œuilly", "oeuilly"),
        ("Straßburg", "strassburg"),
        ("Stratford-upon-Avon", "stratford upon avon"),
        ("  L'Aquila ", "l aquila"),
        ("Ｔｏｋｙｏ", "tokyo"),
        ("Санкт-Петербург", "санкт петербург"),
        ("東京", "東京"),
        ("100%_\\", "100"),
        ("\x00\ud800\u2028", ""),
    ],
)
def test_a_name_is_spelt_as_people_may_type_it(typed: str, spelling: str) -> None:
    assert normalise(typed) == spelling


@pytest.mark.parametrize("name", ["Ĳsselstein", "Ǆ", "ﬁ", "℡", "दिल्ली", "서울", "ﷺ", "ΐ", "ẞ"])
def test_spelling_a_spelling_changes_nothing(name: str) -> None:
    assert normalise(normalise(name)) == normalise(name)
