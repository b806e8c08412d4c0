import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Event

import h3.api.basic_int as h3
import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Model

from members.places import gazetteer
from members.places.area import cell_for, preview
from members.places.loading import (
    GAZETTEER,
    Gazetteer,
    is_loaded,
    load,
    parse,
    read,
    version_of,
)
from members.places.models import Cell, CellPopulation, Country, Region, Town, TownName
from members.places.other_names import TOWNS
from tests.places.known_towns import known, load_known_towns, town

SPRINGFIELDS = [
    "country\tUS\tUnited States",
    "region\tUS\tIL\tIllinois",
    "town\t1\tSpringfield\t39.8017\t-89.6437\tUS\tIL\t116313\tSpringfield|springfield|Calhoun|",
    "town\t2\tSmalltown\t39.8018\t-89.6438\tUS\tXX\t700\t",
]


@pytest.fixture(scope="module")
def world() -> Gazetteer:
    return read()


def test_the_file_holds_the_towns_of_the_world(world: Gazetteer) -> None:
    in_a_region = Counter(bool(row.region) for row in world.towns)

    assert len(world.towns) >= 140_000
    assert in_a_region[True] > 0.98 * len(world.towns)
    assert all((row.country, row.region) in world.regions for row in world.towns if row.region)
    assert all(row.country in world.countries for row in world.towns)
    assert all(not name.isupper() and name == name.strip() for name in world.countries.values())
    assert GAZETTEER.stat().st_size < 8_000_000


def test_the_file_holds_the_towns_called_by_letters(world: Gazetteer) -> None:
    assert TOWNS.keys() <= {row.id for row in world.towns}


def test_the_towns_of_the_tests_are_those_of_the_file(world: Gazetteer) -> None:
    assert set(known().towns) <= set(world.towns)


@pytest.mark.django_db
def test_a_town_is_loaded_with_its_names_and_the_people_of_its_cells() -> None:
    load(parse(SPRINGFIELDS), "springfields")

    names = TownName.objects.filter(town_id=1).values_list("normalised", "weight", "country_id")
    people: Counter[int] = Counter()
    for one in CellPopulation.objects.all():
        people[h3.get_resolution(one.cell)] += one.population
    assert Town.objects.get(pk=1).label == "Springfield, Illinois, United States"
    assert set(names) == {("springfield", 116_313, "US"), ("calhoun", 2_907, "US")}
    assert people == dict.fromkeys([3, 4, 5, 6], 117_013)
    assert {one.named_after.name for one in CellPopulation.objects.all()} == {"Springfield"}


@pytest.mark.django_db
def test_a_town_in_an_unnamed_region_has_none() -> None:
    load(parse(SPRINGFIELDS), "springfields")

    assert Town.objects.get(pk=2).label == "Smalltown, United States"


@pytest.mark.django_db
def test_towns_without_the_code_of_a_region_are_in_none() -> None:
    lines = [
        "country\tEH\tWestern Sahara",
        "region\tEH\t\tSomewhere else",
        "town\t1\tLaayoune\t27.1418\t-13.1880\tEH\t\t196331\t",
    ]
    load(parse(lines), "no codes")

    assert Town.objects.get().label == "Laayoune, Western Sahara"
    assert not Region.objects.exists()


@pytest.mark.django_db
def test_an_area_is_not_named_after_a_city_across_a_border() -> None:
    lines = [
        "country\tIL\tIsrael",
        "country\tPS\tPalestinian Territory",
        "town\t1\tJerusalem\t31.7690\t35.2163\tIL\t\t936425\t",
        "town\t2\tRamallah\t31.8996\t35.2042\tPS\t\t24599\t",
    ]
    load(parse(lines), "a border")

    assert cell_for(31.90, 35.20).words == "around Ramallah, Palestinian Territory"


@pytest.mark.django_db
def test_the_same_point_has_the_same_area_after_loading_anew() -> None:
    load(known(), "known towns")
    points = [(42.33, -72.64), (51.66, -0.40), (-16.8, 180), (90, 0), (-45, -125), (1.35, 103.82)]
    before = [cell_for(*point) for point in points]
    load(known(), "known towns")

    assert [cell_for(*point) for point in points] == before
    assert Cell.objects.count() == len({cell.pk for cell in before})


@pytest.mark.django_db
def test_loading_again_replaces_the_towns_and_keeps_the_cells() -> None:
    load(known(), "known towns")
    cell = cell_for(42.3251, -72.6412)
    load(parse(SPRINGFIELDS), "springfields")

    assert set(Town.objects.values_list("id", flat=True)) == {1, 2}
    assert not TownName.objects.exclude(town_id__in=[1, 2]).exists()
    assert Cell.objects.get() == cell
    assert Cell.objects.get().region.name == "Massachusetts"


@pytest.mark.django_db
def test_the_towns_of_the_tests_are_put_back_as_they_were_loaded() -> None:
    load(known(), "known towns")
    loaded = all_of_it()

    load_known_towns()  # as the first test of a process does
    load(parse(SPRINGFIELDS), "springfields")
    load_known_towns()

    assert all_of_it() == loaded
    assert is_loaded("known towns")


def all_of_it() -> list[list[tuple]]:
    """Towns with the regions they are in, names and areas; without keys that count on."""
    town_of = "region__code", "region__country_id", "country_id"
    return [
        sorted(Town.objects.values_list("id", "name", "latitude", "longitude", "population", *town_of)),
        sorted(TownName.objects.values_list("town_id", "normalised", "weight", "country_id")),
        sorted(CellPopulation.objects.values_list("cell", "population", "named_after_id")),
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_renamed_region_keeps_its_key() -> None:
    load(parse(SPRINGFIELDS), "springfields")
    before = Region.objects.get()
    load(parse(["country\tUS\tThe States", "region\tUS\tIL\tPrairie"]), "renamed")

    assert Region.objects.get().pk == before.pk
    assert Region.objects.get().name == "Prairie"
    assert Country.objects.get().normalised == "the states"


@pytest.mark.django_db
def test_loading_may_take_longer_than_a_page() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '200ms'")

    load(parse(SPRINGFIELDS), "slowly", lambda _step, _rows: time.sleep(0.3))

    assert Town.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_whoever_asks_for_a_place_while_it_loads_is_answered_from_the_towns_before() -> None:
    load(known(), "known towns")
    asked: dict[str, tuple[list[str], int]] = {}

    def ask(step: str, _rows: int) -> None:
        with ThreadPoolExecutor(1) as another:
            asked[step] = another.submit(asked_elsewhere).result()

    load(parse(SPRINGFIELDS), "springfields", ask)

    assert asked == dict.fromkeys(["towns", "names", "areas"], (["London"], 294_448))
    assert asked_elsewhere() == ([], 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("tables", [(Town, TownName, CellPopulation), (CellPopulation, Town)])
def test_the_new_towns_wait_for_a_page_and_the_page_for_nobody(tables: list[type[Model]]) -> None:
    load(known(), "known towns")
    begun = Event()

    def page() -> list[int]:
        """Reads one table after the other, in one transaction."""
        numbers = []
        try:
            with transaction.atomic():
                for table in tables:
                    numbers.append(table.objects.count())
                    begun.set()
                    time.sleep(0.4)
        finally:
            connection.close()
        return numbers

    expected = [table.objects.count() for table in tables]
    with ThreadPoolExecutor(1) as another:
        pages = []

        def begin(step: str, _rows: int) -> None:
            if step == "areas":
                pages.append(another.submit(page))
                begun.wait()

        load(parse(SPRINGFIELDS), "springfields", begin)

    assert [page.result() for page in pages] == [expected]
    assert Town.objects.count() == 2


def asked_elsewhere() -> tuple[list[str], int]:
    """What another page finds, which waits for nobody."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        found = [town.name for town in gazetteer.suggest("london", "GB", limit=1)]
        return found, preview(51.5, -0.12).population
    finally:
        connection.close()


@pytest.mark.django_db
def test_the_tables_are_as_the_migrations_made_them() -> None:
    before = shape()
    load(parse(SPRINGFIELDS), "springfields")

    assert shape() == before
    assert len(before) > 20


def shape() -> set[tuple[str, str]]:
    """Columns, constraints and indexes of what is loaded."""
    with connection.cursor() as cursor:
        cursor.execute(SHAPE, [["places_town", "places_townname", "places_cellpopulation"]])
        return set(cursor.fetchall())


SHAPE = """
WITH mine AS (SELECT oid, relname FROM pg_class WHERE oid = ANY(%s::regclass[]))
SELECT relname, column_name || ' ' || data_type || is_nullable || is_identity
  FROM mine JOIN information_schema.columns ON table_name = relname AND table_schema = current_schema()
 UNION ALL
SELECT relname, conname || ' ' || pg_get_constraintdef(c.oid) FROM mine JOIN pg_constraint c ON conrelid = mine.oid
 UNION ALL
SELECT relname, pg_get_indexdef(indexrelid) FROM mine JOIN pg_index ON indrelid = mine.oid
"""


@pytest.mark.django_db
def test_only_the_version_loaded_last_counts_as_loaded() -> None:
    load(parse(SPRINGFIELDS), "first")
    load(parse(SPRINGFIELDS), "second")

    assert not is_loaded("first")
    assert is_loaded("second")


@pytest.mark.django_db
def test_a_load_that_fails_leaves_everything_as_it_was() -> None:
    load(known(), "known towns")
    with pytest.raises(KeyError):
        load(parse(SPRINGFIELDS), "broken", advance=lambda step, _rows: {}[step])

    assert town("London").label == "London, England, United Kingdom"
    assert is_loaded("known towns")


@pytest.mark.django_db
def test_the_command_does_nothing_when_the_file_is_loaded() -> None:
    load(parse(SPRINGFIELDS), version_of())
    said = StringIO()
    call_command("load_gazetteer", stdout=said)

    assert said.getvalue() == "The gazetteer is loaded already.\n"
    assert Town.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_command_loads_the_whole_file(world: Gazetteer) -> None:
    call_command("load_gazetteer", verbosity=0)

    assert is_loaded(version_of())
    assert Town.objects.count() == len(world.towns)
    assert town("Northampton", "Massachusetts").label.endswith("Massachusetts, United States")


def test_the_file_can_be_built_without_a_site() -> None:
    script = "import members.places.data.build, sys; print('django' in sys.modules)"
    build = [sys.executable, "-c", script]

    said = subprocess.run(build, capture_output=True, text=True, check=True).stdout  # noqa: S603

    assert said == "False\n"
