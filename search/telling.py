"""A profile's answers and drugs fetched with the profile itself, so that a list of people costs
one query whatever they told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from members import facets
from members.in_common import Given
from members.models import Answer, DrugExperience, Profile, Shown
from members.models.profile import ProfileQuerySet


def with_answers(profiles: ProfileQuerySet) -> ProfileQuerySet:
    """Annotate what `Told` reads."""
    answers = Answer.objects.filter(profile=OuterRef("pk")).order_by()
    drugs = DrugExperience.objects.filter(profile=OuterRef("pk")).order_by()
    return profiles.annotate(
        answers_json=ArraySubquery(answers.values(json=JSONObject(id="choice_id", shown="shown"))),
        drugs_json=ArraySubquery(drugs.values(json=JSONObject(id="drug_id", shown="shown"))),
    )


@dataclass(frozen=True)
class Told:
    """What a profile told: choices and drugs by id, each with how far it is shown."""

    choices: Given = field(default_factory=dict)
    drugs: Given = field(default_factory=dict)

    @classmethod
    def by(cls, profile: Profile) -> "Told":
        """Read a profile that came through with_answers."""
        return cls(
            {row["id"]: row["shown"] for row in profile.answers_json},
            {row["id"]: row["shown"] for row in profile.drugs_json},
        )

    @classmethod
    def by_facets(cls, of_row: Iterable[int]) -> "Told":
        """Read a search row, which is written in the transaction that changes what somebody told.

        For people in a list: their row is one page of the database, their answers are many. What is
        not used is not in it; it counts for nobody.
        """
        return cls(*map(_given, facets.told(of_row)))


def _given(told: Mapping[int, bool]) -> Given:
    return {pk: Shown.MATCHING if matching else Shown.SHOWN for pk, matching in told.items()}
