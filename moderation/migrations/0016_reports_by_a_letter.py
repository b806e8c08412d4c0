import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0015_outgoing_rights"),
        ("relay", "0006_marks_of_addresses"),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="by_letter",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="relay.message",
            ),
        ),
    ]
