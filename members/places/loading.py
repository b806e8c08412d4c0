"""Puts the gazetteer's data file into the database."""

import hashlib
import lzma
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Model

from members.places.models import (
    CellPopulation,
    Country,
    LoadedGazetteer,
    Region,
    Town,
    TownName,
)
from members.places.naming import Spot, settle
from members.places.spelling import normalise

GAZETTEER = Path(__file__).parent / "data" / "gazetteer.tsv.xz"
# Raise it when what is made of the file changes: spelling, naming, weights.
MAKING = "4"
OTHER_NAMES_WEIGH = 40  # times less than a town's own name: "san" means Santiago, not Shanghai
ONE_LOAD_AT_A_TIME = 0x706C616365  # any number of our own, for the advisory lock

Advance = Callable[[str, int], None]


class Row(NamedTuple):
    """A town of the data file."""

    id: int
    name: str
    latitude: float  # degrees
    longitude: float
    country: str
    region: str  # code, or empty
    population: int
    other_names: str  # parted by |


class Gazetteer(NamedTuple):
    countries: dict[str, str]  # code to name
    regions: dict[tuple[str, str], str]  # country and code to name
    towns: list[Row]


def version_of(path: Path = GAZETTEER) -> str:
    return f"{MAKING}-{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}"


def read(path: Path = GAZETTEER) -> Gazetteer:
    with lzma.open(path) as file:
        return parse(TextIOWrapper(file, "utf-8"))


def parse(lines: Iterable[str]) -> Gazetteer:
    found = Gazetteer({}, {}, [])
    for line in lines:
        kind, *fields = line.rstrip("\n").split("\t")
        if kind == "town":
            found.towns.append(town_of(fields))
        elif kind == "region" and not fields[1]:
            continue  # towns without a code of one lie in none, whatever the sources say of some
        elif kind == "region":
            found.regions[fields[0], fields[1]] = fields[2]
        else:
            found.countries[fields[0]] = fields[1]
    return found


def town_of(fields: list[str]) -> Row:
    number, name, latitude, longitude, country, region, population, others = fields
    return Row(
        int(number),
        name,
        float(latitude),
        float(longitude),
        country,
        region,
        int(population),
        others,
    )


def load(gazetteer: Gazetteer, version: str, advance: Advance = lambda _step, _rows: None) -> None:
    """Replace towns, names and cell populations by those given.

    Countries and regions are only added or renamed: cells refer to them.

    Args:
        gazetteer: what `read` or `parse` gave.
        version: what `is_loaded` will be asked for.
        advance: told the step and how many rows of it are done.
    """
    with transaction.atomic(), constraints_checked_at_once():
        take_all_the_time_needed()
        lock_out_other_loads()
        regions = save_countries_and_regions(gazetteer)
        empty(Town, TownName, CellPopulation)
        with built_afterwards(TownName), built_afterwards(Town):
            copy_towns(gazetteer.towns, regions, advance)
            copy_names(gazetteer.towns, advance)
        copy_cells(gazetteer.towns, advance)
        LoadedGazetteer.objects.update_or_create(id=1, defaults={"version": version})


def is_loaded(version: str) -> bool:
    return LoadedGazetteer.objects.filter(version=version).exists()


@contextmanager
def constraints_checked_at_once() -> Iterator[None]:
    """A table with checks still waiting can neither be emptied nor indexed; Django lets them wait."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def take_all_the_time_needed() -> None:
    """The site's limits on statements and locks are made for pages, not for 900,000 names."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")


def lock_out_other_loads() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_LOAD_AT_A_TIME])


def save_countries_and_regions(gazetteer: Gazetteer) -> dict[tuple[str, str], int]:
    """Give the keys of the regions."""
    Country.objects.bulk_create(
        [
            Country(code=code, name=name, normalised=normalise(name))
            for code, name in gazetteer.countries.items()
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "normalised"],
    )
    Region.objects.bulk_create(
        [
            Region(country_id=country, code=code, name=name, normalised=normalise(name))
            for (country, code), name in gazetteer.regions.items()
        ],
        update_conflicts=True,
        unique_fields=["country", "code"],
        update_fields=["name", "normalised"],
    )
    rows = Region.objects.values_list("country_id", "code", "id")
    keys = {(country, code): key for country, code, key in rows}
    return {region: keys[region] for region in gazetteer.regions}


def empty(*models: type[Model]) -> None:
    tables = ", ".join(model._meta.db_table for model in models)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY")


@contextmanager
def built_afterwards(model: type[Model]) -> Iterator[None]:
    """Take the model's indexes away and build them at the end, which is faster for many rows."""
    with connection.schema_editor(atomic=False) as editor:
        for index in model._meta.indexes:
            editor.remove_index(model, index)
    yield
    with connection.schema_editor(atomic=False) as editor:
        for index in model._meta.indexes:
            editor.add_index(model, index)


def copy_towns(towns: list[Row], regions: dict[tuple[str, str], int], advance: Advance) -> None:
    fields = "id name latitude longitude country_id region_id population"
    rows = (
        (*town[:5], regions.get((town.country, town.region)), town.population) for town in towns
    )
    copy(Town, fields, counted("towns", rows, advance))


def copy_names(towns: list[Row], advance: Advance) -> None:
    rows = (name for town in counted("names", towns, advance) for name in names_of(town))
    copy(TownName, "town_id normalised weight country_id", rows)


def names_of(town: Row) -> Iterator[tuple[int, str, int, str]]:
    own = normalise(town.name)
    yield town.id, own, town.population, town.country
    others = {normalise(name) for name in town.other_names.split("|")} - {own, ""}
    for name in sorted(others):
        yield town.id, name, town.population // OTHER_NAMES_WEIGH, town.country


def copy_cells(towns: list[Row], advance: Advance) -> None:
    spots = [Spot(t.id, t.latitude, t.longitude, t.population, t.country) for t in towns]
    cells = counted("areas", settle(spots), advance)
    copy(CellPopulation, "cell population named_after_id", cells)


def copy(model: type[Model], fields: str, rows: Iterable[tuple[Any, ...]]) -> None:
    columns = ", ".join(fields.split())
    statement = f"COPY {model._meta.db_table} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as target:
        for row in rows:
            target.write_row(row)


def counted(step: str, rows: Iterable[Any], advance: Advance) -> Iterator[Any]:
    done = 0
    for row in rows:
        yield row
        done += 1
        if done % 1000 == 0:
            advance(step, 1000)
    advance(step, done % 1000)
