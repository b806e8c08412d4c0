"""Who is on an application, and that it stops nobody from deciding."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from members.models import Member
from moderation import decisions, taking
from moderation.applications import claims, notes, reading
from moderation.models import Act, Application, AuditEntry, Claim, Note, State

pytestmark = pytest.mark.django_db


def at(application: Application) -> str:
    return f"/admin/moderation/application/{application.pk}/change/"


def holder(application: Application) -> Member:
    return Claim.objects.get(application=application).reviewer


def seen_by(reviewer: Member, application: Application) -> tuple[str, bool]:
    """Who is on it, by name, and whether that is who asks."""
    on_it = claims.who(reading.for_page(reviewer).get(pk=application.pk), reviewer)
    return on_it.name, on_it.is_me


def test_opening_an_application_claims_it(
    desk: Client, reviewer: Member, second_reviewer: Member, wren: Application
) -> None:
    desk.get(at(wren))

    assert holder(wren) == reviewer
    assert seen_by(reviewer, wren) == ("reviewer", True)
    assert seen_by(second_reviewer, wren) == ("reviewer", False)


def test_others_see_who_is_on_it_and_may_decide_all_the_same(
    desk: Client, second_reviewer: Member, wren: Application
) -> None:
    claims.claim(wren.pk, second_reviewer)

    page = desk.get(at(wren)).content.decode()
    desk.post(at(wren), {"do": "approve"})

    assert "robin is on it, for" in page
    assert Application.objects.get().state == State.APPROVED


def test_a_claim_holds_for_a_quarter_of_an_hour(
    reviewer: Member, second_reviewer: Member, wren: Application
) -> None:
    claims.claim(wren.pk, second_reviewer)
    claims.claim(wren.pk, reviewer)
    assert holder(wren) == second_reviewer

    Claim.objects.update(until=timezone.now())
    claims.claim(wren.pk, reviewer)

    assert holder(wren) == reviewer
    assert Claim.objects.get().until - timezone.now() > claims.LASTS - timedelta(minutes=1)


def test_opening_it_again_makes_it_last(reviewer: Member, wren: Application) -> None:
    claims.claim(wren.pk, reviewer)
    Claim.objects.update(until=timezone.now() + timedelta(minutes=1))

    claims.claim(wren.pk, reviewer)

    assert Claim.objects.get().until - timezone.now() > timedelta(minutes=14)


def test_taking_over_is_recorded(
    desk: Client, reviewer: Member, second_reviewer: Member, wren: Application
) -> None:
    claims.claim(wren.pk, second_reviewer)

    desk.post(at(wren), {"do": "take_over"})

    assert holder(wren) == reviewer
    entry = AuditEntry.objects.get(act=Act.TOOK_OVER)
    assert (entry.staff_id, entry.key) == (reviewer.pk, str(wren.pk))


def test_taking_over_what_nobody_else_holds_is_no_taking_over(
    reviewer: Member, second_reviewer: Member, wren: Application
) -> None:
    claims.claim(wren.pk, second_reviewer)
    Claim.objects.update(until=timezone.now())

    for _time in range(2):
        claims.take_over(wren, reviewer)

    assert holder(wren) == reviewer
    assert not AuditEntry.objects.exists()


def test_what_is_decided_is_claimed_by_nobody(reviewer: Member, wren: Application) -> None:
    claims.claim(wren.pk, reviewer)

    decisions.approve(wren, reviewer)
    claims.claim(wren.pk, reviewer)

    assert Claim.objects.count() == 0


def test_leaving_it_for_later_frees_it(
    desk: Client, wren: Application, apply: Callable[..., Application]
) -> None:
    apply("next")
    desk.get(at(wren))

    desk.get(f"/admin/moderation/application/{wren.pk}/next/")

    assert not Claim.objects.filter(application=wren).exists()


def test_a_claim_of_somebody_else_is_not_released(
    reviewer: Member, second_reviewer: Member, wren: Application
) -> None:
    claims.claim(wren.pk, second_reviewer)

    claims.release(wren, reviewer)

    assert holder(wren) == second_reviewer


def test_reading_without_the_right_to_decide_claims_nothing(
    administrator: Member, wren: Application, helper: Member
) -> None:
    with pytest.raises(PermissionDenied):
        claims.take_over(wren, helper)

    assert Claim.objects.count() == 0


def test_claims_that_are_over_are_forgotten(
    apply: Callable[..., Application], reviewer: Member
) -> None:
    for name in ("old", "new"):
        claims.claim(apply(name).pk, reviewer)
    Claim.objects.filter(application__username="old").update(until=timezone.now())

    claims.forget()

    assert list(Claim.objects.values_list("application__username", flat=True)) == ["new"]


# --- notes -----------------------------------------------------------------------------------------


def test_a_note_is_kept_with_who_wrote_it(reviewer: Member, wren: Application) -> None:
    notes.write(wren, reviewer, " Wrote before as a visitor. ")

    note = Note.objects.get()
    assert (note.words, note.author) == ("Wrote before as a visitor.", reviewer)
    assert AuditEntry.objects.get().act == Act.NOTED


def test_the_button_of_a_note_pressed_twice_keeps_one(
    reviewer: Member, second_reviewer: Member, wren: Application
) -> None:
    for author in (reviewer, reviewer, second_reviewer, reviewer):
        notes.write(wren, author, "Seems tired.")

    assert [note.author for note in Note.objects.order_by("pk")] == [
        reviewer, second_reviewer, reviewer,
    ]  # fmt: skip


def test_an_empty_note_is_refused(reviewer: Member, wren: Application) -> None:
    with pytest.raises(notes.EmptyNote):
        notes.write(wren, reviewer, "  ")


def test_a_note_on_what_is_gone_is_refused(reviewer: Member, wren: Application) -> None:
    Member.objects.filter(pk=wren.member_id).delete()

    with pytest.raises(taking.Withdrawn):
        notes.write(wren, reviewer, "Too late.")


def test_only_reviewers_write_notes(helper: Member, wren: Application) -> None:
    with pytest.raises(PermissionDenied):
        notes.write(wren, helper, "Hello.")
