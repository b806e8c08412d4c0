from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0006_room_in_the_search")]
    operations = [
        # Written anew by the duty that compares them with the profiles.
        migrations.RunSQL("delete from members_listing", migrations.RunSQL.noop),
        migrations.AddField("listing", "latitude", models.FloatField(default=0), preserve_default=False),
        migrations.AddField("listing", "longitude", models.FloatField(default=0), preserve_default=False),
    ]
