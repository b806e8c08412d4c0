from importlib import import_module

from django.db import migrations

# Applications and reports are the reviewers' work, and nothing else: what people write to the staff
# often names members, and carries an address to answer to.
TAKEN_FROM_REVIEWERS = {"staffmessage": ["view", "change"]}
GIVEN = {
    "reviewers": {"report": ["view", "decide"], "measure": ["view"]},
    "administrators": {
        "report": ["view", "decide"], "measure": ["view"], "auditentry": ["view"],
        "lettertext": ["view", "change"],
    },
}  # fmt: skip
NAMES = {"decide_report": "Can act on reports"}


def give_and_take(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    for name, rights in GIVEN.items():
        group = Group.objects.get_or_create(name=name)[0]
        group.permissions.add(*permissions(apps, rights))
    reviewers = Group.objects.get(name="reviewers")
    reviewers.permissions.remove(*permissions(apps, TAKEN_FROM_REVIEWERS))


def give_back(apps, schema_editor):
    reviewers = apps.get_model("auth", "Group").objects.filter(name="reviewers").first()
    if reviewers:
        reviewers.permissions.add(*permissions(apps, TAKEN_FROM_REVIEWERS))


def permissions(apps, rights):
    permission = import_module("moderation.migrations.0002_groups").permission
    found = [permission(apps, "moderation", m, verb) for m, verbs in rights.items() for verb in verbs]
    for one in found:
        if one.name != NAMES.get(one.codename, one.name):
            one.name = NAMES[one.codename]
            one.save(update_fields=["name"])
    return found


class Migration(migrations.Migration):
    dependencies = [("moderation", "0008_report_rights")]
    operations = [migrations.RunPython(give_and_take, give_back)]
