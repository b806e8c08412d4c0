"""A member who tries things out, again and again, to learn what no page says outright."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from members import account, listing, looking
from members.answering import Entry
from members.models import Choice, Member, Profile, Shown
from members.places.models import Cell
from tests.attack.crowd import told
from tests.forms import fields_of
from tests.search.conftest import crowd, known_towns

__all__ = ["crowd", "known_towns"]

pytestmark = pytest.mark.django_db

SignIn = Callable[[Member], Client]
Crowded = Callable[..., list[Profile]]
FAR_PAGE = "/twp/members/?page=21"


# --- searches beyond the day's number --------------------------------------------------------------


@pytest.mark.parametrize("in_place", [False, True])
def test_without_searches_left_no_page_tells_how_many_pages_there_are(
    in_place: bool, ana: Member, signed_in: SignIn, crowd: Crowded, settings: object
) -> None:
    settings.SEARCHES_A_DAY = 1
    client = signed_in(ana)
    headers = {"HX-Request": "true"} if in_place else {}
    client.get("/twp/members/")
    few = told(client.get(FAR_PAGE, headers=headers))

    crowd(60)

    assert told(client.get(FAR_PAGE, headers=headers)) == few


# --- names -----------------------------------------------------------------------------------------


def called(profile: Profile, name: str) -> Entry:
    """What the form gives when only the name is another."""
    return Entry(name, profile.cell, profile.about_me)


def test_names_cannot_be_tried_out_without_end(
    bo: Member, stranger: Member, settings: object
) -> None:
    settings.CHANGES_A_DAY = 2
    profile = bo.profiles.get()
    for _turn in range(2):
        with pytest.raises(account.NameTaken):
            account.edit(profile, called(profile, "stranger"))

    for name in ("stranger", "nobody-has-this"):
        with pytest.raises(looking.TooManyChanges):
            account.edit(profile, called(profile, name))

    assert bo.profiles.get().username == "bo"


def test_a_name_that_is_free_counts_as_one_that_is_taken(bo: Member, stranger: Member) -> None:
    profile = bo.profiles.get()
    account.edit(profile, called(profile, "bo-the-second"))
    free = looking.lately(bo.pk).changes

    with pytest.raises(account.NameTaken):
        account.edit(profile, called(profile, "stranger"))

    assert (free, looking.lately(bo.pk).changes - free) == (1, 1)


def test_a_refused_name_writes_nothing_else(bo: Member, stranger: Member, boston: Cell) -> None:
    profile = bo.profiles.get()
    before = (profile.cell_id, profile.about_me)

    with pytest.raises(account.NameTaken):
        account.edit(profile, Entry("stranger", boston, "new words"))

    profile.refresh_from_db()
    assert (profile.cell_id, profile.about_me) == before


def test_without_changes_left_the_form_says_nothing_about_a_name(
    ana: Member, stranger: Member, signed_in: SignIn, answer: Callable, settings: object
) -> None:
    settings.CHANGES_A_DAY = 1
    answer(ana.profiles.get(community="twp"), "interest", "friendship")
    looking.change(ana)
    client = signed_in(ana)
    address = reverse("account:edit", args=["twp"])
    sent = fields_of(client.get(address).content.decode(), "username")

    pages = [
        client.post(address, sent | {"username": name}).content.decode()
        for name in ("stranger", "stranded")
    ]

    assert all("very often today" in page for page in pages)
    assert not any("Somebody has this name" in page for page in pages)


# --- answers for matching only -----------------------------------------------------------------------


def test_nobody_reads_by_elimination_when_a_drug_for_matching_only_was_taken(
    ana: Member, bo: Member, signed_in: SignIn, take: Callable
) -> None:
    """That they share the drug, Ana reads on the card. It is not found now, so it is of the past."""
    take(ana.profiles.get(community="twp"), "sertraline", "taking")
    taken = take(bo.profiles.get(), "sertraline", "stopped", Shown.MATCHING)
    client, asked = signed_in(ana), "/twp/members/?drug=sertraline&drug_when=now"
    stopped = told(client.get(asked))

    taken.now = Choice.objects.get(question="drug_now", slug="taking")
    taken.save()
    listing.refresh(taken.profile)

    assert told(client.get(asked)) == stopped


# --- the thief of the database -----------------------------------------------------------------------


def test_the_database_does_not_tell_when_somebody_signed_in_last(bo: Member) -> None:
    kept = []
    for _time in range(3):
        browser = Client()
        sign_in = {"login": bo.email, "password": "a-long-enough-secret"}
        assert browser.post(reverse("account_login"), sign_in).status_code == 302
        kept.append(Member.objects.get(pk=bo.pk).last_login)

    assert max(kept) - min(kept) > timedelta(minutes=1)
    seen_on = Member.objects.get(pk=bo.pk).seen_on
    assert {moment.date().replace(day=1) for moment in kept} == {seen_on}
