"""How much a member may look at in a day."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members import account, looking
from members.answering import Entry
from members.duties import forget_looking
from members.models import Choice, Looked, Member, Profile, Shown
from members.outbox.duties import DUTIES
from tests.attack.crowd import still
from tests.forms import fields_of

pytestmark = pytest.mark.django_db

MIDNIGHT = datetime(2026, 5, 20, tzinfo=UTC)


class Clock:
    """`clock.at(30.5)`: it is half past six on the second day."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = MIDNIGHT
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def at(self, hours: float) -> None:
        self.now = MIDNIGHT + timedelta(hours=hours)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture(autouse=True)
def small_limits(settings: object) -> None:
    settings.PROFILES_A_DAY, settings.SEARCHES_A_DAY, settings.CHANGES_A_DAY = 10, 5, 3


def shown(member: Member, *profiles: int, search: bool = False) -> set[int]:
    return set(looking.look(member, profiles, search=search).shown)


def mark(member: Member, profile: int) -> int:
    return looking.marks(member, [profile])[profile]


def rows(question: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return [said for (said,) in cursor.fetchall()]


def commit() -> str:
    """Whether what is committed now waits for the disk."""
    return rows("show synchronous_commit")[0]


def test_in_somebody_elses_transaction_all_waits_for_the_disk_as_before(bo: Member) -> None:
    assert shown(bo, 1) == {1}
    assert commit() == "on"


@pytest.fixture
def at_commit() -> Iterator[Callable[[], list[str]]]:
    """What `commit()` would have said in the moment each count was committed."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            create table seen_at_commit (said text);
            create function see_commit() returns trigger language plpgsql as $$ begin
                insert into seen_at_commit values (current_setting('synchronous_commit'));
                return null;
            end $$;
            create constraint trigger see_commit after insert or update on members_looked
            deferrable initially deferred for each row execute function see_commit()
            """
        )
    yield lambda: rows("select said from seen_at_commit")
    with connection.cursor() as cursor:
        cursor.execute("drop function see_commit cascade; drop table seen_at_commit")


@pytest.mark.django_db(transaction=True)
def test_the_counting_alone_does_not_wait_for_the_disk(
    bo: Member, at_commit: Callable[[], list[str]]
) -> None:
    """A crash may forget a second of somebody's looking; what comes after it, nothing."""
    assert shown(bo, 1) == {1}

    assert at_commit() == ["off"]
    assert commit() == "on"


# --- people ----------------------------------------------------------------------------------------


def test_nobody_sees_more_different_people_than_a_day_allows(bo: Member) -> None:
    assert shown(bo, *range(1, 8)) == set(range(1, 8))
    assert shown(bo, *range(11, 18)) == {11, 12, 13}
    assert shown(bo, 21) == set()


def test_who_was_shown_stays_open_and_takes_no_room(bo: Member) -> None:
    shown(bo, *range(1, 10))

    assert shown(bo, 21, 1, 22, 2) == {1, 2, 21}
    assert shown(bo, *range(1, 30)) == {*range(1, 10), 21}


def test_one_named_twice_counts_once(bo: Member) -> None:
    allowed = looking.look(bo, [1, 1, 2], search=True)

    assert (allowed.shown, allowed.held_back, allowed.room) == ({1, 2}, 0, 8)


def test_another_member_has_a_day_of_their_own(bo: Member, stranger: Member) -> None:
    shown(bo, *range(1, 11))

    assert shown(stranger, *range(21, 31)) == set(range(21, 31))


def test_what_is_held_back_and_when_it_frees_up_is_told(bo: Member, clock: Clock) -> None:
    clock.at(9.5)
    before = looking.look(bo, range(1, 10), search=True)
    clock.at(13)

    at_the_limit = looking.look(bo, range(10, 16), search=True)

    assert (before.reached, before.room, before.free_at) == (False, 1, None)
    assert (at_the_limit.reached, at_the_limit.held_back, at_the_limit.room) == (True, 5, 0)
    assert at_the_limit.free_at == MIDNIGHT + timedelta(hours=9 + 25)


def test_midnight_is_no_way_around(bo: Member, clock: Clock) -> None:
    clock.at(23.9)
    shown(bo, *range(1, 11))
    clock.at(24.1)

    assert shown(bo, *range(11, 21)) == set()


def test_room_comes_back_when_it_was_said_to_and_not_a_moment_sooner(
    bo: Member, clock: Clock
) -> None:
    clock.at(9.9)
    free_at = looking.look(bo, range(1, 12), search=False).free_at
    clock.now = free_at - timedelta(microseconds=1)
    too_soon = shown(bo, 11)
    clock.now = free_at

    assert too_soon == set()
    assert shown(bo, *range(11, 22)) == set(range(11, 21))


def test_looking_again_keeps_a_place_taken(bo: Member, clock: Clock) -> None:
    shown(bo, *range(1, 11))
    clock.at(20)
    shown(bo, *range(1, 5))
    clock.at(25)

    assert shown(bo, *range(11, 21)) == set(range(11, 17))


def test_within_any_24_hours_a_patient_script_sees_no_more(bo: Member, clock: Clock) -> None:
    """New people and old ones, every 50 minutes for four days."""
    seen: list[tuple[float, int]] = []
    for turn in range(115):
        hours = turn * 50 / 60
        clock.at(hours)
        asked = [*range(turn, turn + 3), *(one for _then, one in seen[-40::7])]
        seen += [(hours, one) for one in shown(bo, *asked, search=False)]

    most = max(len({one for then, one in seen if 0 <= then - start < 24}) for start, _one in seen)

    assert most == 10
    assert len({one for _then, one in seen}) > 10  # those not looked at again make room


def test_a_lower_limit_holds_at_once(bo: Member, settings: object, clock: Clock) -> None:
    shown(bo, *range(1, 8))
    clock.at(2)
    shown(bo, 8, 9, 10)
    settings.PROFILES_A_DAY = 4

    allowed = looking.look(bo, [1, 2, 21], search=False)

    assert (allowed.shown, allowed.room) == ({1, 2}, 0)
    # The seventh to go leaves three: five are of the first hour, all others of this one.
    assert allowed.free_at == MIDNIGHT + timedelta(hours=2 + 25)


@pytest.mark.django_db(transaction=True)
def test_many_requests_at_once_show_no_more(bo: Member) -> None:
    together = Barrier(8)

    def one(start: int) -> set[int]:
        try:
            together.wait()
            shown(bo, search=True)
            return set().union(*(shown(bo, start + turn, 1) for turn in range(5)))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        seen = set().union(*threads.map(one, range(100, 900, 100)))

    row = Looked.objects.get()
    assert len(seen) == 10
    assert sorted(row.marks) == sorted(looking.marks(bo, seen).values())
    assert row.searches == 5


def test_a_look_is_one_question_to_the_database(
    bo: Member, django_assert_num_queries: Callable
) -> None:
    with django_assert_num_queries(1):
        looking.look(bo, range(1, 26), search=True)


def test_what_is_read_beside_it_is_of_those_who_may_be_shown(
    ana: Member, bo: Member, dana: Member, django_assert_num_queries: Callable
) -> None:
    faces = [who.profiles.get(community="twp").pk for who in (ana, bo, dana)]
    shown(bo, *range(1, 9))  # leaves room for two
    question = "select id, username from members_profile where id = any(%s)"

    with django_assert_num_queries(1):
        allowed, read = looking.look_and_read(bo, faces, (question, [faces]))

    assert sorted(read) == [(faces[0], "ana"), (faces[1], "bo")]
    assert (allowed.shown, allowed.held_back, allowed.room) == ({*faces[:2]}, 1, 0)


def test_where_nothing_is_read_it_still_counts(bo: Member) -> None:
    nobody = ("select id from members_profile where false", [])

    allowed, read = looking.look_and_read(bo, [1], nobody)

    assert (allowed.shown, read) == ({1}, [])
    assert looking.lately(bo.pk).searches == 1


def test_beyond_the_limit_nothing_is_read(ana: Member, bo: Member) -> None:
    face = ana.profiles.get(community="twp").pk
    question = ("select id from members_profile where id = %s", [face])
    for _turn in range(5):
        assert looking.look_and_read(bo, [face], question)[1] == [(face,)]

    allowed, read = looking.look_and_read(bo, [face], question)

    assert (allowed.may_search, read) == (False, [])


# --- searches --------------------------------------------------------------------------------------


def test_a_search_beyond_the_limit_shows_nobody_and_is_not_counted(
    bo: Member, clock: Clock
) -> None:
    for _turn in range(5):
        assert shown(bo, 1, search=True) == {1}
    clock.at(2)

    beyond = looking.look(bo, [1], search=True)

    assert (beyond.may_search, beyond.reached, beyond.shown) == (False, True, frozenset())
    assert beyond.free_at == MIDNIGHT + timedelta(hours=25)
    assert looking.lately(bo.pk).searches == 5


def test_profiles_open_when_the_searches_are_used_up(bo: Member) -> None:
    for _turn in range(6):
        shown(bo, search=True)

    assert shown(bo, 1) == {1}


def test_searches_come_back_by_the_hour(bo: Member, clock: Clock) -> None:
    for hours in (0, 0.5, 1, 2, 3):
        clock.at(hours)
        shown(bo, search=True)
    clock.at(25)

    assert [looking.look(bo, [], search=True).may_search for _ in range(3)] == [True, True, False]


# --- marks -----------------------------------------------------------------------------------------


def test_a_mark_tells_neither_who_was_looked_at_nor_that_two_saw_the_same(
    bo: Member, stranger: Member, settings: object
) -> None:
    here, theirs = mark(bo, 1), mark(stranger, 1)
    settings.SECRET_KEY = "another" * 10

    assert len({here, theirs, mark(bo, 1), 1}) == 4


def test_the_mark_of_a_profile_is_the_same_among_others(bo: Member) -> None:
    assert looking.marks(bo, range(20))[7] == mark(bo, 7)
    assert len({*looking.marks(bo, range(20)).values()}) == 20


def test_the_database_keeps_no_id_of_who_was_looked_at(ana: Member, bo: Member) -> None:
    profile = bo.profiles.get()

    shown(ana, profile.pk)

    row = Looked.objects.values_list("searches", "changes", "marks").get()
    assert row == (0, 0, [mark(ana, profile.pk)])


# --- pages -----------------------------------------------------------------------------------------


@pytest.fixture
def used_up(ana: Member, stranger: Member, bo: Member) -> Member:
    """Ana has seen the stranger and as many others as she may, but not Bo."""
    shown(ana, stranger.profiles.get().pk, *range(10_001, 10_010))
    return ana


@pytest.mark.parametrize("below", ["", "block/", "write/"])
def test_a_page_about_somebody_new_waits(
    below: str, used_up: Member, signed_in: Callable[[Member], Client]
) -> None:
    response = signed_in(used_up).get(f"/twp/members/bo/{below}")

    page = response.content.decode()
    assert response.status_code == 429
    assert "You have looked at many people today" in page
    assert "example.org" not in page


def without_address(response: HttpResponse) -> bytes:
    """The page without its own address, to which the choice of light and dark comes back."""
    return still(response.content).replace(response.request["PATH_INFO"].encode(), b"-")


@pytest.mark.parametrize("below", ["", "block/", "write/"])
def test_nobody_can_try_out_which_names_exist(
    below: str, used_up: Member, signed_in: Callable[[Member], Client]
) -> None:
    client = signed_in(used_up)

    there, not_there = (client.get(f"/twp/members/{name}/{below}") for name in ("bo", "nobody"))

    assert there.status_code == not_there.status_code == 429
    assert without_address(there) == without_address(not_there)


@pytest.mark.parametrize("below", ["", "block/", "write/"])
def test_who_was_seen_today_and_oneself_stay_open(
    below: str, used_up: Member, signed_in: Callable[[Member], Client]
) -> None:
    client = signed_in(used_up)

    assert client.get(f"/twp/members/stranger/{below}").status_code == 200
    assert client.get("/twp/members/ana/").status_code == 200


def test_one_s_own_page_is_free(ana: Member, signed_in: Callable[[Member], Client]) -> None:
    signed_in(ana).get("/twp/members/ana/")

    assert not Looked.objects.exists()


def test_the_way_from_a_profile_to_a_message_counts_one_person(
    ana: Member, bo: Member, signed_in: Callable[[Member], Client]
) -> None:
    for below in ("", "write/", "block/"):
        signed_in(ana).get(f"/twp/members/bo/{below}")

    assert looking.lately(ana.pk) == looking.Lately(profiles=1, searches=0, changes=0)


def test_a_name_of_nobody_is_not_found_as_long_as_there_is_room(
    ana: Member, signed_in: Callable[[Member], Client]
) -> None:
    assert signed_in(ana).get("/twp/members/nobody/").status_code == 404
    assert not Looked.objects.exists()


# --- changes of one's own answers ------------------------------------------------------------------


def entry(profile: Profile, stage: str, about_me: str = "", shown: str = Shown.SHOWN) -> Entry:
    choice = Choice.objects.get(question="stage", slug=stage, community="twp")
    return Entry(
        profile.username, profile.cell, about_me, {"stage": [choice]}, {"stage": shown}, drugs=[]
    )  # fmt: skip


def test_answers_may_be_changed_so_often_a_day(bo: Member, clock: Clock) -> None:
    profile = bo.profiles.get()
    for stage in ("reducing", "holding", "reducing"):
        account.edit(profile, entry(profile, stage))

    with pytest.raises(looking.TooManyChanges) as refused:
        account.edit(profile, entry(profile, "holding", "new words"))

    profile.refresh_from_db()
    assert refused.value.free_at == MIDNIGHT + timedelta(hours=25)
    assert (profile.about_me, profile.answers.get().choice.slug) == ("", "reducing")


def test_how_far_an_answer_is_shown_counts_as_well(bo: Member) -> None:
    profile = bo.profiles.get()
    account.edit(profile, entry(profile, "reducing"))

    account.edit(profile, entry(profile, "reducing", shown=Shown.MATCHING))

    assert looking.lately(bo.pk).changes == 2


def test_words_and_unchanged_answers_are_free(bo: Member) -> None:
    profile = bo.profiles.get()
    account.edit(profile, entry(profile, "reducing"))

    for words in ("one", "two", "three", "four"):
        account.edit(profile, entry(profile, "reducing", words))

    profile.refresh_from_db()
    assert (profile.about_me, looking.lately(bo.pk).changes) == ("four", 1)


def test_a_drug_counts_as_an_answer(bo: Member, take: Callable) -> None:
    profile = bo.profiles.get()
    account.edit(profile, entry(profile, "reducing"))
    take(profile, "sertraline")

    account.edit(profile, entry(profile, "reducing"))  # without it

    assert looking.lately(bo.pk).changes == 2


@pytest.mark.django_db(transaction=True)
def test_many_changes_at_once_are_no_more(bo: Member) -> None:
    together = Barrier(6)

    def one(_turn: int) -> bool:
        try:
            together.wait()
            looking.change(bo)
        except looking.TooManyChanges:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(one, range(6))) == 3


def test_a_refused_change_keeps_what_was_typed_and_says_when(
    ana: Member, signed_in: Callable[[Member], Client], answer: Callable
) -> None:
    answer(ana.profiles.get(community="twp"), "interest", "friendship")
    for _turn in range(3):
        looking.change(ana)
    address = reverse("account:edit", args=["twp"])
    client = signed_in(ana)
    sent = fields_of(client.get(address).content.decode(), "username")

    response = client.post(address, sent | {"about_me": "My new words", "stage": "holding"})

    page = response.content.decode()
    assert response.status_code == 200
    assert "your answers very often" in page
    assert "My new words" in page
    assert not ana.profiles.get(community="twp").about_me


# --- keeping and forgetting ------------------------------------------------------------------------


def test_an_hour_is_kept_once(bo: Member) -> None:
    Looked.objects.create(member=bo, hour=MIDNIGHT)

    with pytest.raises(IntegrityError, match="looked_once_an_hour"):
        Looked.objects.create(member=bo, hour=MIDNIGHT)


def test_what_counts_no_more_is_erased_and_the_rest_is_kept(bo: Member, clock: Clock) -> None:
    for hours in (0.5, 1, 12):
        clock.at(hours)
        shown(bo, 1)
    clock.at(25.2)

    forget_looking()

    kept = Looked.objects.order_by("hour").values_list("hour", flat=True)
    assert [row - MIDNIGHT for row in kept] == [timedelta(hours=1), timedelta(hours=12)]
    assert DUTIES["forget-looking"].every <= timedelta(hours=1)


def test_with_a_member_goes_how_much_they_looked_at(bo: Member, stranger: Member) -> None:
    shown(bo, 1)
    shown(stranger, 1)

    bo.delete()

    assert Looked.objects.get().member == stranger


# --- for the staff ---------------------------------------------------------------------------------


def test_who_used_up_anything_is_found_and_nobody_else(
    ana: Member, bo: Member, stranger: Member, cleo: Member
) -> None:
    shown(ana, *range(1, 11))
    shown(bo, *range(1, 10))
    for _turn in range(5):
        shown(stranger, search=True)
    for _turn in range(3):
        looking.change(cleo)

    assert set(looking.at_a_limit()) == {ana.pk, stranger.pk, cleo.pk}


def test_the_same_people_seen_in_two_hours_are_no_alarm(bo: Member, clock: Clock) -> None:
    shown(bo, *range(1, 8))
    clock.at(1)
    shown(bo, *range(1, 8))

    assert looking.at_a_limit() == []


def test_an_alarm_ends_with_the_day(bo: Member, clock: Clock) -> None:
    shown(bo, *range(1, 11))
    clock.at(25)

    assert looking.at_a_limit() == []
