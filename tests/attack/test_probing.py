"""A member who tries things out, again and again, to learn what no page says outright."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members import account, in_common, listing, looking
from members.answering import DrugRow, Entry
from members.models import Choice, Drug, Member, Profile, Question, Shown
from members.outbox.duties import DUTIES
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


ASKED = (
    Question.STAGE, Question.YEARS_TOTAL, Question.HOW_IT_IS_NOW, Question.STARTED_AGE,
    Question.ATTEMPTS, Question.DRUGS_EVER, Question.DRUGS_NOW,
)  # fmt: skip
ROWS_OF_THE_FORM = 6  # of drugs


def lies(turn: int) -> tuple[dict[str, list[Choice]], list[DrugRow]]:
    """Another answer to every question each turn, and other drugs."""
    answers = {}
    for question in ASKED:
        offered = list(Choice.objects.filter(question=question, community__in=["", "twp"]))
        answers[question.value] = [offered[turn % len(offered)]]
    drugs = Drug.objects.order_by("pk")[turn * ROWS_OF_THE_FORM : (turn + 1) * ROWS_OF_THE_FORM]
    return answers, [DrugRow(drug, shown=Shown.MATCHING) for drug in drugs]


def test_nobody_reads_all_answers_for_matching_only_in_a_day_by_lying_about_everything_at_once(
    ana: Member, bo: Member, answer: Callable, take: Callable
) -> None:
    """Eleven turns are enough to give every answer once, and so to read what everybody keeps for
    those who gave the same; a form of many questions would be one change."""
    mine, theirs = ana.profiles.get(community="twp"), bo.profiles.get()
    for question in ASKED:
        last = Choice.objects.filter(question=question, community__in=["", "twp"]).last()
        answer(theirs, question, last.slug, Shown.MATCHING)
    take(theirs, Drug.objects.order_by("pk")[5 * ROWS_OF_THE_FORM].generic, shown=Shown.MATCHING)

    read: set[str] = set()
    with pytest.raises(looking.TooManyChanges):
        for turn in range(11):
            answers, drugs = lies(turn)
            told_as = dict.fromkeys(answers, Shown.MATCHING)
            entry = Entry(mine.username, mine.cell, "", answers, told_as, drugs)
            account.edit(mine, entry)
            read |= set(in_common.between(*fresh(mine, theirs)))

    assert len(read) <= 1


def test_whoever_has_one_change_left_may_change_all_there_is(bo: Member, settings: object) -> None:
    """Told for the first time, much is one change; told anew it uses up the day."""
    profile, settings.CHANGES_A_DAY = bo.profiles.get(), 3
    for turn in range(2):
        answers, drugs = lies(turn)
        account.edit(profile, Entry(profile.username, profile.cell, "", answers, {}, drugs))

    assert {a.choice for a in profile.answers.all()} == {one for [one] in answers.values()}
    assert looking.lately(bo.pk).changes == 3


def fresh(*profiles: Profile) -> list[Profile]:
    return [Profile.objects.get(pk=profile.pk) for profile in profiles]


# --- when somebody comes ------------------------------------------------------------------------------


LAST_YEAR = date(2025, 1, 1)


def test_whoever_watches_does_not_see_when_somebody_signs_in_nor_that_two_faces_are_one(
    ana: Member, bo: Member, make_profile: Callable, signed_in: SignIn
) -> None:
    make_profile(bo, "ici", username="heron")
    Member.objects.filter(pk=bo.pk).update(seen_on=LAST_YEAR)
    listing.refresh_all_of(bo)
    watcher = signed_in(ana)
    pages = ["/twp/members/bo/", "/ici/members/heron/", "/twp/members/", "/ici/members/?seen=year"]
    before = [told(watcher.get(page)) for page in pages]

    account.note_seen(Member.objects.get(pk=bo.pk))

    assert [told(watcher.get(page)) for page in pages] == before

    DUTIES["tell-visits"].verb()

    assert "Seen this month" in watcher.get("/twp/members/bo/").content.decode()
    assert "heron" in watcher.get("/ici/members/?seen=year").content.decode()
    assert DUTIES["tell-visits"].every >= timedelta(days=7)


def test_the_first_visit_of_all_is_told_at_once(bo: Member) -> None:
    account.note_seen(bo)

    assert Member.objects.get(pk=bo.pk).seen_on == timezone.localdate().replace(day=1)
    assert listing.differing([bo.profiles.get().pk]) == []


def test_a_visit_is_told_as_of_its_own_month(bo: Member, stranger: Member) -> None:
    Member.objects.update(seen_on=LAST_YEAR)
    Member.objects.filter(pk=bo.pk).update(last_login=datetime(2026, 3, 31, 23, 59, tzinfo=UTC))

    account.tell_visits()

    assert Member.objects.get(pk=bo.pk).seen_on == date(2026, 3, 1)
    assert Member.objects.get(pk=stranger.pk).seen_on == LAST_YEAR
    assert listing.differing([bo.profiles.get().pk]) == []


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
