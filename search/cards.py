"""The people of one page of a list, as the viewer may read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet
from django.urls import reverse

from members import looking
from members.in_common import SAYS_NOTHING, both, labels, readable
from members.looking import Allowed
from members.models import Choice, Profile, Question
from members.places.distance import Unit, distance_words
from members.seen import seen_words
from members.statements import AnyOf, Slot, Statement
from search.telling import Told
from search.viewer import Viewer
from search.vocabulary import Vocabulary
from search.wanted import Found

MOST_IN_COMMON = 6  # said on a card; the profile says all


class Read(NamedTuple):
    """What is read for a card. Of the last visit the card says the month alone."""

    pk: int
    username: str
    about_me: str
    seen_on: date | None
    facets: list[int] | None


@Statement
def _people(viewer: Slot, community: Slot, keys: Slot) -> QuerySet:
    # The gate once more: should a search row be late, nobody is shown who must not be.
    people = Profile.objects.of(community).met_by(viewer).filter(AnyOf(keys))
    return people.values_list("pk", "username", "about_me", "member__seen_on", "listing__facets")


@dataclass(frozen=True)
class Card:
    username: str
    href: str
    words: str  # the area
    distance: str
    seen: str
    facts: list[str]  # the stage, or what they come as
    about: str
    languages: list[str]
    in_common: list[str]
    more_in_common: int


class Cards:
    """Makes the cards of one viewer."""

    vocabulary: Vocabulary

    def __init__(self, viewer: Viewer, unit: Unit) -> None:
        self.viewer, self.unit = viewer, unit

    def of(self, found: Sequence[Found]) -> tuple[Allowed, list[Card]]:
        """Count a search that found these, and give the cards of those who may be shown, in their
        order. One query: there is no card of somebody who was not counted."""
        member, community = self.viewer.member, self.viewer.profile.where
        profiles = [hit.profile for hit in found]
        people = _people.filled_in(member.pk, community.slug, profiles)
        allowed, rows = looking.look_and_read(member, profiles, people)
        by_id = {read.pk: read for read in map(Read._make, rows)}
        told = {pk: Told.by_facets(read.facets or ()) for pk, read in by_id.items()}
        # Somebody may have told what was put on the lists a moment ago.
        self.vocabulary = Vocabulary.of(community, told.values())
        listed = [hit for hit in found if hit.profile in by_id]
        return allowed, [self._card(by_id[hit.profile], told[hit.profile], hit) for hit in listed]

    def _card(self, read: Read, told: Told, hit: Found) -> Card:
        mine = self.viewer.told
        choices = [self.vocabulary.choices[pk] for pk in both(mine.choices, told.choices)]
        seen = [self.vocabulary.choices[pk] for pk in readable(mine.choices, told.choices)]
        drugs = [self.vocabulary.drugs[pk] for pk in both(mine.drugs, told.drugs)]
        in_common = labels(choices, drugs)
        return Card(
            username=read.username,
            href=reverse("members:profile", args=[self.viewer.profile.community, read.username]),
            words=hit.words,
            distance=distance_words(hit.km, self.unit),
            seen=seen_words(read.seen_on),
            facts=_answers(seen, Question.STAGE) + _answers(seen, Question.COME_AS),
            about=read.about_me,
            languages=_answers(seen, Question.LANGUAGE),
            in_common=in_common[:MOST_IN_COMMON],
            more_in_common=max(0, len(in_common) - MOST_IN_COMMON),
        )


def _answers(seen: list[Choice], question: Question) -> list[str]:
    given = [c for c in seen if c.question == question and c.slug not in SAYS_NOTHING]
    return [str(choice) for choice in sorted(given, key=lambda choice: choice.position)]
