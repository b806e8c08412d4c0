"""Tests that commit find what migrations wrote, whatever the test before them left or took."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection

from members.models import Choice, Drug
from tests import refill

pytestmark = pytest.mark.django_db(transaction=True)


def rows() -> dict[str, list[tuple]]:
    """All rows of all tables, as text."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f"select t::text from {connection.ops.quote_name(table)} t order by 1")  # noqa: S608
            found[table] = cursor.fetchall()
    return found


def put_back() -> None:
    connection.creation.deserialize_db_from_string(connection._test_serialized_contents)


def empty_tables() -> None:
    call_command(
        "flush", verbosity=0, interactive=False, inhibit_post_migrate=True, reset_sequences=False
    )


def test_it_is_our_way_that_is_used() -> None:
    assert type(connection.creation) is refill.Creation


def test_every_row_comes_back_as_it_was() -> None:
    before = rows()
    Choice.objects.filter(question="stage").delete()
    Drug.objects.update(brands="others")
    Group.objects.get(name="reviewers").permissions.clear()
    Group.objects.create(name="new")

    empty_tables()
    put_back()

    assert len(before["members_choice"]) > 200
    assert len(before["auth_group_permissions"]) > 20
    assert rows() == before


def test_what_is_there_is_not_put_in_twice() -> None:
    before = rows()

    put_back()

    assert rows() == before
