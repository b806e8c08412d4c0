"""Cells by whole degrees of latitude, then by longitude: a box of them is read alone."""


import django.db.models.functions.math
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0003_region_names'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='cell',
            name='cell_position',
        ),
        migrations.AddIndex(
            model_name='cell',
            index=models.Index(django.db.models.functions.math.Floor('latitude'), models.F('longitude'), include=('latitude', 'id'), name='cell_position'),
        ),
    ]
