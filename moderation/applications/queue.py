"""The queue: what waits, how much of it, and what comes next."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, Func, IntegerField, Min, OuterRef
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
    """Both in one question to the database: the counts come beside the names of the staff."""
    numbers = {state.value: _number(applications.in_state(state)) for state in State}
    staff = Member.objects.filter(is_staff=True, suspended_at=None).annotate(**numbers)
    rows = list(staff.values("pk", "email", *numbers))
    return Overview(
        Counter({state: rows[0][state] for state in numbers} if rows else {}),
        sorted(((str(row["pk"]), called(row["email"])) for row in rows), key=lambda one: one[1]),
    )


def _number(applications: ApplicationQuerySet) -> Func:
    """Counted where the rows are: a thousand of them would take their time to come."""
    some = applications.order_by().values("pk")[: COUNTED + 1]
    return Func(ArraySubquery(some), function="cardinality", output_field=IntegerField())


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
