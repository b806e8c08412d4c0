"""Members who used up what a day allows (members/looking.py): perhaps a script that copies the
directory. The staff get one letter a day about each. The letters' rows are all that is kept."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from members import looking
from members.outbox import letters
from members.outbox.models import Letter

KIND = "looked_enough"
A_WEEK = timedelta(days=7)


def raise_alarms() -> None:
    """Post a letter about everybody at a limit of whom the staff were not told in the last day."""
    for member in looking.at_a_limit():
        if not about(member).filter(posted_at__gt=timezone.now() - looking.FREED_AFTER).exists():
            _post(member)


def about(member: UUID) -> QuerySet[Letter]:
    """Give the alarms there were about a member, the latest first."""
    return Letter.objects.filter(kind=KIND, about=_key(member, 0)).order_by("-posted_at")


def this_week() -> set[UUID]:
    """Give the members about whom there was an alarm within A_WEEK."""
    rows = Letter.objects.filter(kind=KIND, posted_at__gte=timezone.now() - A_WEEK)
    return {read_key(row)[0] for row in rows.values_list("about", flat=True)}


def read_key(key: str) -> tuple[UUID, int]:
    """Give the member a letter is about and its place in the staff's list."""
    member, place = key.split(".")
    return UUID(member), int(place)


@transaction.atomic
def _post(member: UUID) -> None:
    for place in range(len(settings.STAFF_MAIL)):
        letters.post(KIND, _key(member, place), once_a_day=True)


def _key(member: UUID, place: int) -> str:
    return f"{member.hex}.{place}"  # without hyphens: the outbox has room for 36 characters
