"""Some eighty towns with all their names: the whole gazetteer takes ten seconds to load."""

from functools import cache
from pathlib import Path

from django.db import connection, transaction
from django.db.models import BigAutoField, Model
from psycopg.sql import SQL, Composed, Identifier

from members.places.loading import (
    Gazetteer,
    copy_towns,
    load,
    parse,
    save_countries_and_regions,
)
from members.places.models import CellPopulation, LoadedGazetteer, Town, TownName

TOWNS = Path(__file__).parent / "towns.tsv"
VERSION = "known towns"
MADE_OF_TOWNS = (TownName, CellPopulation)
# What came of the towns, as COPY says it: the same each time, and most of the work of loading.
_made: dict[type, bytes] = {}


@cache
def known() -> Gazetteer:
    """The towns of towns.tsv, lines picked from the gazetteer."""
    with TOWNS.open(encoding="utf-8") as lines:
        return parse(lines)


def load_known_towns() -> None:
    """Give the database these towns and no other: the first time as a site loads them, then by
    putting back what came of it."""
    if _made:
        put_back()
        return
    load(known(), VERSION)
    with connection.cursor() as cursor:
        for model in MADE_OF_TOWNS:
            with cursor.copy(statement("copy {} ({}) to stdout", model)) as lines:
                _made[model] = b"".join(lines)


@transaction.atomic
def put_back() -> None:
    regions = save_countries_and_regions(known())
    for model in (*_made, Town):
        model.objects.all()._raw_delete(connection.alias)
    copy_towns(known().towns, regions, lambda _step, _rows: None)
    with connection.cursor() as cursor:
        for model, lines in _made.items():
            with cursor.copy(statement("copy {} ({}) from stdin", model)) as into:
                into.write(lines)
    LoadedGazetteer.objects.update_or_create(id=1, defaults={"version": VERSION})


def statement(text: str, model: type[Model]) -> Composed:
    columns = [
        field.column for field in model._meta.concrete_fields if not isinstance(field, BigAutoField)
    ]
    listed = SQL(", ").join(map(Identifier, columns))
    return SQL(text).format(Identifier(model._meta.db_table), listed)


def town(name: str, region: str | None = None) -> Town:
    """Find a town by name; `region` (its name) where several share it."""
    towns = Town.objects.filter(name=name)
    return (towns.filter(region__name=region) if region else towns).get()
