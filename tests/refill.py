"""What migrations wrote, put back after tests that empty all tables: by COPY, a table at a time.

Django’s own way saves them row by row, by two statements each: most of the time of a short test.
"""

import json

from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.transaction import atomic
from psycopg.sql import SQL, Identifier


class Creation(DatabaseCreation):
    def serialize_db_to_string(self) -> str:
        """Give the rows of all tables that `flush` empties, as JSON: table -> what COPY says."""
        tables = self.connection.introspection.django_table_names(
            only_existing=True, include_views=False
        )
        rows = {table: self._read(table) for table in tables}
        return json.dumps({table: lines for table, lines in rows.items() if lines})

    def deserialize_db_from_string(self, data: str) -> None:
        """Fill the tables that are empty; one with rows was filled before and not emptied since."""
        rows = json.loads(data)
        with atomic(using=self.connection.alias):
            for table in self._empty(list(rows)):
                self._write(table, rows[table])

    def _read(self, table: str) -> str:
        statement = SQL("copy {} to stdout").format(Identifier(table))
        with self.connection.cursor() as cursor, cursor.copy(statement) as lines:
            return b"".join(lines).decode()

    def _write(self, table: str, lines: str) -> None:
        statement = SQL("copy {} from stdin").format(Identifier(table))
        with self.connection.cursor() as cursor, cursor.copy(statement) as into:
            into.write(lines)

    def _empty(self, tables: list[str]) -> list[str]:
        questions = SQL(", ").join(
            SQL("not exists (select from {})").format(Identifier(table)) for table in tables
        )
        with self.connection.cursor() as cursor:
            cursor.execute(SQL("select {}").format(questions))
            return [t for t, empty in zip(tables, cursor.fetchone(), strict=True) if empty]


def use() -> None:
    """For every connection made from now on."""
    DatabaseWrapper.creation_class = Creation
