"""Invents members, the same for the same seed. Made for millions: it asks the database once."""

import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import accumulate
from typing import Generic, NamedTuple, TypeVar

from django.utils import timezone

from connect.synthetic import words
from connect.synthetic.copying import Batch
from members.communities import ICI, TWP
from members.models import Choice, Drug, Profile, Shown
from members.places.area import Width, cells_among, cells_that_hide
from members.places.models import CellPopulation, Town
from members.usernames import skeleton

JITTER = 0.05  # degrees round a town's centre, some 5 km
NO_PASSWORD = "!"  # noqa: S105  (Django's mark of a password that fits nothing)
PAIRS = len(words.ADJECTIVES) * len(words.NOUNS)
STRIDE = 1009  # prime to the number of pairs: a walk that meets each pair once a round
OFF = {"off_recent", "off_longer"}  # stages of those who stopped their drugs

Value = TypeVar("Value")


class Home(NamedTuple):
    country: str
    cell: int


class Weighted(Generic[Value]):
    """Values of which some come often and some rarely."""

    def __init__(self, values: Sequence[Value], shares: Sequence[float]) -> None:
        self.values, self.sums = tuple(values), list(accumulate(shares))
        self.total, self.last = self.sums[-1], len(self.values) - 1

    def pick(self, chance: random.Random) -> Value:
        return self.values[bisect(self.sums, chance.random() * self.total, 0, self.last)]


class Asked(NamedTuple):
    """One question of a community, as people answer it."""

    question: str
    most: int  # answers
    answered: float  # share of those who answer it
    hidden: float  # share of these who keep it for matching only


COMMON = (
    Asked("contact_way", 2, 0.5, 0.0), Asked("answer_speed", 1, 0.5, 0.0),
    Asked("energy", 1, 0.3, 0.0), Asked("new_contacts", 1, 0.4, 0.0),
)  # fmt: skip
QUESTIONS = {
    TWP.slug: (
        Asked("years_total", 1, 0.9, 0.1), Asked("schedule", 2, 0.7, 0.1),
        Asked("small_doses", 2, 0.5, 0.1), Asked("help", 3, 0.5, 0.15),
        Asked("how_it_is_now", 1, 0.4, 0.9), Asked("here_for", 2, 0.7, 0.0),
        Asked("started_age", 1, 0.3, 0.95), Asked("attempts", 1, 0.4, 0.8),
        Asked("interest", 6, 1.0, 0.0), *COMMON,
    ),
    ICI.slug: (Asked("come_as", 2, 0.9, 0.1), Asked("interest", 6, 1.0, 0.0), *COMMON),
}  # fmt: skip
STAGE = Asked("stage", 1, 0.95, 0.1)  # of TWP; what is said about drugs depends on it
FATES = Weighted(("in", "resting", "waiting", "unconfirmed", "declined"), (920, 30, 30, 10, 10))
FACES = Weighted(((TWP.slug,), (ICI.slug,), (TWP.slug, ICI.slug)), (70, 25, 5))
WIDTHS = Weighted((Width.TOWN, Width.WIDER, Width.REGION), (65, 30, 5))


class Inventor:
    """`invent` needs no database, so it may run beside the writing."""

    def __init__(self, members: int, seed: int) -> None:
        self.members, self.seed = members, seed
        self.chance = random.Random(seed)  # noqa: S311  (invents, does not protect)
        self.now = timezone.now().replace(microsecond=0)
        self.choices = weighted_choices()
        self.languages = dict(Choice.objects.filter(question="language").values_list("slug", "id"))
        self.stopped = Choice.objects.get(question="drug_now", slug="stopped").pk
        self.drugs = drugs_common_and_rare()
        self.towns = towns_by_country()
        self.countries = Weighted(tuple(self.towns), [words.COUNTRIES[c] for c in self.towns])
        self.hiding = cells_that_hide(CellPopulation.objects.all())
        self.next_profile = 1 + (
            Profile.objects.order_by("-id").values_list("id", flat=True).first() or 0
        )
        self.taken = set(Profile.objects.values_list("community", "username_key"))

    def invent(self, start: int, count: int) -> Batch:
        """Give the members with the numbers from `start`."""
        batch = Batch()
        homes = self._homes(count)
        batch.cells = {home.cell for home in homes}
        keys, first = self._keys(2 * count), self.next_profile
        for number, member, home in zip(
            range(start, start + count), self._keys(count), homes, strict=True
        ):
            self._member(batch, number, member, home, keys)
        batch.profiles = (first, self.next_profile - 1)
        return batch

    def _keys(self, count: int) -> Iterator[str]:
        """Give random keys in rising order: so written, they cost the indexes least."""
        return (f"{key:032x}" for key in sorted(self.chance.getrandbits(128) for _ in range(count)))

    def _member(
        self, batch: Batch, number: int, member: str, home: Home, keys: Iterator[str]
    ) -> None:
        chance = self.chance
        fate = FATES.pick(chance)
        let_in = fate in {"in", "resting"}
        hours = 100 + int(chance.random() * 29_900) if let_in else 1 + int(chance.random() * 96)
        applied = self.now - timedelta(hours=hours)
        email = address(self.seed, number)
        batch.add(
            "members_member", member, NO_PASSWORD + member, False, email, False, applied,
            applied if let_in else None, self._seen(applied.date()) if let_in else None, "", "", "",
        )  # fmt: skip
        if let_in:
            batch.add("account_emailaddress", member, email, True, True)
        for community in FACES.pick(chance):
            profile = self._profile(
                batch, number, member, community, home, fate, applied, next(keys)
            )
            self._experience(batch, profile, community, home.country)

    def _profile(
        self, batch: Batch, number: int, member: str, community: str, home: Home, fate: str,
        applied: datetime, key: str,
    ) -> int:  # fmt: skip
        profile, self.next_profile = self.next_profile, self.next_profile + 1
        name, name_key = self._name(community, number)
        decided = applied + timedelta(hours=2 + int(self.chance.random() * 46))
        batch.add(
            "members_profile", profile, member, community, name, name_key, home.cell,
            self._about(community, home.country), key, applied, applied,
            applied if community == TWP.slug else None,
            None if fate == "unconfirmed" else applied + timedelta(minutes=9),
            decided if fate in {"in", "resting"} else None,
            min(decided, self.now) if fate == "declined" else None,
            decided if fate == "resting" else None,
        )  # fmt: skip
        return profile

    def _name(self, community: str, number: int) -> tuple[str, str]:
        while True:
            times = number // PAIRS
            name, key = pair((number * STRIDE + self.seed * 331) % PAIRS)
            if times:
                name, key = f"{name}-{times + 1}", f"{key}-{key_of(str(times + 1))}"
            if (community, key) not in self.taken:
                return name, key
            number += self.members  # a number no other member of this seed has

    def _about(self, community: str, country: str) -> str:
        chance = self.chance
        if chance.random() < 0.25:
            return ""
        native = words.IN_OTHER_LANGUAGES.get(words.LANGUAGE_OF[country])
        if native and community == TWP.slug and chance.random() < 0.6:
            return chance.choice(native)
        openings = words.TWP_OPENINGS if community == TWP.slug else words.ICI_OPENINGS
        middles = chance.sample(words.MIDDLES, chance.choice((1, 1, 2)))
        return " ".join([chance.choice(openings), *middles, chance.choice(words.CLOSINGS)])

    def _experience(self, batch: Batch, profile: int, community: str, country: str) -> None:
        lines = batch.lines["members_answer"]
        self._languages(lines, profile, country)
        for asked in QUESTIONS[community]:
            self._answer(lines, profile, community, asked)
        if community == TWP.slug:
            stage = self._answer(lines, profile, community, STAGE)
            self._take_drugs(batch, profile, off=bool(OFF & stage))

    def _answer(self, lines: list[str], profile: int, community: str, asked: Asked) -> set[str]:
        """Write the answers to one question, if any, and give their slugs."""
        chance = self.chance
        question, most, answered, hidden = asked
        if chance.random() > answered:
            return set()
        choices = self.choices[community, question]
        wanted = 1 if most == 1 else min(most, 1 + int(chance.expovariate(0.7)))
        picked = {choices.pick(chance) for _ in range(wanted)}
        shown = "matching" if hidden and chance.random() < hidden else "shown"
        lines.extend([f"{profile}\t{question}\t{pk}\t{shown}" for pk, _slug in sorted(picked)])
        return {slug for _pk, slug in picked}

    def _languages(self, lines: list[str], profile: int, country: str) -> None:
        spoken = {words.LANGUAGE_OF[country]}
        if "en" not in spoken and self.chance.random() < 0.6:
            spoken.add("en")
        lines.extend(
            [f"{profile}\tlanguage\t{self.languages[slug]}\tshown" for slug in sorted(spoken)]
        )

    def _take_drugs(self, batch: Batch, profile: int, *, off: bool) -> None:
        chance = self.chance
        wanted = min(5, 1 + int(chance.expovariate(0.8)))
        shown = Shown.MATCHING.value if chance.random() < 0.15 else Shown.SHOWN.value
        for drug in sorted({self.drugs.pick(chance) for _ in range(wanted)}):
            now = self.stopped if off else self.choices[TWP.slug, "drug_now"].pick(chance)[0]
            years = self.choices[TWP.slug, "drug_years"].pick(chance)[0]
            batch.add("members_drugexperience", profile, drug, now, years, shown)

    def _seen(self, applied: date) -> date:
        months = int(self.chance.expovariate(0.25))
        day = self.now.date() - timedelta(days=30 * months)
        return max(day, applied).replace(day=1)

    def _homes(self, count: int) -> list[Home]:
        chance = self.chance
        countries = [self.countries.pick(chance) for _ in range(count)]
        points = []
        for country in countries:
            latitude, longitude = self.towns[country].pick(chance)
            north, east = chance.uniform(-JITTER, JITTER), chance.uniform(-JITTER, JITTER)
            points.append((latitude + north, longitude + east, WIDTHS.pick(chance)))
        cells = cells_among(points, self.hiding)
        return [Home(*home) for home in zip(countries, cells, strict=True)]


def address(seed: int, number: int) -> str:
    return f"member-{seed}-{number}@example.net"


@cache
def pair(number: int) -> tuple[str, str]:
    """Give a name and what it looks like."""
    adjective, noun = divmod(number, len(words.NOUNS))
    parts = words.ADJECTIVES[adjective], words.NOUNS[noun]
    return "-".join(parts), "-".join(key_of(part) for part in parts)


@cache
def key_of(part: str) -> str:
    return skeleton(part)


def drugs_common_and_rare() -> Weighted[int]:
    """Which are common does not depend on the seed."""
    drugs = list(Drug.objects.exclude(generic="").order_by("id").values_list("id", flat=True))
    random.Random(0).shuffle(drugs)  # noqa: S311
    return Weighted(drugs, [1 / (rank + 2) for rank in range(len(drugs))])


def weighted_choices() -> dict[tuple[str, str], Weighted[tuple[int, str]]]:
    """(community, question) to ids and slugs; some are common, some rare."""
    found: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for choice in Choice.objects.order_by("question", "position"):
        for community in (choice.community,) if choice.community else (TWP.slug, ICI.slug):
            found.setdefault((community, choice.question), []).append((choice.pk, choice.slug))
    return {
        key: Weighted(choices, [1 / (1 + 0.3 * rank) for rank in range(len(choices))])
        for key, choices in found.items()
    }


def towns_by_country() -> dict[str, Weighted[tuple[float, float]]]:
    """Where people live in each country of ours, by the towns' populations."""
    found: dict[str, tuple[list[tuple[float, float]], list[float]]] = {}
    rows = Town.objects.filter(country_id__in=words.COUNTRIES).order_by("country_id", "id")
    for country, latitude, longitude, people in rows.values_list(
        "country_id", "latitude", "longitude", "population"
    ).iterator():
        places, shares = found.setdefault(country, ([], []))
        places.append((latitude, longitude))
        shares.append(people**0.9)  # a few more in small places
    return {country: Weighted(*towns) for country, towns in found.items()}
