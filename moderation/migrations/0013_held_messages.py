from importlib import import_module

from django.db import migrations, models

# Both groups read held messages, and decide on them.
RIGHTS = ["view", "decide"]
GROUPS = ("reviewers", "administrators")
NAME = "Can decide on held messages"


def give_rights(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    permission = import_module("moderation.migrations.0002_groups").permission
    given = [permission(apps, "moderation", "heldmessage", verb) for verb in RIGHTS]
    for one in given:
        if one.codename == "decide_heldmessage" and one.name != NAME:
            one.name = NAME
            one.save(update_fields=["name"])
    for name in GROUPS:
        Group.objects.get_or_create(name=name)[0].permissions.add(*given)


class Migration(migrations.Migration):

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ('moderation', '0012_acts_that_are_done'),
        ('relay', '0004_held_drafts_and_room'),
    ]

    operations = [
        migrations.CreateModel(
            name='HeldMessage',
            fields=[
            ],
            options={
                'verbose_name': 'held message',
                'verbose_name_plural': 'held messages',
                'permissions': [('decide_heldmessage', 'Can decide on held messages')],
                'proxy': True,
                'default_permissions': ('view',),
                'indexes': [],
                'constraints': [],
            },
            bases=('relay.message',),
        ),
        migrations.RemoveConstraint(
            model_name='auditentry',
            name='audit_entry_says_what_was_done',
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='act',
            field=models.CharField(choices=[('looked', 'looked'), ('took_over', 'took it over from somebody'), ('approved', 'approved'), ('declined', 'declined'), ('declined_silently', 'declined without a letter'), ('asked', 'asked the applicant'), ('asked_for_name', 'asked for another name'), ('offered', 'offered the sister community'), ('answered', 'the applicant answered'), ('agreed', 'the applicant moved to the sister community'), ('closed', 'closed without an answer'), ('undid', 'undid the decision'), ('released_letter', 'sent the letter at once'), ('reopened', 'opened it again'), ('noted', 'wrote a note'), ('warned', 'warned'), ('suspended', 'suspended'), ('ended', 'ended the membership'), ('reinstated', 'let back in'), ('dismissed', 'dismissed the report'), ('let_out', 'let a held message go out'), ('kept_back', 'did not send a held message'), ('changed', 'changed'), ('exported', 'exported')], max_length=20, verbose_name='did'),
        ),
        migrations.AddConstraint(
            model_name='auditentry',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['looked', 'took_over', 'approved', 'declined', 'declined_silently', 'asked', 'asked_for_name', 'offered', 'answered', 'agreed', 'closed', 'undid', 'released_letter', 'reopened', 'noted', 'warned', 'suspended', 'ended', 'reinstated', 'dismissed', 'let_out', 'kept_back', 'changed', 'exported']), ('kind__in', ['application', 'profile', 'member', 'report', 'message', 'staff_message', 'letter', 'word', 'figures'])), name='audit_entry_says_what_was_done'),
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
