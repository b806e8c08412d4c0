from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    """The cache lies in the database: limits need one that all processes share."""

    dependencies = [("members", "0002_vocabulary")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
