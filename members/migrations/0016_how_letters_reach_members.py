from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0015_queue_counts_by_indexes'),
    ]

    operations = [
        migrations.AddField(
            model_name='member',
            name='plain_mail_since',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='member',
            name='answers_apart_since',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
