"""A profile as others see it, and who does not."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from members.models import Block, Member, Profile, Shown
from members.places.models import Cell

pytestmark = pytest.mark.django_db

MATCHING, UNUSED = Shown.MATCHING, Shown.UNUSED


def face(member: Member, community: str = "twp") -> Profile:
    return member.profiles.get(community=community)


def page(client: Client, username: str, community: str = "twp") -> str:
    response = client.get(f"/{community}/members/{username}/")
    assert response.status_code == 200
    return response.content.decode()


def test_a_profile_shows_what_is_shown(
    ana: Member,
    bo: Member,
    signed_in: Callable[[Member], Client],
    answer: Callable[..., Any],
    take: Callable[..., Any],
) -> None:
    Profile.objects.filter(member=bo).update(about_me="I walk and I knit.")
    answer(face(bo), "stage", "reducing")
    answer(face(bo), "interest", "creative")
    take(face(bo), "sertraline", "stopped")

    shown = page(signed_in(ana), "bo")

    for words in ("I walk and I knit.", "reducing now", "making things", "sertraline", "stopped",
                  "Around Northampton, Massachusetts, United States"):  # fmt: skip
        assert words in shown


def test_a_profile_says_how_far_in_the_unit_its_reader_chose_while_searching(
    ana: Member, bo: Member, boston: Cell, signed_in: Callable[[Member], Client]
) -> None:
    Profile.objects.filter(member=bo).update(cell=boston)
    client = signed_in(ana)
    usual = page(client, "bo")

    client.get("/twp/members/?unit=km")

    assert "under 100 miles" in usual
    assert "under 250 km" in page(client, "bo")


def test_a_profile_shows_nothing_hidden(
    ana: Member,
    bo: Member,
    signed_in: Callable[[Member], Client],
    answer: Callable[..., Any],
    take: Callable[..., Any],
) -> None:
    answer(face(bo), "how_it_is_now", "very_hard", MATCHING)
    answer(face(bo), "stage", "cannot", UNUSED)
    answer(face(bo), "interest", "advocacy", UNUSED)
    take(face(bo), "sertraline", "stopped", MATCHING)
    take(face(bo), "diazepam", "taking", UNUSED)

    shown = page(signed_in(ana), "bo")

    for words in ("very hard", "cannot now", "advocacy", "sertraline", "diazepam", "stopped",
                  "example.org", "member_id", str(bo.pk)):  # fmt: skip
        assert words not in shown


def test_what_is_for_matching_is_read_by_who_has_the_same(
    ana: Member,
    bo: Member,
    stranger: Member,
    signed_in: Callable[[Member], Client],
    answer: Callable[..., Any],
    take: Callable[..., Any],
) -> None:
    answer(face(bo), "how_it_is_now", "very_hard", MATCHING)
    take(face(bo), "sertraline", "stopped", MATCHING)
    answer(face(ana), "how_it_is_now", "very_hard", MATCHING)
    take(face(ana), "sertraline", "taking")

    common = signed_in(ana).get("/twp/members/bo/").context["face"]
    others = signed_in(stranger).get("/twp/members/bo/").context["face"]

    assert common.in_common == ["sertraline", "how it is now: very hard"]
    assert [(drug.name, drug.details) for drug in common.drugs] == [("sertraline", [])]
    assert (others.in_common, others.drugs, others.experience) == ([], [], [])


def test_one_s_own_profile_is_shown_as_others_see_it(
    ana: Member, signed_in: Callable[[Member], Client], answer: Callable[..., Any]
) -> None:
    answer(face(ana), "stage", "reducing")
    answer(face(ana), "how_it_is_now", "very_hard", MATCHING)

    shown = page(signed_in(ana), "ana")

    assert "This is how others see you" in shown
    assert "reducing now" in shown
    assert "very hard" not in shown
    assert "/write/" not in shown


def test_capitals_do_not_matter_but_look_alikes_do(
    ana: Member,
    bo: Member,
    make_member: Callable[..., Member],
    make_profile: Callable[..., Profile],
    signed_in: Callable[[Member], Client],
) -> None:
    make_profile(make_member("ill"), username="Bill")
    client = signed_in(ana)

    assert client.get("/twp/members/bILL/").status_code == 200
    assert client.get("/twp/members/BiII/").status_code == 404


def hide_by_block(ana: Member, bo: Member) -> None:
    Block.objects.create(blocker=bo, blocked=ana, community="twp")


def hide_by_rest(ana: Member, bo: Member) -> None:
    Profile.objects.filter(member=bo).update(paused_at=timezone.now())


def hide_by_leaving(ana: Member, bo: Member) -> None:
    Profile.objects.filter(member=bo).update(left_at=timezone.now())


def hide_by_suspension(ana: Member, bo: Member) -> None:
    Member.objects.filter(pk=bo.pk).update(suspended_at=timezone.now())


def hide_by_waiting(ana: Member, bo: Member) -> None:
    Profile.objects.filter(member=bo).update(approved_at=None)


@pytest.mark.parametrize("action", ["", "block/"])
@pytest.mark.parametrize(
    "hide", [hide_by_block, hide_by_rest, hide_by_leaving, hide_by_suspension, hide_by_waiting]
)
def test_the_hidden_and_the_unknown_give_the_same_answer(
    hide: Callable[[Member, Member], None],
    action: str,
    ana: Member,
    bo: Member,
    signed_in: Callable[[Member], Client],
) -> None:
    hide(ana, bo)
    client = signed_in(ana)

    hidden = client.get(f"/twp/members/bo/{action}")
    unknown = client.get(f"/twp/members/no-such-one/{action}")

    assert hidden.status_code == unknown.status_code == 404
    assert without_address(hidden.content) == without_address(unknown.content)


def without_address(content: bytes) -> str:
    """The page without tokens and without its own address, which differ in any case."""
    text = re.sub(r'name="(csrfmiddlewaretoken|next)" value="[^"]*"', "", content.decode())
    return text.replace("no-such-one", "bo")


@pytest.mark.parametrize(
    "name", ["%00", "bo%00", "a" * 31, "a" * 5000, "%F0%9F%99%82", "%ED%A0%80", "'", "%25"]
)
def test_a_name_that_can_be_nobody_s_gives_the_same_404(
    name: str, ana: Member, bo: Member, signed_in: Callable[[Member], Client]
) -> None:
    assert signed_in(ana).get(f"/twp/members/{name}/").status_code == 404


def test_the_other_community_and_visitors_get_nothing(
    cleo: Member, bo: Member, ana: Member, client: Client, signed_in: Callable[[Member], Client]
) -> None:
    assert signed_in(cleo).get("/twp/members/bo/").status_code == 404
    assert signed_in(bo).get("/ici/members/ana-in-ici/").status_code == 404
    assert signed_in(ana).get("/ici/members/bo/").status_code == 404
    assert client.get("/twp/members/bo/").status_code == 302


def test_a_block_is_asked_before_it_is_made(
    ana: Member, bo: Member, signed_in: Callable[[Member], Client]
) -> None:
    client = signed_in(ana)

    assert "Block bo?" in client.get("/twp/members/bo/block/").content.decode()
    assert not Block.objects.exists()


def test_a_block_hides_each_from_the_other_at_once(
    ana: Member, bo: Member, signed_in: Callable[[Member], Client]
) -> None:
    client = signed_in(ana)

    response = client.post("/twp/members/bo/block/")

    assert (response.status_code, response["Location"]) == (302, "/twp/members/")
    assert Block.objects.filter(blocker=ana, blocked=bo).count() == 1
    assert client.get("/twp/members/bo/").status_code == 404
    assert signed_in(bo).get("/twp/members/ana/").status_code == 404


def test_a_double_click_on_block_makes_one_block(
    ana: Member, bo: Member, signed_in: Callable[[Member], Client]
) -> None:
    client = signed_in(ana)

    client.post("/twp/members/bo/block/")
    client.post("/twp/members/bo/block/")

    assert Block.objects.count() == 1


def test_nobody_blocks_themselves(ana: Member, signed_in: Callable[[Member], Client]) -> None:
    assert signed_in(ana).post("/twp/members/ana/block/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_a_profile_takes_as_many_queries_with_one_answer_as_with_three(
    rows: int,
    ana: Member,
    bo: Member,
    signed_in: Callable[[Member], Client],
    answer: Callable[..., Any],
    take: Callable[..., Any],
    django_assert_num_queries: Callable[..., Any],
) -> None:
    for slug, drug in [
        ("friendship", "sertraline"),
        ("advocacy", "diazepam"),
        ("creative", "lithium"),
    ][:rows]:
        answer(face(bo), "interest", slug)
        answer(face(ana), "interest", slug)
        take(face(bo), drug, "stopped")
    client = signed_in(ana)

    with django_assert_num_queries(7):
        client.get("/twp/members/bo/")
