"""Invents members, the same for the same seed, and writes them by COPY."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from itertools import accumulate

from django.db import connection, transaction
from django.utils import timezone

from connect.synthetic import words
from members.communities import ICI, TWP
from members.models import Choice, Drug, Member, Profile, Shown
from members.places.area import Width, cells_for_many
from members.places.models import Town
from members.usernames import skeleton

BATCH = 50_000  # members written at a time
NULL = "\\N"  # in COPY's text format
LINES = 5_000  # written to the server at a time
JITTER = 0.05  # degrees round a town's centre, some 5 km
NO_PASSWORD = "!"  # noqa: S105  (Django's mark of a password that fits nothing)

# Every column written, in the order of the tuples below.
COLUMNS = {
    "members_member": (
        "id", "password", "is_superuser", "email", "is_staff", "created_at", "let_in_at",
        "seen_on", "unit", "policies_version",
    ),
    "account_emailaddress": ("user_id", "email", "verified", '"primary"'),
    "members_profile": (
        "id", "member_id", "community", "username", "username_key", "cell_id", "about_me",
        "application_key", "applied_at", "consented_at", "health_consent_at", "confirmed_at",
        "approved_at", "declined_at", "paused_at",
    ),
    "members_answer": ("profile_id", "question", "choice_id", "shown"),
    "members_drugexperience": ("profile_id", "drug_id", "now_id", "years_on_id", "shown"),
}  # fmt: skip


class SeedUsed(Exception):
    """These members are in the database already."""


@dataclass
class Batch:
    """Rows to write, by table, as lines of COPY's text format."""

    rows: dict[str, list[str]] = field(default_factory=lambda: {table: [] for table in COLUMNS})

    def add(self, table: str, *row: object) -> None:
        """Values must hold no tab, line break or backslash; ours are words and numbers."""
        line = "\t".join([NULL if value is None else str(value) for value in row])
        self.rows[table].append(line)


@dataclass(frozen=True)
class Home:
    country: str
    cell: int


def populate(members: int, seed: int, progress: Callable[[int], object] = lambda n: None) -> None:
    """Write so many invented members; `progress` is told how many more were written.

    Raises SeedUsed when this seed was used before. The same seed gives the same members.
    """
    if Member.objects.filter(email=_address(seed, 0)).exists():
        raise SeedUsed
    inventor = Inventor(seed)
    for start in range(0, members, BATCH):
        count = min(BATCH, members - start)
        _write(inventor.invent(start, count))
        progress(count)
    with connection.cursor() as cursor:
        cursor.execute("analyze")


class Inventor:
    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = random.Random(seed)  # noqa: S311  (invents, does not protect)
        self.now = timezone.now()
        self.choices = self._choices()
        self.drugs = [drug.pk for drug in Drug.objects.exclude(generic="").order_by("id")]
        self.random.shuffle(self.drugs)
        self.drug_shares = list(accumulate(1 / (rank + 2) for rank in range(len(self.drugs))))
        self.towns = self._towns()
        self.next_profile = (
            Profile.objects.order_by("-id").values_list("id", flat=True).first() or 0
        ) + 1
        self.names = {TWP.slug: 0, ICI.slug: 0}
        self.taken = set(Profile.objects.values_list("community", "username_key"))

    def invent(self, start: int, count: int) -> Batch:
        batch = Batch()
        homes = self._homes(count)
        for number in range(start, start + count):
            self._member(batch, number, homes[number - start])
        return batch

    def _member(self, batch: Batch, number: int, home: Home) -> None:
        chance = self.random
        member = f"{chance.getrandbits(128):032x}"
        fate = chance.choices(("in", "resting", "waiting", "unconfirmed", "declined"),
                              (920, 30, 30, 10, 10))[0]  # fmt: skip
        let_in = fate in {"in", "resting"}
        applied = self.now - timedelta(
            hours=chance.randint(1, 96) if not let_in else chance.randint(100, 30_000)
        )
        seen = self._seen(applied.date()) if let_in else None
        address = _address(self.seed, number)
        batch.add(
            "members_member", member, NO_PASSWORD + member, False, address, False, applied,
            applied if let_in else None, seen, "", "",
        )  # fmt: skip
        if let_in:
            batch.add("account_emailaddress", member, address, True, True)
        for community in self._communities():
            self._profile(batch, member, community, home, fate, applied)

    def _communities(self) -> tuple[str, ...]:
        return self.random.choices(((TWP.slug,), (ICI.slug,), (TWP.slug, ICI.slug)), (70, 25, 5))[0]

    def _profile(
        self,
        batch: Batch,
        member: str,
        community: str,
        home: Home,
        fate: str,
        applied: datetime,
    ) -> None:
        profile, self.next_profile = self.next_profile, self.next_profile + 1
        name, key = self._name(community)
        decided = applied + timedelta(hours=self.random.randint(2, 48))
        batch.add(
            "members_profile", profile, member, community, name, key, home.cell,
            self._about(community, home.country),
            f"{self.random.getrandbits(128):032x}", applied, applied,
            applied if community == TWP.slug else None,
            None if fate == "unconfirmed" else applied + timedelta(minutes=9),
            decided if fate in {"in", "resting"} else None,
            min(decided, self.now) if fate == "declined" else None,
            decided if fate == "resting" else None,
        )  # fmt: skip
        for question, most, chance, hidden in QUESTIONS[community]:
            self._answers(batch, profile, community, question, most, chance, hidden)
        self._languages(batch, profile, home.country)
        if community == TWP.slug:
            self._drugs(batch, profile)

    def _name(self, community: str) -> tuple[str, str]:
        while True:
            number = self.names[community]
            self.names[community] += 1
            # 1,009 is prime to the number of pairs: a walk that meets each pair once a round.
            pair = (number * 1009 + self.seed * 331) % (len(words.ADJECTIVES) * len(words.NOUNS))
            adjective = words.ADJECTIVES[pair // len(words.NOUNS)]
            noun = words.NOUNS[pair % len(words.NOUNS)]
            times = number // (len(words.ADJECTIVES) * len(words.NOUNS))
            name = f"{adjective}-{noun}" + (f"-{times + 1}" if times else "")
            key = _key(adjective, noun, times)
            if (community, key) not in self.taken:
                return name, key

    def _about(self, community: str, country: str) -> str:
        chance = self.random
        if chance.random() < 0.25:
            return ""
        native = words.IN_OTHER_LANGUAGES.get(words.LANGUAGE_OF[country])
        if native and community == TWP.slug and chance.random() < 0.6:
            return chance.choice(native)
        openings = words.TWP_OPENINGS if community == TWP.slug else words.ICI_OPENINGS
        middles = chance.sample(words.MIDDLES, chance.choice((1, 1, 2)))
        return " ".join([chance.choice(openings), *middles, chance.choice(words.CLOSINGS)])

    def _answers(
        self, batch: Batch, profile: int, community: str, question: str, most: int, share: float, hidden: float
    ) -> None:  # fmt: skip
        chance = self.random
        if chance.random() > share:
            return
        choices, shares = self.choices[community, question]
        wanted = 1 if most == 1 else min(most, 1 + int(chance.expovariate(0.7)))
        picked = dict.fromkeys(chance.choices(choices, cum_weights=shares, k=wanted))
        shown = Shown.MATCHING if chance.random() < hidden else Shown.SHOWN
        for choice in picked:
            batch.add("members_answer", profile, question, choice, shown.value)

    def _languages(self, batch: Batch, profile: int, country: str) -> None:
        own = words.LANGUAGE_OF[country]
        languages = {own}
        if own != "en" and self.random.random() < 0.6:
            languages.add("en")
        for slug in sorted(languages):
            batch.add(
                "members_answer", profile, "language", self.languages[slug], Shown.SHOWN.value
            )

    def _drugs(self, batch: Batch, profile: int) -> None:
        chance = self.random
        wanted = min(5, 1 + int(chance.expovariate(0.8)))
        nows, now_shares = self.choices[TWP.slug, "drug_now"]
        years, year_shares = self.choices[TWP.slug, "drug_years"]
        shown = Shown.MATCHING if chance.random() < 0.15 else Shown.SHOWN
        for drug in dict.fromkeys(
            chance.choices(self.drugs, cum_weights=self.drug_shares, k=wanted)
        ):
            now = chance.choices(nows, cum_weights=now_shares)[0]
            year = chance.choices(years, cum_weights=year_shares)[0]
            batch.add("members_drugexperience", profile, drug, now, year, shown.value)

    def _seen(self, applied: date) -> date:
        months = int(self.random.expovariate(0.25))
        day = self.now.date() - timedelta(days=30 * months)
        return max(day, applied).replace(day=1)

    def _homes(self, count: int) -> list[Home]:
        chance = self.random
        countries = chance.choices(
            tuple(self.towns), [words.COUNTRIES[c] for c in self.towns], k=count
        )
        points, widths = [], (Width.TOWN, Width.WIDER, Width.REGION)
        for country in countries:
            places, shares = self.towns[country]
            latitude, longitude = chance.choices(places, cum_weights=shares)[0]
            points.append((
                latitude + chance.uniform(-JITTER, JITTER), longitude + chance.uniform(-JITTER, JITTER),
                chance.choices(widths, (65, 30, 5))[0],
            ))  # fmt: skip
        return [
            Home(country, cell)
            for country, cell in zip(countries, cells_for_many(points), strict=True)
        ]

    def _towns(self) -> dict[str, tuple[list[tuple[float, float]], list[float]]]:
        """For each country its towns and the running sum of their populations."""
        found: dict[str, tuple[list[tuple[float, float]], list[float]]] = {}
        rows = Town.objects.filter(country_id__in=words.COUNTRIES).order_by("country_id", "id")
        for country, latitude, longitude, people in rows.values_list(
            "country_id", "latitude", "longitude", "population"
        ).iterator():
            places, sums = found.setdefault(country, ([], []))
            places.append((latitude, longitude))
            sums.append((sums[-1] if sums else 0) + people**0.9)  # a few more in small places
        return found

    def _choices(self) -> dict[tuple[str, str], tuple[list[int], list[float]]]:
        """(community, question) -> choices and their running shares: some are common, some rare."""
        found: dict[tuple[str, str], list[int]] = {}
        self.languages: dict[str, int] = {}
        for choice in Choice.objects.order_by("question", "position"):
            for community in (choice.community,) if choice.community else (TWP.slug, ICI.slug):
                found.setdefault((community, choice.question), []).append(choice.pk)
            if choice.question == "language":
                self.languages[choice.slug] = choice.pk
        return {
            key: (ids, list(accumulate(1 / (1 + 0.3 * rank) for rank in range(len(ids)))))
            for key, ids in found.items()
        }


# question, most answers, share who answer it, share for matching only
COMMON = (("contact_way", 2, 0.5, 0.0), ("answer_speed", 1, 0.5, 0.0), ("energy", 1, 0.3, 0.0),
          ("new_contacts", 1, 0.4, 0.0))  # fmt: skip
QUESTIONS: dict[str, tuple[tuple[str, int, float, float], ...]] = {
    TWP.slug: (
        ("stage", 1, 0.95, 0.1), ("years_total", 1, 0.9, 0.1), ("schedule", 2, 0.7, 0.1),
        ("small_doses", 2, 0.5, 0.1), ("help", 3, 0.5, 0.15), ("how_it_is_now", 1, 0.4, 0.9),
        ("here_for", 2, 0.7, 0.0), ("started_age", 1, 0.3, 0.95), ("attempts", 1, 0.4, 0.8),
        ("interest", 6, 1.0, 0.0), *COMMON,
    ),
    ICI.slug: (("come_as", 2, 0.9, 0.1), ("interest", 6, 1.0, 0.0), *COMMON),
}  # fmt: skip


def _address(seed: int, number: int) -> str:
    return f"member-{seed}-{number}@example.net"


def _key(adjective: str, noun: str, times: int) -> str:
    """The name's skeleton, put together from its parts' because a million are needed."""
    parts = [adjective, noun, *([str(times + 1)] if times else [])]
    return "-".join(_part(part) for part in parts)


@cache
def _part(word: str) -> str:
    return skeleton(word)


@transaction.atomic
def _write(batch: Batch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = 0")  # made for pages, not for a million rows
        cursor.execute("select rolsuper from pg_roles where rolname = current_user")
        if cursor.fetchone()[0]:
            # Our own rows fit together: checking each foreign key would double the time.
            cursor.execute("set local session_replication_role = replica")
        for table, rows in batch.rows.items():
            columns = ", ".join(COLUMNS[table])
            with cursor.copy(f"copy {table} ({columns}) from stdin") as copy:
                for start in range(0, len(rows), LINES):
                    copy.write("\n".join(rows[start : start + LINES]) + "\n")
        cursor.execute(
            "select setval(pg_get_serial_sequence('members_profile', 'id'), max(id)) from members_profile"
        )
