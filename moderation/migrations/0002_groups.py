from django.db import migrations

# (app, model): what reviewers may, what administrators may.
RIGHTS = {
    ("moderation", "application"): (["view", "decide"], ["view", "decide"]),
    ("moderation", "decision"): (["view"], ["view"]),
    ("moderation", "staffmessage"): (["view", "change"], ["view", "change"]),
    ("members", "member"): ([], ["view", "change"]),
    ("members", "choice"): ([], ["view", "add", "change"]),
    ("members", "drug"): ([], ["view", "add", "change"]),
}
GROUPS = ("reviewers", "administrators")


def make_groups(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    groups = [Group.objects.get_or_create(name=name)[0] for name in GROUPS]
    for (app, model), rights in RIGHTS.items():
        for group, verbs in zip(groups, rights, strict=True):
            group.permissions.add(*(permission(apps, app, model, verb) for verb in verbs))


def permission(apps, app, model, verb):
    """Django makes permissions only after all migrations; it finds these there and leaves them."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    kind, _ = ContentType.objects.get_or_create(app_label=app, model=model)
    name = "Can decide on applications" if verb == "decide" else f"Can {verb} {model}"
    return Permission.objects.get_or_create(
        content_type=kind, codename=f"{verb}_{model}", defaults={"name": name}
    )[0]


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
