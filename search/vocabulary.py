"""Every answer and every drug one may search by, read at once: a page has a budget of queries."""

import time
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import CharField, QuerySet, SmallIntegerField, Value
from django.db.models.functions import Cast
from django.utils.translation import get_language

from members.communities import Community
from members.models import Choice, Drug, DrugClass
from search.telling import Told

STALE = 60  # seconds after which a process reads the lists anew
COLUMNS = ("what", "key", "question", "slug", "label", "more", "place", "retired_at")


class Vocabulary:
    """The lists of one community. Retired words stay readable where they were given.

    Never changed once made: searches share it as long as the lists say the same.
    """

    def __init__(self, rows: list[tuple]) -> None:
        self.choices: dict[int, Choice] = {}
        self.drugs: dict[int, Drug] = {}
        for row in rows:
            self._enter(dict(zip(COLUMNS, row, strict=True)))

    @classmethod
    def of(cls, community: Community, told: Iterable[Told] = ()) -> "Vocabulary":
        """Give the lists, read anew now and then, and where one of those told is not among them.

        At most one query; they are made into objects only when something changed.
        """
        key = (community.slug, get_language())  # what is kept with it is in one language
        known = _known.get(key)
        if known and not known.is_stale() and all(map(known.vocabulary.has, told)):
            return known.vocabulary
        rows = list(_rows(community))
        vocabulary = known.vocabulary if known and known.rows == rows else cls(rows)
        _known[key] = Known(time.monotonic(), rows, vocabulary)
        return vocabulary

    def has(self, told: Told) -> bool:
        return told.choices.keys() <= self.choices.keys() and told.drugs.keys() <= self.drugs.keys()

    def _enter(self, row: dict) -> None:
        if row["what"] == "choice":
            self.choices[row["key"]] = Choice(
                id=row["key"], question=row["question"], slug=row["slug"], label=row["label"],
                community=row["more"], position=row["place"], retired_at=row["retired_at"],
            )  # fmt: skip
        else:
            self.drugs[row["key"]] = Drug(
                id=row["key"], drug_class=row["question"], generic=row["slug"],
                also_called=row["label"], brands=row["more"], retired_at=row["retired_at"],
            )  # fmt: skip

    def offered(self, question: str) -> list[Choice]:
        """Give the choices of a question in their order, without retired ones."""
        mine = [c for c in self.choices.values() if c.question == question and not c.retired_at]
        return sorted(mine, key=lambda choice: (choice.position, choice.pk))

    def ids(self, question: str, slugs: list[str]) -> set[int]:
        return {choice.pk for choice in self.offered(question) if choice.slug in slugs}

    def offered_drugs(self) -> list[Drug]:
        """Give the drugs that have a name and are not retired, by name."""
        named = [d for d in self.drugs.values() if d.generic and not d.retired_at]
        return sorted(named, key=lambda drug: drug.generic)

    def of_class(self, drug_class: str) -> set[int]:
        return {drug.pk for drug in self.drugs.values() if drug.drug_class == drug_class}

    def classes(self) -> list[DrugClass]:
        return [one for one in DrugClass if self.of_class(one)]


class Known(NamedTuple):
    """A vocabulary as one process knows it."""

    read_at: float
    rows: list[tuple]
    vocabulary: Vocabulary

    def is_stale(self) -> bool:
        return time.monotonic() - self.read_at > STALE


_known: dict[tuple[str, str], Known] = {}


def _rows(community: Community) -> QuerySet:
    choices = Choice.objects.filter(community__in=["", community.slug]).order_by()
    rows = choices.values_list(
        Value("choice"), "id", _text("question"), _text("slug"), _text("label"),
        _text("community"), "position", "retired_at",
    )  # fmt: skip
    if not community.asks_experience:
        return rows
    drugs = Drug.objects.order_by().values_list(
        Value("drug"), "id", _text("drug_class"), _text("generic"), _text("also_called"),
        _text("brands"), Value(0, SmallIntegerField()), "retired_at",
    )  # fmt: skip
    return rows.union(drugs, all=True)


def _text(field: str) -> Cast:
    return Cast(field, CharField())
