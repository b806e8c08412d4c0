"""The drill of tests/drills/hidden.py in small: all questions at once, and matching both ways."""

import random
from dataclasses import replace

import pytest

from members.models import Question, Shown
from search.filters import SearchFilters
from tests.drills import hidden
from tests.drills.people import Tale, browser_of, tell
from tests.drills.searches import Search

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_towns", "no_limits")]


@pytest.fixture
def scene(known_towns: None) -> hidden.Scene:
    return hidden.scene()


def test_what_is_hidden_changes_no_byte_for_who_has_not_the_same(scene: hidden.Scene) -> None:
    answers = hidden.last_answers()
    room = {question: answers.pop(question) for question in (Question.NEW_CONTACTS,)}

    for everything in (Tale(answers, hidden.DRUGS), Tale(room)):
        levels = [replace(everything, shown=level) for level in (Shown.MATCHING, Shown.UNUSED)]
        asked = hidden.searches(everything, random.Random(1), thorough=False)
        assert list(hidden.betrayed(scene.target, scene.kept_out, levels, asked)) == []


def test_the_same_searches_tell_what_is_shown(scene: hidden.Scene) -> None:
    """Or the test above could not fail."""
    everything = Tale(hidden.last_answers(), hidden.DRUGS)
    asked = hidden.searches(everything, random.Random(1), thorough=False)[::3]

    told = list(hidden.betrayed(scene.target, [scene.other], [everything], asked))

    assert len(told) > len(asked) / 2


def test_who_gave_the_same_answers_finds_and_is_found(scene: hidden.Scene) -> None:
    hidden_tale = Tale(hidden.last_answers(), hidden.DRUGS, Shown.MATCHING)
    tell(scene.target, hidden_tale)
    asked = [
        *({question: slugs} for question, slugs in hidden_tale.answers.items() if question in SearchFilters.base_filters),
        {"drug": "diazepam"}, {"drug": "benzodiazepine"}, {"drug": "antipsychotic"},
    ]  # fmt: skip

    for finder, found in ((scene.alike, scene.target), (scene.target, scene.alike)):
        browser, link = browser_of(finder), f"/twp/members/{found.username}/"
        pages = [browser.get("/twp/members/", query).content.decode() for query in asked]
        assert [query for query, page in zip(asked, pages, strict=True) if link not in page] == []
    assert len(asked) > 10


@pytest.mark.parametrize(
    ("level", "viewer", "told"),
    [
        (Shown.MATCHING, "other", False), (Shown.MATCHING, "silent", False),
        (Shown.UNUSED, "alike", False), (Shown.MATCHING, "alike", True), (Shown.SHOWN, "other", True),
    ],
)  # fmt: skip
def test_a_letter_about_somebody_new_tells_no_hidden_answer(
    level: str, viewer: str, told: bool, scene: hidden.Scene
) -> None:
    everything = {
        question: slugs
        for question, slugs in hidden.last_answers().items()
        if question in SearchFilters.base_filters
    }

    tale = Tale(everything, hidden.DRUGS, level)
    found = hidden.written_about(scene.target, getattr(scene, viewer), tale)

    assert (len(found) > 10) is told
    assert bool(found) is told


@pytest.mark.parametrize("now", ["stopped", None])
def test_when_a_drug_was_taken_is_told_to_nobody_who_takes_it_at_another_time(
    now: str | None, scene: hidden.Scene
) -> None:
    """That they took it, they have in common, and read; not when."""
    tell(scene.other, Tale(drugs={"diazepam": "taking"}))
    asked = [
        Search(f"drug={name}&drug_when={when}&within=any&sort={sort}")
        for name in ("diazepam", "benzodiazepine")
        for when in ("now", "past")
        for sort in ("nearest", "common")
    ]
    tale = Tale(drugs={"diazepam": now}, shown=Shown.MATCHING)

    assert list(hidden.betrayed(scene.target, [scene.other], [tale], asked)) == []
