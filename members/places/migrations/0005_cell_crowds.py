"""Among how many people a cell hides somebody: all in it, as before, until the gazetteer is loaded anew."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0004_cells_by_degree'),
    ]

    operations = [
        migrations.AddField(
            model_name='cellpopulation',
            name='crowd',
            field=models.BigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.RunSQL('UPDATE places_cellpopulation SET crowd = population', migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='cellpopulation',
            constraint=models.CheckConstraint(condition=models.Q(('crowd__gte', 0)), name='cell_crowd_is_of_people'),
        ),
    ]
