"""The audit log: who, what, when, and no way to change it."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from members.communities import TWP
from members.models import Member
from moderation import audit
from moderation.models import Act, Application, AuditEntry, Kind

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


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
