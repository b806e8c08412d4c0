"""How much a member looks at in a day, counted and written in the database.

A statement sees what was there when it began, even where it waits for a lock; a function sees what is
there when it reads. So one question waits for its turn, counts and writes. `members.looking` asks.
"""

from django.db import migrations

LOOK = """
create function members_look(
    asker uuid, this_hour timestamptz, since timestamptz, is_search boolean, asked integer[],
    searches_a_day integer, profiles_a_day integer,
    out shown integer[], out may_search boolean, out room integer, out freed timestamptz
) language plpgsql volatile as $$
declare
    seen integer[];
    one integer;
begin
    perform pg_advisory_xact_lock(1819242347, hashtext(asker::text));  -- any number of our own
    select not is_search or coalesce(sum(searches), 0) < searches_a_day,
        array(select distinct unnest(e.marks) from members_looked e
            where e.member_id = asker and e.hour >= since)
        into may_search, seen
        from members_looked l where l.member_id = asker and l.hour >= since;
    room := greatest(profiles_a_day - cardinality(seen), 0);
    shown := '{}';
    if may_search then
        foreach one in array asked loop
            if one = any(seen) then
                shown := shown || one;
            elsif room > 0 then
                shown := shown || one;
                room := room - 1;
            end if;
        end loop;
    end if;
    if may_search and (is_search or shown <> '{}') then
        insert into members_looked as l (member_id, hour, searches, changes, marks)
        values (asker, this_hour, is_search::int, 0, shown)
        on conflict (member_id, hour) do update set searches = l.searches + excluded.searches,
            marks = array(select unnest(l.marks) union select unnest(excluded.marks));
    end if;
    if not may_search then
        select min(hour) into freed from (
            select hour, sum(searches) over (order by hour desc) - searches as later
            from members_looked l where l.member_id = asker and l.hour >= since
        ) as one where later < searches_a_day;
    elsif room = 0 then
        select last into freed from (
            select max(hour) as last from members_looked l, unnest(l.marks) as mark
            where l.member_id = asker and l.hour >= since group by mark
        ) as one order by last desc offset profiles_a_day - 1 limit 1;
    end if;
end
$$
"""
# What migration 0012 made, for going back.
LATELY = """
create function members_lately(asked uuid, since timestamptz) returns setof members_looked
language plpgsql volatile as $$
begin
    perform pg_advisory_xact_lock(1819242347, hashtext(asked::text));
    return query select * from members_looked l where l.member_id = asked and l.hour >= since;
end
$$
"""
CHANGE = """
create function members_change(
    asker uuid, this_hour timestamptz, since timestamptz, changes_a_day integer,
    out counted boolean, out freed timestamptz
) language plpgsql volatile as $$
begin
    perform pg_advisory_xact_lock(1819242347, hashtext(asker::text));
    select coalesce(sum(changes), 0) < changes_a_day into counted
        from members_looked l where l.member_id = asker and l.hour >= since;
    if counted then
        insert into members_looked as l (member_id, hour, searches, changes, marks)
        values (asker, this_hour, 0, 1, '{}')
        on conflict (member_id, hour) do update set changes = l.changes + 1;
    else
        select min(hour) into freed from (
            select hour, sum(changes) over (order by hour desc) - changes as later
            from members_looked l where l.member_id = asker and l.hour >= since
        ) as one where later < changes_a_day;
    end if;
end
$$
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0016_how_letters_reach_members")]

    operations = [
        migrations.RunSQL(LOOK, "drop function members_look"),
        migrations.RunSQL(CHANGE, "drop function members_change"),
        migrations.RunSQL("drop function members_lately", LATELY),
    ]
