"""One search from beginning to end: the page, the map and the letters about new people ask here."""

from dataclasses import dataclass

from django.http import QueryDict

from members.communities import Community
from members.models import Member
from search.filters import SearchFilters, Sort
from search.nearest import find
from search.ordering import measured_from, most_in_common_first, nearest_first
from search.viewer import Viewer
from search.vocabulary import Vocabulary
from search.wanted import MOST, Found


@dataclass(frozen=True)
class Search:
    viewer: Viewer
    vocabulary: Vocabulary
    filters: SearchFilters
    found: list[Found]


def ask(member: Member, community: Community, asked: QueryDict) -> Search:
    """Find whom a member looks for, the first 501 of them.

    Raises Http404 for somebody who does not belong to the community.
    """
    viewer = Viewer.in_community(member, community)
    vocabulary = Vocabulary.of(community, [viewer.told])
    filters = SearchFilters(asked, viewer, vocabulary)
    found = find(filters.wanted())
    listed, beyond = found[:MOST], found[MOST:]  # who is beyond only tells that there are more
    if filters.where.box:  # its middle means nothing to whoever moved the map
        listed = measured_from(viewer.profile.cell, listed)
        listed = listed if filters.sort == Sort.NEWEST else nearest_first(listed)
    if filters.sort == Sort.COMMON:
        listed = most_in_common_first(listed, viewer.shared_facets(vocabulary))
    return Search(viewer, vocabulary, filters, [*listed, *beyond])
