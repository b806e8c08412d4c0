"""Changing the words of a prepared letter, and going back: who may, and what is never lost."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from members.models import Member
from moderation.letters import rewording
from moderation.letters.originals import PREPARED
from moderation.letters.rewording import ChangedMeanwhile, find, mark_of, restore, reword
from moderation.models import AuditEntry, LetterText

pytestmark = pytest.mark.django_db


def seen() -> str:
    return mark_of(find("approved", "en"))


def logged() -> list[tuple[object, ...]]:
    return list(AuditEntry.objects.order_by("pk").values_list("staff_id", "act", "kind", "key"))


def test_the_first_change_makes_a_row(administrator: Member) -> None:
    assert reword("approved", "en", "Come in.", administrator, "")

    text = LetterText.objects.get()
    assert (text.name, text.language, text.words) == ("approved", "en", "Come in.")
    assert text.changed_by == administrator
    assert logged() == [(administrator.pk, "changed", "letter", "approved")]


def test_a_second_change_takes_its_place(administrator: Member) -> None:
    reword("approved", "en", "Come in.", administrator, "")
    before = LetterText.objects.get().changed_at

    assert reword("approved", "en", "Do come in.", administrator, seen())

    text = LetterText.objects.get()
    assert text.words == "Do come in."
    assert text.changed_at > before
    assert len(logged()) == 2


def test_the_same_words_again_change_nothing(administrator: Member) -> None:
    reword("approved", "en", "Come in.", administrator, "")

    assert not reword("approved", "en", "Come in.", administrator, seen())
    assert len(logged()) == 1


def test_the_originals_own_words_are_the_original(administrator: Member) -> None:
    original = str(PREPARED["approved"].original)

    assert not reword("approved", "en", original, administrator, "")
    reword("approved", "en", "Come in.", administrator, "")
    assert reword("approved", "en", original, administrator, seen())

    assert LetterText.objects.count() == 0


def test_the_original_comes_back(administrator: Member) -> None:
    reword("approved", "en", "Come in.", administrator, "")

    assert restore("approved", "en", administrator, seen())

    assert LetterText.objects.count() == 0
    assert logged() == [(administrator.pk, "changed", "letter", "approved")] * 2


def test_the_original_cannot_come_back_twice(administrator: Member) -> None:
    assert not restore("approved", "en", administrator, "")
    assert logged() == []


def test_the_log_never_holds_the_words(administrator: Member) -> None:
    reword("approved", "en", "Come in, ibis.", administrator, "")

    assert "ibis" not in str(list(AuditEntry.objects.values()))


def test_who_saves_later_is_told(administrator: Member, second_reviewer: Member) -> None:
    opened = seen()
    reword("approved", "en", "Come in.", administrator, opened)

    with pytest.raises(ChangedMeanwhile):
        reword("approved", "en", "Welcome.", administrator, opened)
    with pytest.raises(ChangedMeanwhile):
        restore("approved", "en", administrator, opened)

    assert LetterText.objects.get().words == "Come in."


def test_who_saves_after_somebody_went_back_is_told(administrator: Member) -> None:
    reword("approved", "en", "Come in.", administrator, "")
    opened = seen()
    restore("approved", "en", administrator, opened)

    with pytest.raises(ChangedMeanwhile):
        reword("approved", "en", "Welcome.", administrator, opened)

    assert LetterText.objects.count() == 0


def test_languages_do_not_touch_each_other(administrator: Member) -> None:
    reword("approved", "en", "Come in.", administrator, "")
    reword("approved", "de", "Herein.", administrator, "")
    restore("approved", "en", administrator, seen())

    assert LetterText.objects.get().language == "de"


@pytest.mark.parametrize("who", ["reviewer", "helper", "ana"])
def test_nobody_else_may(who: str, request: pytest.FixtureRequest) -> None:
    somebody = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        reword("approved", "en", "Come in.", somebody, "")
    with pytest.raises(PermissionDenied):
        restore("approved", "en", somebody, "")

    assert LetterText.objects.count() == 0


def test_an_unknown_letter_is_not_kept(administrator: Member) -> None:
    with pytest.raises(KeyError):
        reword("nonsense", "en", "Come in.", administrator, "")


def test_whoever_changed_it_may_be_erased(administrator: Member) -> None:
    reword("approved", "en", "Come in.", administrator, "")

    administrator.delete()

    assert LetterText.objects.get().changed_by is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("changed_before", [False, True])
def test_two_who_save_in_the_same_moment_give_one_change(
    changed_before: bool, make_member: Callable[..., Member]
) -> None:
    staff = [make_member(f"admin{n}", is_staff=True, is_superuser=True) for n in range(4)]
    if changed_before:
        reword("approved", "en", "Come in.", staff[0], "")
    opened, ready, outcomes = seen(), threading.Barrier(len(staff), timeout=20), []

    def save(member: Member) -> None:
        try:
            ready.wait()
            outcomes.append(reword("approved", "en", f"By {member.pk}.", member, opened))
        except ChangedMeanwhile:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=[member]) for member in staff]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timedelta(seconds=30).total_seconds())

    assert sorted(map(str, outcomes)) == ["True", "told", "told", "told"]
    assert LetterText.objects.count() == 1
    assert AuditEntry.objects.count() == 1 + changed_before


def test_the_mark_of_the_original_is_empty() -> None:
    assert rewording.mark_of(None) == ""
