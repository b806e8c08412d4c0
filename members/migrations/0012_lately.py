"""What members/looking.py reads of a member, after its turn has come.

A statement sees what was there when it began, even where it waits for a lock; a function sees what is
there when it reads. So one statement can wait, count and write.
"""

from django.db import migrations

LATELY = """
create function members_lately(asked uuid, since timestamptz) returns setof members_looked
language plpgsql volatile as $$
begin
    perform pg_advisory_xact_lock(1819242347, hashtext(asked::text));  -- any number of our own
    return query select * from members_looked l where l.member_id = asked and l.hour >= since;
end
$$
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0011_warned_at")]

    operations = [migrations.RunSQL(LATELY, "drop function members_lately")]
