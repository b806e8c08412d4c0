from django.db import migrations

from members import vocabulary


def load(apps, schema_editor):
    vocabulary.load_question(apps.get_model("members", "Choice"), "new_contacts")


# A search reads the index alone where vacuum has been lately: by default it would wait until every
# fifth row has changed.
VACUUM_OFTEN = """
alter table members_listing set (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 5000,
    autovacuum_analyze_scale_factor = 0.02
);
"""
AS_USUAL = """
alter table members_listing reset (
    autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold,
    autovacuum_vacuum_insert_scale_factor, autovacuum_vacuum_insert_threshold,
    autovacuum_analyze_scale_factor
);
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0004_listing")]
    operations = [
        migrations.RunPython(load, migrations.RunPython.noop),
        migrations.RunSQL(VACUUM_OFTEN, AS_USUAL),
    ]
