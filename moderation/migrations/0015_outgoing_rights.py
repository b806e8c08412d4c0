from importlib import import_module

from django.db import migrations

# Whether mail goes out is the administrators' care, and nobody else's.
RIGHTS = {"outgoingletter": ["view", "change"]}


def give_rights(apps, schema_editor):
    permission = import_module("moderation.migrations.0002_groups").permission
    administrators = apps.get_model("auth", "Group").objects.get_or_create(name="administrators")[0]
    for model, verbs in RIGHTS.items():
        given = [permission(apps, "moderation", model, verb) for verb in verbs]
        administrators.permissions.add(*given)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0014_outgoing_letters")]
    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
