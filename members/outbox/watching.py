"""Whether mail goes out and the clock is kept: what `/healthz`, the alarm and the staff's page say."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from members.outbox.duties import DUTIES
from members.outbox.failures import Failure
from members.outbox.models import Duty, Letter

PERIODS_MISSED = 3  # one may fail, and the worker may be down for a while
SILENT_AFTER = timedelta(minutes=5)  # the shortest duties come every minute
DEAD_FOR = timedelta(days=1)  # what nobody mended by then is no news any more

# A letter that ended by a fault of ours, or that we gave up. One that was refused for good says
# something of its address alone.
OURS = (Failure.OWN, Failure.SOFT, Failure.AWAY)


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
    dead: Counter[str] = field(default_factory=Counter)  # kind to how many


def clock() -> Clock:
    """One question. Without duties of an older version."""
    return Clock(list(Duty.objects.filter(name__in=DUTIES)), timezone.now())


def mail() -> Mail:
    """Two questions."""
    return Mail(oldest_due(), dead())


def oldest_due() -> timedelta:
    now = timezone.now()
    oldest = Letter.objects.due().order_by("due_at").values_list("due_at", flat=True).first()
    return max(now - oldest, timedelta()) if oldest else timedelta()


def dead() -> Counter[str]:
    """Letters that ended by a fault of ours or were given up lately, by their kind, and that nobody
    tried again or dropped since."""
    ours = Q()
    for failure in OURS:
        ours |= Q(last_code__startswith=f"{failure.value} ")
    rows = Letter.objects.filter(ours, failed_at__gt=timezone.now() - DEAD_FOR)
    return Counter(dict(rows.order_by().values_list("kind").annotate(Count("pk"))))
