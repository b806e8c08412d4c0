"""Verbs of an administrator on the outbox, each written into the audit log with the letters' ids."""

from collections.abc import Iterable

from django.db import transaction

from members.models import Member
from members.outbox import mending
from moderation import audit
from moderation.models import Act


@transaction.atomic
def try_again(keys: Iterable[int], staff: Member) -> int:
    """How many are tried again; the others are being sent at this moment, or are done."""
    changed = mending.try_again(keys)
    audit.note(staff, Act.TRIED_AGAIN, *changed)
    return len(changed)


@transaction.atomic
def drop(keys: Iterable[int], staff: Member) -> int:
    changed = mending.drop(keys)
    audit.note(staff, Act.DROPPED, *changed)
    return len(changed)
