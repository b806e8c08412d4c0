"""Telling somebody, once, that a person they wanted to write to has room for new people again.

Room is looked for once a day: the hour of a letter must not tell when the recipient changed their
mind. Whether the sender may write at all is asked anew when the letter goes.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from members.models import Member, Profile
from members.outbox import letters
from members.relay import room, sending
from members.relay.models import Awaited

LETTER = "room_again"
KEPT = timedelta(days=90)  # after somebody asked


def is_awaited(sender: Profile, recipient: Profile) -> bool:
    """Whether the sender asked, and was not told yet."""
    return _unfinished().filter(sender=sender, recipient=recipient).exists()


@transaction.atomic
def ask(sender: Profile, recipient: Profile) -> None:
    """Tell the sender when there is room. Twice is once; whoever was told and came too late may ask
    anew. Where there is room already nothing is kept."""
    if not isinstance(sending.why_not(sender, recipient), sending.Full):
        return
    row, is_new = Awaited.objects.select_for_update().get_or_create(
        sender=sender, recipient=recipient
    )
    if not is_new and not _unfinished().filter(pk=row.pk).exists():
        row.letter, row.asked_at = None, timezone.now()
        row.save(update_fields=["letter", "asked_at"])


def take_back(sender: Profile, recipient: Profile) -> None:
    """Do not tell; a letter that waits is dropped when its turn comes."""
    Awaited.objects.filter(sender=sender, recipient=recipient).delete()


def take_all_back(member: Member) -> None:
    """Tell this member of nobody's room, in neither community."""
    Awaited.objects.filter(sender__member=member).delete()


def find(member: Member, key: UUID) -> Awaited | None:
    """What a letter's link is about, for the member it was written to."""
    rows = Awaited.objects.select_related("recipient")
    return rows.filter(pk=key, sender__member=member).first()


def tell() -> None:
    """Post the letters wherever there is room now."""
    for recipient in set(_unfinished().values_list("recipient", flat=True)):
        _tell_of(recipient)


def can_be_told(row: Awaited) -> bool:
    """Whether "you can write now" is true: neither blocked nor away, and there is still room."""
    return sending.can_write(row.sender, row.recipient)


def forget_old() -> None:
    Awaited.objects.filter(asked_at__lte=timezone.now() - KEPT).delete()


@transaction.atomic
def _tell_of(recipient: int) -> None:
    """As many as there is room for, the first to ask first. Who may not write for another reason
    stays among those who wait."""
    # Locked first, and read then: one statement would still see what was there before it waited.
    locked = Awaited.objects.select_for_update().filter(recipient=recipient).order_by("pk")
    list(locked.values_list("pk", flat=True))
    asked = _unfinished().filter(recipient=recipient).order_by("asked_at", "pk")
    rows = list(asked.select_related("sender__member", "recipient__member", "letter"))
    waiting = [row for row in rows if row.letter is None or row.letter.dropped_at]
    if not waiting:
        return
    free = room.left(waiting[0].recipient)
    places = len(waiting) if free is None else free - (len(rows) - len(waiting))
    for row in waiting:
        if places <= 0:
            return
        if can_be_told(row):
            row.letter = letters.post(LETTER, row.pk)
            row.save(update_fields=["letter"])
            places -= 1


def _unfinished() -> QuerySet:
    """Told nobody yet: no letter, one that waits, or one that was dropped at the last moment."""
    return Awaited.objects.filter(letter__sent_at=None, letter__failed_at=None)
