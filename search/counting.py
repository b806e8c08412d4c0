"""How many have which facet: it chooses how a search is asked, never what the search answers."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection, transaction

from members import facets
from search.models import FacetCount

STALE = 600  # seconds after which a process reads the counts anew
WIDE_CELLS = range(facets.WIDE, facets.WIDE + facets.WIDES)
FREQUENT = 2_000  # people in a country from which on its answers are counted for themselves

# Everybody in a cell lives in the same places: those are counted from the cells, in a moment.
COUNT = """
with inhabited as materialized (
    select community, country, cell_id, count(*) as people, min(profile_id) as one
    from members_listing group by community, country, cell_id
), frequent as materialized (
    select community, country from inhabited where country <> ''
    group by community, country having sum(people) >= %(frequent)s
), at as materialized (
    select i.community, i.country, i.people, facet
    from inhabited i join members_listing l on l.profile_id = i.one, unnest(l.facets) facet
    where facet not between %(answers)s and %(answers_to)s
    union all
    select i.community, i.country, i.people, facet
    from inhabited i, unnest(array[
        %(everybody)s, %(wide)s + (i.cell_id >> 42 & %(wides)s - 1)]::smallint[]) facet
)
insert into search_facetcount (community, country, facet, people, cells)
select community, '', facet, sum(people), count(*) from at group by community, facet
union all
select community, country, facet, sum(people), count(*) from at
where (community, country) in (table frequent) group by community, country, facet
union all
select l.community, '', facet, count(*), 0 from members_listing l, unnest(l.facets) facet
where facet between %(answers)s and %(answers_to)s
group by l.community, facet
union all
select l.community, l.country, facet, count(*), 0 from members_listing l, unnest(l.facets) facet
where facet between %(answers)s and %(answers_to)s
    and (l.community, l.country) in (table frequent)
group by l.community, l.country, facet
"""


@dataclass
class Counts:
    """The counts as one process knows them."""

    people: dict[tuple[str, str, int], int] = field(default_factory=dict)
    cells: dict[tuple[str, str, int], int] = field(default_factory=dict)
    read_at: float | None = None
    _wide: dict[str, list[int]] = field(default_factory=dict)

    def of(self, community: str, wanted: Iterable[int], country: str = "") -> int:
        """Give how many have any of the facets at most: those with two are counted twice."""
        return sum(self.people.get((community, country, facet), 0) for facet in wanted)

    def cells_of(self, community: str, places: Iterable[int], country: str = "") -> int:
        """Give in how many cells they live who are in any of the places."""
        return sum(self.cells.get((community, country, place), 0) for place in places)

    def everybody(self, community: str, country: str = "") -> int:
        return self.of(community, [facets.EVERYBODY], country)

    def wide_cells(self, community: str) -> list[int]:
        """Give those in which anybody lives, the fullest first."""
        return self._wide.get(community, [])

    def share(self, community: str, groups: Iterable[Iterable[int]], country: str = "") -> float:
        """Estimate which share has one facet of each group, as if the groups knew nothing of each
        other. Within a country they are taken as they are there: its language is no surprise.
        """
        if not self.everybody(community, country):
            country = ""
        people, share = self.everybody(community, country), 1.0
        for group in groups:
            share *= min(1.0, self.of(community, group, country) / people) if people else 0.0
        return share

    def is_stale(self) -> bool:
        return self.read_at is None or time.monotonic() - self.read_at > STALE

    def read(self) -> None:
        rows = FacetCount.objects.values_list("community", "country", "facet", "people", "cells")
        self.people, self.cells = {}, {}
        for *key, people, cells in rows.iterator():
            self.people[tuple(key)] = people
            if cells:
                self.cells[tuple(key)] = cells
        self._wide = {}
        for community, land, facet in sorted(
            self.people, key=self.people.__getitem__, reverse=True
        ):
            if not land and facet in WIDE_CELLS:
                self._wide.setdefault(community, []).append(facet)
        self.read_at = time.monotonic()


_counts = Counts()


def counts() -> Counts:
    """Give the counts, read anew now and then."""
    if _counts.is_stale():
        _counts.read()
    return _counts


@transaction.atomic
def recount() -> None:
    """Count everything once more; some seconds for a million."""
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = 0")
        cursor.execute("delete from search_facetcount")
        cursor.execute(COUNT, {
            "everybody": facets.EVERYBODY, "frequent": FREQUENT,
            "wide": facets.WIDE, "wides": facets.WIDES,
            "answers": facets.LOCAL_FROM, "answers_to": facets.LOCAL_TO,
        })  # fmt: skip
    _counts.read_at = None
