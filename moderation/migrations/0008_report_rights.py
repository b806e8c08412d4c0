from importlib import import_module

from django.db import migrations

# Both groups read reports and measures, and act on reports.
RIGHTS = {"report": ["view", "decide"], "measure": ["view"]}
GROUPS = ("reviewers", "administrators")
NAMES = {"decide": "Can act on reports"}


def give_rights(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    permission = import_module("moderation.migrations.0002_groups").permission
    for name in GROUPS:
        group = Group.objects.get_or_create(name=name)[0]
        for model, verbs in RIGHTS.items():
            for verb in verbs:
                given = permission(apps, "moderation", model, verb)
                if verb in NAMES and given.name != NAMES[verb]:
                    given.name = NAMES[verb]
                    given.save(update_fields=["name"])
                group.permissions.add(given)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0007_reports")]
    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
