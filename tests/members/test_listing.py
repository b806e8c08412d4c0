"""The search row of a profile: after every verb it is as the profile is."""

import importlib
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from members import account, facets, listing
from members.answering import DrugRow, Entry
from members.duties import mend_listings
from members.facets import When
from members.models import (
    Answer,
    Choice,
    Drug,
    DrugClass,
    DrugExperience,
    Listing,
    Member,
    Profile,
    Shown,
)
from members.models.experience import ABOUT_A_DRUG
from members.places.models import Cell
from moderation import decisions
from moderation.reports import suspension
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def bos(bo: Member) -> Profile:
    return bo.profiles.get()


def facets_of(profile: Profile) -> set[int]:
    return set(Listing.objects.get(profile=profile).facets)


def is_listed(profile: Profile) -> bool:
    return Listing.objects.filter(profile=profile).exists()


def test_a_listing_in_an_unknown_community_is_refused(bos: Profile) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Listing.objects.filter(profile=bos).update(community="abc")

    assert caught.value.__cause__.diag.constraint_name == "listing_in_a_known_community"


@pytest.mark.parametrize(
    ("constraint", "row"),
    [
        ("choice_has_room_in_the_search", Choice(pk=5_000, question="stage", slug="x", label="x")),
        ("drug_has_room_in_the_search", Drug(pk=1_000, drug_class="other", generic="x")),
    ],
)
def test_a_list_that_would_outgrow_the_numbers_is_refused(
    constraint: str, row: Choice | Drug
) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        row.save(force_insert=True)

    assert caught.value.__cause__.diag.constraint_name == constraint


def test_every_answer_has_the_number_a_search_asks_for(bos: Profile) -> None:
    given = Choice.objects.filter(community__in=["", "twp"]).exclude(question__in=ABOUT_A_DRUG)
    for choice in given:
        for shown in (Shown.SHOWN, Shown.MATCHING, Shown.UNUSED):
            Answer.objects.filter(profile=bos).delete()
            Answer.objects.create(profile=bos, question=choice.question, choice=choice, shown=shown)
            listing.refresh(bos)

            mine = {n for n in facets_of(bos) if facets.CHOICE <= n < facets.DRUG}

            assert (
                mine
                == {
                    Shown.SHOWN: {facets.choice(choice.pk)},
                    Shown.MATCHING: {facets.choice(choice.pk, matching=True)},
                    Shown.UNUSED: set(),
                }[shown]
            )


@pytest.mark.parametrize(
    ("now", "when"),
    [(None, When.UNSAID), ("taking", When.NOW), ("not_sure", When.NOW), ("stopped", When.PAST)],
)
def test_every_drug_has_the_numbers_a_search_asks_for(
    now: str | None, when: When, bos: Profile
) -> None:
    said = Choice.objects.get(question="drug_now", slug=now) if now else None
    for drug in Drug.objects.all():
        for shown in (Shown.SHOWN, Shown.MATCHING, Shown.UNUSED):
            DrugExperience.objects.filter(profile=bos).delete()
            DrugExperience.objects.create(profile=bos, drug=drug, now=said, shown=shown)
            listing.refresh(bos)

            found = {n for n in facets_of(bos) if facets.DRUG <= n < facets.ABOUT_ME}

            assert (
                found
                == {
                    Shown.SHOWN: {
                        facets.drug(drug.pk, when),
                        facets.drug_class(drug.drug_class, when),
                    },
                    Shown.MATCHING: {facets.drug(drug.pk, when, matching=True)},
                    Shown.UNUSED: set(),
                }[shown]
            )


@pytest.mark.parametrize("now", [None, "taking", "stopped"])
def test_the_row_read_back_says_what_was_told_and_how_far(
    now: str | None,
    bos: Profile,
    answer: Callable[..., Answer],
    take: Callable[..., DrugExperience],
) -> None:
    shown = answer(bos, "stage", "reducing").choice_id
    matching = answer(bos, "interest", "friendship", Shown.MATCHING).choice_id
    answer(bos, "interest", "advocacy", Shown.UNUSED)
    open_drug = take(bos, "sertraline", now).drug_id
    kept_drug = take(bos, "diazepam", now, Shown.MATCHING).drug_id
    take(bos, "lithium", now, Shown.UNUSED)

    told = facets.told(Listing.objects.get(profile=bos).facets)

    assert told == ({shown: False, matching: True}, {open_drug: False, kept_drug: True})


def test_every_kind_of_drug_has_a_number() -> None:
    assert set(facets.CLASSES) == set(DrugClass)


def test_the_numbers_are_those_that_stand_in_the_database(cell: Cell) -> None:
    """Whoever changes one of these makes every row wrong that was written before."""
    assert facets.choice(217, matching=True) == 435
    assert facets.drug(42, When.PAST, matching=True) == 10_257
    assert facets.drug_class("stimulant-adhd", When.NOW) == 16_022
    assert facets.seen(date(2026, 11, 1)) == 16_282
    assert facets.country("US") == 20_538
    assert facets.region(3900) == -28_100
    assert facets.area(cell.pk) == -11_753


def test_the_row_knows_the_place_and_the_month_and_the_words(bos: Profile) -> None:
    Profile.objects.filter(pk=bos.pk).update(about_me="Some words.")
    Member.objects.filter(pk=bos.member_id).update(seen_on=date(2026, 3, 1))

    listing.refresh(bos)

    expected = {facets.ABOUT_ME, facets.seen(date(2026, 3, 1)), facets.country("US")}
    assert facets_of(bos) == expected | {facets.area(bos.cell_id)}


def test_answers_stand_there_once_more_with_the_large_and_with_the_wide_cell(
    bos: Profile, answer: Callable[..., Answer]
) -> None:
    stage = facets.choice(answer(bos, "stage", "reducing").choice_id)
    Profile.objects.filter(pk=bos.pk).update(about_me="Some words.")

    listing.refresh(bos)

    own, wide = facets.area(bos.cell_id), facets.wide(bos.cell_id)
    told = [stage, facets.ABOUT_ME]
    expected = facets.local(told, own) | facets.local(told, wide)
    assert Listing.objects.get(profile=bos).local == sorted(expected)
    assert not expected & (facets.local(told, own + 1) | facets.local(told, wide + 1))
    assert max(facets.local([facets.LOCAL_TO], facets.WIDE + facets.WIDES - 1)) < 2**31


def test_going_back_and_forth_over_the_wide_cells_writes_what_refreshing_does(
    bos: Profile, answer: Callable[..., Answer]
) -> None:
    answer(bos, "stage", "reducing")
    listing.refresh(bos)
    written = Listing.objects.get(profile=bos).local
    filling = importlib.import_module("members.migrations.0022_listing_wide")

    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        for step in filling.EMPTY:
            cursor.execute(step)
        without = Listing.objects.get(profile=bos).local
        for step in filling.FILL:
            cursor.execute(step)

    assert (len(without), Listing.objects.get(profile=bos).local) == (len(written) // 2, written)


@pytest.mark.parametrize(("pk", "bit"), [(3_000, 56), (3_007, 63)])
def test_a_choice_is_a_bit_of_the_signature(bos: Profile, pk: int, bit: int) -> None:
    Choice.objects.create(pk=pk, question="interest", slug="new", label="New")
    Answer.objects.create(profile=bos, question="interest", choice_id=pk, shown=Shown.MATCHING)

    listing.refresh(bos)

    signature = Listing.objects.get(profile=bos).signature
    assert signature == facets.signature([facets.choice(pk), facets.choice(pk, matching=True)])
    assert signature % 2**facets.SIGNATURE == 1 << bit


def test_what_is_no_choice_has_no_signature() -> None:
    assert facets.signature([facets.choice(7), facets.drug(7, When.NOW)]) is None


def test_who_wants_nobody_new_has_no_room(bos: Profile, answer: Callable[..., Answer]) -> None:
    answer(bos, "new_contacts", "none_now")

    assert facets.NO_ROOM in facets_of(bos)


def test_an_answer_kept_back_takes_no_room_away(
    bos: Profile, answer: Callable[..., Answer]
) -> None:
    """Else the default search would tell what its owner does not show."""
    answer(bos, "new_contacts", "none_now", Shown.MATCHING)

    assert facets.NO_ROOM not in facets_of(bos)


def test_who_waits_for_a_decision_has_no_row(applicant: Member) -> None:
    assert not is_listed(applicant.profiles.get())


def test_approving_writes_the_row(applicant: Member, reviewer: Member) -> None:
    profile = applicant.profiles.get()

    decisions.approve(profile, reviewer)

    assert is_listed(profile)


def test_editing_writes_the_row(bos: Profile, boston: Cell) -> None:
    stage = Choice.objects.get(question="stage", slug="reducing")
    drug = DrugRow(Drug.objects.get(generic="sertraline"), shown=Shown.SHOWN)

    account.edit(bos, Entry("bo", boston, "Words.", {"stage": [stage]}, drugs=[drug]))

    row = Listing.objects.get(profile=bos)
    assert row.cell_id == boston.pk
    assert {
        facets.choice(stage.pk),
        facets.drug(drug.drug.pk, When.UNSAID),
        facets.ABOUT_ME,
    } <= set(row.facets)


def test_resting_takes_the_row_away_and_waking_brings_it_back(bos: Profile) -> None:
    account.rest(bos)
    assert not is_listed(bos)

    account.wake(bos)
    assert is_listed(bos)


def test_a_rest_that_is_over_brings_the_row_back(bos: Profile) -> None:
    account.rest(bos, timezone.localdate() + timedelta(days=3))
    assert listing.wake_the_rested() == 0

    Profile.objects.filter(pk=bos.pk).update(paused_until=timezone.localdate())

    assert listing.wake_the_rested() == 1
    assert is_listed(bos)


def test_leaving_takes_the_row_away_and_coming_back_brings_it_back(bos: Profile) -> None:
    account.leave(bos)
    assert not is_listed(bos)

    account.come_back(bos)
    assert is_listed(bos)


def test_a_suspension_takes_the_rows_of_both_faces_away(ana: Member) -> None:
    suspension.shut_out(ana)
    assert not Listing.objects.filter(profile__member=ana).exists()

    suspension.let_back_in(ana)
    assert Listing.objects.filter(profile__member=ana).count() == 2


def test_signing_in_writes_the_month(bos: Profile) -> None:
    Client().post("/accounts/login/", {"login": "bo@example.org", "password": PASSWORD})

    assert facets.seen(timezone.localdate()) in facets_of(bos)


def test_deleting_a_member_deletes_the_row(bos: Profile) -> None:
    bos.member.delete()

    assert not Listing.objects.exists()


def test_the_nightly_comparison_mends_what_is_wrong_and_says_so(
    bos: Profile, stranger: Member, ana: Member, caplog: pytest.LogCaptureFixture
) -> None:
    Listing.objects.filter(profile=bos).update(facets=[1])
    Listing.objects.filter(profile__member=stranger).delete()
    Profile.objects.filter(member=ana, community="ici").update(left_at=timezone.now())

    mend_listings()

    assert caplog.messages == ["3 search rows were not as their profiles."]
    assert facets.country("US") in facets_of(bos)
    assert Listing.objects.count() == 3
    assert listing.refresh_all() == 0


def test_after_an_upgrade_everybody_is_listed_without_an_alarm(
    bos: Profile, caplog: pytest.LogCaptureFixture
) -> None:
    Listing.objects.all().delete()

    with caplog.at_level("INFO"):
        mend_listings()

    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert facets.country("US") in facets_of(bos)


def test_writing_what_stands_there_already_writes_nothing(bos: Profile) -> None:
    """An unchanged row stays where the index can be read without it."""
    before = Listing.objects.extra(select={"where": "ctid"}).values_list("where").get()

    listing.refresh(bos)

    assert Listing.objects.extra(select={"where": "ctid"}).values_list("where").get() == before
