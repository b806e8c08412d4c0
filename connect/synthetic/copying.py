"""Writes many rows at once, by COPY in PostgreSQL's text format."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

NULL = "\\N"
LINES = 5_000  # sent to the server at a time

# Every column written, in the order of the values of a line.
COLUMNS = {
    "members_member": (
        "id", "password", "is_superuser", "email", "is_staff", "created_at", "let_in_at",
        "seen_on", "unit", "language", "policies_version",
    ),
    "account_emailaddress": ("user_id", "email", "verified", '"primary"'),
    "members_profile": (
        "id", "member_id", "community", "username", "username_key", "cell_id", "about_me",
        "application_key", "applied_at", "consented_at", "health_consent_at", "confirmed_at",
        "approved_at", "declined_at", "paused_at",
    ),
    "members_answer": ("profile_id", "question", "choice_id", "shown"),
    "members_drugexperience": ("profile_id", "drug_id", "now_id", "years_on_id", "shown"),
}  # fmt: skip
FILLED = (*COLUMNS, "members_listing")  # the last from the others, by members.listing

# Those no constraint stands on: what may be written is checked all the same.
PLAIN_INDEXES = """
select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
from pg_index i
where i.indrelid = any(%s::regclass[])
    and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
order by 1
"""


class Batch:
    """Lines to write, by table; the cells they name, the first and last profile among them."""

    def __init__(self) -> None:
        self.lines: dict[str, list[str]] = {table: [] for table in COLUMNS}
        self.cells: set[int] = set()
        self.profiles = (0, 0)

    def add(self, table: str, *values: object) -> None:
        """Values must hold no tab, line break or backslash; ours are words and numbers."""
        texts = [NULL if value is None else str(value) for value in values]
        self.lines[table].append("\t".join(texts))


def write(batch: Batch) -> None:
    with connection.cursor() as cursor:
        for table, lines in batch.lines.items():
            columns = ", ".join(COLUMNS[table])
            with cursor.copy(f"copy {table} ({columns}) from stdin") as copy:
                for start in range(0, len(lines), LINES):
                    copy.write("\n".join(lines[start : start + LINES]) + "\n")


@contextmanager
def made_for_many() -> Iterator[None]:
    """Inside, a transaction is fit for a million rows, which fit together by themselves."""
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = 0")  # made for pages
        cursor.execute("set local maintenance_work_mem = '128MB'")
        # Of large tables a batch is a small part: found by its keys, not by reading all.
        cursor.execute("set local enable_hashjoin = off")
        cursor.execute("set local enable_mergejoin = off")
        # What waits to be checked would be in the way of changing indexes.
        cursor.execute("set constraints all immediate")
        cursor.execute("select rolsuper from pg_roles where rolname = current_user")
        if cursor.fetchone()[0]:
            # Our own rows fit together: checking each foreign key would double the time.
            cursor.execute("set local session_replication_role = replica")
        yield
        cursor.execute(
            "select setval(pg_get_serial_sequence('members_profile', 'id'), max(id)) from members_profile"
        )


@contextmanager
def indexed_afterwards() -> Iterator[None]:
    """Take the plain indexes away and build them at the end, which is many times faster.

    In a transaction: should anything fail, they were never away. Others wait for the tables.
    """
    with connection.cursor() as cursor:
        cursor.execute(PLAIN_INDEXES, [list(FILLED)])
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"drop index {name}")
        yield
        for _name, definition in indexes:
            cursor.execute(definition)
