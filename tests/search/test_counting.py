"""Counts of facets: they choose how a search is asked."""

from collections.abc import Callable
from typing import Any

import h3
import pytest
from django.db import IntegrityError, transaction

from members import facets
from members.models import Choice, Listing, Member, Profile
from members.outbox import duties
from search import counting
from search.duties import recount_facets
from search.guess import Guess
from search.models import FacetCount
from search.wanted import Wanted, Where

pytestmark = pytest.mark.django_db


@pytest.fixture
def reducing() -> int:
    return facets.choice(Choice.objects.get(question="stage", slug="reducing").pk)


def test_a_facet_is_counted_once() -> None:
    FacetCount.objects.create(community="twp", facet=1, people=2)

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        FacetCount.objects.create(community="twp", facet=1, people=3)

    assert caught.value.__cause__.diag.constraint_name == "facet_counted_once"


def test_the_duty_counts_who_has_what_in_each_community(
    ana: Member, bo: Member, answer: Callable[..., Any], reducing: int
) -> None:
    answer(bo.profiles.get(), "stage", "reducing")

    recount_facets()

    known = counting.counts()
    assert known.everybody("twp") == 2
    assert known.everybody("ici") == 1
    assert known.of("twp", [reducing]) == 1
    assert known.of("ici", [reducing]) == 0
    assert known.of("twp", [facets.wide(bo.profiles.get().cell_id)]) == 2
    assert known.cells_of("twp", [facets.EVERYBODY]) == 1
    assert known.cells_of("twp", [facets.area(bo.profiles.get().cell_id)]) == 1
    assert known.cells_of("twp", [reducing]) == 0  # not asked


def test_a_worker_counts_what_it_has_just_mended(bo: Member) -> None:
    """After an upgrade no profile has its row yet: counted first, nobody would be for a day."""
    Listing.objects.all().delete()

    duties.do_due()

    assert counting.counts().everybody("twp") == 1


def test_counting_again_forgets_who_is_gone(bo: Member, stranger: Member) -> None:
    recount_facets()
    bo.delete()

    recount_facets()

    assert counting.counts().everybody("twp") == 1


def test_groups_are_taken_as_if_they_knew_nothing_of_each_other(
    crowd: Callable[..., list[Profile]], answer: Callable[..., Any], reducing: int
) -> None:
    people = crowd(4)
    for profile in people[:2]:
        answer(profile, "stage", "reducing")
    for profile in people[1:3]:
        answer(profile, "language", "de")
    german = facets.choice(Choice.objects.get(question="language", slug="de").pk)
    recount_facets()

    share = counting.counts().share("twp", [[reducing], [german]])

    assert share == 0.25


def test_within_a_country_answers_are_as_common_as_there(
    crowd: Callable[..., list[Profile]],
    answer: Callable[..., Any],
    berlin: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counting, "FREQUENT", 2)
    crowd(6)
    for profile in crowd(2, "berliner", berlin):
        answer(profile, "language", "de")
    german = facets.choice(Choice.objects.get(question="language", slug="de").pk)
    recount_facets()

    known = counting.counts()

    assert known.share("twp", [[german]], "DE") == 1
    assert known.share("twp", [[german]], "US") == 0
    assert known.share("twp", [[german]]) == 0.25
    assert known.share("twp", [[german]], "FR") == 0.25  # too few there to count them apart
    assert known.of("twp", [facets.wide(berlin.pk)], "DE") == 2
    assert known.of("twp", [facets.wide(berlin.pk)], "US") == 0
    assert known.cells_of("twp", [facets.EVERYBODY], "DE") == 1
    assert known.cells_of("twp", [facets.EVERYBODY]) == 2


def test_without_counts_nothing_is_divided_by_nothing() -> None:
    assert counting.Counts().share("twp", [[1]]) == 0


@pytest.mark.parametrize(("latitude", "longitude", "km", "people"), [
    (-44.5, 75.0, 800, 0),  # in the sea
    (42.3, -72.6, 800, 300),
    (42.3, -72.6, 2_000, 300),
    (42.3, -100.0, 3_000, 300),
])  # fmt: skip
def test_in_a_wide_circle_those_are_expected_whose_wide_cells_lie_in_it(
    latitude: float, longitude: float, km: float, people: int, ana: Member
) -> None:
    """Round nowhere, a tenth of everybody was, and everybody was read for the newest of them."""
    known = counting.Counts({
        ("twp", "", facets.EVERYBODY): 1_000,
        ("twp", "", facets.wide(h3.str_to_int(h3.latlng_to_cell(42.3, -72.6, 6)))): 300,
        ("twp", "", facets.wide(h3.str_to_int(h3.latlng_to_cell(51.5, -0.1, 6)))): 700,
    })  # fmt: skip

    expected = Guess(Wanted(ana.pk, "twp", Where(latitude, longitude, km)), known)

    assert expected.people == people


@pytest.mark.parametrize(("km", "country"), [(200, ""), (800, ""), (None, ""), (None, "US")])
def test_a_walk_to_people_who_live_apart_costs_more(
    km: float | None, country: str, ana: Member
) -> None:
    """In India with one filter 16 ms were spent on it, where looking for the answers took 4."""
    here = h3.str_to_int(h3.latlng_to_cell(42.3, -72.6, 6))
    near = facets.EVERYBODY, facets.wide(here), facets.area(here), facets.country("US")
    people = {("twp", "", facet): 4_000 for facet in near} | {("twp", "", facets.choice(1)): 2_000}
    where = Where(42.3, -72.6, km, country=country)
    wanted = Wanted(ana.pk, "twp", where, (frozenset([facets.choice(1)]),))

    together, apart = [
        Guess(wanted, counting.Counts(people, {("twp", "", facet): cells for facet in near}))
        for cells in (20, 4_000)
    ]

    assert apart.walk > 3 * together.walk
    assert apart.rare == together.rare


@pytest.mark.parametrize(("here", "km"), [(9_000, 600), (1_000, 1_500), (0, None)])
def test_of_a_country_one_goes_as_far_as_its_own_people_are_enough(
    here: int, km: float | None, ana: Member
) -> None:
    """However many live across the border."""
    berlin, near = (52.5, 13.4), facets.wide_within(52.5, 13.4, 600)
    there = facets.wide_within(52.5, 13.4, 1_500) - facets.wide_within(52.5, 13.4, 1_000)
    known = counting.Counts({
        ("twp", "", facets.EVERYBODY): 100_000,
        ("twp", "DE", facets.EVERYBODY): 10_000,
        ("twp", "", facets.country("DE")): 10_000,
        ("twp", "DE", facets.country("DE")): 10_000,
        ("twp", "", facets.choice(1)): 10_000,
        ("twp", "DE", facets.choice(1)): 1_000,
        ("twp", "", min(near)): 90_000,
        ("twp", "DE", min(near)): here,
        ("twp", "DE", min(there)): 9_000 if here else 0,
    })  # fmt: skip
    where = Where(*berlin, country="DE", lies_in="DE")

    groups = (frozenset([facets.choice(1)]),)
    reaches = Guess(Wanted(ana.pk, "twp", where, groups), known).reaches

    if km is None:
        assert not reaches
        return
    near, farther = reaches
    assert (near.km, farther.km) == (km, 2 * km)
    assert near.wide == facets.wide_within(*berlin, km + facets.WIDE_REACH_KM)
    assert farther.wide == (
        facets.wide_within(*berlin, 2 * km + facets.WIDE_REACH_KM)
        - facets.wide_within(*berlin, km - facets.WIDE_REACH_KM)
    )


def test_the_fullest_wide_cells_come_first(ana: Member) -> None:
    few, many, alone = facets.WIDE + 3, facets.WIDE + 1, facets.WIDE + 2
    rows = [("twp", few, 10), ("twp", many, 900), ("ici", alone, 5), ("twp", 7, 1_000)]
    FacetCount.objects.bulk_create(
        FacetCount(community=community, facet=facet, people=people)
        for community, facet, people in rows
    )

    known = counting.Counts()

    known.read()

    assert known.wide_cells("twp") == [many, few]
    assert known.wide_cells("ici") == [alone]
