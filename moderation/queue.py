"""The queue: what waits, how much of it, and what comes next."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Count, Exists, Min, OuterRef, Value
from django.db.models.functions import Cast
from django.utils import timezone

from members.models import Member, Profile
from moderation.models import Application, ApplicationQuerySet, Claim, State
from moderation.taking import called

# A tab says "1,000+" above it, and so many are listed: counting a million rows helps nobody, and
# nobody leafs through them.
COUNTED = 1000


@dataclass(frozen=True)
class Overview:
    """How many are in each state, COUNTED + 1 at most; and who decides, by name."""

    counts: Counter[str]
    reviewers: list[tuple[str, str]]


def overview(applications: ApplicationQuerySet) -> Overview:
    """Both in one question to the database."""
    rows = [
        applications.in_state(state)
        .order_by()
        .annotate(what=Value(state.value), name=Value(""))
        .values_list("what", "name")[: COUNTED + 1]
        for state in State
    ]
    staff = Member.objects.filter(is_staff=True, suspended_at=None).annotate(
        what=Cast("pk", CharField())
    )
    found = list(staff.values_list("what", "email").union(*rows, all=True))
    names = [(key, called(email)) for key, email in found if email]
    return Overview(
        Counter(what for what, email in found if not email),
        sorted(names, key=lambda one: one[1]),
    )


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
