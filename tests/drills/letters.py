"""Saved searches and the letters about somebody new, a day later."""

from collections.abc import Iterable
from datetime import timedelta

from django.http import QueryDict
from django.utils import timezone

from members.models import Profile
from members.outbox.models import Letter
from search import alerts, saving
from search.models import SavedSearch


def keep(viewer: Profile, queries: Iterable[str]) -> None:
    for query in queries:
        saving.keep(viewer.member, viewer.where, QueryDict(query), letters=True)


def told_of(viewer: Profile) -> list[str]:
    """Look at the saved searches as if a day had gone by; gives those about which a letter goes."""
    SavedSearch.objects.update(looked_at=timezone.now() - timedelta(days=2))
    alerts.look(viewer.member_id)
    own = SavedSearch.objects.filter(profile=viewer).exclude(fresh=[]).order_by("query")
    found = list(own.values_list("query", flat=True))
    if bool(found) != Letter.objects.filter(kind=alerts.LETTER).exists():
        raise AssertionError("a letter without somebody new, or the other way round")
    return found
