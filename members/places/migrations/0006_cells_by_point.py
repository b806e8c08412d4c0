"""Cells by their point on the map, with all that is told of a hit: a box of them is read alone, and
where nobody lives one page of the index says so."""


import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0005_cell_crowds'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='cell',
            index=django.contrib.postgres.indexes.GistIndex(models.Func('longitude', 'latitude', function='point'), include=('id', 'latitude', 'longitude', 'wording', 'place'), name='cell_point'),
        ),
        migrations.RemoveIndex(  # after: searches go on while the other is made
            model_name='cell',
            name='cell_position',
        ),
    ]
