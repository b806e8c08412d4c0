"""Who is news to a saved search, when a letter goes out about it, and what stops it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from members import blocking, listing
from members.models import Answer, Choice, Member, Profile, Shown
from members.outbox.models import Letter
from members.places.models import Cell, Town
from search import alerts, place, saving, vocabulary
from search.duties import look_for_new_people
from search.models import SavedSearch
from search.wanted import MOST
from tests.outbox.post_office import PostOffice, deliver_all, make_all_due, smtp_server
from tests.relay.test_worker import Start, start, until
from tests.search.saved import a_day_later, alerts_waiting, change, face, keep, the_next_look

__all__ = ["smtp_server", "start"]
pytestmark = pytest.mark.django_db
Newcomer = Callable[..., Profile]


@pytest.fixture
def newcomer(make_member: Callable, make_profile: Callable) -> Newcomer:
    """`newcomer("eve")`: somebody who joins TWP now."""

    def join(name: str = "newcomer", **fields: object) -> Profile:
        return make_profile(make_member(name), **fields)

    return join


# --- the whole way ------------------------------------------------------------------------------


def test_somebody_new_makes_a_letter_and_those_known_do_not(
    ana: Member, bo: Member, newcomer: Newcomer, smtp_server: PostOffice
) -> None:
    keep(ana)
    the_next_look()
    assert Letter.objects.count() == 0

    newcomer()
    the_next_look()
    deliver_all()

    assert smtp_server.only().envelope_to == ["ana@example.org"]


def test_nobody_is_written_about_twice(
    ana: Member, newcomer: Newcomer, smtp_server: PostOffice
) -> None:
    keep(ana)
    newcomer()
    for _day in range(4):
        the_next_look()
        deliver_all()

    assert len(smtp_server.letters) == 1


def test_who_rests_and_comes_back_is_not_new_again(
    ana: Member, newcomer: Newcomer, smtp_server: PostOffice
) -> None:
    keep(ana)
    profile = newcomer()
    for paused_at in (None, timezone.now(), None):
        change(profile, paused_at=paused_at)
        the_next_look()
        deliver_all()

    assert len(smtp_server.letters) == 1


def test_who_comes_to_fit_by_an_answer_is_new(
    ana: Member, bo: Member, answer: Callable[..., Any]
) -> None:
    keep(ana, "stage=reducing")
    answer(face(bo), "stage", "reducing")

    the_next_look()

    assert alerts_waiting() == 1


def test_keeping_it_once_more_does_not_swallow_who_came_meanwhile(
    ana: Member, newcomer: Newcomer
) -> None:
    keep(ana)
    newcomer()
    keep(ana)

    the_next_look()

    assert alerts_waiting() == 1


def test_a_letter_never_comes_at_the_moment_somebody_joins(ana: Member, newcomer: Newcomer) -> None:
    keep(ana)
    newcomer()

    look_for_new_people()
    assert Letter.objects.count() == 0

    a_day_later()
    look_for_new_people()
    assert Letter.objects.count() == 1


def test_a_search_is_looked_at_once_a_day(ana: Member, newcomer: Newcomer) -> None:
    keep(ana)
    the_next_look()
    newcomer()

    for _hour in range(3):
        look_for_new_people()

    assert Letter.objects.count() == 0


# --- one letter a day ---------------------------------------------------------------------------


def test_several_searches_in_both_communities_make_one_letter(
    ana: Member, newcomer: Newcomer, make_profile: Callable, smtp_server: PostOffice
) -> None:
    keep(ana)
    keep(ana, "within=any")
    keep(ana, community="ici")
    both = newcomer()
    make_profile(both.member, "ici")

    the_next_look()
    deliver_all()

    assert len(smtp_server.letters) == 1
    assert sorted(len(saved.fresh) for saved in SavedSearch.objects.all()) == [1, 1, 1]


def test_searches_kept_at_different_hours_are_looked_at_together(
    ana: Member, newcomer: Newcomer
) -> None:
    keep(ana)
    a_day_later()
    keep(ana, "within=any")
    newcomer()

    look_for_new_people()
    look_for_new_people()

    assert Letter.objects.count() == 1
    assert [len(saved.fresh) for saved in SavedSearch.objects.all()] == [1, 1]


def test_a_letter_that_still_waits_is_not_joined_by_a_second(
    ana: Member, newcomer: Newcomer, smtp_server: PostOffice
) -> None:
    keep(ana)
    newcomer("eve")
    the_next_look()
    newcomer("finn")
    the_next_look()
    deliver_all()
    the_next_look()
    deliver_all()

    assert len(smtp_server.letters) == 1


def test_a_letter_that_came_late_keeps_the_next_one_a_day_away(
    ana: Member, newcomer: Newcomer
) -> None:
    keep(ana)
    newcomer("eve")
    the_next_look()
    a_day_later()
    late = timezone.now() - timedelta(hours=3)  # it waited for the mail server
    Letter.objects.update(sent_at=late)
    newcomer("finn")

    look_for_new_people()

    assert Letter.objects.unsent().get().due_at == late + timedelta(days=1)


# --- asked again at the moment of sending -------------------------------------------------------


def blocks_ana(ana: Member, profile: Profile) -> None:
    blocking.block(profile.member, face(ana))


def ana_blocks(ana: Member, profile: Profile) -> None:
    blocking.block(ana, profile)


def rests(ana: Member, profile: Profile) -> None:
    change(profile, paused_at=timezone.now())


def leaves(ana: Member, profile: Profile) -> None:
    change(profile, left_at=timezone.now())


def is_suspended(ana: Member, profile: Profile) -> None:
    Member.objects.filter(pk=profile.member_id).update(suspended_at=timezone.now())
    listing.refresh(profile)


def rests_and_the_search_does_not_know_yet(ana: Member, profile: Profile) -> None:
    Profile.objects.filter(pk=profile.pk).update(paused_at=timezone.now())


def is_erased(ana: Member, profile: Profile) -> None:
    profile.member.delete()


def does_not_fit_any_more(ana: Member, profile: Profile) -> None:
    Answer.objects.filter(profile=profile).delete()
    listing.refresh(profile)


def ana_rests(ana: Member, profile: Profile) -> None:
    change(face(ana), paused_at=timezone.now())


def ana_left(ana: Member, profile: Profile) -> None:
    change(face(ana), left_at=timezone.now())


def ana_is_suspended(ana: Member, profile: Profile) -> None:
    Member.objects.filter(pk=ana.pk).update(suspended_at=timezone.now())


def ana_is_erased(ana: Member, profile: Profile) -> None:
    ana.delete()


def ana_stopped_the_letters(ana: Member, profile: Profile) -> None:
    saving.stop_all(ana)


def ana_removed_the_search(ana: Member, profile: Profile) -> None:
    SavedSearch.objects.all().delete()


CHANGES = [
    blocks_ana, ana_blocks, rests, rests_and_the_search_does_not_know_yet, leaves, is_suspended,
    is_erased, does_not_fit_any_more, ana_rests, ana_left, ana_is_suspended, ana_is_erased,
    ana_stopped_the_letters, ana_removed_the_search,
]  # fmt: skip


@pytest.mark.parametrize("happens", CHANGES)
def test_what_happens_between_looking_and_sending_stops_the_letter(
    ana: Member, newcomer: Newcomer, smtp_server: PostOffice, answer: Callable, happens: Callable
) -> None:
    keep(ana, "stage=reducing")
    profile = newcomer()
    answer(profile, "stage", "reducing")
    the_next_look()
    assert alerts_waiting() == 1

    happens(ana, profile)
    deliver_all()

    assert Letter.objects.get().dropped_at is not None
    assert smtp_server.letters == []


@pytest.mark.parametrize("happens", CHANGES)
def test_what_happens_before_the_look_makes_no_letter(
    ana: Member, newcomer: Newcomer, answer: Callable, happens: Callable
) -> None:
    keep(ana, "stage=reducing")
    profile = newcomer()
    answer(profile, "stage", "reducing")
    happens(ana, profile)

    the_next_look()
    deliver_all()

    assert not Letter.objects.filter(sent_at__isnull=False).exists()


def test_one_of_two_who_rests_does_not_stop_the_letter_about_the_other(
    ana: Member, newcomer: Newcomer, smtp_server: PostOffice
) -> None:
    keep(ana)
    eve, finn = newcomer("eve"), newcomer("finn")
    the_next_look()
    change(eve, paused_at=timezone.now())
    deliver_all()

    assert len(smtp_server.letters) == 1
    assert SavedSearch.objects.get().fresh == [finn.pk]


def test_whom_no_letter_was_about_is_new_when_they_fit_again(
    ana: Member, newcomer: Newcomer, smtp_server: PostOffice
) -> None:
    keep(ana)
    eve = newcomer("eve")
    newcomer("finn")
    the_next_look()
    change(eve, paused_at=timezone.now())
    deliver_all()  # about Finn only
    change(eve, paused_at=None)
    the_next_look()
    deliver_all()

    assert len(smtp_server.letters) == 2


def test_after_a_letter_that_was_dropped_they_are_new_when_they_fit_again(
    ana: Member, newcomer: Newcomer, smtp_server: PostOffice
) -> None:
    keep(ana)
    eve = newcomer("eve")
    the_next_look()
    change(eve, paused_at=timezone.now())
    deliver_all()
    the_next_look()
    assert smtp_server.letters == []

    change(eve, paused_at=None)
    the_next_look()
    deliver_all()

    assert len(smtp_server.letters) == 1


def test_an_owner_who_rested_hears_of_it_afterwards(
    ana: Member, newcomer: Newcomer, smtp_server: PostOffice
) -> None:
    keep(ana)
    change(face(ana), paused_at=timezone.now())
    newcomer()
    the_next_look()
    change(face(ana), paused_at=None)
    the_next_look()
    deliver_all()

    assert len(smtp_server.letters) == 1


def test_a_mailbox_that_is_gone_is_not_written_to_every_day(
    ana: Member, newcomer: Newcomer, smtp_server: PostOffice
) -> None:
    keep(ana)
    newcomer()
    smtp_server.at_rcpt = ["550 no such mailbox"]
    the_next_look()
    deliver_all()
    the_next_look()

    assert Letter.objects.get().failed_at is not None


# --- nobody is betrayed -------------------------------------------------------------------------


def test_what_is_for_matching_only_makes_no_letter_for_who_has_not_the_same(
    ana: Member, newcomer: Newcomer, answer: Callable[..., Any]
) -> None:
    keep(ana, "how_it_is_now=very_hard")
    answer(newcomer(), "how_it_is_now", "very_hard", Shown.MATCHING)

    the_next_look()
    assert Letter.objects.count() == 0

    answer(face(ana), "how_it_is_now", "very_hard")
    the_next_look()
    assert Letter.objects.count() == 1


def test_what_is_not_used_makes_no_letter(
    ana: Member, newcomer: Newcomer, answer: Callable[..., Any]
) -> None:
    answer(face(ana), "how_it_is_now", "very_hard")
    keep(ana, "how_it_is_now=very_hard")
    answer(newcomer(), "how_it_is_now", "very_hard", Shown.UNUSED)

    the_next_look()

    assert Letter.objects.count() == 0


def test_somebody_new_in_the_other_community_makes_no_letter(
    ana: Member, newcomer: Newcomer
) -> None:
    keep(ana)
    newcomer(community="ici")

    the_next_look()

    assert Letter.objects.count() == 0


def test_an_applicant_makes_no_letter_before_the_approval(ana: Member, newcomer: Newcomer) -> None:
    keep(ana)
    profile = newcomer(approved=False)
    the_next_look()
    assert Letter.objects.count() == 0

    change(profile, approved_at=timezone.now())
    the_next_look()
    assert Letter.objects.count() == 1


def test_the_page_says_nothing_of_somebody_who_blocked_before_the_letter_went(
    ana: Member, newcomer: Newcomer, signed_in: Callable, smtp_server: PostOffice
) -> None:
    keep(ana)
    eve = newcomer("eve")
    the_next_look()
    page = signed_in(ana).get("/account/searches/").content.decode()
    assert "Somebody new" not in page  # the letter has not been sent yet

    blocking.block(eve.member, face(ana))
    deliver_all()

    page = signed_in(ana).get("/account/searches/").content.decode()
    assert "Somebody new" not in page


def test_after_the_letter_the_page_says_which_search_has_news(
    ana: Member, newcomer: Newcomer, signed_in: Callable, smtp_server: PostOffice,
    answer: Callable[..., Any],
) -> None:  # fmt: skip
    keep(ana, "stage=reducing")
    keep(ana, "stage=decided")
    answer(newcomer(), "stage", "reducing")
    the_next_look()
    deliver_all()

    def told() -> dict[str, bool]:
        response = signed_in(ana).get("/account/searches/")
        ((_community, kept),) = response.context["by_community"]
        return {one.href.split("stage=")[1]: one.told_at is not None for one in kept}

    news = {"reducing&unit=mi&within=100&sort=newest": True, "decided&unit=mi&within=100": False}
    assert told() == news
    the_next_look()
    assert told() == news


# --- what a search remembers --------------------------------------------------------------------


def test_who_is_erased_is_remembered_no_longer(ana: Member, bo: Member) -> None:
    keep(ana)
    bo.delete()

    the_next_look()

    assert SavedSearch.objects.get().known == []


def test_it_remembers_a_bounded_number(
    ana: Member, crowd: Callable[..., list[Profile]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerts, "KNOWN_MOST", 10)
    people = crowd(15)
    saved = keep(ana)
    for profile in people[:12]:
        change(profile, paused_at=timezone.now())

    the_next_look()

    fitting, lately = people[12:], people[5:12]
    saved.refresh_from_db()
    assert saved.known == [profile.pk for profile in (*lately, *fitting)]


def test_a_search_that_grows_beyond_500_stops_writing_and_begins_anew(
    ana: Member, crowd: Callable[..., list[Profile]], newcomer: Newcomer
) -> None:
    keep(ana)
    people = crowd(MOST + 1)
    the_next_look()
    assert (SavedSearch.objects.get().hindrance, Letter.objects.count()) == ("too_many", 0)

    for profile in people[:2]:
        profile.delete()
    the_next_look()
    assert (SavedSearch.objects.get().hindrance, Letter.objects.count()) == ("", 0)

    newcomer()
    the_next_look()
    assert Letter.objects.count() == 1


def test_a_place_that_is_gone_makes_no_letter_about_people_elsewhere(
    ana: Member, newcomer: Newcomer, known_towns: None, boston: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    keep(ana, "place=boston&within=10")
    Town.objects.filter(name="Boston").delete()
    monkeypatch.setattr(place, "STALE", -1)  # some minutes later
    newcomer()

    the_next_look()

    assert (SavedSearch.objects.get().hindrance, Letter.objects.count()) == ("unclear", 0)


def test_an_answer_that_is_retired_makes_no_letter_about_everybody(
    ana: Member, newcomer: Newcomer, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(ana, "stage=reducing")
    Choice.objects.filter(slug="reducing").update(retired_at=timezone.now())
    monkeypatch.setattr(vocabulary, "STALE", -1)  # a minute later
    newcomer()

    the_next_look()

    assert (SavedSearch.objects.get().hindrance, Letter.objects.count()) == ("unclear", 0)


def test_one_that_cannot_be_asked_does_not_keep_the_others_waiting(
    ana: Member, bo: Member, newcomer: Newcomer, caplog: pytest.LogCaptureFixture
) -> None:
    broken = keep(ana)
    SavedSearch.objects.filter(pk=broken.pk).update(query="&" * 2_000)
    keep(bo)
    newcomer()

    the_next_look()

    assert Letter.objects.get().about == str(bo.pk)
    assert alerts.due() == []
    assert "looking for new people: TooManyFieldsSent at search/alerts.py" in caplog.text


# --- several workers ----------------------------------------------------------------------------


@contextmanager
def held(lock: Callable[[], object]) -> Iterator[None]:
    """Another worker holds this lock for as long as the block lasts."""
    has_it, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            lock()
            has_it.set()
            may_go.wait(30)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    has_it.wait(30)
    yield
    may_go.set()
    other.join()


def together(*verbs: Callable[[], object]) -> None:
    at_once = threading.Barrier(len(verbs))

    def run(verb: Callable[[], object]) -> None:
        at_once.wait(30)
        verb()
        connection.close()

    threads = [threading.Thread(target=run, args=[verb]) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_post_one_letter(ana: Member, newcomer: Newcomer) -> None:
    keep(ana)
    newcomer()
    a_day_later()

    together(*[lambda: alerts.look(ana.pk)] * 4)

    assert Letter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_button_pressed_twice_at_once_keeps_one_search(ana: Member) -> None:
    together(*[lambda: keep(ana)] * 4)

    assert SavedSearch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_is_being_looked_for_by_another_worker_is_left_to_it(
    ana: Member, newcomer: Newcomer
) -> None:
    keep(ana)
    newcomer()
    a_day_later()

    with held(lambda: Member.objects.select_for_update(no_key=True).get(pk=ana.pk)):
        alerts.look(ana.pk)

    assert Letter.objects.count() == 0
    assert alerts.due() == [ana.pk]


@pytest.mark.django_db(transaction=True)
def test_while_a_letter_is_being_sent_nothing_is_decided_about_it(
    ana: Member, newcomer: Newcomer
) -> None:
    keep(ana)
    newcomer()
    the_next_look()
    a_day_later()
    letter = Letter.objects.get()

    with held(lambda: Letter.objects.select_for_update().get(pk=letter.pk)):
        alerts.look(ana.pk)

    assert alerts.due() == [ana.pk]
    assert Letter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_killed_while_sending_nothing_is_lost_and_nobody_is_written_about_again(
    ana: Member, newcomer: Newcomer, smtp_server: PostOffice, start: Start
) -> None:
    smtp_server.at_data = [1.0]
    keep(ana)
    newcomer()
    the_next_look()
    name = f"<{Letter.objects.get().token}@connect.example>"
    worker = start()
    until(lambda: smtp_server.letters)
    worker.kill()
    worker.wait()

    make_all_due()  # the lease is over
    start()
    start()
    until(lambda: not Letter.objects.unsent().exists())
    the_next_look()

    assert [letter["Message-ID"] for letter in smtp_server.letters] == [name, name]
    assert Letter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_worker_looks_and_writes_by_itself(
    ana: Member, newcomer: Newcomer, smtp_server: PostOffice, start: Start
) -> None:
    keep(ana)
    newcomer()
    a_day_later()

    start()
    start()
    until(lambda: Letter.objects.filter(sent_at__isnull=False).exists())

    letter = smtp_server.only()
    assert letter.envelope_to == ["ana@example.org"]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
