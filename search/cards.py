"""The people of one page of a list, as the viewer may read them."""

from dataclasses import dataclass

from django.db.models import F
from django.urls import reverse

from members.in_common import SAYS_NOTHING, both, labels, readable
from members.models import Choice, Profile, Question
from members.places.distance import Unit, distance_words
from members.seen import seen_words
from members.statements import AnyOf
from search.telling import Told
from search.viewer import Viewer
from search.vocabulary import Vocabulary
from search.wanted import Found

MOST_IN_COMMON = 6  # said on a card; the profile says all
READ = "community", "username", "about_me"


@dataclass(frozen=True)
class Card:
    profile: Profile
    href: str
    words: str  # the area
    distance: str
    seen: str
    facts: list[str]  # the stage, or what they come as
    languages: list[str]
    in_common: list[str]
    more_in_common: int


class Cards:
    """Makes the cards of one viewer; their profiles come in one query."""

    vocabulary: Vocabulary

    def __init__(self, viewer: Viewer, unit: Unit) -> None:
        self.viewer, self.unit = viewer, unit

    def of(self, found: list[Found]) -> list[Card]:
        """Give the cards of those found, in their order."""
        if not found:
            return []
        # The gate once more: should a search row be late, nobody is shown who must not be.
        profiles = Profile.objects.of(self.viewer.profile.where).met_by(self.viewer.member)
        # Only the month of the last visit comes along: no card needs the member, nor the address.
        wanted = profiles.filter(AnyOf(hit.profile for hit in found)).only(*READ)
        by_id = wanted.annotate(seen_on=F("member__seen_on"), facets=F("listing__facets")).in_bulk()
        told = {pk: Told.by_facets(profile.facets or ()) for pk, profile in by_id.items()}
        # Somebody may have told what was put on the lists a moment ago.
        self.vocabulary = Vocabulary.of(self.viewer.profile.where, told.values())
        listed = [hit for hit in found if hit.profile in by_id]
        return [self._card(by_id[hit.profile], told[hit.profile], hit) for hit in listed]

    def _card(self, profile: Profile, told: Told, hit: Found) -> Card:
        mine = self.viewer.told
        choices = [self.vocabulary.choices[pk] for pk in both(mine.choices, told.choices)]
        seen = [self.vocabulary.choices[pk] for pk in readable(mine.choices, told.choices)]
        drugs = [self.vocabulary.drugs[pk] for pk in both(mine.drugs, told.drugs)]
        in_common = labels(choices, drugs)
        return Card(
            profile=profile,
            href=reverse("members:profile", args=[profile.community, profile.username]),
            words=hit.words,
            distance=distance_words(hit.km, self.unit),
            seen=seen_words(profile.seen_on),
            facts=_answers(seen, Question.STAGE) + _answers(seen, Question.COME_AS),
            languages=_answers(seen, Question.LANGUAGE),
            in_common=in_common[:MOST_IN_COMMON],
            more_in_common=max(0, len(in_common) - MOST_IN_COMMON),
        )


def _answers(seen: list[Choice], question: Question) -> list[str]:
    given = [c for c in seen if c.question == question and c.slug not in SAYS_NOTHING]
    return [str(choice) for choice in sorted(given, key=lambda choice: choice.position)]
