"""The audit log: who, what, when, what is written into it, and no way to change it."""

from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.db import DatabaseError, connection, transaction
from django.test import Client

from members.communities import TWP
from members.models import Choice, Drug, Member
from moderation import audit
from moderation.models import Act, Application, AuditEntry, Decision, Kind, StaffMessage
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def test_an_entry_says_who_did_what_to_whom(reviewer: Member, wren: Application) -> None:
    audit.note(reviewer, Act.LOOKED, wren)

    entry = AuditEntry.objects.get()
    assert (entry.staff_id, entry.act) == (reviewer.pk, Act.LOOKED)
    assert (entry.kind, entry.key) == (Kind.APPLICATION, str(wren.pk))
    assert (entry.person_id, entry.community) == (wren.member_id, TWP.slug)


def test_an_entry_outlives_the_application_as_a_random_id(
    reviewer: Member, wren: Application
) -> None:
    audit.note(reviewer, Act.LOOKED, wren)
    person = wren.member_id

    wren.member.delete()

    assert AuditEntry.objects.get().person_id == person
    assert not Member.objects.filter(pk=person).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "update moderation_auditentry set act = 'looked'",
        "delete from moderation_auditentry",
        "update moderation_auditentry set act = 'looked' where false",
    ],
)
def test_the_database_refuses_to_change_the_log(
    reviewer: Member, wren: Application, statement: str
) -> None:
    audit.note(reviewer, Act.APPROVED, wren)

    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
        _execute(statement)

    assert AuditEntry.objects.get().act == Act.APPROVED


def test_the_database_refuses_to_empty_the_log(reviewer: Member, wren: Application) -> None:
    """The one trigger that the tests switch off, on again."""
    audit.note(reviewer, Act.APPROVED, wren)
    _execute("alter table moderation_auditentry enable trigger audit_is_not_emptied")

    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
        _execute("truncate moderation_auditentry")

    assert AuditEntry.objects.count() == 1


def test_no_role_may_change_the_log_not_even_the_owner_of_the_table(
    reviewer: Member, wren: Application
) -> None:
    audit.note(reviewer, Act.APPROVED, wren)
    _execute("create role somebody")
    _execute("grant all on all tables in schema public to somebody")
    _execute("set local role somebody")

    for statement in (
        "update moderation_auditentry set key = ''",
        "delete from moderation_auditentry",
    ):
        with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
            _execute(statement)

    _execute("reset role")
    assert AuditEntry.objects.count() == 1


def test_what_the_log_does_not_know_it_refuses(reviewer: Member, apply: Callable) -> None:
    with pytest.raises(TypeError):
        audit.note(reviewer, Act.LOOKED, AuditEntry())


# --- what writes an entry ------------------------------------------------------------------------------


@pytest.fixture
def office(administrator: Member, signed_in: Callable[[Member], Client]) -> Client:
    return signed_in(administrator)


def entries() -> list[tuple[str, str, str]]:
    """(act, kind, key) of all, the oldest first."""
    return list(AuditEntry.objects.order_by("pk").values_list("act", "kind", "key"))


def test_every_look_at_an_application_is_written_down(
    desk: Client, reviewer: Member, wren: Application
) -> None:
    for _time in range(2):
        desk.get(f"/admin/moderation/application/{wren.pk}/change/")

    assert entries() == [("looked", "application", str(wren.pk))] * 2
    assert set(AuditEntry.objects.values_list("staff_id", flat=True)) == {reviewer.pk}


def test_a_look_at_somebody_let_in_is_a_look_at_a_profile(desk: Client, bo: Member) -> None:
    profile = bo.profiles.get()

    desk.get(f"/admin/moderation/application/{profile.pk}/change/")

    assert entries() == [("looked", "profile", str(profile.pk))]


def test_a_form_that_comes_back_shows_the_person_again(desk: Client, wren: Application) -> None:
    page = f"/admin/moderation/application/{wren.pk}/change/"

    desk.post(page, {"do": "decline", "reason": "duplicate", "words": ""})

    assert entries()[-1] == ("looked", "application", str(wren.pk))


def test_every_look_at_a_member_a_decision_or_a_message_is_written_down(
    office: Client, bo: Member, wren: Application
) -> None:
    message = StaffMessage.objects.create(about="other", body="Hello", member=bo)
    decision = Decision.objects.create(profile=wren, community="twp", verdict="approved")

    for address in (
        f"/admin/members/member/{bo.pk}/change/",
        f"/admin/moderation/decision/{decision.pk}/change/",
        f"/admin/moderation/staffmessage/{message.pk}/change/",
    ):
        assert office.get(address).status_code == 200

    assert entries() == [
        ("looked", "member", str(bo.pk)),
        ("looked", "application", str(wren.pk)),
        ("looked", "staff_message", str(message.pk)),
    ]


@pytest.mark.parametrize(
    "address",
    [
        "/admin/", "/admin/moderation/application/", "/admin/moderation/decision/",
        "/admin/moderation/staffmessage/", "/admin/members/member/", "/admin/members/choice/",
        "/admin/members/choice/1/change/", "/admin/members/drug/1/change/",
        "/admin/moderation/auditentry/",
    ],
)  # fmt: skip
def test_a_list_or_a_word_is_no_look_at_somebody(
    address: str, office: Client, bo: Member, wren: Application
) -> None:
    assert office.get(address).status_code == 200

    assert entries() == []


def test_who_may_not_look_leaves_no_look(
    helper: Member, signed_in: Callable[[Member], Client], wren: Application, bo: Member
) -> None:
    browser = signed_in(helper)

    browser.get(f"/admin/moderation/application/{wren.pk}/change/")
    browser.get(f"/admin/members/member/{bo.pk}/change/")
    browser.get("/admin/moderation/application/999999/change/")

    assert entries() == []


def test_suspending_and_letting_back_in_are_written_down(office: Client, bo: Member) -> None:
    for action in ("suspend", "suspend", "lift_suspension", "lift_suspension"):
        office.post("/admin/members/member/", {"action": action, "_selected_action": [bo.pk]})

    assert entries() == [("suspended", "member", str(bo.pk)), ("reinstated", "member", str(bo.pk))]


def test_a_change_of_rights_is_written_down(office: Client, bo: Member) -> None:
    office.post("/accounts/reauthenticate/", {"password": PASSWORD})

    for _time in range(2):  # the second changes nothing
        office.post(f"/admin/members/member/{bo.pk}/change/", {"is_staff": "on"})

    assert entries() == [("changed", "member", str(bo.pk))]


def test_a_change_of_the_lists_is_written_down(office: Client) -> None:
    choice = Choice.objects.get(question="interest", slug="friendship", community="twp")
    drug = Drug.objects.get(generic="sertraline")

    office.post(
        f"/admin/members/choice/{choice.pk}/change/",
        {"label": "making friends", "position": choice.position},
    )
    office.post(
        "/admin/members/choice/add/",
        {"question": "interest", "community": "twp", "label": "Chess", "position": "99"},
    )
    for action in ("retire", "retire", "offer_again"):
        office.post("/admin/members/drug/", {"action": action, "_selected_action": [drug.pk]})

    added = Choice.objects.get(label="Chess")
    assert entries() == [
        ("changed", "word", f"choice {choice.pk}"),
        ("changed", "word", f"choice {added.pk}"),
        ("changed", "word", f"drug {drug.pk}"),
        ("changed", "word", f"drug {drug.pk}"),
    ]


def test_an_answered_message_is_written_down_once(office: Client) -> None:
    message = StaffMessage.objects.create(about="other", body="Hello")
    page = f"/admin/moderation/staffmessage/{message.pk}/change/"

    for _time in range(2):
        office.post(page, {"_save": "x"})
        office.post(
            "/admin/moderation/staffmessage/",
            {"action": "mark_answered", "_selected_action": [message.pk]},
        )

    assert entries() == [("changed", "staff_message", str(message.pk))]


# --- what it does not hold -----------------------------------------------------------------------------


MARKERS = ("marker-address", "marker-name", "marker words about me", "marker note")


@pytest.fixture
def marked(apply: Callable[..., Application]) -> Application:
    return apply("marker-address", username="marker-name", about_me="marker words about me")


def test_neither_log_holds_anything_of_a_person_after_every_act(
    office: Client, marked: Application, bo: Member
) -> None:
    do_everything(office, marked)

    assert AuditEntry.objects.count() >= 10
    assert not [word for word in MARKERS if word in whole_log()]
    assert not LogEntry.objects.exists()


def test_erasure_leaves_random_ids_in_it(office: Client, marked: Application) -> None:
    do_everything(office, marked)
    person, profile = marked.member_id, marked.pk

    Member.objects.filter(pk=person).delete()

    left = AuditEntry.objects.filter(person_id=person)
    assert left.count() >= 5
    assert str(profile) in set(left.values_list("key", flat=True))
    assert not [word for word in MARKERS if word in whole_log()]


def do_everything(office: Client, marked: Application) -> None:
    """Every act of an administrator there is a button for, upon one person."""
    member, page = marked.member, f"/admin/moderation/application/{marked.pk}/change/"
    message = StaffMessage.objects.create(
        about="other", body="marker note", reply_to=member.email, member=member
    )
    choice = Choice.objects.get(question="interest", slug="friendship", community="twp")
    office.post("/accounts/reauthenticate/", {"password": PASSWORD})
    office.get(page)
    office.post(page, {"do": "decline", "reason": "duplicate", "words": "marker note"})
    office.get(f"/admin/moderation/decision/{marked.decision.pk}/change/")
    office.get(f"/admin/members/member/{member.pk}/change/")
    office.post(f"/admin/members/member/{member.pk}/change/", {"is_staff": "on"})
    for action in ("suspend", "lift_suspension"):
        office.post("/admin/members/member/", {"action": action, "_selected_action": [member.pk]})
    office.get(f"/admin/moderation/staffmessage/{message.pk}/change/")
    office.post(f"/admin/moderation/staffmessage/{message.pk}/change/", {"_save": "x"})
    office.post(
        f"/admin/members/choice/{choice.pk}/change/",
        {"label": "marker note", "position": choice.position},
    )
    office.post("/admin/members/choice/", {"action": "retire", "_selected_action": [choice.pk]})


def whole_log() -> str:
    """Every column of every row, as a dump of the database would have it."""
    with connection.cursor() as cursor:
        cursor.execute("select string_agg(t::text, chr(10)) from moderation_auditentry t")
        return cursor.fetchone()[0]


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
