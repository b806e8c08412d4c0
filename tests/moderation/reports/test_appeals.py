"""What somebody says to a measure about them, by the link of its letter."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from members.models import Member
from members.outbox.models import Letter
from moderation.models import Act, AuditEntry, Measure, Report
from moderation.reports import appeals, measures

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Member], Client]


@pytest.fixture
def suspended(bo: Member, reviewer: Member, told: Report) -> Measure:
    """Bo is suspended."""
    return measures.suspend(bo, reviewer, "For now we closed your account.", report=told)


def link(measure: Measure) -> str:
    return f"/appeal/{measure.key}/"


def heading(client: Client, path: str) -> str:
    html = client.get(path).content.decode()
    return " ".join(html.split("<h1>")[1].split("</h1>")[0].split())


def test_who_is_shut_out_answers_without_signing_in(
    client: Client, suspended: Measure, settings: object
) -> None:
    settings.STAFF_MAIL = ["one@connect.example"]

    assert heading(client, link(suspended)) == "Tell us how you see it"
    client.post(link(suspended), {"words": "I only asked for a stamp.\r\nReally."})

    suspended.refresh_from_db()
    assert suspended.appeal == "I only asked for a stamp.\nReally."
    assert suspended.is_appeal_open
    assert heading(client, link(suspended)) == "We have your answer"
    assert Letter.objects.filter(kind="appeal_waits", about=f"{suspended.pk}.0").exists()


def test_opening_the_link_changes_nothing(client: Client, suspended: Measure) -> None:
    before = Measure.objects.values().get(pk=suspended.pk)

    for _time in range(3):
        assert client.get(link(suspended)).status_code == 200

    assert Measure.objects.values().get(pk=suspended.pk) == before


def test_a_measure_is_answered_once(client: Client, suspended: Measure) -> None:
    client.post(link(suspended), {"words": "The first."})
    client.post(link(suspended), {"words": "The second."})

    suspended.refresh_from_db()
    assert suspended.appeal == "The first."
    with pytest.raises(appeals.NotTaken):
        appeals.appeal(suspended, "The third.")


def test_after_30_days_it_is_too_late(client: Client, suspended: Measure) -> None:
    Measure.objects.update(taken_at=timezone.now() - timedelta(days=30, minutes=1))

    client.post(link(suspended), {"words": "Late."})

    assert heading(client, link(suspended)) == "The time for an answer is over"
    suspended.refresh_from_db()
    assert suspended.appealed_at is None


@pytest.mark.parametrize("words", ["", "  \n ", "x" * 3001, "a\u202eb"])
def test_what_is_wrong_is_said_and_kept(client: Client, suspended: Measure, words: str) -> None:
    page = client.post(link(suspended), {"words": words})

    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["words"]
    assert page.context["form"]["words"].value() == words
    assert not Measure.objects.appealed().exists()


@pytest.mark.parametrize("step", ["note", "dismiss", "reinstate"])
def test_a_key_of_another_step_leads_nowhere(client: Client, bo: Member, step: str) -> None:
    measure = Measure.objects.create(step=step, person_id=bo.pk, member=bo)

    unknown, other = client.get(f"/appeal/{uuid4()}/"), client.get(link(measure))

    assert unknown.status_code == other.status_code == 404
    assert "This link does not work any more" in other.content.decode()


def test_a_forged_link_takes_nothing(client: Client, suspended: Measure) -> None:
    assert client.post(f"/appeal/{uuid4()}/", {"words": "Let me in."}).status_code == 404
    assert not Measure.objects.appealed().exists()


def test_the_page_of_a_link_says_neither_why_nor_who(
    client: Client, suspended: Measure, bo: Member
) -> None:
    """Whoever finds the letter of somebody else learns no more than what stands in it."""
    html = client.get(link(suspended)).content.decode()

    assert not [word for word in ("bo@", "money", "ana", "reviewer", "closed your") if word in html]


# --- the answer of the staff ----------------------------------------------------------------------------


def test_the_staff_let_it_stand_by_a_letter(
    suspended: Measure, second_reviewer: Member, client: Client
) -> None:
    appeals.appeal(suspended, "It was not me.")

    appeals.let_stand(suspended, second_reviewer, "  It stays as it is.  ")

    suspended.refresh_from_db()
    assert suspended.appeal_answer == "It stays as it is."
    assert suspended.appeal_closed_by == second_reviewer
    assert heading(client, link(suspended)) == "We have answered you"
    assert Letter.objects.filter(kind="appeal_answered", about=str(suspended.pk)).exists()
    assert AuditEntry.objects.filter(act=Act.DECLINED, staff_id=second_reviewer.pk).exists()


def test_who_is_let_back_in_is_answered_by_it(
    suspended: Measure, bo: Member, second_reviewer: Member, client: Client
) -> None:
    appeals.appeal(suspended, "It was not me.")

    measures.reinstate(bo, second_reviewer, "You are right.")

    suspended.refresh_from_db()
    assert not Measure.objects.appealed().exists()
    assert suspended.appeal_closed_by == second_reviewer
    assert heading(client, link(suspended)) == "Your account is open again"


def test_who_is_back_in_has_nothing_to_answer(
    suspended: Measure, bo: Member, reviewer: Member, client: Client
) -> None:
    measures.reinstate(bo, reviewer, "Come back.")

    client.post(link(suspended), {"words": "Late."})

    assert not Measure.objects.appealed().exists()


def test_it_is_answered_once_and_says_by_whom(
    suspended: Measure, reviewer: Member, second_reviewer: Member
) -> None:
    appeals.appeal(suspended, "It was not me.")
    appeals.let_stand(suspended, second_reviewer, "It stays.")

    with pytest.raises(appeals.AnsweredAlready) as refused:
        appeals.let_stand(suspended, reviewer, "It stays.")

    assert str(refused.value) == "robin has answered this in the meantime. Nothing was changed."
    assert Letter.objects.filter(kind="appeal_answered").count() == 1


def test_an_empty_answer_is_refused(suspended: Measure, second_reviewer: Member) -> None:
    appeals.appeal(suspended, "It was not me.")

    with pytest.raises(measures.NoWords):
        appeals.let_stand(suspended, second_reviewer, " ")
    assert Measure.objects.appealed().exists()


def test_nobody_answers_for_themselves_or_without_the_right(
    suspended: Measure, bo: Member, helper: Member
) -> None:
    appeals.appeal(suspended, "It was not me.")

    for staff in (bo, helper):
        with pytest.raises(PermissionDenied):
            appeals.let_stand(suspended, staff, "It stays.")


def test_who_decided_is_asked_to_leave_the_answer_to_somebody_else(
    suspended: Measure, reviewer: Member, second_reviewer: Member, signed_in: SignedIn
) -> None:
    appeals.appeal(suspended, "It was not me.")
    address = f"/admin/moderation/measure/{suspended.pk}/change/"
    sentence = "You decided this yourself."

    pages = [signed_in(who).get(address).content.decode() for who in (reviewer, second_reviewer)]

    assert [sentence in page for page in pages] == [True, False]
    assert all("It was not me." in page for page in pages)
