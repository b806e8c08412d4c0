"""In how many cells the people of a place live: counted at the next count."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0002_letters_about_new_people'),
    ]

    operations = [
        migrations.AddField(
            model_name='facetcount',
            name='cells',
            field=models.PositiveIntegerField(db_default=0),
        ),
    ]
