"""Searches as people make them, and as a patient script does: generated from one seed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import h3.api.basic_int as h3
from django.http import HttpResponse
from django.test import Client

from members.models import Answer, Choice, Drug, DrugClass, DrugExperience
from members.models.experience import ABOUT_A_DRUG
from members.places.area import boundary
from members.places.models import Cell, Country, Region, Town
from tests.attack.crowd import told
from tests.drills.people import Point

SORTS = ("nearest", "newest", "common")
IN_PLACE = 0.8  # of the searches ask for the results alone, which come sooner
RADII = ("10", "25", "50", "100", "250", "500", "any")


@dataclass(frozen=True)
class Search:
    query: str
    headers: dict[str, str] = field(default_factory=dict)
    path: str = "/twp/members/"

    def __str__(self) -> str:
        return f"{self.path}?{self.query}{' (htmx)' if self.headers else ''}"

    def ask(self, browser: Client) -> HttpResponse:
        return browser.get(f"{self.path}?{self.query}", headers=self.headers)


def in_place(dice: random.Random) -> dict[str, str]:
    """Ask for the results alone, most of the time."""
    return {"HX-Request": "true"} if dice.random() < IN_PLACE else {}


def answers(browser: Client, searches: Sequence[Search]) -> Iterator[tuple]:
    """Give all that the browser gets for each search: status, headers and bytes."""
    browser.get("/twp/members/?unit=mi")  # it is remembered: every time begins with the same
    for search in searches:
        yield told(search.ask(browser))


class Searches:
    """Any mix of everything there is, most of it around one point, where it could tell something;
    somebody lives there."""

    def __init__(self, seed: int, near: Point) -> None:
        self.dice = random.Random(seed)
        self.near = near
        self.home = Cell.objects.get(pk=h3.latlng_to_cell(*near, 6))
        choices = Choice.objects.exclude(question__in=ABOUT_A_DRUG).filter(
            community__in=["", "twp"]
        )
        self.choices = [*choices.order_by("id").values_list("question", "slug")]
        drugs = Drug.objects.exclude(generic="").order_by("id").values_list("generic", flat=True)
        self.drugs = [*drugs, *DrugClass.values]
        # What people who live there told, so that many searches find them.
        told = Answer.objects.filter(profile__cell=self.home).order_by("choice_id")
        self.told = [*told.values_list("question", "choice__slug").distinct()] or self.choices
        taken = DrugExperience.objects.filter(profile__cell=self.home).order_by("drug_id")
        self.taken = [*taken.values_list("drug__generic", flat=True).distinct()] or self.drugs
        self.towns = [*Town.objects.order_by("-population", "id")[:3000]]
        self.close = [town for town in self.towns if self.km_to(town) < 900] or self.towns
        self.countries = [*Country.objects.order_by("code").values_list("code", "name")]
        self.regions = [*Region.objects.order_by("id").values_list("id", "name")]

    def km_to(self, town: Town) -> float:
        return h3.great_circle_distance((town.latitude, town.longitude), self.near, unit="km")

    def some(self, number: int) -> list[Search]:
        return [self.one() for _ in range(number)]

    def one(self) -> Search:
        pairs = [pair for part in self._parts() for pair in part]
        return Search(urlencode(pairs), in_place(self.dice))

    def _parts(self) -> Iterator[list[tuple[str, str]]]:
        dice = self.dice
        if self._by_chance(0.6):
            yield [("place", self._place())]
        if self._by_chance(0.7):
            yield [("within", self._radius()), ("unit", dice.choice(["km", "mi"]))]
        if self._by_chance(0.5):
            yield [("sort", dice.choice(SORTS))]
        if self._by_chance(0.2):
            yield [("box", self._box())]
        if self._by_chance(0.1):
            yield [("area", h3.int_to_str(self._area()))]
        if self._by_chance(0.5):
            known = self.told if self._by_chance(0.7) else self.choices
            yield [dice.choice(known) for _ in range(dice.choice([1, 1, 2, 4]))]
        if self._by_chance(0.2):
            yield [
                ("drug", dice.choice(self.taken if self._by_chance(0.7) else self.drugs)),
                ("drug_when", dice.choice(["any", "now", "past"])),
            ]
        for name, value in (("room", "any"), ("seen", "year"), ("about", "yes")):
            if self._by_chance(0.1):
                yield [(name, value)]
        if self._by_chance(0.15):
            yield [("page", str(dice.randint(1, 4)))]

    def _by_chance(self, share: float) -> bool:
        return self.dice.random() < share

    def _place(self) -> str:
        town = self.dice.choice(self.close if self._by_chance(0.8) else self.towns)
        code, country = self.dice.choice(self.countries)
        region, name = self.dice.choice(self.regions)
        luck = self.dice.random()
        if luck < 0.5:
            return f"town-{town.pk}"
        if luck < 0.8:
            return self.dice.choice([town.name, town.label])
        own = self.home
        return self.dice.choice(
            [f"country-{code}", country, f"region-{region}", name,
             f"country-{own.country_id}", f"region-{own.region_id}"]
        )  # fmt: skip

    def _radius(self) -> str:
        """Round as it is offered, or so that its edge goes through the cell that is looked at."""
        if self._by_chance(0.5):
            return self.dice.choice(RADII)
        town = self.dice.choice(self.close)
        return f"{max(10.0, self.km_to(town) + self.dice.uniform(-5, 5)):.{self.dice.choice([0, 2, 6])}f}"

    def _box(self) -> str:
        """A box of the map with an edge near, or through, the cell that is looked at."""
        latitude, longitude = self.dice.choice(boundary(self.home))
        south = latitude - self.dice.choice([0, 0.02, 0.05, 0.5, 5]) * self.dice.random()
        west = longitude - self.dice.choice([0, 0.02, 0.05, 0.5, 5]) * self.dice.random()
        size = self.dice.choice([0.01, 0.05, 0.2, 1, 5, 20])
        return ",".join(f"{edge:.2f}" for edge in (south, west, south + size, west + size))

    def _area(self) -> int:
        wide = self.dice.choice([6, 6, 5, 4, 3])
        around = h3.grid_disk(h3.latlng_to_cell(*self.near, wide), self.dice.choice([0, 0, 1, 2]))
        return self.dice.choice(sorted(around))
