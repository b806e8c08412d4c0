from django.db import migrations, models

from members.outbox.marks import mark_of


def mark_addresses(apps, schema_editor):
    """As My Account has shown them until now."""
    Message = apps.get_model("relay", "Message")
    senders = Message.objects.order_by().values_list("sender", "sender__member__email").distinct()
    for sender, address in list(senders):
        Message.objects.filter(sender=sender).update(sender_mark=mark_of(address))


class Migration(migrations.Migration):
    dependencies = [
        ("relay", "0005_told_before"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="sender_mark",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(mark_addresses, migrations.RunPython.noop),
    ]
