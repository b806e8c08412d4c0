"""Answers together with the wide cell, beside those with the large one."""

from django.db import migrations

# As members.facets had it when this was written. Rewrites the table once and its indexes as a whole.
FILL = [
    "set local statement_timeout = 0",
    """
    create function members_wide(facets smallint[], cell bigint) returns int[]
    language sql immutable as $$
        select coalesce(array_agg(one order by one), '{}') from (
            select 65536 * (12000 + (cell >> 42 & 1023)::int) + facet + 32768 as one
            from unnest(facets) facet where facet between 0 and 19999
        ) as wide
    $$
    """,
    "alter table members_listing alter local type int[] using local || members_wide(facets, cell_id)",
    "drop function members_wide",
]
# They are greater than all others.
EMPTY = [
    "set local statement_timeout = 0",
    """
    create function members_not_wide(local int[]) returns int[] language sql immutable as $$
        select coalesce(array_agg(one order by one), '{}') from unnest(local) one
        where one < 65536 * 12000
    $$
    """,
    "alter table members_listing alter local type int[] using members_not_wide(local)",
    "drop function members_not_wide",
]


class Migration(migrations.Migration):
    dependencies = [("members", "0021_session")]

    operations = [migrations.RunSQL(FILL, EMPTY)]
