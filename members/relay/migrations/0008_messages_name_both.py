from django.db import migrations, models


class Migration(migrations.Migration):
    """After the rows have their names: no table is changed with checks still to be made on it."""

    dependencies = [
        ("relay", "0007_names_of_then"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sender_name", ""), _negated=True),
                    models.Q(("recipient_name", ""), _negated=True),
                ),
                name="message_names_both",
            ),
        ),
    ]
