"""What stays in the database of somebody who was declined, or never confirmed: the reason, a keyed
hash, and ids that lead to nobody. From the form to the last duty, with the clock moved."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from members.models import Member, Profile, Session
from members.outbox.duties import DUTIES
from members.outbox.models import Letter
from moderation import audit, decisions
from moderation.marks import mark_of
from moderation.models import Act, Application, AuditEntry, Claim, Decision, Note, Question, Reason
from moderation.reminders import waiting
from tests.members.applying import send, status_url
from tests.outbox.post_office import PostOffice, deliver_all, smtp_server
from tests.places.known_towns import load_known_towns

__all__ = ["smtp_server"]

pytestmark = pytest.mark.django_db

ADDRESS, NAME = "quill.marsh@example.org", "quillmarsh"
MARKED = "zebrawords"  # in everything that somebody types
REASON = Reason.NOT_FILLED


@pytest.fixture
def sent(smtp_server: PostOffice) -> Profile:
    """An application from the form, with drugs, answers and words, its letter sent."""
    cache.clear()
    load_known_towns()
    typed = {"email": ADDRESS, "username": NAME, "about_me": f"I wrote {MARKED}."}
    send(Client(), stage="reducing", **typed)
    deliver_all()
    return Profile.objects.get(username=NAME)


def everything() -> str:
    """Every row of every table, and what sessions hold, which lies there packed."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'select t::text from "{table}" t')  # noqa: S608 (a name of ours)
            rows += [f"{table}: {row}" for (row,) in cursor.fetchall()]
    rows += [f"session: {session.get_decoded()}" for session in Session.objects.all()]
    return "\n".join(rows)


def marks_of(profile: Profile) -> tuple[str, ...]:
    """All by which somebody could be known again."""
    return ADDRESS, "quill", NAME, profile.username_key, MARKED, str(profile.application_key)


def left_of(marks: tuple[str, ...]) -> list[str]:
    found = everything().lower()
    return [mark for mark in marks if mark.lower() in found]


def days_pass(profile: Profile, days: int) -> None:
    """As if all that happened to the application had been so many days earlier."""
    time = timedelta(days=days)
    row = Profile.objects.get(pk=profile.pk)
    for name in ("applied_at", "confirmed_at", "declined_at"):
        if when := getattr(row, name):
            setattr(row, name, when - time)
    row.save()
    for letter in Letter.objects.all():
        letter.posted_at -= time
        letter.sent_at = letter.sent_at and letter.sent_at - time
        letter.save()


def do_all_duties() -> None:
    for timed in DUTIES.values():
        timed.verb()


def reviewed_at_length(profile: Profile, reviewer: Member) -> Application:
    """Confirmed, late, asked, answered, talked about among the staff, and looked at."""
    Client().post(status_url(profile, "confirm"))
    days_pass(profile, 3)
    waiting.tell_of_delay()
    deliver_all()
    application = Application.objects.get(pk=profile.pk)
    audit.note(reviewer, Act.LOOKED, application)
    Note.objects.create(application_id=profile.pk, author=reviewer, words=f"Note: {MARKED}")
    Claim.objects.create(application_id=profile.pk, reviewer=reviewer, until=timezone.now())
    Question.objects.create(
        application_id=profile.pk, reviewer=reviewer, kind="question", words=f"Why {MARKED}?",
        answer=f"Because {MARKED}.", answered_at=timezone.now(),
    )  # fmt: skip
    return application


def test_of_a_declined_application_only_the_reason_and_a_mark_stay(
    sent: Profile, reviewer: Member, smtp_server: PostOffice
) -> None:
    application = reviewed_at_length(sent, reviewer)
    decisions.decline(application, reviewer, REASON, f"Thank you for {MARKED}.")
    deliver_all()
    marks = marks_of(application)
    before = left_of(marks)
    days_pass(application, 31)

    do_all_duties()
    do_all_duties()

    decision = Decision.objects.get()
    assert before == list(marks)  # what could stay was there
    assert left_of(marks) == []
    assert (decision.reason, decision.address_mark) == (REASON, mark_of(ADDRESS))
    assert (decision.profile_id, decision.words) == (None, "")
    assert [Note.objects.count(), Question.objects.count(), Claim.objects.count()] == [0, 0, 0]


def test_the_audit_log_keeps_ids_that_lead_to_nobody(
    sent: Profile, reviewer: Member, smtp_server: PostOffice
) -> None:
    application = reviewed_at_length(sent, reviewer)
    decisions.decline(application, reviewer, REASON, "Thank you.")
    days_pass(application, 31)

    do_all_duties()

    entry = AuditEntry.objects.get(act=Act.LOOKED)
    assert entry.person_id == application.member_id
    assert not Member.objects.filter(pk=entry.person_id).exists()
    assert not Profile.objects.filter(pk=entry.key).exists()


def test_letters_of_an_erased_application_are_never_sent(
    sent: Profile, reviewer: Member, smtp_server: PostOffice
) -> None:
    application = reviewed_at_length(sent, reviewer)
    decisions.decline(application, reviewer, REASON, "Thank you.")
    so_far = len(smtp_server.letters)
    days_pass(application, 31)
    do_all_duties()
    Letter.objects.update(due_at=timezone.now())

    deliver_all()

    assert len(smtp_server.letters) == so_far
    assert not Letter.objects.unsent().exists()


def test_an_application_nobody_confirms_is_reminded_of_once_and_then_gone(
    sent: Profile, smtp_server: PostOffice
) -> None:
    told: dict[int, int] = {}
    there: dict[int, bool] = {}
    days_pass(sent, 1)
    for day in range(1, 15):
        do_all_duties()
        deliver_all()
        told[day] = len(smtp_server.letters)
        there[day] = Profile.objects.exists()
        if there[day]:
            days_pass(sent, 1)

    assert (told[6], told[7], told[14]) == (1, 2, 2)
    assert (there[13], there[14]) == (True, False)
    assert left_of(marks_of(sent)) == []
    assert not Member.objects.exists()
