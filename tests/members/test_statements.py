"""Questions that are put together once a second."""

import itertools
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from members.models import Member, Profile
from members.statements import AnyOf, Slot, Statement

pytestmark = pytest.mark.django_db


@Statement
def _faces(community: Slot, member: Slot) -> QuerySet:
    of = Profile.objects.filter(member=member, community=community)
    return of.values_list("username", "member")


@Statement
def _not_resting(member: Slot) -> QuerySet:
    return Profile.objects.listed().filter(member=member).values_list("username")


def test_each_value_goes_to_its_place_whatever_their_order(ana: Member, bo: Member) -> None:
    assert _faces("ici", ana.pk) == [("ana-in-ici", ana.pk)]
    assert _faces("twp", bo.pk) == [("bo", bo.pk)]
    assert _faces("ici", bo.pk) == []


def test_it_is_put_together_once_a_second(
    ana: Member, bo: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    @Statement
    def faces(member: Slot) -> QuerySet:
        made.append(member)
        return Profile.objects.filter(member=member).values_list("username")

    now = timezone.now().replace(microsecond=0)
    for late, times in ((0, 1), (0.999, 1), (1, 2), (-5, 3)):
        monkeypatch.setattr(timezone, "now", lambda late=late: now + timedelta(seconds=late))
        assert len(faces(ana.pk)) == 2
        assert faces(bo.pk) == [("bo",)]
        assert len(made) == times


def test_a_day_that_begins_is_noticed(ana: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who rests until a day is asked of the clock while the query set is put together."""
    now = timezone.now()
    Profile.objects.filter(member=ana, community="twp").update(
        paused_at=now, paused_until=timezone.localdate() + timedelta(days=1)
    )
    assert _not_resting(ana.pk) == [("ana-in-ici",)]

    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=1))

    assert sorted(_not_resting(ana.pk)) == [("ana",), ("ana-in-ici",)]


def test_so_is_a_change_of_the_time_zone(ana: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    noon = timezone.now().replace(hour=12)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    Profile.objects.filter(member=ana, community="twp").update(
        paused_at=noon, paused_until=noon.date() + timedelta(days=1)
    )
    assert _not_resting(ana.pk) == [("ana-in-ici",)]

    with timezone.override("Pacific/Kiritimati"):  # 14 hours ahead: tomorrow has come
        assert sorted(_not_resting(ana.pk)) == [("ana",), ("ana-in-ici",)]


@pytest.mark.django_db(transaction=True)
def test_threads_in_other_time_zones_get_nobody_else_s_answer(
    ana: Member, bo: Member, dana: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each question is put together anew, in all threads at once."""
    seconds, now = itertools.count(), timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(seconds=next(seconds) % 7))
    expected = {ana.pk: ["ana", "ana-in-ici"], bo.pk: ["bo"], dana.pk: ["dana"]}
    wrong: list[object] = []

    def ask(zone: str) -> None:
        try:
            with timezone.override(zone):
                for member in list(expected) * 40:
                    names = sorted(name for (name,) in _not_resting(member))
                    if names != expected[member]:
                        wrong.append((member, names))
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    zones = ("UTC", "UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati")
    threads = [threading.Thread(target=ask, args=[zone]) for zone in zones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert next(seconds) > 500


@pytest.mark.parametrize("values", [(), ("twp",), ("twp", None, None)])
def test_a_value_too_few_or_too_many_is_refused(values: tuple) -> None:
    with pytest.raises(TypeError, match="takes 2 values"):
        _faces(*values)


def test_what_is_typed_is_a_value_and_no_part_of_the_statement(
    ana: Member, django_assert_num_queries: Callable
) -> None:
    with django_assert_num_queries(1):
        assert _faces("' or true --", ana.pk) == []


def test_any_of_some_keys_is_one_statement_however_many_they_are(ana: Member, bo: Member) -> None:
    faces = [member.profiles.get(community="twp").pk for member in (ana, bo)]

    few, many = (Profile.objects.filter(AnyOf(keys)) for keys in (faces[:1], faces))

    assert few.query.sql_with_params()[0] == many.query.sql_with_params()[0]
    assert {profile.pk for profile in few} == {faces[0]}
    assert {profile.pk for profile in many} == {*faces}
    assert not Profile.objects.filter(AnyOf([]))
