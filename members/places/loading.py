"""Puts the gazetteer's data file into the database."""

import hashlib
import lzma
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NamedTuple

from django.db import OperationalError, connection, transaction
from django.db.models import Model
from psycopg.errors import LockNotAvailable

from members.places.models import (
    CellPopulation,
    Country,
    LoadedGazetteer,
    Region,
    Town,
    TownName,
)
from members.places.naming import Spot
from members.places.other_names import TOWNS
from members.places.settling import settle
from members.places.spelling import normalise

GAZETTEER = Path(__file__).parent / "data" / "gazetteer.tsv.xz"
# Raise it when what is made of the file changes: spelling, naming, weights, settling.
MAKING = "6"
OTHER_NAMES_WEIGH = 40  # times less than a town's own name: "san" means Santiago, not Shanghai
ONE_LOAD_AT_A_TIME = 0x706C616365  # any number of our own, for the advisory lock
ARRIVING = "arriving"  # the schema of tables that are being filled
PATIENCE = 100  # milliseconds; less than PostgreSQL takes to find two that wait for each other

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
    """Replace towns, names and cell populations by those given, all at once at the end.

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
        with replaced(Town, TownName, CellPopulation):
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


@contextmanager
def replaced(*models: type[Model]) -> Iterator[None]:
    """Give new, empty tables to fill, which take the place of the models' own at the end.

    Tables emptied where they stand are locked until all is loaded: a page that asks for a town would
    wait for it, and fail. The new ones stand in a schema of their own, so that all in them is called
    as it will be; their indexes are built when they are full, which is faster.
    """
    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relnamespace::regnamespace::text, current_setting('search_path') "
            "FROM pg_class WHERE oid = %s::regclass",
            tables[:1],
        )
        home, path = cursor.fetchone()
        cursor.execute(f"CREATE SCHEMA {ARRIVING}")
        search_in(f"{ARRIVING}, {path}")
        with connection.schema_editor(atomic=False) as editor:
            for model in models:
                editor.create_model(model)
            yield
        have_for_oneself([f"{home}.{table}" for table in tables])
        for table in tables:
            cursor.execute(f"DROP TABLE {home}.{table}")
            cursor.execute(f"ALTER TABLE {ARRIVING}.{table} SET SCHEMA {home}")
        cursor.execute(f"DROP SCHEMA {ARRIVING}")
        search_in(path)


def have_for_oneself(tables: list[str]) -> None:
    """Wait until nobody reads any of the tables.

    All of them at once or none: pages take them in this order and in that, and would be waited for
    by whoever waits for them. A page is never kept longer than PATIENCE.
    """
    while True:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}ms'")
                cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
        except OperationalError as problem:
            if not isinstance(problem.__cause__, LockNotAvailable):
                raise
        else:
            return


def search_in(schemas: str) -> None:
    """Say where tables are looked for, first to last, until the transaction is over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', %s, true)", [schemas])


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
    called = [*town.other_names.split("|"), *TOWNS.get(town.id, "").split(",")]
    others = {normalise(name) for name in called} - {own, ""}
    for name in sorted(others):
        yield town.id, name, town.population // OTHER_NAMES_WEIGH, town.country


def copy_cells(towns: list[Row], advance: Advance) -> None:
    spots = [Spot(t.id, t.latitude, t.longitude, t.population, t.country) for t in towns]
    cells = counted("areas", settle(spots), advance)
    copy(CellPopulation, "cell population crowd named_after_id", cells)


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
