"""The one gate: every state of a profile against every viewer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from members import blocking
from members.models import Block, Member, Profile
from members.statements import Slot, Statement

pytestmark = pytest.mark.django_db


def seen_by(viewer: Member | AnonymousUser, community: str = "twp") -> list[str]:
    visible = Profile.objects.visible_to(viewer).of(community).order_by("username")
    names = list(visible.values_list("username", flat=True))
    if viewer.is_authenticated and viewer.is_active:
        assert _put_together_before(viewer.pk, community) == [(name,) for name in names]
    return names


@Statement
def _put_together_before(viewer: Slot, community: Slot) -> QuerySet:
    """It is kept for a second, so in one test several viewers ask by the same one."""
    seen = Profile.objects.seen_by(viewer).filter(community=community)
    return seen.order_by("username").values_list("username")


def face(member: Member, community: str = "twp") -> Profile:
    return member.profiles.get(community=community)


@pytest.fixture
def sam(make_member: Callable[..., Member], make_profile: Callable[..., Profile]) -> Member:
    """The one looked at; approved in TWP."""
    member = make_member("sam")
    make_profile(member)
    return member


def change(member: Member, **fields: object) -> None:
    Profile.objects.filter(member=member).update(**fields)


def test_members_of_a_community_see_each_other_and_themselves(ana: Member, sam: Member) -> None:
    assert seen_by(ana) == ["ana", "sam"]


def test_a_member_of_the_other_community_only_sees_nobody_here(cleo: Member, sam: Member) -> None:
    assert seen_by(cleo) == []


def test_two_faces_of_one_member_are_each_seen_in_their_own_community(
    ana: Member, cleo: Member, bo: Member
) -> None:
    assert seen_by(cleo, "ici") == ["ana-in-ici", "cleo"]
    assert seen_by(bo, "ici") == []


def test_a_visitor_sees_nobody(sam: Member) -> None:
    assert seen_by(AnonymousUser()) == []


def test_a_reviewer_without_a_profile_sees_nobody(reviewer: Member, sam: Member) -> None:
    assert seen_by(reviewer) == []


def test_an_applicant_is_seen_by_nobody_and_sees_nobody(ana: Member, applicant: Member) -> None:
    assert seen_by(ana) == ["ana"]
    assert seen_by(applicant) == []


def test_a_declined_applicant_is_seen_by_nobody_and_sees_nobody(
    ana: Member, applicant: Member
) -> None:
    change(applicant, declined_at=timezone.now())

    assert seen_by(ana) == ["ana"]
    assert seen_by(applicant) == []


def test_who_was_approved_but_never_let_in_sees_nobody(applicant: Member, sam: Member) -> None:
    change(applicant, approved_at=timezone.now())

    assert seen_by(applicant) == []


@pytest.mark.parametrize("until", [None, timedelta(days=3)])
def test_who_rests_is_seen_by_nobody_but_themselves(
    until: timedelta | None, ana: Member, sam: Member
) -> None:
    day = timezone.localdate() + until if until else None
    change(sam, paused_at=timezone.now(), paused_until=day)

    assert seen_by(ana) == ["ana"]
    assert seen_by(sam) == ["ana", "sam"]


@pytest.mark.parametrize("days_ago", [0, 1])
def test_who_has_rested_long_enough_is_seen_again(days_ago: int, ana: Member, sam: Member) -> None:
    day = timezone.localdate() - timedelta(days=days_ago)
    change(sam, paused_at=timezone.now() - timedelta(days=9), paused_until=day)

    assert seen_by(ana) == ["ana", "sam"]


def test_who_left_is_seen_by_nobody_and_sees_nobody(ana: Member, sam: Member) -> None:
    change(sam, left_at=timezone.now())

    assert seen_by(ana) == ["ana"]
    assert seen_by(sam) == []


def test_who_is_suspended_is_seen_by_nobody_and_sees_nobody(ana: Member, sam: Member) -> None:
    Member.objects.filter(pk=sam.pk).update(suspended_at=timezone.now())
    sam.refresh_from_db()

    assert seen_by(ana) == ["ana"]
    assert seen_by(sam) == []


@pytest.mark.parametrize("who", ["ana", "sam"])
def test_a_block_hides_each_from_the_other_whoever_made_it(
    who: str, ana: Member, sam: Member, bo: Member
) -> None:
    blocker, blocked = (ana, sam) if who == "ana" else (sam, ana)
    Block.objects.create(blocker=blocker, blocked=blocked, community="twp")

    assert seen_by(ana) == ["ana", "bo"]
    assert seen_by(sam) == ["bo", "sam"]
    assert seen_by(bo) == ["ana", "bo", "sam"]


def test_a_block_in_one_community_leaves_the_other_alone(
    ana: Member, sam: Member, make_profile: Callable[..., Profile]
) -> None:
    """Else whoever is in both could block one face and see which other one vanishes."""
    make_profile(sam, "ici", username="sam-in-ici")

    blocking.block(sam, face(ana, "twp"))

    assert seen_by(sam) == ["sam"]
    assert seen_by(sam, "ici") == ["ana-in-ici", "sam-in-ici"]
    assert seen_by(ana, "ici") == ["ana-in-ici", "sam-in-ici"]


def test_a_block_holds_for_who_leaves_and_joins_again(
    ana: Member, sam: Member, make_profile: Callable[..., Profile]
) -> None:
    blocking.block(sam, face(ana, "twp"))
    face(ana, "twp").delete()

    make_profile(ana, "twp", username="ana-anew")

    assert seen_by(sam) == ["sam"]


def test_a_paused_viewer_still_sees_others(ana: Member, sam: Member) -> None:
    change(ana, paused_at=timezone.now())

    assert seen_by(ana) == ["ana", "sam"]
