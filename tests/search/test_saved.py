"""Keeping a search: what is written down, what its owner reads, and what may not be."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404, HttpResponse
from django.test import Client
from django.utils import timezone

from members import account
from members.communities import TWP
from members.models import Choice, Looked, Member, Profile
from members.places.models import Cell
from search import saving
from search.models import SavedSearch
from search.wanted import MOST
from tests.search.saved import a_day_later, change, face, keep, the_next_look

pytestmark = pytest.mark.django_db
PAGE = "/account/searches/"


def press(client: Client, query: str = "", *, letters: bool = True) -> HttpResponse:
    """Press "Keep this search" on the page of this search."""
    said = {"query": query} | ({"letters": "yes"} if letters else {})
    return client.post(f"{PAGE}twp/keep/", said, follow=True)


def refused(constraint: str, change: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        change()
        connection.check_constraints()
    assert caught.value.__cause__.diag.constraint_name == constraint


# --- what is written down -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", "unit=mi&within=100"),
        ("page=3&sort=newest&nonsense=1&place=&drug=", "unit=mi&within=100"),
        ("within=50&unit=km", "unit=km&within=50"),
        ("within=50,0&unit=km", "unit=km&within=50"),
        ("within=any&unit=km", "within=any"),
        ("stage=reducing&stage=decided&stage=reducing", "stage=decided&stage=reducing&unit=mi&within=100"),
        ("drug=Zoloft&drug_when=any", "drug=sertraline&unit=mi&within=100"),
        ("drug=sertraline&drug_when=now", "drug=sertraline&drug_when=now&unit=mi&within=100"),
        ("drug_when=now", "unit=mi&within=100"),
        ("room=any&about=yes", "about=yes&room=any&unit=mi&within=100"),
        ("box=40,-74,45,-70&within=50&place=", "box=40%2C-74%2C45%2C-70"),
    ],
)  # fmt: skip
def test_only_who_is_looked_for_is_written_down(ana: Member, typed: str, kept: str) -> None:
    assert keep(ana, typed).query == kept


def test_what_is_kept_reads_the_same_when_it_is_kept_again(ana: Member, known_towns: None) -> None:
    first = keep(ana, "place=boston&within=50&stage=reducing&drug=zoloft&drug_when=now&seen=year")

    again = keep(ana, first.query)

    assert again == first
    assert SavedSearch.objects.count() == 1


def test_a_town_is_kept_by_its_whole_name_however_it_was_typed(
    ana: Member, known_towns: None
) -> None:
    typed, written_out = (
        keep(ana, "place=boston"),
        keep(ana, "place=Boston,+Massachusetts,+United+States"),
    )

    assert typed == written_out
    assert "Boston%2C+Massachusetts%2C+United+States" in typed.query


def test_a_whole_country_needs_no_radius(ana: Member, known_towns: None) -> None:
    assert keep(ana, "place=germany&within=50").query == "place=Germany"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("", "near my own area, within 100 miles"),
        ("within=any", "near my own area, at any distance"),
        (
            "place=boston&within=50&stage=reducing&drug=sertraline&drug_when=now",
            "near Boston, Massachusetts, United States, within 50 miles, sertraline, now, reducing now",
        ),
        ("place=germany", "in Germany"),
        (
            "box=40,-74,44.6,-70",
            "this part of the map, around Amherst, Massachusetts, United States",
        ),
        ("area=861f1d48fffffff", "one area of the map"),
    ],
)
def test_a_search_is_named_by_what_it_asks(
    ana: Member, known_towns: None, typed: str, name: str
) -> None:
    assert keep(ana, typed).name == name


def test_a_search_in_one_area_is_named_after_it(ana: Member, bo: Member, cell: Cell) -> None:
    change(face(bo), cell=cell)

    saved = keep(ana, f"area={cell.h3}")

    assert saved.name == "around Northampton, Massachusetts, United States"


def test_a_long_name_is_shortened(ana: Member) -> None:
    interests = Choice.objects.filter(question="interest", community="twp")
    slugs = interests.values_list("slug", flat=True)

    saved = keep(ana, "&".join(f"interest={slug}" for slug in slugs))

    assert len(saved.name) <= 200
    assert saved.name.endswith("…")


# --- how often, how many, by whom ---------------------------------------------------------------


def test_pressing_twice_keeps_it_once(ana: Member, signed_in: Callable[..., Client]) -> None:
    client = signed_in(ana)
    press(client, "stage=reducing&page=2")
    press(client, "stage=reducing&sort=newest")

    assert SavedSearch.objects.count() == 1


def test_the_last_pressing_decides_about_letters(ana: Member) -> None:
    keep(ana, "stage=reducing")

    assert keep(ana, "stage=reducing", letters=False).alerts_since is not None  # as it was read
    assert SavedSearch.objects.get().alerts_since is None


def test_a_profile_keeps_twenty(ana: Member, signed_in: Callable[..., Client]) -> None:
    for radius in range(10, 10 + saving.MOST):
        keep(ana, f"within={radius}")

    html = press(signed_in(ana), "within=500").content.decode()

    assert SavedSearch.objects.count() == 20
    assert "You keep 20 searches, and there is no room for more" in html
    assert keep(ana, community="ici").profile == face(ana, "ici")


def test_one_with_something_to_mend_is_not_kept(
    ana: Member, signed_in: Callable[..., Client]
) -> None:
    response = press(signed_in(ana), "within=9999&stage=reducing")

    assert SavedSearch.objects.count() == 0
    assert "something to mend" in response.content.decode()
    assert response.request["PATH_INFO"] == "/twp/members/"


@pytest.mark.parametrize("typed", ["\0", "place=%00", "a=%ff", "&" * 999, "stage=x" * 999, "=;"])
def test_nonsense_does_no_harm(ana: Member, signed_in: Callable[..., Client], typed: str) -> None:
    assert press(signed_in(ana), typed).status_code == 200


@pytest.mark.parametrize("typed", ["x" * 10_001, "&" * 9_000])
def test_what_no_page_would_send_is_refused(
    ana: Member, signed_in: Callable[..., Client], typed: str
) -> None:
    assert press(signed_in(ana), typed).status_code == 400
    assert SavedSearch.objects.count() == 0


def test_nobody_keeps_a_search_of_a_community_they_are_not_in(cleo: Member) -> None:
    with pytest.raises(Http404):
        keep(cleo)


def test_keeping_counts_nothing_of_what_one_may_look_at_in_a_day(
    ana: Member, bo: Member, answer: Callable[..., Any]
) -> None:
    keep(ana)
    a_day_later()
    the_next_look()

    assert Looked.objects.count() == 0


def test_more_than_500_are_kept_without_letters(
    ana: Member, crowd: Callable[..., list[Profile]], signed_in: Callable[..., Client]
) -> None:
    crowd(MOST + 1)

    html = press(signed_in(ana)).content.decode()

    saved = SavedSearch.objects.get()
    assert (saved.hindrance, saved.known) == ("too_many", [])
    assert "It finds more than 500 people, so we cannot tell who is new" in html
    assert "No letters: it finds more than 500 people" in html


# --- the page -----------------------------------------------------------------------------------


def test_without_any_the_page_says_what_to_do(
    ana: Member, signed_in: Callable[..., Client]
) -> None:
    html = signed_in(ana).get(PAGE).content.decode()

    assert "You keep no search yet" in html
    assert 'href="/twp/members/"' in html
    assert 'aria-current="page">Saved searches' in html


def test_they_are_listed_by_community_and_open_the_search(
    ana: Member, signed_in: Callable[..., Client]
) -> None:
    keep(ana, "stage=reducing")
    keep(ana, community="ici")

    response = signed_in(ana).get(PAGE)

    shown = [(one.name, [k.href for k in kept]) for one, kept in response.context["by_community"]]
    assert shown == [
        ("TWP Connect", ["/twp/members/?stage=reducing&unit=mi&within=100"]),
        ("ICI Connect", ["/ici/members/?unit=mi&within=100"]),
    ]
    for _community, (href,) in shown:
        assert signed_in(ana).get(href).status_code == 200


def test_a_page_of_many_asks_no_more_than_one_of_one(
    ana: Member, signed_in: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    for radius in range(10, 30):
        keep(ana, f"within={radius}")
    client = signed_in(ana)

    with django_assert_max_num_queries(8):
        assert client.get(PAGE).status_code == 200


def test_letters_are_stopped_and_begun(ana: Member, signed_in: Callable[..., Client]) -> None:
    saved, client = keep(ana), signed_in(ana)

    stopped = client.post(f"{PAGE}{saved.key}/letters/", follow=True).content.decode()
    assert SavedSearch.objects.get().alerts_since is None
    assert "We do not write to you about it." in stopped

    begun = client.post(f"{PAGE}{saved.key}/letters/", {"on": "yes"}, follow=True).content.decode()
    assert SavedSearch.objects.get().alerts_since is not None
    assert "We write to you when somebody new fits, once a day at most." in begun


def test_without_letters_nobody_is_remembered(ana: Member, bo: Member) -> None:
    saved = keep(ana)
    assert saved.known == [face(bo).pk]

    saving.stop(SavedSearch.objects.filter(pk=saved.pk))

    assert SavedSearch.objects.get().known == []


def test_who_came_while_there_were_no_letters_is_not_new(
    ana: Member,
    bo: Member,
    make_profile: Callable[..., Profile],
    make_member: Callable[..., Member],
) -> None:
    saved = keep(ana, letters=False)
    newcomer = make_profile(make_member("newcomer"))

    saving.begin_letters(saved)

    assert SavedSearch.objects.get().known == [face(bo).pk, newcomer.pk]


def test_one_is_removed(ana: Member, signed_in: Callable[..., Client]) -> None:
    saved = keep(ana)

    html = signed_in(ana).post(f"{PAGE}{saved.key}/remove/", follow=True).content.decode()

    assert SavedSearch.objects.count() == 0
    assert "The search is removed." in html


@pytest.mark.parametrize("verb", ["letters", "remove"])
def test_the_search_of_somebody_else_is_not_there(
    ana: Member, bo: Member, signed_in: Callable[..., Client], verb: str
) -> None:
    saved = keep(ana)

    assert signed_in(bo).post(f"{PAGE}{saved.key}/{verb}/").status_code == 404
    assert SavedSearch.objects.get().alerts_since is not None
    assert "stage" not in signed_in(bo).get(PAGE).content.decode()


def test_every_button_is_guarded_against_other_sites(ana: Member) -> None:
    saved = keep(ana)
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)

    paths = [f"{PAGE}twp/keep/", f"{PAGE}{saved.key}/letters/", f"{PAGE}{saved.key}/remove/"]
    assert [client.post(path).status_code for path in paths] == [403, 403, 403]


def test_what_was_kept_in_a_community_one_left_is_not_shown(
    ana: Member, signed_in: Callable[..., Client]
) -> None:
    keep(ana, "stage=reducing")
    account.leave(face(ana))

    assert signed_in(ana).get(PAGE).context["by_community"] == []


def test_who_rests_is_told_why_no_letters_come(
    ana: Member, signed_in: Callable[..., Client]
) -> None:
    keep(ana)
    change(face(ana), paused_at=timezone.now())

    assert "You are resting here" in signed_in(ana).get(PAGE).content.decode()


def test_it_is_erased_with_the_profile(ana: Member) -> None:
    keep(ana)
    keep(ana, community="ici")

    face(ana).delete()

    assert [saved.profile.community for saved in SavedSearch.objects.all()] == ["ici"]


# --- what the database refuses ------------------------------------------------------------------


def test_the_database_refuses_the_same_search_twice(ana: Member) -> None:
    saved = keep(ana)

    again = SavedSearch(profile=saved.profile, query=saved.query, name="again")
    refused("search_saved_once", again.save)


def test_the_database_refuses_a_search_without_a_name(ana: Member) -> None:
    keep(ana)

    refused("saved_search_has_a_name", lambda: SavedSearch.objects.update(name=""))


@pytest.mark.parametrize("remembered", [{"known": [1]}, {"fresh": [1]}])
def test_the_database_refuses_to_remember_people_for_nothing(
    ana: Member, remembered: dict[str, list[int]]
) -> None:
    keep(ana, letters=False)

    refused(
        "saved_search_remembers_people_only_for_letters",
        lambda: SavedSearch.objects.update(**remembered),
    )


def test_the_communities_are_told_apart(ana: Member) -> None:
    assert keep(ana).profile.community == TWP.slug
