from django.db import migrations, models
from django.db.models import OuterRef, Subquery

import members.models.forgetting


def name_them(apps, schema_editor):
    """As My Account has shown them until now."""
    Block, Profile = apps.get_model("members", "Block"), apps.get_model("members", "Profile")
    name = Subquery(Profile.objects.filter(pk=OuterRef("seen_as")).values("username"))
    Block.objects.filter(seen_as__isnull=False).update(name=name)


class Migration(migrations.Migration):
    dependencies = [("members", "0018_listing_signature")]

    operations = [
        migrations.AddField(
            "block", "name", models.CharField(max_length=30, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AlterField(
            "block", "seen_as",
            models.ForeignKey(
                "members.Profile", members.models.forgetting.forget_the_name, null=True,
                related_name="+",
            ),
        ),
        migrations.RunPython(name_them, migrations.RunPython.noop),
    ]  # fmt: skip
