"""Saved searches: what a member does with them."""

from django.db import transaction
from django.http import QueryDict

from members.communities import Community
from members.models import Member, Profile
from search import alerts
from search.asking import ask
from search.canonical import canonical, words
from search.filters import SearchFilters
from search.models import SavedSearch, SavedSearchQuerySet
from search.viewer import Viewer
from search.vocabulary import Vocabulary

MOST = 20  # saved searches of one profile


class NotKept(Exception):
    """The search was not kept; nothing changed."""


class Full(NotKept):
    """The profile has as many as there may be."""


class Unclear(NotKept):
    """The search itself has something to mend."""


@transaction.atomic
def keep(member: Member, community: Community, typed: QueryDict, *, letters: bool) -> SavedSearch:
    """Keep a search, once however often; `letters` says whether to write when somebody new fits.

    Raises Full, Unclear, and Http404 for somebody who does not belong to the community.
    """
    viewer = Viewer.in_community(member, community)
    query = _canonical(typed, viewer, community)
    search = ask(member, community, query)
    if not search.filters.form.is_valid():
        raise Unclear
    # Two at once would both count the same past, and both be the twentieth.
    Profile.objects.select_for_update(no_key=True).get(pk=viewer.profile.pk)
    own = SavedSearch.objects.filter(profile=viewer.profile)
    saved = own.filter(query=query.urlencode()).first()
    if saved is None:
        if own.count() >= MOST:
            raise Full
        name = words(search.filters, search.found)
        saved = own.create(profile=viewer.profile, query=query.urlencode(), name=name)
    if not letters:
        stop(own.filter(pk=saved.pk))
    elif not saved.alerts_since:
        alerts.start(saved, search)
    return saved


@transaction.atomic
def begin_letters(saved: SavedSearch) -> None:
    """Write to its owner when somebody new fits, from now on."""
    own = SavedSearch.objects.filter(pk=saved.pk).select_for_update(of=("self",))
    saved = own.select_related("profile__member").get()
    if not saved.alerts_since:
        alerts.start(saved, alerts.ask_again(saved))


def stop(searches: SavedSearchQuerySet) -> None:
    """No letters any more, and nobody remembered: what waits in the outbox is dropped."""
    searches.update(alerts_since=None, known=[], fresh=[], hindrance="")


def stop_all(member: Member) -> None:
    """No letters about any search of a member, in neither community."""
    stop(SavedSearch.objects.filter(profile__member=member))


def _canonical(typed: QueryDict, viewer: Viewer, community: Community) -> QueryDict:
    filters = SearchFilters(typed, viewer, Vocabulary.of(community, [viewer.told]))
    if not filters.form.is_valid():
        raise Unclear
    return canonical(filters, typed)
