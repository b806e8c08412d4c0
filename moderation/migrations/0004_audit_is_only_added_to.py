from django.db import migrations

# The owner of the tables could take the triggers off again; no code of the site does.
ONLY_ADDED_TO = """
create function moderation_audit_is_only_added_to() returns trigger language plpgsql as $$
begin
    raise exception 'The audit log is only added to.' using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_is_not_changed before update or delete on moderation_auditentry
    for each statement execute function moderation_audit_is_only_added_to();
create trigger audit_is_not_emptied before truncate on moderation_auditentry
    for each statement execute function moderation_audit_is_only_added_to();
"""
BACK = """
drop trigger audit_is_not_changed on moderation_auditentry;
drop trigger audit_is_not_emptied on moderation_auditentry;
drop function moderation_audit_is_only_added_to();
"""


class Migration(migrations.Migration):
    dependencies = [("moderation", "0003_review")]
    operations = [migrations.RunSQL(ONLY_ADDED_TO, BACK)]
