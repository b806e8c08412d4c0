"""What the list of prepared letters holds, and how one is filled in."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from members.communities import TWP
from moderation.letters import preview, wording
from moderation.letters.originals import PREPARED
from moderation.letters.prepared import PLACEHOLDERS, Group
from moderation.models import SILENT, Application, LetterText, Reason
from tests.translated import write_catalogue

pytestmark = pytest.mark.django_db
ORIGINAL = str(PREPARED["approved"].original)


@pytest.fixture(autouse=True)
def site(settings: object) -> None:
    settings.SITE_URL = "https://connect.example"


@pytest.fixture
def in_german(settings: object, tmp_path: Path) -> None:
    """The site has a second language, in which the approval and a community are translated."""
    write_catalogue(
        tmp_path, "de",
        {ORIGINAL: "Willkommen in {community}.", "TWP Connect": "TWP Verbindung"},
    )  # fmt: skip
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]


# --- the list ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PREPARED)
def test_every_letter_can_be_filled_in(name: str) -> None:
    letter = PREPARED[name]

    assert wording.unknown(name, str(letter.original)) == []
    assert set(letter.placeholders) <= set(PLACEHOLDERS)
    assert preview.length(str(letter.original)) <= letter.longest
    assert "{" not in wording.fill(str(letter.original), preview.sample_values())


def test_every_reason_with_a_letter_is_in_the_list() -> None:
    declining = {name for name, letter in PREPARED.items() if letter.group == Group.DECLINING}

    assert declining == {reason for reason in Reason if reason not in SILENT}


def test_every_placeholder_has_a_value_to_look_at() -> None:
    assert set(preview.sample_values()) == set(PLACEHOLDERS)


# --- filling in ----------------------------------------------------------------------------------


def test_what_is_named_is_filled_in() -> None:
    values = wording.common(TWP) | {"username": "wren"}

    filled = wording.fill("{username}: {community}, {sister_community}, {join_link}", values)

    assert filled == "wren: TWP Connect, ICI Connect, https://connect.example/twp/join/"


@pytest.mark.parametrize(
    "text",
    [
        "{community.__class__}", "{community[0]}", "{community!r}", "{community:>9}", "{0}", "{}",
        "{nobody}", "{ community }", "{Community}", "%(community)s", "{% now 'Y' %}", "a { b",
        "} {", "{\ncommunity\n}",
    ],
)  # fmt: skip
def test_nothing_else_in_braces_is_touched(text: str) -> None:
    assert wording.fill(text, wording.common(TWP)) == text


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    values = {"username": "{community}", "community": "TWP"}

    assert wording.fill("{username} {{community}}", values) == "{community} {TWP}"


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("{community} {username}", []),
        ("{} { :-) } {12} { and\nfurther }", []),
        ("{nobody} and {nobody} and {other}", ["{nobody}", "{other}"]),
        ("{community.__class__}", ["{community.__class__}"]),
        ("{community!r:>9}", ["{community!r:>9}"]),
        ("{ community }", ["{ community }"]),
        ("{{ community }}", ["{ community }"]),
        ("{Community}", ["{Community}"]),
        ("{your name}", ["{your name}"]),
        ("{pledge_link}", ["{pledge_link}"]),
    ],
)
def test_what_a_letter_cannot_fill_in_is_found(text: str, unknown: list[str]) -> None:
    assert wording.unknown("approved", text) == unknown


# --- whose words ---------------------------------------------------------------------------------


def test_the_original_holds_until_the_staff_change_it() -> None:
    assert wording.words("approved") == ORIGINAL

    LetterText.objects.create(name="approved", words="Come in.")

    assert wording.words("approved") == "Come in."


def test_an_unknown_letter_is_no_letter() -> None:
    with pytest.raises(KeyError):
        wording.words("nonsense")


@pytest.mark.parametrize("language", ["", "de", "xx", "nonsense\0"])
def test_a_language_the_site_has_not_reads_the_sites_own(language: str) -> None:
    LetterText.objects.create(name="approved", words="Come in.")
    LetterText.objects.create(name="approved", language="xx", words="Entrez.")

    assert wording.words("approved", language) == "Come in."


def test_a_letter_is_read_in_the_readers_language(in_german: None) -> None:
    with translation.override("en"):
        filled = wording.filled("approved", wording.common(TWP), "de")

    assert filled == "Willkommen in TWP Verbindung."


def test_the_staffs_english_words_do_not_hide_a_translation(in_german: None) -> None:
    LetterText.objects.create(name="approved", words="Come in.")

    assert wording.words("approved", "de") == "Willkommen in {community}."


def test_what_is_not_translated_is_read_as_the_staff_have_it(in_german: None) -> None:
    LetterText.objects.create(name="approved_end", words="Rest well.")

    assert wording.words("approved_end", "de") == "Rest well."


def test_the_staff_may_change_each_language(in_german: None) -> None:
    LetterText.objects.create(name="approved", words="Come in.")
    LetterText.objects.create(name="approved", language="de", words="Herein.")

    assert wording.words("approved", "de") == "Herein."
    assert wording.words("approved", "en") == "Come in."


def test_an_applicant_reads_their_own_community_name_and_language(
    in_german: None, apply: Callable[..., Application]
) -> None:
    LetterText.objects.create(name="promotes", words="Not now, {username}: {community}.")
    wren, lark = apply("wren"), apply("lark", "ici")
    wren.member.language = "de"

    assert wording.for_applicant("promotes", wren) == "Not now, wren: TWP Verbindung."
    assert wording.for_reason(Reason.PROMOTES, lark) == "Not now, lark: ICI Connect."


def test_words_read_beside_a_row_are_the_same_without_another_query(
    wren: Application, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    LetterText.objects.create(name="approved", words='Come in, {username}. "\\{}')
    row = Application.objects.select_related("member").annotate(found=wording.beside())

    with django_assert_num_queries(1):
        read = row.get(pk=wren.pk)
        words = wording.for_applicant("approved", read, wording.texts_of(read.found))

    assert words == wording.for_applicant("approved", wren) == 'Come in, wren. "\\{}'
