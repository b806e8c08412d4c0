"""Addresses that mail does not reach, known by their marks.

The rule. After a soft bounce an address pauses for a day; when it comes again within FORGIVEN after
the pause, for two days, then four, then eight each time. After a hard bounce, or a complaint, nothing goes
to it until its owner has shown that mail arrives. A letter that had left before the last pause began, or
before the owner showed it, tells nothing new when it comes back. Letters an owner asks for at
that moment go out all the same (`asked=True` in `@letter`).
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from members.outbox.faults import Fault
from members.outbox.marks import mark_of
from members.outbox.models import Letter, Trouble
from members.statements import Slot, Statement

PAUSES = [timedelta(days=days) for days in (1, 2, 4, 8)]  # the last one repeats
FORGIVEN = timedelta(days=30)  # so long after a pause the next one is a day again
REFUSED_FOR = timedelta(days=180)  # then one letter tries again: the owner may never sign in
PAUSED, REFUSED = "paused", "refused"  # codes of letters that wait for an address


class OnHold(Exception):
    """Nothing goes to the address now: until a moment, or until its owner says so (None)."""

    def __init__(self, until: datetime | None) -> None:
        super().__init__(until)
        self.until = until


def ask(mark: str) -> None:
    """Ask before sending, in the transaction that marks the letter. Raises OnHold.

    Locks the row that holds the letter back: whoever ends the trouble then finds the letter waiting.
    """
    for refused_at, paused_until in _locked_holding(mark):
        raise OnHold(None if refused_at else paused_until)


@Statement
def _locked_holding(mark: Slot) -> QuerySet:
    held = Trouble.objects.holding().filter(mark=mark).select_for_update()
    return held.values_list("refused_at", "paused_until")


def of(address: str) -> Trouble | None:
    """What stands against an address now."""
    return Trouble.objects.holding().filter(mark=mark_of(address)).first()


def is_refused(address: str) -> bool:
    return Trouble.objects.filter(mark=mark_of(address), refused_at__isnull=False).exists()


@transaction.atomic
def note(mark: str, fault: Fault, sent_at: datetime) -> None:
    """A letter sent at that moment came back, SOFT or HARD."""
    row = _locked(mark)
    if row.confirmed_at and sent_at <= row.confirmed_at:
        return
    if fault is Fault.HARD:
        row.refused_at = row.refused_at or timezone.now()
    elif row.noted_at and sent_at <= row.noted_at:
        return
    else:
        _pause(row)
    row.noted_at = timezone.now()
    row.save()


@transaction.atomic
def complained(mark: str) -> None:
    """Whoever has the mailbox said that mail of ours is not wanted there."""
    row = _locked(mark)
    row.noted_at = row.complained_at = timezone.now()
    row.refused_at = row.refused_at or row.noted_at
    row.save()


def confirm(address: str) -> None:
    """Its owner has a letter of ours in hand. Where nothing was wrong, nothing is kept.

    Not in a transaction with anything else: letters are let go once the end of the trouble is
    committed, so that none is put off in between and forgotten.
    """
    mark = mark_of(address)
    Trouble.objects.filter(mark=mark).update(
        times=0, paused_until=None, refused_at=None, complained_at=None, confirmed_at=timezone.now()
    )
    _let_go([mark])


def forget(*addresses: str) -> None:
    """Nobody has these addresses any more; what comes back from them is about nobody."""
    marks = [mark_of(address) for address in addresses]
    _let_go(marks)
    with transaction.atomic():
        # Not the one that is being sent at this moment, as nobody waits half a minute for that.
        free = Letter.objects.filter(sent_to__in=marks).select_for_update(skip_locked=True)
        Letter.objects.filter(pk__in=[letter.pk for letter in free]).update(sent_to="")
        Trouble.objects.filter(mark__in=marks).delete()


def forget_old() -> None:
    """Whoever was in trouble long ago starts clean."""
    now = timezone.now()
    ended = Q(ended_at__lte=now - FORGIVEN, refused_at=None)
    given_up = Q(noted_at__lte=now - REFUSED_FOR)
    rows = Trouble.objects.annotate(ended_at=Coalesce(F("paused_until"), F("confirmed_at")))
    rows.filter(ended | given_up).delete()


def _locked(mark: str) -> Trouble:
    row, _is_new = Trouble.objects.get_or_create(mark=mark)
    return Trouble.objects.select_for_update().get(pk=row.pk)


def _pause(row: Trouble) -> None:
    now = timezone.now()
    if row.paused_until and row.paused_until + FORGIVEN <= now:
        row.times = 0
    row.times += 1
    row.paused_until = now + PAUSES[min(row.times, len(PAUSES)) - 1]


def _let_go(marks: list[str]) -> None:
    held = Letter.objects.unsent().filter(sent_to__in=marks, last_code__in=[PAUSED, REFUSED])
    held.update(due_at=timezone.now())
