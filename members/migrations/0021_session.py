"""Sessions of our own, with whose they are. Those that are open move over: nobody is signed out."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

MOVE = """
do $$
begin
    if to_regclass('django_session') is not null then
        insert into members_session (session_key, session_data, expire_date, member_id)
            select s.session_key, s.session_data, s.expire_date, u.user_id
            from django_session s
            left join usersessions_usersession u on u.session_key = s.session_key
            where s.expire_date > now();
        drop table django_session;
        delete from django_migrations where app = 'sessions';  -- so that older code makes the table again
    end if;
end
$$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0020_look_by_lists'),
    ]

    operations = [
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('member', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
    ]
