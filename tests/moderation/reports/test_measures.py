"""What the staff do about a member: the record, the effect, the letter, and who may not."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from members.models import Listing, Member, Profile
from members.outbox.models import Letter
from members.relay import sending
from members.relay.models import Message
from moderation.duties import erase_ended_memberships
from moderation.marks import mark_of
from moderation.models import Act, AuditEntry, Concern, Measure, Report
from moderation.reports import appeals, measures
from tests.conftest import PASSWORD
from tests.outbox.post_office import PostOffice, deliver_all, smtp_server

__all__ = ["smtp_server"]
pytestmark = pytest.mark.django_db
SignedIn = Callable[[Member], Client]
WORDS = "Please stop asking people for money."
HARD = (measures.warn, measures.suspend, measures.end)


def letters_to_the_person() -> list[str]:
    """Kinds of letters posted, without those to the staff and to the reporter."""
    kinds = Letter.objects.order_by("pk").values_list("kind", flat=True)
    return [kind for kind in kinds if kind not in ("report_waits", "report_closed")]


# --- each verb ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "step", "letter", "act"),
    [
        (measures.warn, "warn", "warned", Act.WARNED),
        (measures.suspend, "suspend", "suspended", Act.SUSPENDED),
        (measures.end, "end", "ended", Act.ENDED),
    ],
)
def test_a_measure_leaves_its_record_its_letter_and_its_entry(
    told: Report, bo: Member, reviewer: Member, verb: Callable, step: str, letter: str, act: Act
) -> None:
    measure = verb(bo, reviewer, WORDS, concern="money", report=told)

    told.refresh_from_db()
    assert (measure.step, measure.words, measure.concern) == (step, WORDS, Concern.MONEY)
    assert (measure.person_id, measure.member, measure.staff) == (bo.pk, bo, reviewer)
    assert measure.report == told
    assert told.closed_at is not None
    assert letters_to_the_person() == [letter]
    entry = AuditEntry.objects.get()
    assert (entry.staff_id, entry.act, entry.kind, entry.key, entry.person_id) == (
        reviewer.pk, act, "report", str(told.pk), bo.pk,
    )  # fmt: skip


def test_a_note_leaves_the_report_open(told: Report, reviewer: Member) -> None:
    measures.note(told, reviewer, "  Asked a colleague.  ")

    told.refresh_from_db()
    measure = Measure.objects.get()
    assert (measure.step, measure.words, told.closed_at) == ("note", "Asked a colleague.", None)
    assert letters_to_the_person() == []


def test_dismissing_closes_the_report_and_tells_the_person_nothing(
    told: Report, bo: Member, reviewer: Member
) -> None:
    measures.dismiss(told, reviewer)

    told.refresh_from_db()
    bo.refresh_from_db()
    assert told.closed_at is not None
    assert (bo.suspended_at, bo.warned_at) == (None, None)
    assert letters_to_the_person() == []


def test_a_report_that_names_nobody_can_be_noted_on_and_dismissed(reviewer: Member) -> None:
    report = Report.objects.create(concern="other", words="Somebody sells.")

    measures.note(report, reviewer, "Nobody is called so.")
    measures.dismiss(report, reviewer)

    assert list(Measure.objects.values_list("step", "person_id")) == [
        ("dismiss", None), ("note", None),
    ]  # fmt: skip


def test_who_is_suspended_is_out_everywhere_and_seen_by_nobody(
    told: Report, ana: Member, bo: Member, reviewer: Member, signed_in: SignedIn
) -> None:
    EmailAddress.objects.create(user=bo, email=bo.email, verified=True, primary=True)
    browser = Client()
    browser.post("/accounts/login/", {"login": bo.email, "password": PASSWORD})
    assert browser.get("/account/policies/").status_code == 200

    measures.suspend(bo, reviewer, WORDS, report=told)

    assert browser.get("/account/policies/")["Location"].startswith("/accounts/login/")
    assert signed_in(ana).get("/twp/members/bo/").status_code == 404
    assert not Listing.objects.filter(profile__member=bo).exists()
    again = Client().post("/accounts/login/", {"login": bo.email, "password": PASSWORD})
    assert again.status_code == 302 and "inactive" in again["Location"]


def test_waiting_messages_from_and_to_somebody_suspended_die(
    ana: Member, bo: Member, reviewer: Member, stranger: Member, smtp_server: PostOffice
) -> None:
    def waits(sender: Member, recipient: Member) -> Message:
        faces = [who.profiles.get(community="twp") for who in (sender, recipient)]
        return sending.write(*faces, "Would you like to meet one day?", uuid4())

    from_bo, to_bo, other = waits(bo, ana), waits(stranger, bo), waits(ana, stranger)

    measures.suspend(bo, reviewer, WORDS)
    deliver_all()

    state = {
        row.pk: (row.letter.sent_at is not None, row.letter.last_code)
        for row in Message.objects.select_related("letter")
    }
    assert state == {
        from_bo.pk: (False, "not_reachable"), to_bo.pk: (False, "not_reachable"),
        other.pk: (True, ""),
    }  # fmt: skip
    assert {letter["To"] for letter in smtp_server.letters} == {"stranger@example.org", bo.email}


def test_who_is_let_back_in_is_as_before(
    ana: Member, bo: Member, reviewer: Member, signed_in: SignedIn
) -> None:
    measures.suspend(bo, reviewer, WORDS)

    measures.reinstate(bo, reviewer, "You can come back.")

    bo.refresh_from_db()
    assert bo.suspended_at is None
    assert signed_in(ana).get("/twp/members/bo/").status_code == 200
    assert letters_to_the_person() == ["suspended", "reinstated"]


# --- the end of a membership --------------------------------------------------------------------------


def long_ago(measure: Measure) -> None:
    Measure.objects.filter(pk=measure.pk).update(taken_at=timezone.now() - timedelta(days=31))


def test_a_membership_that_ended_is_erased_after_30_days(
    told: Report, bo: Member, reviewer: Member
) -> None:
    measure = measures.end(bo, reviewer, WORDS, report=told)

    erase_ended_memberships()
    assert Member.objects.filter(pk=bo.pk).exists()
    long_ago(measure)
    for _twice in range(2):
        erase_ended_memberships()

    assert not Member.objects.filter(pk=bo.pk).exists()
    assert not Profile.objects.filter(username="bo").exists()
    measure.refresh_from_db()
    assert (measure.member, measure.person_id) == (None, bo.pk)
    assert (measure.concern, measure.address_mark) == ("money", mark_of("bo@example.org"))


def test_a_return_is_recognised_after_the_erasure(bo: Member, reviewer: Member) -> None:
    measure = measures.end(bo, reviewer, WORDS, concern="money")
    long_ago(measure)
    erase_ended_memberships()

    assert measures.ended().get(address_mark=mark_of("Bo+again@example.org")) == measure


def test_who_is_reinstated_in_time_is_not_erased_and_not_marked(
    bo: Member, reviewer: Member
) -> None:
    measure = measures.end(bo, reviewer, WORDS)
    measures.reinstate(bo, reviewer, "You can come back.")
    long_ago(measure)

    erase_ended_memberships()

    assert Member.objects.filter(pk=bo.pk).exists()
    assert not measures.ended().exists()


def test_nobody_is_erased_while_their_answer_waits_for_the_staff(
    bo: Member, reviewer: Member, second_reviewer: Member
) -> None:
    measure = measures.end(bo, reviewer, WORDS)
    appeals.appeal(measure, "It was not me.")
    long_ago(measure)

    erase_ended_memberships()
    assert Member.objects.filter(pk=bo.pk).exists()
    appeals.let_stand(measure, second_reviewer, "It stays.")
    erase_ended_memberships()

    assert not Member.objects.filter(pk=bo.pk).exists()


def test_a_suspension_can_become_an_end(bo: Member, reviewer: Member) -> None:
    measures.suspend(bo, reviewer, WORDS)

    measures.end(bo, reviewer, WORDS)

    assert measures.has_ended(bo)
    with pytest.raises(measures.IsOutAlready):
        measures.end(bo, reviewer, WORDS)


# --- refusals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", HARD)
def test_a_report_is_acted_on_once_and_says_by_whom(
    told: Report, bo: Member, reviewer: Member, second_reviewer: Member, verb: Callable
) -> None:
    measures.warn(bo, second_reviewer, WORDS, report=told)

    with pytest.raises(measures.ClosedAlready) as refused:
        verb(bo, reviewer, WORDS, report=told)

    assert str(refused.value) == (
        "robin has warned this member in the meantime. Nothing was changed."
    )
    bo.refresh_from_db()
    assert bo.suspended_at is None
    assert letters_to_the_person() == ["warned"]


def test_ones_own_second_press_says_so(told: Report, reviewer: Member) -> None:
    measures.dismiss(told, reviewer)

    with pytest.raises(measures.ClosedAlready, match="You have dismissed this report already"):
        measures.dismiss(told, reviewer)
    assert Measure.objects.count() == 1


@pytest.mark.parametrize("verb", (*HARD, measures.reinstate))
def test_a_measure_without_words_is_refused_and_does_nothing(
    told: Report, bo: Member, reviewer: Member, verb: Callable
) -> None:
    if verb is measures.reinstate:
        measures.suspend(bo, reviewer, WORDS)
    before = Member.objects.values().get(pk=bo.pk), Measure.objects.count()

    with pytest.raises(measures.NoWords):
        verb(bo, reviewer, " \n ", report=told)

    told.refresh_from_db()
    assert (Member.objects.values().get(pk=bo.pk), Measure.objects.count()) == before
    assert told.closed_at is None


@pytest.mark.parametrize("verb", (measures.warn, measures.suspend))
def test_who_is_out_is_not_warned_or_suspended_again(
    bo: Member, reviewer: Member, verb: Callable
) -> None:
    measures.suspend(bo, reviewer, WORDS)

    with pytest.raises(measures.IsOutAlready):
        verb(bo, reviewer, WORDS)


def test_who_is_in_is_not_let_back_in(bo: Member, reviewer: Member) -> None:
    with pytest.raises(measures.IsIn):
        measures.reinstate(bo, reviewer, WORDS)


@pytest.mark.parametrize("verb", HARD)
def test_somebody_erased_meanwhile_is_said_to_be_gone(
    told: Report, bo: Member, reviewer: Member, verb: Callable
) -> None:
    Member.objects.filter(pk=bo.pk).delete()

    with pytest.raises(measures.PersonIsGone):
        verb(bo, reviewer, WORDS, report=told)


# --- who may ------------------------------------------------------------------------------------------


@pytest.fixture
def owner() -> Member:
    return Member.objects.create_superuser("owner@example.org", PASSWORD)


def may(staff: Member, person: Member) -> bool:
    try:
        measures.suspend(Member.objects.get(pk=person.pk), staff, WORDS)
    except PermissionDenied:
        assert not Measure.objects.exists()
        return False
    return True


@pytest.mark.parametrize(
    ("staff", "person", "allowed"),
    [
        ("reviewer", "bo", True), ("administrator", "bo", True), ("owner", "bo", True),
        ("reviewer", "reviewer", False), ("administrator", "administrator", False),
        ("owner", "owner", False),
        ("reviewer", "second_reviewer", False), ("reviewer", "administrator", False),
        ("reviewer", "owner", False), ("reviewer", "helper", False),
        ("administrator", "reviewer", True), ("administrator", "owner", False),
        ("owner", "administrator", True),
        ("helper", "bo", False), ("ana", "bo", False), ("bo", "bo", False),
    ],
)  # fmt: skip
def test_nobody_acts_on_themselves_or_on_somebody_above(
    staff: str, person: str, allowed: bool, request: pytest.FixtureRequest
) -> None:
    who, whom = request.getfixturevalue(staff), request.getfixturevalue(person)

    assert may(who, whom) == allowed


def test_an_administrator_acts_on_another(
    administrator: Member, make_member: Callable[..., Member]
) -> None:
    other = make_member("other", is_staff=True)
    other.groups.add(Group.objects.get(name="administrators"))

    assert may(administrator, other)


def test_a_suspended_administrator_still_stands_above_a_reviewer(
    administrator: Member, reviewer: Member
) -> None:
    Member.objects.filter(pk=administrator.pk).update(suspended_at=timezone.now())

    with pytest.raises(PermissionDenied):
        measures.reinstate(administrator, reviewer, WORDS)


@pytest.mark.parametrize("verb", (measures.note, measures.dismiss))
def test_nobody_closes_or_notes_what_was_said_about_themselves(
    ana: Member, reviewer: Member, make_profile: Callable, tell: Callable, verb: Callable
) -> None:
    make_profile(reviewer)
    report = tell(ana, reviewer)

    with pytest.raises(PermissionDenied):
        verb(report, reviewer, *(["Hm."] if verb is measures.note else []))


@pytest.mark.parametrize("verb", (measures.note, measures.dismiss))
def test_staff_without_the_right_do_nothing(told: Report, helper: Member, verb: Callable) -> None:
    with pytest.raises(PermissionDenied):
        verb(told, helper, *(["Hm."] if verb is measures.note else []))


# --- from the page of members -------------------------------------------------------------------------


def test_the_actions_of_administrators_leave_a_measure_and_a_letter_too(
    administrator: Member, bo: Member, ana: Member, signed_in: SignedIn
) -> None:
    office = signed_in(administrator)

    for action in ("suspend", "suspend", "lift_suspension"):
        chosen = [bo.pk, ana.pk, administrator.pk]
        office.post("/admin/members/member/", {"action": action, "_selected_action": chosen})

    steps = list(Measure.objects.filter(member=bo).values_list("step", flat=True))
    assert steps == ["reinstate", "suspend"]
    assert Measure.objects.count() == 4
    assert letters_to_the_person() == ["suspended"] * 2 + ["reinstated"] * 2
    administrator.refresh_from_db()
    assert administrator.suspended_at is None
