"""How long what was said and shown is kept, and what stays when somebody is erased."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from members import account
from members.duties import erase_profiles_that_left
from members.models import Member, Profile
from members.relay.models import Message
from moderation.duties import erase_evidence
from moderation.models import Measure, Report
from moderation.reports import appeals, measures

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(
    ana: Member, bo: Member, write: Callable[..., Message], tell: Callable[..., Report]
) -> Report:
    """Ana told of Bo and showed a message."""
    Profile.objects.filter(member=bo).update(about_me="I sell honey.")
    return tell(ana, bo, words="Bo sells.", message=write(bo, ana, "Buy my honey, it heals."))


def evidence(report: Report) -> tuple[str, ...]:
    report.refresh_from_db()
    return report.words, report.seen_name, report.seen_about_me, report.seen_message


KEPT = ("Bo sells.", "bo", "I sell honey.", "Buy my honey, it heals.")


def leave_for_good(member: Member) -> None:
    for profile in member.profiles.all():
        account.leave(profile)
    Profile.objects.filter(member=member).update(left_at=timezone.now() - timedelta(days=8))
    erase_profiles_that_left()
    assert not Member.objects.filter(pk=member.pk).exists()


def test_nobody_escapes_by_leaving(shown: Report, bo: Member) -> None:
    person = bo.pk

    leave_for_good(bo)

    assert evidence(shown) == KEPT
    assert (shown.profile, shown.message, shown.person_id) == (None, None, person)


def test_nobody_escapes_by_changing_their_words(shown: Report, bo: Member) -> None:
    Profile.objects.filter(member=bo).update(username="saint", about_me="I am kind.")

    assert evidence(shown) == KEPT


def test_what_a_reporter_told_stays_when_they_are_erased_and_leads_to_nobody(
    shown: Report, ana: Member
) -> None:
    leave_for_good(ana)

    assert evidence(shown) == KEPT
    assert (shown.reporter, shown.reply_to) == (None, "")


def test_after_a_year_only_ids_and_the_concern_stay(shown: Report, bo: Member) -> None:
    Report.objects.update(evidence_until=timezone.localdate(), reply_to="ana@example.org")
    profile = shown.profile

    for _twice in range(2):
        erase_evidence()

    assert evidence(shown) == ("", "", "", "")
    assert (shown.reporter, shown.message, shown.reply_to) == (None, None, "")
    assert (shown.evidence_until, shown.is_erased) == (None, True)
    assert (shown.person_id, shown.profile, shown.concern) == (bo.pk, profile, "money")


def test_before_that_day_nothing_is_erased(shown: Report) -> None:
    Report.objects.update(evidence_until=timezone.localdate() + timedelta(days=1))

    erase_evidence()

    assert evidence(shown) == KEPT


def test_the_words_of_measures_go_after_a_year_too(
    shown: Report, bo: Member, reviewer: Member, second_reviewer: Member
) -> None:
    old = measures.suspend(bo, reviewer, "Closed.", concern="money", report=shown)
    appeals.appeal(old, "It was not me.")
    appeals.let_stand(old, second_reviewer, "It stays.")
    Measure.objects.update(taken_at=timezone.now() - timedelta(days=365))
    young = measures.reinstate(bo, reviewer, "Come back.")

    erase_evidence()

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.words, old.appeal, old.appeal_answer) == ("", "", "")
    assert (old.step, old.concern, old.person_id) == ("suspend", "money", bo.pk)
    assert young.words == "Come back."
