from dataclasses import dataclass

from django.http import Http404

from members import facets, in_common
from members.communities import Community, among
from members.facets import When
from members.models import Member, Profile, Shown
from members.places.distance import Unit
from search.telling import Told, with_answers
from search.vocabulary import Vocabulary


@dataclass(frozen=True)
class Viewer:
    """The member who searches, with their own face in this community and what it told."""

    member: Member
    profile: Profile
    told: Told
    communities: list[Community]  # all they belong to, for the navigation: found by the same query

    @classmethod
    def in_community(cls, member: Member, community: Community) -> "Viewer":
        """Raises Http404 for somebody who does not belong: the page is not there for them."""
        faces = with_answers(Profile.objects.approved().filter(member=member))
        own = {face.community: face for face in faces.select_related("cell")}
        if not member.is_active or community.slug not in own:
            raise Http404
        profile = own[community.slug]
        return cls(member, profile, Told.by(profile), among(own))

    @property
    def choices(self) -> set[int]:
        """The viewer's own answers that count for matching."""
        return {pk for pk, shown in self.told.choices.items() if shown != Shown.UNUSED}

    @property
    def drugs(self) -> set[int]:
        return {pk for pk, shown in self.told.drugs.items() if shown != Shown.UNUSED}

    def shared_facets(self, vocabulary: Vocabulary) -> set[int]:
        """Give the facets of others that are something in common with the viewer."""
        telling = {pk for pk in self.choices if in_common.tells(vocabulary.choices[pk])}
        return facets.of_answers(telling, telling) | facets.of_drugs(self.drugs, self.drugs, When)

    @property
    def unit(self) -> Unit:
        return self.member.unit_at(self.profile.cell)
