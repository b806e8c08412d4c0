"""The gazetteer (countries, regions, towns) and the cells of the world grid members live in."""

from collections.abc import Iterable, Iterator

import h3
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.places.spelling import normalise

KM_PER_MILE = 1.609344
# H3 resolution to the width of its cells, corner to corner, in km.
WIDTHS_KM = {6: 7, 5: 19, 4: 49, 3: 130}
# A cell this narrow is shown only if so many people live in it by the gazetteer (`settling`).
# The widest cells (resolution 3) need nobody: the gazetteer undercounts the countryside.
PEOPLE_NEEDED = {6: 5_000, 5: 5_000, 4: 1_000}
# And so many who are shown no narrower one (`settling.crowds`).
CROWD_NEEDED = {5: 1_000}

# Where so many live, the figure is that of the density all cities are given (`settling`), not theirs.
CITY = 50_000
LARGE = 5_000  # the least weight of a name offered after two or three letters


class Country(models.Model):
    code = models.CharField(max_length=2, primary_key=True)  # ISO 3166, and XK for Kosovo
    name = models.TextField()
    normalised = models.TextField()

    class Meta:
        verbose_name_plural = "countries"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z]{2}$"), name="country_code_is_two_capital_letters"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Region(models.Model):
    """The first level below a country: a state, a province, a Land."""

    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="regions")
    code = models.TextField()
    name = models.TextField()
    normalised = models.TextField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["country", "code"], name="region_once_per_country"),
        ]
        indexes = [
            models.Index(
                fields=["normalised"], opclasses=["text_pattern_ops"], name="region_name_prefix"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Town(models.Model):
    """Replaced whole by load_gazetteer: nothing outside this app may refer to it."""

    id = models.BigIntegerField(primary_key=True)  # of GeoNames
    name = models.TextField()
    latitude = models.FloatField()  # degrees
    longitude = models.FloatField()
    country = models.ForeignKey(Country, on_delete=models.PROTECT, db_index=False)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, db_index=False)
    population = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["latitude", "longitude"], name="town_position")]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="town_lies_on_earth",
            ),
            models.CheckConstraint(condition=Q(population__gt=0), name="town_is_inhabited"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Give "Northampton, Massachusetts, United States", no part of it twice."""
        parts = [self.name, self.region.name if self.region else "", self.country.name]
        return ", ".join(without_repeats(part for part in parts if part))


class TownName(models.Model):
    """One spelling of a town's name, as people may type it."""

    # No constraint in the database: the table is rewritten whole together with the towns, and
    # checking 900,000 rows one by one would double the time of it.
    town = models.ForeignKey(
        Town, on_delete=models.CASCADE, related_name="names", db_constraint=False, db_index=False
    )
    normalised = models.TextField()
    weight = models.IntegerField()  # the town's population; less of it for its other names
    country = models.ForeignKey(
        Country, on_delete=models.CASCADE, db_constraint=False, db_index=False
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["normalised"],
                opclasses=["text_pattern_ops"],
                include=["town", "weight", "country"],
                name="town_name_prefix",
            ),
            # "sa" begins 24,000 names; whoever has typed so little is offered the large ones.
            models.Index(
                fields=["normalised"],
                opclasses=["text_pattern_ops"],
                include=["town", "weight", "country"],
                condition=Q(weight__gte=LARGE),
                name="large_town_name_prefix",
            ),
        ]

    def __str__(self) -> str:
        return self.normalised


class CellPopulation(models.Model):
    """What the gazetteer says about a cell with people in it; rewritten together with the towns."""

    cell = models.BigIntegerField(primary_key=True)
    population = models.BigIntegerField()
    # Among how many somebody is hidden who is shown no narrower cell (`settling.crowds`).
    crowd = models.BigIntegerField()
    named_after = models.ForeignKey(
        Town, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(population__gt=0), name="cell_population_has_people"
            ),
            models.CheckConstraint(condition=Q(crowd__gte=0), name="cell_crowd_is_of_people"),
        ]

    def __str__(self) -> str:
        return f"{self.cell:x}"


class LoadedGazetteer(models.Model):
    """The one row that says which data file is loaded."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.TextField()
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="one_gazetteer_is_loaded"),
        ]

    def __str__(self) -> str:
        return self.version


class Wording(models.TextChoices):
    AROUND = "around", gettext_lazy("around a town")
    FAR = "far", gettext_lazy("far from towns")
    NOWHERE = "nowhere", gettext_lazy("no town near")


class Cell(models.Model):
    """The rough place of a member: a cell of the H3 grid, never a point. Written once, and kept as
    long as somebody has it."""

    id = models.BigIntegerField(primary_key=True)  # the H3 index
    latitude = models.FloatField()  # of the cell's centre, degrees
    longitude = models.FloatField()
    resolution = models.SmallIntegerField()
    population = models.BigIntegerField()  # by the gazetteer, when the cell was first chosen
    wording = models.CharField(max_length=7, choices=Wording)
    place = models.TextField(blank=True)  # "Northampton, Massachusetts, United States"
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, blank=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        indexes = [
            GistIndex(
                models.Func("longitude", "latitude", function="point"),
                include=["id", "latitude", "longitude", "wording", "place"],
                name="cell_point",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="cell_centre_lies_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(resolution__range=(3, 6)), name="cell_is_of_a_width_we_offer"
            ),
            models.CheckConstraint(  # bits 52 to 55 of an H3 index hold its resolution
                condition=Exact(F("id").bitrightshift(52).bitand(15), F("resolution")),
                name="cell_resolution_is_that_of_its_index",
            ),
            models.CheckConstraint(
                condition=Q(population__gte=0)
                & (~Q(resolution__in=(5, 6)) | Q(population__gte=PEOPLE_NEEDED[5]))
                & (~Q(resolution=4) | Q(population__gte=PEOPLE_NEEDED[4])),
                name="cell_holds_enough_people_for_its_width",
            ),
            models.CheckConstraint(
                condition=Q(wording=Wording.NOWHERE, place="", country__isnull=True)
                | Q(wording__in=(Wording.AROUND, Wording.FAR), country__isnull=False)
                & ~Q(place=""),
                name="cell_names_a_place_unless_there_is_none",
            ),
            models.CheckConstraint(
                condition=Q(region__isnull=True) | Q(country__isnull=False),
                name="cell_with_a_region_has_a_country",
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def h3(self) -> str:
        """The index as text, for forms and scripts: too large for a number in JavaScript."""
        return h3.int_to_str(self.id)

    @property
    def across_km(self) -> int:
        return WIDTHS_KM[self.resolution]

    @property
    def words(self) -> str:
        return words(self.wording, self.place)

    @property
    def detail(self) -> str:
        """Say how wide the area is and how many people live there, never exactly."""
        across = {"across": across_words(self.across_km)}
        if self.population < PEOPLE_NEEDED[4]:
            return _("Very few people live here. The area is %(across)s across.") % across
        if self.population >= CITY:
            text = _("An area about %(across)s across, home to more than %(people)s people.")
            return text % (across | {"people": grouped(CITY)})
        text = _("An area about %(across)s across, home to about %(people)s people.")
        return text % (across | {"people": grouped(roughly(self.population))})


def words(wording: str, place: str) -> str:
    """Say an area in the language of the reader."""
    match wording:
        case Wording.AROUND:
            return _("around %(place)s") % {"place": place}
        case Wording.FAR:
            return _("far from towns, nearest %(place)s") % {"place": place}
        case _nowhere:
            return _("open sea or wilderness")


def across_words(km: int) -> str:
    """Say a width in both units: who applies has not chosen one yet."""
    return _("%(km)s km (%(miles)s miles)") % {"km": km, "miles": round(km / KM_PER_MILE)}


def without_repeats(names: Iterable[str]) -> Iterator[str]:
    seen = set()
    for name in names:
        if normalise(name) not in seen:
            seen.add(normalise(name))
            yield name


def roughly(people: int) -> int:
    """Two figures are enough: the gazetteer knows the people of a town, and not in which part of it."""
    return round(people, -3 if people >= 10_000 else -2)


def grouped(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)
