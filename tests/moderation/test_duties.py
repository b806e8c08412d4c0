from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from members.models import Member, Profile
from members.outbox.duties import DUTIES
from moderation import decisions
from moderation.applications import hints, reading
from moderation.duties import erase_declined_applications
from moderation.models import Application, Decision, Reason, StaffMessage

pytestmark = pytest.mark.django_db


@pytest.fixture
def declined(reviewer: Member) -> Callable[..., None]:
    def decline(application: Application, days_ago: int) -> None:
        decisions.decline(application, reviewer, Reason.PROMOTES, f"Dear {application.username}")
        then = timezone.now() - timedelta(days=days_ago)
        Profile.objects.filter(pk=application.pk).update(declined_at=then)

    return decline


def test_a_declined_application_is_erased_after_thirty_days(
    wren: Application, declined: Callable[..., None]
) -> None:
    declined(wren, 31)

    erase_declined_applications()

    assert not Profile.objects.filter(username="wren").exists()
    assert not Member.objects.filter(email="wren@example.org").exists()


def test_what_stays_is_the_reason_and_the_mark(
    wren: Application, declined: Callable[..., None]
) -> None:
    declined(wren, 31)

    erase_declined_applications()

    decision = Decision.objects.get()
    assert (decision.profile, decision.words, decision.reason) == (None, "", Reason.PROMOTES)
    assert decision.address_mark != ""


def test_a_return_is_recognised(
    wren: Application, apply: Callable[..., Application], declined: Callable[..., None]
) -> None:
    declined(wren, 31)
    erase_declined_applications()

    again = reading.for_queue(Application.objects.all()).get(pk=apply("wren").pk)

    (hint,) = hints.of([again])[again.pk]
    assert str(hint.short) == "declined before"


def test_before_thirty_days_nothing_is_erased(
    wren: Application, declined: Callable[..., None]
) -> None:
    declined(wren, 29)

    erase_declined_applications()

    assert Profile.objects.filter(pk=wren.pk).exists()


def test_a_member_of_the_other_community_stays(
    bo: Member, apply: Callable[..., Application], declined: Callable[..., None]
) -> None:
    declined(apply("bo-in-ici", "ici", member=bo), 31)

    erase_declined_applications()

    assert list(bo.profiles.values_list("community", flat=True)) == ["twp"]


def test_it_may_be_done_twice(wren: Application, declined: Callable[..., None]) -> None:
    declined(wren, 31)

    erase_declined_applications()
    erase_declined_applications()

    assert Decision.objects.count() == 1


def test_a_letter_does_not_outlive_its_application(
    wren: Application, declined: Callable[..., None]
) -> None:
    declined(wren, 1)
    Profile.objects.filter(pk=wren.pk).delete()

    erase_declined_applications()

    assert Decision.objects.get().words == ""


def test_the_clock_erases_what_was_answered_long_ago() -> None:
    then = timezone.now() - timedelta(days=91)
    StaffMessage.objects.create(about="question", body="Answered long ago.", answered_at=then)

    DUTIES["erase-answered-staff-messages"].verb()

    assert not StaffMessage.objects.exists()
