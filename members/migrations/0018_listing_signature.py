"""A bit for each choice, beside the answers in the search row: most rows are told by it alone."""

from django.db import migrations, models

# Rewrites the table once and its indexes as a whole: a million rows updated one by one, with all the
# answers in their GIN indexes, take minutes.
FILL = [
    "set local statement_timeout = 0",
    """
    create function members_signature(facets smallint[]) returns bigint language sql immutable as $$
        select coalesce(bit_or(1::bigint << (facet / 2 % 64)), 0)
        from unnest(facets) facet where facet between 0 and 9999
    $$
    """,
    "alter table members_listing alter signature type bigint using members_signature(facets)",
    "drop function members_signature",
]
INDEXES = {
    "listing_near": (["community", "cell", "-profile"], []),
    "listing_newest": (["community", "-profile"], ["cell"]),
    "listing_newest_in_country": (["community", "country", "-profile"], ["cell"]),
}


class Migration(migrations.Migration):
    dependencies = [("members", "0017_looking")]

    operations = [
        *(migrations.RemoveIndex("listing", name) for name in INDEXES),
        migrations.AddField(
            "listing", "signature", models.BigIntegerField(default=0), preserve_default=False
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        *(
            migrations.AddIndex(
                "listing",
                models.Index(fields=fields, include=[*include, "signature", "facets"], name=name),
            )
            for name, (fields, include) in INDEXES.items()
        ),
    ]
