"""What this room does by the clock."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from members.erasing import erase_if_nothing_is_left
from members.outbox.duties import duty
from members.standing import DECLINED_ERASED_AFTER
from moderation import alarms, staff_messages
from moderation.applications import asking, claims, likeness
from moderation.models import Application, Decision
from moderation.reminders import waiting
from moderation.reports import measures, reporting


@duty("erase-declined-applications", every=timedelta(hours=6))
def erase_declined_applications() -> None:
    """What stays of an application is the reason and the mark of its address."""
    latest = timezone.now() - DECLINED_ERASED_AFTER
    for key in Application.objects.filter(declined_at__lte=latest).values_list("pk", flat=True):
        _erase(key)
    # Of those erased by another way too: their letter may repeat what they wrote.
    Decision.objects.filter(profile=None).exclude(words="").update(words="")


@duty("remind-applicants-who-were-asked", every=timedelta(hours=6))
def remind_applicants_who_were_asked() -> None:
    asking.remind()


@duty("close-applications-without-an-answer", every=timedelta(hours=6))
def close_applications_without_an_answer() -> None:
    asking.close()


@duty("forget-claims", every=timedelta(days=1))
def forget_claims() -> None:
    claims.forget()


@duty("erase-answered-staff-messages", every=timedelta(hours=6))
def erase_answered_staff_messages() -> None:
    staff_messages.erase_answered()


@duty("raise-alarms", every=timedelta(minutes=10))
def raise_alarms() -> None:
    alarms.raise_alarms()


@duty("compare-applications", every=timedelta(minutes=1))
def compare_applications() -> None:
    likeness.compare_new()


@duty("forget-what-was-compared", every=timedelta(hours=6))
def forget_what_was_compared() -> None:
    likeness.forget_old()


@duty("remind-the-staff", every=timedelta(hours=1))
def remind_the_staff() -> None:
    waiting.remind()


@duty("tell-applicants-of-delay", every=timedelta(hours=1))
def tell_applicants_of_delay() -> None:
    waiting.tell_of_delay()


@duty("erase-evidence", every=timedelta(hours=6))
def erase_evidence() -> None:
    reporting.erase_evidence()


@duty("erase-ended-memberships", every=timedelta(hours=6))
def erase_ended_memberships() -> None:
    measures.erase_ended()


@transaction.atomic
def _erase(key: int) -> None:
    rows = Application.objects.select_for_update(of=("self", "member")).select_related("member")
    application = rows.filter(pk=key, declined_at__isnull=False).first()
    if application is None:
        return
    member = application.member
    application.delete()
    erase_if_nothing_is_left(member)
