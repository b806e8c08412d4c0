from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection
from tqdm import tqdm

from members.places.loading import is_loaded, load, read, version_of
from members.places.models import CellPopulation, Town, TownName


class Command(BaseCommand):
    help = "Loads the towns of the world into the database, unless this version is there already."

    def handle(self, *_args: Any, **options: Any) -> None:
        version = version_of()
        if is_loaded(version):
            self.tell(options, "The gazetteer is loaded already.")
            return
        gazetteer = read()
        silent = options["verbosity"] == 0 or None  # None: shown on a terminal only
        steps = 2 * len(gazetteer.towns)  # each once as a town, once with its names
        with tqdm(total=steps, disable=silent, leave=False) as bar:
            load(gazetteer, version, Progress(bar))
        vacuum()
        self.tell(options, f"{len(gazetteer.towns):,} towns loaded.")

    def tell(self, options: dict[str, Any], sentence: str) -> None:
        if options["verbosity"] > 0:
            self.stdout.write(sentence)


class Progress:
    def __init__(self, bar: tqdm) -> None:
        self.bar = bar

    def __call__(self, step: str, rows: int) -> None:
        self.bar.set_description(f"Loading {step}", refresh=False)
        if step != "areas":
            self.bar.update(rows)


def vacuum() -> None:
    """Without it the first suggestions would read the table beside its index."""
    tables = ", ".join(model._meta.db_table for model in (Town, TownName, CellPopulation))
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {tables}")
