from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from members.models import Member, Profile
from members.outbox.models import Letter
from moderation import decisions, taking
from moderation.marks import mark_of
from moderation.models import Application, Decision, Reason, Verdict

pytestmark = pytest.mark.django_db


def letters() -> list[tuple[str, str]]:
    return list(Letter.objects.values_list("kind", "about"))


def test_approving_lets_the_applicant_in(wren: Application, reviewer: Member) -> None:
    decision = decisions.approve(wren, reviewer)

    wren.refresh_from_db()
    member = Member.objects.get(pk=wren.member_id)
    assert wren.approved_at is not None
    assert member.is_active
    assert list(EmailAddress.objects.values_list("user", "email", "verified", "primary")) == [
        (member.pk, member.email, True, True)
    ]
    assert letters() == [("approved", str(decision.pk))]


def test_approving_is_on_record(wren: Application, reviewer: Member) -> None:
    decisions.approve(wren, reviewer)

    decision = Decision.objects.get()
    assert (decision.profile_id, decision.community, decision.reviewer) == (
        wren.pk, "twp", reviewer,
    )  # fmt: skip
    assert (decision.verdict, decision.reason, decision.words) == (Verdict.APPROVED, "", "")
    assert decision.address_mark == ""


def test_approving_in_a_second_community_keeps_the_first_day(
    bo: Member, apply: Callable[..., Application], reviewer: Member
) -> None:
    since = bo.let_in_at
    application = apply("bo-in-ici", "ici", member=bo)

    decisions.approve(application, reviewer)

    bo.refresh_from_db()
    assert bo.let_in_at == since


def test_declining_posts_the_letter_as_it_was_edited(wren: Application, reviewer: Member) -> None:
    decision = decisions.decline(wren, reviewer, Reason.PROMOTES, "  Not this time.\n")

    wren.refresh_from_db()
    assert wren.declined_at is not None
    assert (decision.verdict, decision.reason, decision.words) == (
        Verdict.DECLINED, Reason.PROMOTES, "Not this time.",
    )  # fmt: skip
    assert decision.address_mark == mark_of(wren.member.email)
    assert letters() == [("declined", str(decision.pk))]


def test_declining_lets_nobody_in(wren: Application, reviewer: Member) -> None:
    decisions.decline(wren, reviewer, Reason.PROMOTES, "Not this time.")

    assert not Member.objects.get(pk=wren.member_id).is_active


def test_what_looks_automatic_is_declined_in_silence(wren: Application, reviewer: Member) -> None:
    decision = decisions.decline(wren, reviewer, Reason.LOOKS_AUTOMATIC, "Words nobody gets.")

    assert decision.words == ""
    assert letters() == []


def test_a_letter_needs_words(wren: Application, reviewer: Member) -> None:
    with pytest.raises(taking.NoWords):
        decisions.decline(wren, reviewer, Reason.PROMOTES, " \n ")

    wren.refresh_from_db()
    assert wren.declined_at is None


def test_what_is_decided_is_not_decided_again(
    wren: Application, reviewer: Member, second_reviewer: Member
) -> None:
    decisions.approve(wren, second_reviewer)

    with pytest.raises(taking.AlreadyDecided) as refusal:
        decisions.decline(wren, reviewer, Reason.PROMOTES, "Not this time.")

    assert str(refusal.value) == (
        "robin has approved this application in the meantime. Nothing was changed."
    )
    assert Decision.objects.get().verdict == Verdict.APPROVED
    assert [kind for kind, _about in letters()] == ["approved"]


def test_a_second_click_says_that_it_is_done_already(wren: Application, reviewer: Member) -> None:
    decisions.decline(wren, reviewer, Reason.PROMOTES, "Not this time.")

    with pytest.raises(taking.AlreadyDecided) as refusal:
        decisions.decline(wren, reviewer, Reason.PROMOTES, "Not this time.")

    assert str(refusal.value) == "You declined this application already. Nothing was changed."


def test_an_address_must_be_confirmed_first(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    application = apply("wren", confirmed_at=None)

    with pytest.raises(taking.NotConfirmed):
        decisions.approve(application, reviewer)
    with pytest.raises(taking.NotConfirmed):
        decisions.decline(application, reviewer, Reason.PROMOTES, "Not this time.")


def test_a_name_is_given_once_in_a_community(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    decisions.approve(apply("wren"), reviewer)
    second = apply("other", username_key="same", username="Wren")
    Profile.objects.filter(username="wren").update(username_key="same")

    with pytest.raises(decisions.NameTaken):
        decisions.approve(second, reviewer)

    second.refresh_from_db()
    assert second.approved_at is None
    assert not Member.objects.get(pk=second.member_id).is_active


def test_a_name_may_be_taken_in_the_other_community(
    cleo: Member, apply: Callable[..., Application], reviewer: Member
) -> None:
    application = apply("cleo2", username="cleo", username_key="cleo")

    decisions.approve(application, reviewer)

    application.refresh_from_db()
    assert application.approved_at is not None


def test_another_name_is_asked_for_once_a_day(
    bo: Member, apply: Callable[..., Application], reviewer: Member
) -> None:
    application = apply("second", username_key=bo.profiles.get().username_key)

    decisions.ask_for_another_name(application, reviewer)
    decisions.ask_for_another_name(application, reviewer)

    application.refresh_from_db()
    assert application.is_waiting
    assert letters() == [("choose_another_name", str(application.pk))]


def test_nobody_is_asked_to_change_a_free_name(wren: Application, reviewer: Member) -> None:
    with pytest.raises(decisions.NameFree):
        decisions.ask_for_another_name(wren, reviewer)

    assert letters() == []


def test_what_was_taken_back_cannot_be_decided(wren: Application, reviewer: Member) -> None:
    Profile.objects.filter(pk=wren.pk).delete()

    with pytest.raises(taking.Withdrawn):
        decisions.approve(wren, reviewer)


@pytest.mark.parametrize("who", ["ana", "helper"])
def test_only_reviewers_decide(who: str, wren: Application, request: pytest.FixtureRequest) -> None:
    somebody = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        decisions.approve(wren, somebody)
    with pytest.raises(PermissionDenied):
        decisions.decline(wren, somebody, Reason.PROMOTES, "Not this time.")
    with pytest.raises(PermissionDenied):
        decisions.ask_for_another_name(wren, somebody)

    wren.refresh_from_db()
    assert wren.is_waiting


def test_a_suspended_reviewer_decides_nothing(wren: Application, reviewer: Member) -> None:
    reviewer.suspended_at = timezone.now()
    reviewer.save()

    with pytest.raises(PermissionDenied):
        decisions.approve(wren, reviewer)


def test_somebody_who_applied_again_can_be_decided_again(
    wren: Application, reviewer: Member
) -> None:
    decisions.decline(wren, reviewer, Reason.NOT_FILLED, "Please write more.")
    Profile.objects.filter(pk=wren.pk).update(declined_at=None)

    decisions.approve(wren, reviewer)

    assert list(Decision.objects.order_by("pk").values_list("verdict", "profile")) == [
        (Verdict.DECLINED, None),
        (Verdict.APPROVED, wren.pk),
    ]


def test_an_address_is_recognised_with_an_addition() -> None:
    assert mark_of("Ana+again@Example.org") == mark_of("ana@example.org")
    assert mark_of("ana@example.org") != mark_of("bo@example.org")
    assert "ana" not in mark_of("ana@example.org")


def test_an_earlier_day_of_sending_does_not_matter(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    application = apply("wren", hours_ago=24 * 40)

    decisions.approve(application, reviewer)

    application.refresh_from_db()
    assert timezone.now() - application.approved_at < timedelta(minutes=1)


def test_a_decision_keeps_how_long_the_applicant_waited_for_it(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    application = apply("wren", hours_ago=30)

    decision = decisions.approve(application, reviewer)

    assert timedelta(hours=30) <= decision.waited < timedelta(hours=30, minutes=1)
