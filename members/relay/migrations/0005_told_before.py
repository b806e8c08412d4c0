from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("relay", "0004_held_drafts_and_room"),
    ]

    operations = [
        migrations.AddField(
            model_name="reply",
            name="told",
            field=models.CharField(
                blank=True,
                choices=[
                    ("need_time", "I need time"),
                    ("not_now", "Not now, thank you"),
                    ("no_more", "Please do not write again"),
                ],
                default="",
                max_length=10,
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.CheckConstraint(
                condition=models.Q(("told__in", ["", "need_time", "not_now"])),
                name="reply_told_before_can_grow_firmer",
            ),
        ),
    ]
