"""A profile's answers and drugs fetched with the profile itself, so that a list of people costs
one query whatever they told."""

from dataclasses import dataclass, field

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from members.in_common import Given
from members.models import Answer, DrugExperience, Profile
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
