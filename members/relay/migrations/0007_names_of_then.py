from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def name_both(apps, schema_editor):
    """As My Account has shown them until now."""
    Message, Profile = apps.get_model("relay", "Message"), apps.get_model("members", "Profile")

    def name_of(side):
        return Subquery(Profile.objects.filter(pk=OuterRef(side)).values("username"))

    Message.objects.update(sender_name=name_of("sender"), recipient_name=name_of("recipient"))


class Migration(migrations.Migration):
    dependencies = [
        ("relay", "0006_marks_of_addresses"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="sender_name",
            field=models.CharField(default="", max_length=30),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="message",
            name="recipient_name",
            field=models.CharField(default="", max_length=30),
            preserve_default=False,
        ),
        migrations.RunPython(name_both, migrations.RunPython.noop),
    ]
