import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import F


def let_go_of_what_is_erased(apps, schema_editor):
    """Words erased before there were copies: neither side has them."""
    erased = apps.get_model('relay', 'Message').objects.filter(body_erased_at__isnull=False)
    erased.update(let_go_by_sender_at=F('body_erased_at'), let_go_by_recipient_at=F('body_erased_at'))


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('members', '0016_how_letters_reach_members'),
        ('outbox', '0001_initial'),
        ('relay', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='kept_by_sender_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='kept_by_recipient_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='let_go_by_sender_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='let_go_by_recipient_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(let_go_of_what_is_erased, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('body_erased_at__isnull', False), ('let_go_by_recipient_at__isnull', False), ('let_go_by_sender_at__isnull', False)), models.Q(('body_erased_at', None), ('let_go_by_sender_at', None)), models.Q(('body_erased_at', None), ('let_go_by_recipient_at', None)), _connector='OR'), name='message_loses_its_words_with_the_last_copy'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('kept_by_sender_at', None), ('let_go_by_sender_at', None), _connector='OR'), name='message_is_kept_or_let_go_by_its_sender'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('kept_by_recipient_at', None), ('let_go_by_recipient_at', None), _connector='OR'), name='message_is_kept_or_let_go_by_its_recipient'),
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('need_time', 'I need time'), ('not_now', 'Not now, thank you'), ('no_more', 'Please do not write again')], max_length=10)),
                ('given_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('letter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reply', to='outbox.letter')),
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='reply', to='relay.message')),
            ],
            options={
                'verbose_name_plural': 'replies',
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['need_time', 'not_now', 'no_more'])), name='reply_is_one_of_three')],
            },
        ),
        migrations.CreateModel(
            name='Silence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('asker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='silences_asked', to='members.profile')),
                ('seen_as', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='members.profile')),
                ('writer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='silences_heard', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-asked_at'],
                'constraints': [models.UniqueConstraint(fields=('asker', 'writer'), name='silence_once_between_two')],
            },
        ),
    ]
