"""What goes when nobody is left whose it was."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction
from django.test import Client

from members import account, erasing
from members.answering import Entry
from members.models import Member, Profile
from members.outbox.duties import DUTIES
from members.places import area
from members.places.models import Cell
from tests.members.applying import filled_in

pytestmark = pytest.mark.django_db

BERLIN = (52.52, 13.40)


def moved(profile: Profile, cell: Cell) -> Entry:
    return Entry(profile.username, cell, profile.about_me)


def test_no_area_is_left_of_whoever_is_gone_or_moved(
    ana: Member, bo: Member, cell: Cell, boston: Cell, berlin: Cell
) -> None:
    Profile.objects.filter(member=bo).update(cell=berlin)
    profile = ana.profiles.get(community="ici")
    account.edit(profile, moved(profile, boston))
    account.edit(profile, moved(profile, cell))
    bo.delete()

    DUTIES["forget-areas"].verb()

    assert list(Cell.objects.all()) == [cell]


def test_an_area_of_an_application_or_of_somebody_resting_stays(
    applicant: Member, bo: Member, boston: Cell
) -> None:
    account.rest(bo.profiles.get())
    Profile.objects.filter(member=bo).update(cell=boston)

    erasing.forget_areas()

    assert Cell.objects.count() == 2


def test_an_area_chosen_again_has_its_row_again(known_towns: None) -> None:
    before = area.cell_for(*BERLIN)
    chosen = area.preview(*BERLIN)
    erasing.forget_areas()

    Client().post("/twp/join/", filled_in(place_typed="Berlin"))

    assert Cell.objects.get() == before
    assert area.store(chosen) == before


@pytest.mark.django_db(transaction=True)
def test_an_area_is_not_forgotten_under_whoever_chooses_it_now(
    bo: Member, boston: Cell, make_cell: Callable[..., Cell]
) -> None:
    chosen, may_go_on = Event(), Event()
    same = make_cell(42.358, -71.060, "Boston")
    same._state.adding = True  # as it comes from the form

    def choose() -> None:
        try:
            with transaction.atomic():
                kept = area.store(same)
                chosen.set()
                may_go_on.wait(5)
                Profile.objects.filter(member=bo).update(cell=kept)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as another:
        choosing = another.submit(choose)
        chosen.wait(5)
        erasing.forget_areas()
        may_go_on.set()
        choosing.result()

    assert bo.profiles.get().cell == boston


@pytest.mark.django_db(transaction=True)
def test_an_area_chosen_while_it_is_forgotten_has_its_row_again(
    bo: Member, boston: Cell, make_cell: Callable[..., Cell]
) -> None:
    same = make_cell(42.358, -71.060, "Boston")
    same._state.adding = True  # as it comes from the form
    begun = Event()

    def choose() -> None:
        try:
            with transaction.atomic():
                begun.set()
                Profile.objects.filter(member=bo).update(cell=area.store(same))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as another:
        with transaction.atomic():
            erasing.forget_areas()
            choosing = another.submit(choose)
            begun.wait(5)
            time.sleep(0.3)  # until it waits for the end of this
        choosing.result()

    assert bo.profiles.get().cell == boston
