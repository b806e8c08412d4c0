import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0007_listing_place")]
    operations = [
        # Written anew by the duty that compares them with the profiles.
        migrations.RunSQL("delete from members_listing", migrations.RunSQL.noop),
        migrations.AddField(
            "listing", "local",
            django.contrib.postgres.fields.ArrayField(models.IntegerField(), default=list),
            preserve_default=False,
        ),
        *(
            migrations.AddIndex(
                "listing",
                django.contrib.postgres.indexes.GinIndex(
                    fields=["local"], fastupdate=False, name=f"listing_local_{community}",
                    condition=models.Q(community=community),
                ),
            )
            for community in ("twp", "ici")
        ),
    ]
