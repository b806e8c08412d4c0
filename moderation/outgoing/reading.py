"""The outbox as administrators read it. No address, subject or word of a letter: a row of it holds
none, and none is composed here."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Func, IntegerField, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Member
from members.outbox import mending, watching
from members.outbox.models import Letter, LetterQuerySet, Trouble
from moderation.models import OutgoingLetter

COUNTED = 1000  # a tab says "1,000+" above it, and so many are listed
PER_PAGE = 100


class Standing(models.TextChoices):
    """Where a letter stands, read from its dates."""

    DUE = "due", _("Due")
    AGAIN = "again", _("Trying again")
    WAITING = "waiting", _("For later")
    FAILED = "failed", _("Failed")
    DROPPED = "dropped", _("Dropped")
    SENT = "sent", _("Sent today")


ORDER = {
    Standing.FAILED: ["-failed_at", "-pk"],
    Standing.DROPPED: ["-dropped_at", "-pk"],
    Standing.SENT: ["-sent_at", "-pk"],
}
AS_THEY_GO_OUT = ["priority", "due_at", "pk"]


class Counted(Paginator):
    """Pages of what was counted already."""

    count = 0


@dataclass(frozen=True)
class Overview:
    """What the page says above its list."""

    counts: Counter[str]  # COUNTED + 1 at most
    pausing: int  # addresses that rest for some days, as mail came back from them
    refusing: int  # those that get nothing until their owner shows that it arrives
    oldest: timedelta  # how long the oldest due letter waits
    away: timedelta  # how long the mail server takes nothing
    clock: watching.Clock

    @property
    def oldest_since(self) -> datetime | None:
        return timezone.now() - self.oldest if self.oldest else None

    @property
    def away_since(self) -> datetime | None:
        return timezone.now() - self.away if self.away else None


def overview(viewer: Member, kind: str) -> Overview:
    """Four questions. All counts come in one, beside the viewer's own row."""
    numbers = {one.value: _number(letters(one, kind)) for one in Standing}
    holding = Trouble.objects.holding()
    numbers["pausing"] = _number(holding.filter(refused_at=None))
    numbers["refusing"] = _number(holding.filter(refused_at__isnull=False))
    counted = Member.objects.filter(pk=viewer.pk).annotate(**numbers).values(*numbers).get()
    pausing, refusing = counted.pop("pausing"), counted.pop("refusing")
    return Overview(
        counts=Counter(counted),
        pausing=pausing,
        refusing=refusing,
        oldest=watching.oldest_due(),
        away=max(watching.in_vain()),
        clock=watching.clock(),
    )


def letters(standing: str, kind: str = "") -> LetterQuerySet:
    """Those that stand so, of one kind or of all."""
    rows = OutgoingLetter.objects.filter(_condition(standing, timezone.now()))
    return rows.filter(kind=kind) if kind else rows


def page(standing: str, kind: str, number: str | None, counted: int) -> Page:
    """One page of them; a number that makes no sense gives the first or the last."""
    rows = letters(standing, kind).order_by(*ORDER.get(Standing(standing), AS_THEY_GO_OUT))
    pages = Counted(rows, PER_PAGE)
    pages.count = min(counted, COUNTED)
    return pages.get_page(number)


def one(key: int) -> list[Letter]:
    """A single letter, as the audit log links to it."""
    return list(OutgoingLetter.objects.filter(pk=key))


def standing_of(letter: Letter) -> Standing:
    now = timezone.now()
    if letter.failed_at:
        return Standing.FAILED
    if letter.dropped_at:
        return Standing.DROPPED
    if letter.sent_at:
        return Standing.SENT
    if letter.due_at <= now:
        return Standing.DUE
    return Standing.AGAIN if letter.last_code else Standing.WAITING


def can_be_changed(letter: Letter) -> bool:
    """Whether anything may be done with it: `members.outbox.mending` says the same to the database."""
    return letter.sent_at is None and (
        letter.dropped_at is None or letter.last_code == mending.BY_HAND
    )


def _condition(standing: str, now: datetime) -> Q:
    unsent = Q(sent_at=None, failed_at=None, dropped_at=None)
    match standing:
        case Standing.DUE:
            return unsent & Q(due_at__lte=now)
        case Standing.AGAIN:
            return unsent & Q(due_at__gt=now) & ~Q(last_code="")
        case Standing.WAITING:
            return unsent & Q(due_at__gt=now, last_code="")
        case Standing.FAILED:
            return Q(failed_at__isnull=False)
        case Standing.DROPPED:
            return Q(dropped_at__isnull=False)
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return Q(sent_at__gte=midnight)


def _number(rows: QuerySet) -> Func:
    """Counted where the rows are: a thousand of them would take their time to come."""
    some = rows.order_by().values("pk")[: COUNTED + 1]
    return Func(ArraySubquery(some), function="cardinality", output_field=IntegerField())
