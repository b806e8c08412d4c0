"""Which usernames are allowed, and which are the same to the eye."""

import pytest
from confusable_homoglyphs.confusables import confusables_data
from django.core.exceptions import ValidationError

from members.usernames import LONGEST_KEY, RESERVED, skeleton, validate

NAMES = [
    "ana", "Ana", "quiet_river", "marta.k", "a-b-c", "Jörg", "josé", "Nguyễn", "støv", "Ægir",
    "straße", "Анна", "Ніна", "Νίκη", "さくら", "佐藤タロウ", "김치맨", "नमस्ते", "שלום", "محمد",
    "Գրիգոր", "ნინო", "x2y", "r2d2",
]  # fmt: skip


def code_of(username: str) -> str:
    """Why the name is refused, or nothing."""
    try:
        validate(username)
    except ValidationError as problem:
        return problem.code
    return ""


@pytest.mark.parametrize("username", NAMES)
def test_an_ordinary_name_of_one_script_is_allowed(username: str) -> None:
    assert code_of(username) == ""


@pytest.mark.parametrize(
    ("username", "code"),
    [
        ("ab", "length"), ("a" * 31, "length"), ("", "length"),
        ("a b c", "character"), ("ana!", "character"), ("a/b", "character"), ("<b>x", "character"),
        ("ana\u200b", "character"), ("a\u00adna", "character"), ("\u202eana", "character"),
        ("ana\u2060", "character"), ("an\ufe0fa", "character"), ("\u115f\u115f\u115f", "character"),
        ("a\0na", "character"), ("ana\n", "character"), ("😀😀😀", "character"), ("ǀǀǀ", "character"),
        ("ᴀɴᴀ", "character"), ("ana٣", "character"), ("\ue000\ue000\ue000", "character"),
        ("ａｎａ", "form"), ("𝐚𝐧𝐚", "form"), ("ﬁna", "form"), ("e\u0301va", "form"), ("ｓtaff", "form"),
        (".ana", "ends"), ("ana_", "ends"), ("---", "ends"), ("...", "ends"),
        ("a..b", "separators"), ("a-_b", "separators"),
        ("123", "no_letter"), ("12-34", "no_letter"),
        ("a\u0301\u0327\u0323\u0330b", "form"), ("q\u0304ana", "character"), ("กี้้้้", "marks"),
        ("аna", "script"), ("anа", "script"), ("рaypal", "script"), ("αna", "script"),
        ("日本ana", "script"), ("ᚠᚢᚦ", "script"), ("ꮓꮑꮎ", "script"),
        ("АНА", "look_alike"), ("сора", "look_alike"), ("ΑΝΝΑ", "look_alike"), ("סוס", "look_alike"),
        ("admin", "reserved"), ("ADMIN", "reserved"), ("adm1n", "reserved"), ("аdmin", "script"),
        ("s.t.a.f.f", "reserved"), ("stäff", "reserved"), ("r00t", "reserved"), ("rоot", "script"),
        ("admin42", "reserved"), ("support-1", "reserved"), ("rnoderator", "reserved"),
        ("TWP-Connect", "reserved"), ("help.now", "reserved"),
    ],
)  # fmt: skip
def test_a_name_that_misleads_is_refused(username: str, code: str) -> None:
    assert code_of(username) == code


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ana", "ANA"), ("ana", "Ána"), ("anal", "ana1"), ("lily", "Iily"), ("lily", "1ily"),
        ("modern", "modem"), ("modern", "rnodem"), ("wolf", "vvolf"), ("o0o", "ooo"),
        ("marta.k", "marta_k"), ("marta.k", "marta-k"), ("luk", "łuk"), ("stov", "støv"),
        ("ipek", "ıpek"), ("strasse", "straße"), ("Анна", "анна"), ("Νίκη", "νίκη"),
        ("ФОТО", "ΦΟΤΟ"), ("ana", "аnа"), ("jose", "josé"),
    ],
)  # fmt: skip
def test_names_that_are_the_same_to_the_eye_have_one_key(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ana", "anna"), ("nina", "vina"), ("river", "rivers"), ("Анна", "Инна"), ("anak", "ana.k")],
)
def test_names_that_look_different_have_different_keys(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_a_key_is_its_own_key() -> None:
    assert [skeleton(skeleton(name)) for name in NAMES] == [skeleton(name) for name in NAMES]


def test_every_key_fits_into_the_database() -> None:
    longest = ["w" * 30, "m" * 30, "㎝" * 30, "ß" * 30, "ǆ" * 30]

    allowed = [name for name in longest if not code_of(name)]

    assert allowed == ["w" * 30, "m" * 30, "ß" * 30]
    assert max(len(skeleton(name)) for name in allowed) <= LONGEST_KEY


def test_every_reserved_name_is_refused() -> None:
    assert [name for name in RESERVED if not code_of(name)] == []


@pytest.mark.parametrize("name", ["admin", "staff", "moderator", "quiet_river", "ana", "Wilhelm"])
def test_no_swap_of_a_look_alike_gives_a_second_name(name: str) -> None:
    """Every letter swapped for everything Unicode lists as its double: refused, or the same key."""
    accepted = []
    for place, letter in enumerate(name):
        for pair in confusables_data.get(letter, []):
            double = name[:place] + pair["c"] + name[place + 1 :]
            if not code_of(double) and skeleton(double) != skeleton(name):
                accepted.append(double)

    assert accepted == []


@pytest.mark.parametrize("name", ["admin", "staff", "ana", "quiet_river"])
def test_nothing_invisible_can_be_slipped_into_a_name(name: str) -> None:
    hidden = [chr(c) for c in (*range(0x80, 0xA1), 0xAD, 0x34F, 0x61C, *range(0x200B, 0x2010))]
    hidden += [chr(c) for c in (*range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0x3164)]
    hidden += [chr(c) for c in (*range(0xFE00, 0xFE10), *range(0xE0000, 0xE0080), 0x2800, 0xFFA0)]

    accepted = [
        f"{name[:2]}{c}{name[2:]}" for c in hidden if not code_of(f"{name[:2]}{c}{name[2:]}")
    ]

    assert accepted == []
