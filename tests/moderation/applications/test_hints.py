"""What reviewers are asked to look at twice."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from members import traces
from members.forms.words import tells_much
from members.models import Member, Profile
from moderation import decisions
from moderation.applications import hints, likeness, near_names, reading
from moderation.marks import mark_of
from moderation.models import Application, Likeness, Measure, Reason

WORDS = (
    "I have been coming down slowly for two years now and live in a small village. "
    "In the evenings I like to cook, and I would be glad to hear from others near by."
)


def of(application: Application) -> list[str]:
    """The hints on one application, as its page words them."""
    rows = reading.for_queue(Application.objects.with_name_wished())
    row = rows.get(pk=application.pk)
    return [str(hint.words) for hint in hints.of([row])[row.pk]]


# --- in the words --------------------------------------------------------------------------------


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
        ("Off since 12.03.2019, before that 2010, 2014 and 2016.", []),
        ("I went from 20 mg to 17.5 and 15, e.g. over 3 months.", []),
        ("It took me 12 months... and more.", []),
        ("", []),
    ],
)
def test_what_a_text_gives_away(text: str, found: list[str]) -> None:
    assert [str(hint) for hint in hints.in_text(text)] == found


@pytest.mark.parametrize("text", ["Call 0170 1234567", "a.b@example.org", "t.me/somebody"])
def test_the_applicant_is_asked_about_what_reviewers_see(text: str) -> None:
    assert hints.in_text(text)
    assert tells_much(text)


def test_a_long_text_is_looked_through_quickly() -> None:
    for unit in ("1 ", "a.", "a@", "-", "1-", "(1)", "www", "a", "2010 "):
        hints.in_text(unit * (3000 // len(unit)))


def test_years_are_no_telephone() -> None:
    assert not traces.holds_phone_number("1998/2004, 2010 2014 2020")


# --- the same address ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_address_declined_before(apply: Callable[..., Application], reviewer: Member) -> None:
    decisions.decline(apply("wren+old"), reviewer, Reason.PROMOTES, "Not this time.")

    (hint,) = of(apply("wren", "ici"))

    today = timezone.localdate()
    assert hint == (
        f"Somebody with an address like this was declined on {today.day} {today:%B %Y} in "
        "TWP Connect: promotes services, products or an organisation."
    )


@pytest.mark.django_db
def test_an_address_is_recognised_after_its_application_was_erased(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    before = apply("wren+old")
    decisions.decline(before, reviewer, Reason.PROMOTES, "Not this time.")
    Member.objects.filter(pk=before.member_id).delete()

    assert len(of(apply("wren"))) == 1


@pytest.mark.django_db
def test_an_address_whose_membership_ended(
    apply: Callable[..., Application], reviewer: Member, bo: Member
) -> None:
    Measure.objects.create(
        person_id=bo.pk, staff=reviewer, step="end", concern="threat",
        address_mark=mark_of("wren@example.org"),
    )  # fmt: skip

    (hint,) = of(apply("wren"))

    assert hint.startswith("The membership of somebody with an address like this was ended on ")
    assert hint.endswith(": threatens, or hates.")


@pytest.mark.django_db
def test_who_was_let_back_in_has_nothing_against_them(
    apply: Callable[..., Application], reviewer: Member, bo: Member
) -> None:
    Measure.objects.create(
        person_id=bo.pk, staff=reviewer, step="end", address_mark=mark_of("wren@example.org")
    )
    Measure.objects.create(person_id=bo.pk, staff=reviewer, step="reinstate")

    assert of(apply("wren")) == []


@pytest.mark.django_db
def test_ones_own_refusal_is_no_hint(wren: Application, reviewer: Member) -> None:
    decisions.decline(wren, reviewer, Reason.PROMOTES, "Not this time.")

    assert of(wren) == []


# --- names -----------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    ["quietriver", "quiet-rivers", "qiuet-river", "quiet-rlvel", "quiet_river1", "uiet-river"],
)
def test_a_name_near_to_a_members(
    name: str, bo: Member, make_profile: Callable[..., Profile], apply: Callable[..., Application]
) -> None:
    make_profile(apply("x").member, "ici", username="quiet-river")
    own = apply("somebody", "ici", username=name)
    Profile.objects.filter(pk=own.pk).update(username_key=near_names.skeleton(name))

    assert of(own) == ["The name is one letter away from that of a member: quiet-river."]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "community"),
    [("quiet-river", "twp"), ("quiet-mountain", "ici"), ("quietrivers", "ici"), ("bo2", "twp")],
)
def test_names_that_are_not_near(
    name: str, community: str, bo: Member, make_profile: Callable[..., Profile],
    apply: Callable[..., Application],
) -> None:  # fmt: skip
    make_profile(apply("x").member, "ici", username="quiet-river")

    assert of(apply("somebody", community, username=name)) == []


@pytest.mark.django_db
def test_a_name_of_an_applicant_is_nobodys_yet(apply: Callable[..., Application]) -> None:
    apply("quiet-river")

    assert of(apply("quiet-rivers")) == []


@pytest.mark.parametrize(
    ("name", "official"),
    [
        ("adminn", True), ("anna-admin", True), ("Admin.Anna", True), ("moderatr", True),
        ("connect_anna", True), ("anna", False), ("admiral", False), ("stafford", False),
        ("reconnected", False), ("support-seeker", False),
    ],
)  # fmt: skip
def test_names_that_sound_official(name: str, official: bool) -> None:
    assert near_names.sounds_official(name, near_names.one_step_away(name)) == official


def test_a_name_of_another_script_has_neighbours_too() -> None:
    assert near_names.skeleton("тихаярекаа") in near_names.one_step_away("тихаярека")


# --- nearly the same words ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_nearly_the_same_words(apply: Callable[..., Application]) -> None:
    apply(
        "other", about_me="Nothing like it. " + "Rivers and mountains are what I like most of all."
    )
    first = apply("first", "ici", about_me=WORDS)
    second = apply("second", about_me=WORDS.replace("two years", "three years") + " Thank you!")

    likeness.compare_new()

    assert of(second) == ["Nearly the same words as in the application of first in ICI Connect."]
    assert of(first) == ["Nearly the same words as in the application of second in TWP Connect."]


@pytest.mark.django_db
def test_words_of_a_declined_application(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    first = apply("first", about_me=WORDS)
    likeness.compare_new()
    decisions.decline(first, reviewer, Reason.PROMOTES, "Not this time.")
    second = apply("second", about_me=WORDS.upper())

    likeness.compare_new()

    assert len(of(second)) == 1


@pytest.mark.django_db
def test_words_that_were_changed_are_compared_anew(apply: Callable[..., Application]) -> None:
    first, second = apply("first", about_me=WORDS), apply("second", about_me=WORDS)
    likeness.compare_new()
    Profile.objects.filter(pk=second.pk).update(about_me="Something else.")

    likeness.compare_new()

    assert of(first) == of(second) == []


@pytest.mark.django_db
def test_one_persons_two_faces_may_be_alike(apply: Callable[..., Application], bo: Member) -> None:
    Profile.objects.filter(member=bo).update(about_me=WORDS, approved_at=None)
    own = apply("bo2", "ici", member=bo, about_me=WORDS)

    likeness.compare_new()

    assert of(own) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words", ["", "I like to read.", "Looking for friends near by, thank you!"]
)
def test_short_words_are_alike_by_chance(words: str, apply: Callable[..., Application]) -> None:
    apply("first", about_me=words)
    second = apply("second", about_me=words)

    likeness.compare_new()

    assert of(second) == []


def test_words_without_spaces_leave_marks() -> None:
    assert likeness.marks_of(
        "私は静かな川の近くに住んでいて散歩と料理が好きです友達を探していますよろしくお願いします"
    )


def test_how_much_of_two_texts_is_the_same() -> None:
    one = likeness.marks_of(WORDS)

    assert likeness.share(one, one) == 1
    assert likeness.share(one, likeness.marks_of(WORDS + " And a word.")) > 0.7
    assert likeness.share(one, likeness.marks_of("Entirely other words. " * 3 + "I say " * 30)) == 0
    assert likeness.share([], []) == 0


@pytest.mark.django_db
def test_comparing_twice_does_nothing_new(
    apply: Callable[..., Application], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    apply("first", about_me=WORDS)
    likeness.compare_new()

    with django_assert_num_queries(1):
        likeness.compare_new()


@pytest.mark.django_db
def test_what_was_approved_long_ago_is_compared_no_more(wren: Application) -> None:
    likeness.compare_new()
    long_ago = timezone.now() - likeness.COMPARED_AFTER_APPROVAL
    Profile.objects.filter(pk=wren.pk).update(
        applied_at=long_ago, confirmed_at=long_ago, approved_at=long_ago
    )

    likeness.forget_old()

    assert not Likeness.objects.exists()


# --- all together ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_any_number_of_applications_costs_one_question(
    apply: Callable[..., Application], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        apply(f"somebody-{number}", about_me=WORDS)
    likeness.compare_new()
    rows = list(reading.for_queue(Application.objects.waiting()))

    with django_assert_num_queries(1):
        found = hints.of(rows)

    assert [len(found[row.pk]) for row in rows] == [1, 1, 1]


@pytest.mark.django_db
def test_what_sounds_like_a_crisis_comes_first(apply: Callable[..., Application]) -> None:
    own = apply("wren", about_me="Write to a@example.org. I do not want to live any more.")

    row = reading.for_queue(Application.objects.all()).get(pk=own.pk)
    first, second = hints.of([row])[row.pk]

    assert (first.of_need, first.words) == (True, "I do not want to live any more")
    assert second.words == "email address in the text"
