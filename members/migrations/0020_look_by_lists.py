"""`members_look` as before (0017), with its lists compared at once: one after the other, the marks of a
page took as long as all the rest of it."""

from django.db import migrations

LOOK = """
create or replace function members_look(
    asker uuid, this_hour timestamptz, since timestamptz, is_search boolean, asked integer[],
    searches_a_day integer, profiles_a_day integer,
    out shown integer[], out may_search boolean, out room integer, out freed timestamptz
) language plpgsql volatile as $$
declare
    seen integer[];
    fresh integer[];
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
        shown := asked;
        if not asked <@ seen then
            fresh := array(
                select one from unnest(asked) with ordinality as a (one, place)
                where one <> all (seen) order by place);
            if cardinality(fresh) > room then
                shown := array(select one from unnest(asked) as one
                    where one <> all (fresh[room + 1:]));
            end if;
            room := greatest(room - cardinality(fresh), 0);
        end if;
    end if;
    if may_search and (is_search or shown <> '{}') then
        insert into members_looked as l (member_id, hour, searches, changes, marks)
        values (asker, this_hour, is_search::int, 0, shown)
        on conflict (member_id, hour) do update set searches = l.searches + excluded.searches,
            marks = case when excluded.marks <@ l.marks then l.marks
                else array(select unnest(l.marks) union select unnest(excluded.marks)) end;
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


class Migration(migrations.Migration):
    dependencies = [("members", "0019_name_of_the_blocked")]

    operations = [
        # Going back, it may stay: it says the same.
        migrations.RunSQL(LOOK, migrations.RunSQL.noop),
    ]
