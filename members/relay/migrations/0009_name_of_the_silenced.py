from django.db import migrations, models
from django.db.models import OuterRef, Subquery

import members.models.forgetting


def name_them(apps, schema_editor):
    """As My Account has shown them until now."""
    Silence, Profile = apps.get_model("relay", "Silence"), apps.get_model("members", "Profile")
    name = Subquery(Profile.objects.filter(pk=OuterRef("seen_as")).values("username"))
    Silence.objects.filter(seen_as__isnull=False).update(name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("relay", "0008_messages_name_both"),
        ("members", "0019_name_of_the_blocked"),
    ]

    operations = [
        migrations.AddField(
            "silence", "name", models.CharField(max_length=30, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AlterField(
            "silence", "seen_as",
            models.ForeignKey(
                "members.Profile", members.models.forgetting.forget_the_name, null=True,
                related_name="+",
            ),
        ),
        migrations.RunPython(name_them, migrations.RunPython.noop),
    ]  # fmt: skip
