"""Whether mail goes out and the clock is kept: what `/healthz`, the alarm and the staff's page say."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, Min, OuterRef, Q, Subquery
from django.db.models.functions import Greatest
from django.utils import timezone

from members.outbox.duties import DUTIES
from members.outbox.failures import Failure
from members.outbox.models import Duty, Letter, Trouble

PERIODS_MISSED = 3  # one may fail, and the worker may be down for a while
SILENT_AFTER = timedelta(minutes=5)  # the shortest duties come every minute
DEAD_FOR = timedelta(days=1)  # what nobody mended by then is no news any more

# A letter that ended by a fault of ours, or that we gave up. One that was refused for good says
# something of its address alone.
OURS = (Failure.OWN, Failure.SOFT, Failure.AWAY)

# Nothing to do with the letter that has such a code: the mail server is away, or does not want us.
AWAY = Q(last_code__startswith=Failure.AWAY.value) | Q(
    last_code__startswith="soft SMTPSenderRefused"
)
IN_A_ROW = 3  # so many refused, for whatever reason and none sent since, are no chance


@dataclass(frozen=True)
class Clock:
    """How the duties stand."""

    duties: list[Duty]
    at: datetime

    @property
    def overdue(self) -> list[str]:
        """A duty without a row never came up yet: a site that has just begun is not ill."""
        return [duty.name for duty in self.duties if self._is_overdue(duty)]

    def _is_overdue(self, duty: Duty) -> bool:
        last = duty.succeeded_at or duty.entered_at
        return self.at - last > PERIODS_MISSED * DUTIES[duty.name].every

    @property
    def is_silent(self) -> bool:
        """Whether no worker began anything for SILENT_AFTER."""
        begun = [duty.started_at for duty in self.duties if duty.started_at]
        return bool(begun) and self.at - max(begun) > SILENT_AFTER

    def age(self, duty: Duty) -> timedelta | None:
        """Since it last ended well; None where it never did."""
        return self.at - duty.succeeded_at if duty.succeeded_at else None


@dataclass(frozen=True)
class Mail:
    """How outgoing mail stands."""

    oldest: timedelta  # how long the oldest due letter waits; nothing where none does
    away: timedelta  # how long the mail server is away, or lets us not in; nothing where it does
    refusing: timedelta  # how long it refuses every letter; nothing where it does not
    dead: Counter[str] = field(default_factory=Counter)  # kind to how many
    dead_by_us: int = 0  # of these: by a mistake of ours, or given up as the mail server was away


def clock() -> Clock:
    """One question. Without duties of an older version."""
    return Clock(list(Duty.objects.filter(name__in=DUTIES)), timezone.now())


def mail() -> Mail:
    """Three questions."""
    return Mail(oldest_due(), *in_vain(), *dead())


def oldest_due() -> timedelta:
    now = timezone.now()
    oldest = Letter.objects.due().order_by("due_at").values_list("due_at", flat=True).first()
    return max(now - oldest, timedelta()) if oldest else timedelta()


def in_vain() -> tuple[timedelta, timedelta]:
    """How long the mail server, or the provider, is away or does not let us in; and how long it has
    refused every letter, IN_A_ROW at least.

    A letter put off comes due for a moment only, so none of them is ever an old one. A server that
    refuses all of them for good is to be mended, too: with no login, say, or from a new address.
    """
    now = timezone.now()
    sent = Letter.objects.filter(sent_at__isnull=False).order_by("-sent_at").values("sent_at")
    last_sent = Subquery(sent[:1])
    waits = Q(sent_at=None, failed_at=None, dropped_at=None)
    failed = Q(failed_at__gt=now - DEAD_FOR, last_code__startswith="hard ")
    tried = Letter.objects.filter(
        (waits & (AWAY | Q(last_code__startswith=Failure.SOFT.value)))
        | (failed & ~Q(last_code__startswith="hard CannotBeWritten")),
        ~Exists(Trouble.objects.filter(mark=OuterRef("sent_to"), refused_at__isnull=False)),
    )
    since = Greatest(F("first_tried_at"), last_sent)  # takes no notice of one that is not there
    unsent_since = Q(first_tried_at__gt=last_sent) | Q(last_sent=None)
    found = tried.annotate(since=since, last_sent=last_sent).aggregate(
        away=Min("since", filter=waits & AWAY),
        number=Count("pk", filter=unsent_since),
        refused=Min("since", filter=unsent_since),
    )
    refused = found["refused"] if found["number"] >= IN_A_ROW else None
    return now - (found["away"] or now), now - (refused or now)


def dead() -> tuple[Counter[str], int]:
    """Letters that ended by a fault of ours or were given up lately, by their kind, and that nobody
    tried again or dropped since; and how many of them say nothing of their reader's mailbox."""
    ours = Q()
    for failure in OURS:
        ours |= Q(last_code__startswith=f"{failure.value} ")
    rows = Letter.objects.filter(ours, failed_at__gt=timezone.now() - DEAD_FOR)
    by_us = Count("pk", filter=AWAY | Q(last_code__startswith=f"{Failure.OWN.value} "))
    found = list(rows.order_by().values_list("kind").annotate(number=Count("pk"), by_us=by_us))
    kinds = Counter({kind: number for kind, number, _by_us in found})
    return kinds, sum(by_us for _kind, _number, by_us in found)
