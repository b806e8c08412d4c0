"""What somebody who looks after the outbox may do with letters: try them again, or drop them.

Both lock the rows. One that is being sent at this moment is left to its worker: a letter must not be
dropped and go out.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from members.outbox.models import Letter, LetterQuerySet

BY_HAND = "by_hand"  # the code of a letter that somebody dropped


def can_be_tried_again() -> Q:
    """Whatever waits for later, failed, or was dropped by hand (so that this can be taken back)."""
    waits = Q(sent_at=None, failed_at=None, dropped_at=None, due_at__gt=timezone.now())
    return waits | Q(failed_at__isnull=False) | Q(dropped_at__isnull=False, last_code=BY_HAND)


def can_be_dropped() -> Q:
    return Q(sent_at=None, dropped_at=None)


@transaction.atomic
def try_again(keys: Iterable[int]) -> list[Letter]:
    """Make them due now, with the days to give up in beginning anew; gives those it changed.

    A worker that has taken one of them already, and has not begun, finds it as it was or taken by
    another: `attempts` stays. The letter asks again, as ever, whether it is still wanted.
    """
    now = timezone.now()
    letters = _locked(keys, can_be_tried_again())
    _write(letters, due_at=now, first_tried_at=now, failed_at=None, dropped_at=None, last_code="")
    return letters


@transaction.atomic
def drop(keys: Iterable[int]) -> list[Letter]:
    """End them without sending; gives those it changed."""
    letters = _locked(keys, can_be_dropped())
    _write(letters, dropped_at=timezone.now(), failed_at=None, last_code=BY_HAND)
    return letters


def _locked(keys: Iterable[int], which: Q) -> list[Letter]:
    """In one order, so that two at once do not wait for each other."""
    rows: LetterQuerySet = Letter.objects.filter(which, pk__in=list(keys)).order_by("pk")
    return list(rows.select_for_update(skip_locked=True))


def _write(letters: list[Letter], **changes: object) -> None:
    Letter.objects.filter(pk__in=[letter.pk for letter in letters]).update(**changes)
