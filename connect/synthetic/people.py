"""Invented members, the same for the same seed, written while the next ones are invented."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

from django.db import connection, transaction

from connect.synthetic import copying
from connect.synthetic.copying import Batch, indexed_afterwards, made_for_many
from connect.synthetic.inventor import Inventor, address
from members import listing
from members.models import Member, Profile
from members.places.area import store_many
from search import counting

BATCH = 25_000  # members invented and written at a time
MANY = 50_000  # members from which it pays to build the indexes at the end


class SeedUsed(Exception):
    """These members are in the database already."""


def populate(members: int, seed: int, progress: Callable[[int], object] = lambda n: None) -> None:
    """Write so many invented members; `progress` is told how many more were written.

    All or none of them. The site waits while many are written.

    Raises SeedUsed when this seed was used before.
    """
    if Member.objects.filter(email=address(seed, 0)).exists():
        raise SeedUsed
    inventor = Inventor(members, seed)
    indexed = indexed_afterwards if members >= MANY else nullcontext
    with transaction.atomic(), made_for_many(), indexed():
        for count, batch in _invented(inventor, members):
            _write(batch)
            progress(count)
    counting.recount()
    _tidy()


def _invented(inventor: Inventor, members: int) -> Iterator[tuple[int, Batch]]:
    """Give each batch while the next one is being invented."""
    parts = [(start, min(BATCH, members - start)) for start in range(0, members, BATCH)]
    with ThreadPoolExecutor(max_workers=1) as beside:
        waiting = [beside.submit(inventor.invent, *parts[0])]
        for (_start, count), following in zip(parts, [*parts[1:], None], strict=True):
            batch = waiting.pop().result()
            if following:
                waiting.append(beside.submit(inventor.invent, *following))
            yield count, batch


def _write(batch: Batch) -> None:
    store_many(batch.cells)
    copying.write(batch)
    listing.write_new(Profile.objects.filter(pk__range=batch.profiles))


def _tidy() -> None:
    """Bring the planner's figures and the map of what all may see up to date."""
    with connection.cursor() as cursor:
        vacuum = "" if connection.in_atomic_block else "vacuum "
        for table in ("places_cell", "search_facetcount", *copying.FILLED):
            cursor.execute(f"{vacuum}analyze {table}")
