"""Taking a decision back, in the minutes in which its letter waits; and opening a case again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from members.models import Listing, Member, Profile
from members.outbox.composing import compose
from members.outbox.letters import NotWanted
from members.outbox.models import Letter
from moderation import decisions, taking
from moderation.applications import undoing
from moderation.models import Act, Application, AuditEntry, Decision, Reason, State
from tests.forms import fields_of
from tests.outbox.post_office import PostOffice, deliver_all, smtp_server

__all__ = ["smtp_server"]
pytestmark = pytest.mark.django_db


def fresh(application: Application) -> Application:
    return Application.objects.get(pk=application.pk)


def logged() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))


def make_older(decision: Decision, by: timedelta) -> None:
    Decision.objects.filter(pk=decision.pk).update(decided_at=decision.decided_at - by)


@pytest.mark.parametrize("verdict", ["approved", "declined"])
def test_a_letter_waits_ten_minutes(
    verdict: str, wren: Application, reviewer: Member, smtp_server: PostOffice
) -> None:
    decided(verdict, wren, reviewer)
    deliver_all()
    assert smtp_server.letters == []

    Letter.objects.update(due_at=timezone.now())
    deliver_all()

    assert smtp_server.only().envelope_to == [wren.member.email]


def decided(verdict: str, application: Application, reviewer: Member) -> Decision:
    if verdict == "approved":
        return decisions.approve(application, reviewer)
    return decisions.decline(application, reviewer, Reason.PROMOTES, "Not this time.")


@pytest.mark.parametrize("verdict", ["approved", "declined"])
def test_undone_it_waits_as_before_and_nothing_is_sent(
    verdict: str, wren: Application, reviewer: Member, smtp_server: PostOffice
) -> None:
    decided(verdict, wren, reviewer)

    undoing.undo(wren, reviewer)

    Letter.objects.update(due_at=timezone.now())
    deliver_all()
    assert smtp_server.letters == []
    assert fresh(wren).state == State.WAITING
    assert Decision.objects.count() == 0
    assert logged() == [verdict, Act.UNDID]


def test_an_approval_undone_shuts_the_door_again(
    wren: Application, reviewer: Member, signed_in: Callable[[Member], Client]
) -> None:
    decisions.approve(wren, reviewer)
    member = Member.objects.get(pk=wren.member_id)
    browser = signed_in(member)
    assert browser.get("/account/").status_code == 200

    undoing.undo(wren, reviewer)

    member.refresh_from_db()
    assert not member.is_active
    assert not Listing.objects.filter(profile=wren.pk).exists()
    assert not EmailAddress.objects.filter(user=member).exists()
    assert browser.get("/account/").status_code == 302


def test_an_approval_in_a_second_community_undone_leaves_the_first(
    bo: Member, apply: Callable[..., Application], reviewer: Member
) -> None:
    application = apply("bo-in-ici", "ici", member=bo)
    decisions.approve(application, reviewer)

    undoing.undo(application, reviewer)

    bo.refresh_from_db()
    assert bo.is_active
    assert list(
        Profile.objects.approved().filter(member=bo).values_list("community", flat=True)
    ) == ["twp"]


def test_it_can_be_decided_otherwise_afterwards(wren: Application, reviewer: Member) -> None:
    decisions.decline(wren, reviewer, Reason.PROMOTES, "Not this time.")
    undoing.undo(wren, reviewer)

    decision = decisions.approve(wren, reviewer)

    assert list(Letter.objects.unsent().values_list("kind", "about")) == [
        ("approved", str(decision.pk))
    ]


def test_a_colleague_may_undo_it(
    wren: Application, reviewer: Member, second_reviewer: Member
) -> None:
    decisions.approve(wren, reviewer)

    undoing.undo(wren, second_reviewer)

    assert fresh(wren).state == State.WAITING
    assert AuditEntry.objects.get(act=Act.UNDID).staff_id == second_reviewer.pk


def test_after_ten_minutes_it_stands(wren: Application, reviewer: Member) -> None:
    make_older(decisions.approve(wren, reviewer), undoing.UNDO_WITHIN)

    with pytest.raises(undoing.TooLate):
        undoing.undo(wren, reviewer)

    assert fresh(wren).state == State.APPROVED


def test_once_the_letter_is_out_it_stands(
    wren: Application, reviewer: Member, smtp_server: PostOffice
) -> None:
    decisions.approve(wren, reviewer)
    undoing.send_now(wren, reviewer)
    deliver_all()

    with pytest.raises(undoing.TooLate):
        undoing.undo(wren, reviewer)

    assert len(smtp_server.letters) == 1


def test_a_letter_released_but_not_sent_can_still_be_stopped(
    wren: Application, reviewer: Member, smtp_server: PostOffice
) -> None:
    decisions.approve(wren, reviewer)
    undoing.send_now(wren, reviewer)

    undoing.undo(wren, reviewer)
    deliver_all()

    assert smtp_server.letters == []


def test_undone_twice_is_undone_once(wren: Application, reviewer: Member) -> None:
    decisions.approve(wren, reviewer)
    undoing.undo(wren, reviewer)

    with pytest.raises(undoing.NothingToUndo):
        undoing.undo(wren, reviewer)

    assert logged() == [Act.APPROVED, Act.UNDID]


def test_the_second_press_says_who_took_it_back(
    wren: Application, reviewer: Member, second_reviewer: Member
) -> None:
    decisions.approve(wren, reviewer)
    undoing.undo(wren, second_reviewer)

    with pytest.raises(undoing.NothingToUndo) as told:
        undoing.undo(wren, reviewer)
    assert str(told.value) == (
        "robin has taken this decision back in the meantime. Nothing was changed."
    )
    with pytest.raises(undoing.NothingToUndo, match="You have taken this decision back"):
        undoing.undo(wren, second_reviewer)


@pytest.mark.parametrize("verb", [undoing.undo, undoing.send_now])
def test_a_stale_button_leaves_the_decision_after_alone(
    verb: Callable[..., object], wren: Application, reviewer: Member, second_reviewer: Member
) -> None:
    shown = decisions.approve(wren, reviewer).pk
    undoing.undo(wren, second_reviewer)
    decisions.decline(wren, second_reviewer, Reason.PROMOTES, "Not this time.")

    with pytest.raises(taking.AlreadyDecided) as told:
        verb(wren, reviewer, shown)

    assert str(told.value) == (
        "robin has declined this application in the meantime. Nothing was changed."
    )
    assert fresh(wren).state == State.DECLINED
    assert not Letter.objects.due().exists()


def test_the_buttons_of_the_bar_name_their_decision(
    desk: Client, wren: Application, reviewer: Member, second_reviewer: Member
) -> None:
    page = f"/admin/moderation/application/{wren.pk}/change/"
    decisions.approve(wren, reviewer)
    bar = fields_of(desk.get(page).content.decode(), "decision")
    undoing.undo(wren, second_reviewer)
    decisions.decline(wren, second_reviewer, Reason.LOOKS_AUTOMATIC)

    for key in (bar["decision"], "0", "-1", "9" * 30, "\u0663", "x", "1\x00"):
        desk.post(page, {"do": "undo", "decision": key})
        assert fresh(wren).state == State.DECLINED


def test_who_was_let_in_long_ago_is_not_shut_out(
    bo: Member, apply: Callable[..., Application], reviewer: Member, signed_in: Callable
) -> None:
    """Bo has left TWP and was erased there; the application to ICI keeps the login."""
    application = apply("bo-in-ici", "ici", member=bo)
    bo.profiles.filter(community="twp").delete()
    EmailAddress.objects.get_or_create(user=bo, email=bo.email, verified=True, primary=True)
    browser = signed_in(bo)

    decisions.decline(application, reviewer, Reason.PROMOTES, "Not this time.")
    undoing.undo(application, reviewer)
    decisions.decline(application, reviewer, Reason.PROMOTES, "Not this time.")
    undoing.reopen(application, reviewer)
    decisions.approve(application, reviewer)
    undoing.undo(application, reviewer)

    bo.refresh_from_db()
    assert bo.is_active
    assert EmailAddress.objects.filter(user=bo).exists()
    assert browser.get("/account/").status_code == 200


def test_the_door_stays_open_while_another_approval_opens_it(
    wren: Application, apply: Callable[..., Application], reviewer: Member
) -> None:
    in_ici = apply("wren-in-ici", "ici", member=wren.member)
    decisions.approve(wren, reviewer)
    decisions.approve(in_ici, reviewer)

    undoing.undo(wren, reviewer)
    assert Member.objects.get(pk=wren.member_id).is_active
    undoing.undo(in_ici, reviewer)
    assert not Member.objects.get(pk=wren.member_id).is_active


def test_who_left_meanwhile_is_let_go(wren: Application, reviewer: Member) -> None:
    decisions.approve(wren, reviewer)
    Profile.objects.filter(pk=wren.pk).update(left_at=timezone.now())

    with pytest.raises(undoing.LeftMeanwhile):
        undoing.undo(wren, reviewer)


def test_what_was_taken_back_cannot_be_undone(wren: Application, reviewer: Member) -> None:
    decisions.approve(wren, reviewer)
    Member.objects.filter(pk=wren.member_id).delete()

    with pytest.raises(taking.Withdrawn):
        undoing.undo(wren, reviewer)


def test_only_reviewers_undo_send_and_open_again(
    wren: Application, reviewer: Member, helper: Member
) -> None:
    decisions.decline(wren, reviewer, Reason.PROMOTES, "Not this time.")

    for verb in (undoing.undo, undoing.send_now, undoing.reopen):
        with pytest.raises(PermissionDenied):
            verb(wren, helper)

    assert fresh(wren).state == State.DECLINED


def test_sending_at_once_twice_is_recorded_once(wren: Application, reviewer: Member) -> None:
    decisions.approve(wren, reviewer)

    undoing.send_now(wren, reviewer)
    undoing.send_now(wren, reviewer)

    assert logged() == [Act.APPROVED, Act.RELEASED_LETTER]


def test_a_declined_one_can_be_opened_again(wren: Application, reviewer: Member) -> None:
    decision = decisions.decline(wren, reviewer, Reason.PROMOTES, "Not this time.")
    make_older(decision, timedelta(days=20))

    undoing.reopen(wren, reviewer)

    assert fresh(wren).state == State.WAITING
    decision.refresh_from_db()
    assert (decision.profile_id, decision.reason) == (None, Reason.PROMOTES)
    with pytest.raises(NotWanted):
        compose(Letter.objects.get())


def test_an_approved_one_is_not_opened_again(wren: Application, reviewer: Member) -> None:
    decisions.approve(wren, reviewer)

    with pytest.raises(undoing.NotDeclined):
        undoing.reopen(wren, reviewer)


def test_what_one_decided_last_is_offered_to_undo(
    apply: Callable[..., Application], reviewer: Member, second_reviewer: Member
) -> None:
    decisions.approve(apply("one"), reviewer)
    two = apply("two")
    decisions.decline(two, reviewer, Reason.LOOKS_AUTOMATIC)
    decisions.approve(apply("three"), second_reviewer)

    last = undoing.last_of(reviewer)

    assert (last.profile.pk, last.verdict, last.letter_waits) == (two.pk, "declined", False)


def test_nothing_is_offered_to_undo_when_it_is_too_late(
    wren: Application, reviewer: Member
) -> None:
    make_older(decisions.approve(wren, reviewer), undoing.UNDO_WITHIN)

    assert undoing.last_of(reviewer) is None


# --- several at once ---------------------------------------------------------------------------------


def test_several_are_approved_and_the_others_said_why_not(
    apply: Callable[..., Application], reviewer: Member, second_reviewer: Member
) -> None:
    one, two, gone, late = (apply(name) for name in ("one", "two", "gone", "late"))
    decisions.decline(late, second_reviewer, Reason.LOOKS_AUTOMATIC)
    Profile.objects.filter(pk=gone.pk).delete()

    outcomes = decisions.approve_each([one, gone, late, two], reviewer)

    assert [type(outcome.refusal) for outcome in outcomes] == [
        type(None), taking.Withdrawn, taking.AlreadyDecided, type(None),
    ]  # fmt: skip
    assert {fresh(one).state, fresh(two).state} == {State.APPROVED}
    assert Letter.objects.filter(kind="approved").count() == 2


def test_several_are_declined_without_a_letter(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    outcomes = decisions.decline_each_silently([apply("one"), apply("two")], reviewer)

    assert [outcome.refusal for outcome in outcomes] == [None, None]
    assert Letter.objects.count() == 0
    assert logged() == [Act.DECLINED_SILENTLY] * 2
