"""The queue: what waits, how much of it, and what comes next."""

from collections import Counter
from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef, Value
from django.utils import timezone

from members.models import Member, Profile
from moderation.models import Application, ApplicationQuerySet, Claim, State

COUNTED = 1000  # a tab says "1,000+" above it: counting a million rows helps nobody


def counts(applications: ApplicationQuerySet) -> Counter[str]:
    """How many are in each state, COUNTED + 1 at most, in one question to the database."""
    first, *others = [
        applications.in_state(state)
        .order_by()
        .annotate(in_state=Value(state.value))
        .values_list("in_state", flat=True)[: COUNTED + 1]
        for state in State
    ]
    return Counter(first.union(*others, all=True))


def waiting_by_community() -> dict[str, tuple[int, datetime]]:
    """Community to how many wait there, and since when the oldest of them."""
    rows = (
        Application.objects.in_state(State.WAITING)
        .order_by()
        .values_list("community")
        .annotate(Count("pk"), Min("applied_at"))
    )
    return {community: (number, oldest) for community, number, oldest in rows}


def following(profile: Profile, reviewer: Member) -> Application | None:
    """The next to decide on after this one, on which nobody else is; after the newest, the oldest."""
    others = Claim.objects.filter(application=OuterRef("pk"), until__gt=timezone.now())
    free = Application.objects.in_state(State.WAITING).exclude(
        Exists(others.exclude(reviewer=reviewer))
    )
    waiting = free.oldest_first().exclude(pk=profile.pk)
    return waiting.after(profile).first() or waiting.first()
