"""What a typed name may mean: a town, a region, a country. One statement asks for all of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from members.places.models import LARGE, Country, Region, Town, TownName, without_repeats
from members.places.other_names import COUNTRY_CALLED, REGION_CALLED

IN_THE_COUNTRY = 20  # times more a town counts in the viewer's country
# Letters from which small towns are looked through too: fewer begin too many names.
LETTERS_FOR_SMALL = 4
# And from which the other names of countries and regions are.
ALIAS_LETTERS = 3

Reading = tuple[str, list[str]]  # a name, and the regions or countries typed after it


class Kind(StrEnum):
    TOWN = "town"
    REGION = "region"
    COUNTRY = "country"


@dataclass(frozen=True)
class Meaning:
    """A place that may be meant. `place` has its region and country with it."""

    kind: Kind
    place: Town | Region | Country
    called: str = ""  # the name that fits, normalised
    weight: int = 0
    has_twin: bool = False  # another place would have the same label

    @property
    def value(self) -> str:
        """Give what stands for it in an address: `town-<id>`, `region-<key>`, `country-<CODE>`."""
        return f"{self.kind}-{self.place.pk}"

    @property
    def label(self) -> str:
        """Give "Bavaria, Germany", and for two of one name which of them it is."""
        match self.kind:
            case Kind.TOWN:
                alone = self.place.label == self.place.country.name
                return _("%s (town)") % self.place.label if alone else self.place.label
            case Kind.REGION:
                names = self.place.name, self.place.country.name
                label = ", ".join(without_repeats(names))
                return _("%s (region)") % label if self.has_twin or label in names else label
            case _country:
                return _("%s (country)") % self.place.name if self.has_twin else self.place.name

    @property
    def country(self) -> Country:
        return self.place if isinstance(self.place, Country) else self.place.country

    @property
    def region(self) -> Region | None:
        return self.place.region if isinstance(self.place, Town) else None

    def is_called(self, name: str) -> bool:
        match self.kind:
            case Kind.TOWN:
                return self.called == name
            case Kind.REGION:
                own = self.place.country_id, self.place.normalised
                return name == self.place.normalised or REGION_CALLED.get(name) == own
            case _country:
                return name == self.place.normalised or COUNTRY_CALLED.get(name) == self.place.code

    def begins(self, name: str) -> bool:
        """Whether its name goes on after what was typed; `is_called` fits other readings too."""
        if self.kind is Kind.TOWN:
            return self.called.startswith(name)
        if self.place.normalised.startswith(name) or self.is_called(name):
            return True
        aliases = COUNTRY_CALLED if self.kind is Kind.COUNTRY else REGION_CALLED
        return any(self.is_called(alias) for alias in aliases if _goes_on(alias, name))

    def lies_in(self, wider: Iterable[str]) -> bool:
        return all(self._is_part_of(part) for part in wider)

    def _is_part_of(self, part: str) -> bool:
        code = COUNTRY_CALLED.get(part, part.upper())
        if self.kind is Kind.COUNTRY:
            return False
        if code == self.country.code or self.country.normalised.startswith(part):
            return True
        region = self.region
        if region is None:
            return False
        called = REGION_CALLED.get(part) == (region.country_id, region.normalised)
        return called or part.upper() == region.code or region.normalised.startswith(part)


# Towns by the names in the index, without a look at the towns themselves, so that "sa", which
# begins 40,000 names, is cut to a few before anything is joined.
TOWNS = """
    (SELECT town_id, normalised, weight FROM places_townname n
      WHERE {which} {within}
      ORDER BY weight::bigint * CASE country_id WHEN %(country)s THEN {in_the_country} ELSE 1 END DESC
      LIMIT {most})
"""
# LIKE 'x%' in words that know an index without knowing x. All that was typed stands in a SELECT of
# its own, where no plan may be made for it: what it is expected to cost would differ from what a plan
# for any name costs, and PostgreSQL, instead of keeping that, go on planning each name anew.
BEGINS = "({of}.normalised ~>=~ (SELECT %(begins)s) AND {of}.normalised ~<~ (SELECT %(after)s))"
CALLED = "{of}.normalised = ANY((SELECT %(names)s)::text[])"
LAST_LETTER = chr(0x10FFFF)
# A part after the comma: the town's country, or its region. Both are looked up once, as a list, and a
# town's region town by town: as EXISTS, all towns of the region would be read.
WITHIN = """
    AND (country_id = ANY(ARRAY(SELECT code FROM places_country
                         WHERE code = ANY(%(codes_{i})s) OR normalised LIKE %(begins_{i})s))
      OR (SELECT region_id FROM places_town t WHERE t.id = n.town_id) = ANY(ARRAY(
            SELECT r.id FROM places_region r
             WHERE r.code = ANY(%(codes_{i})s) OR r.normalised LIKE %(begins_{i})s
                OR (r.country_id, r.normalised) = (%(country_{i})s, %(region_{i})s))))
"""
ALL = """
    WITH named AS MATERIALIZED ({in_full} UNION {beginning})
    SELECT 'town', n.normalised, n.weight, false, c.code, c.name, c.normalised,
           r.id, r.code, r.name, r.normalised, t.id, t.name, t.latitude, t.longitude, t.population
      FROM named n JOIN places_town t ON t.id = n.town_id JOIN places_country c ON c.code = t.country_id
      LEFT JOIN places_region r ON r.id = t.region_id
     UNION ALL
    SELECT 'region', r.normalised, 0,
           EXISTS (SELECT FROM places_townname n JOIN places_town t ON t.id = n.town_id
                    WHERE n.normalised = r.normalised AND t.region_id = r.id),
           c.code, c.name, c.normalised, r.id, r.code, r.name, r.normalised, 0, '', 0, 0, 0
      FROM places_region r JOIN places_country c ON c.code = r.country_id
     WHERE {region_called} OR {region_begins}
        OR (r.normalised = ANY((SELECT %(of_names)s)::text[])
            AND r.country_id = ANY((SELECT %(of_countries)s)::text[]))
     UNION ALL
    SELECT 'country', c.normalised, 0,
           EXISTS (SELECT FROM places_region r
                    WHERE r.normalised = c.normalised AND r.country_id <> c.code),
           c.code, c.name, c.normalised, NULL, '', '', '', 0, '', 0, 0, 0
      FROM places_country c
     WHERE {country_called} OR {country_begins} OR c.code = ANY((SELECT %(codes)s)::text[])
"""
MOST_IN_FULL, MOST_BEGINNING = 400, 60


def by_name(readings: Sequence[Reading], country: str | None = None) -> list[Meaning]:
    """Give every place one of the readings may mean, in no order. One query.

    Those called exactly so, and the largest of those whose name begins as the first reading does.

    Args:
        readings: of what was typed, as `gazetteer.readings_of` gives them, likeliest first.
        country: code of the country whose towns are not cut off.
    """
    if not readings:
        return []
    (first, wider), *_others = readings
    names = [name for name, _wider in readings]
    aliases = [alias for alias in REGION_CALLED if alias in names or _goes_on(alias, first)]
    values: dict[str, object] = {
        "country": country or "",
        "names": names,
        "begins": first,
        "after": first + LAST_LETTER,
        "codes": [
            code
            for alias, code in COUNTRY_CALLED.items()
            if alias in names or _goes_on(alias, first)
        ],
        "of_countries": [REGION_CALLED[alias][0] for alias in aliases],
        "of_names": [REGION_CALLED[alias][1] for alias in aliases],
    }
    within = "".join(_within(i, part, values) for i, part in enumerate(wider))
    towns = {"within": within, "in_the_country": IN_THE_COUNTRY}
    begins = BEGINS.format(of="n")
    if len(first) < LETTERS_FOR_SMALL and not wider:
        begins += f" AND weight >= {LARGE}"
    statement = ALL.format(
        in_full=TOWNS.format(which=CALLED.format(of="n"), most=MOST_IN_FULL, **towns),
        beginning=TOWNS.format(which=begins, most=MOST_BEGINNING, **towns),
        region_called=CALLED.format(of="r"),
        region_begins=BEGINS.format(of="r"),
        country_called=CALLED.format(of="c"),
        country_begins=BEGINS.format(of="c"),
    )
    return list(_asked(statement, values))


def _goes_on(alias: str, beginning: str) -> bool:
    return len(beginning) >= ALIAS_LETTERS and alias.startswith(beginning)


def _within(i: int, part: str, values: dict[str, object]) -> str:
    country, region = REGION_CALLED.get(part, ("", ""))
    values |= {
        f"codes_{i}": [part.upper(), COUNTRY_CALLED.get(part, "")],
        f"begins_{i}": f"{part}%",
        f"country_{i}": country,
        f"region_{i}": region,
    }
    return WITHIN.format(i=i)


def by_value(kind: Kind, key: str) -> Meaning | None:
    """Give the place a value of an address stands for, or None. One query."""
    match kind:
        case Kind.TOWN:
            found = Town.objects.select_related("region", "country").filter(pk=int(key)).first()
        case Kind.REGION:
            towns = TownName.objects.filter(
                normalised=OuterRef("normalised"), town__region=OuterRef("pk")
            )
            regions = Region.objects.select_related("country").annotate(twin=Exists(towns))
            found = regions.filter(pk=int(key)).first()
        case _country:
            twins = Region.objects.filter(normalised=OuterRef("normalised"))
            countries = Country.objects.annotate(twin=Exists(twins.exclude(country=OuterRef("pk"))))
            found = countries.filter(pk=key).first()
    return Meaning(kind, found, has_twin=getattr(found, "twin", False)) if found else None


def _asked(statement: str, values: dict[str, object]) -> Iterator[Meaning]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    for kind, called, weight, has_twin, *of_country_and_below in rows:
        yield Meaning(
            Kind(kind), _place(Kind(kind), *of_country_and_below), called, weight, has_twin
        )


def _place(kind: Kind, *columns: object) -> Town | Region | Country:
    country = Country(*columns[:3])
    key, code, name, normalised = columns[3:7]
    region = None
    if key is not None:
        region = Region(id=key, country=country, code=code, name=name, normalised=normalised)
    if kind is Kind.COUNTRY:
        return country
    if kind is Kind.REGION:
        return region
    number, name, latitude, longitude, population = columns[7:]
    return Town(
        id=number, name=name, latitude=latitude, longitude=longitude,
        country=country, region=region, population=population,
    )  # fmt: skip
