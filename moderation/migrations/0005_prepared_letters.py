from importlib import import_module

from django.db import migrations

# Reviewers read the letters they send; what they say for everybody is for administrators to change.
RIGHTS = {"reviewers": ["view"], "administrators": ["view", "change"]}


def give_rights(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    permission = import_module("moderation.migrations.0002_groups").permission
    for name, verbs in RIGHTS.items():
        group = Group.objects.get_or_create(name=name)[0]
        group.permissions.add(*(permission(apps, "moderation", "lettertext", verb) for verb in verbs))


class Migration(migrations.Migration):
    dependencies = [("moderation", "0004_audit_is_only_added_to")]
    operations = [
        migrations.AlterModelOptions(
            name="lettertext",
            options={
                "default_permissions": ("view", "change"),
                "verbose_name": "prepared letter",
                "verbose_name_plural": "prepared letters",
            },
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
