"""How many new people may write to somebody in a week.

The recipient's number is told to nobody, nor how many wrote. The week is one of whole days, so that
a page that opens again does not tell at what hour somebody wrote. Each face has a number of its
own: counted together, a face that fills up with another one would show that the two are one person.
"""

from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from members.models import Answer, Profile, Question
from members.relay.models import Message

DAYS = 7
NOBODY_NEW = "none_now"


def is_full(answer: str | None, came: int) -> bool:
    """Whether nobody new may write to somebody who answered this, and to whom so many wrote."""
    most = _allowed(answer)
    return most is not None and came >= most


def is_missing(sender: Profile, recipient: Profile) -> bool:
    """Whether the recipient has no room for the sender, who is new to them. One query."""
    pair = Q(sender=sender, recipient=OuterRef("pk")) | Q(sender=OuterRef("pk"), recipient=sender)
    asked = (
        Subquery(answer_of(OuterRef("pk"))),
        came_to(OuterRef("pk")),
        Exists(Message.objects.gone_out().filter(pair)),
    )
    found = Profile.objects.filter(pk=recipient.pk).values_list(*asked)
    return any(is_full(answer, came) and not is_known for answer, came, is_known in found)


def left(recipient: Profile) -> int | None:
    """How many more new people may write to somebody now; None: as many as like."""
    asked = (Subquery(answer_of(OuterRef("pk"))), came_to(OuterRef("pk")))
    answer, came = Profile.objects.filter(pk=recipient.pk).values_list(*asked).get()
    most = _allowed(answer)
    return None if most is None else max(0, most - came)


def answer_of(recipient: object) -> QuerySet:
    """The slug of the recipient's answer, however far it is shown: it holds all the same."""
    given = Answer.objects.filter(profile=recipient, question=Question.NEW_CONTACTS)
    return given.order_by().values("choice__slug")


def came_to(recipient: object) -> Coalesce:
    """How many new people's first words reached the recipient this week; for a query."""
    pair = Q(sender=OuterRef("sender"), recipient=OuterRef("recipient")) | Q(
        sender=OuterRef("recipient"), recipient=OuterRef("sender")
    )
    earlier = Message.objects.gone_out().filter(pair, written_at__lt=OuterRef("written_at"))
    first = (
        Message.objects.gone_out()
        .alias(came_at=Coalesce("released_at", "written_at"))
        .filter(
            ~Exists(earlier), recipient=recipient, came_at__gte=_begin(), letter__dropped_at=None
        )
    )
    counted = first.order_by().values("recipient").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def _allowed(answer: str | None) -> int | None:
    if answer == NOBODY_NEW:
        return 0
    return int(answer) if answer and answer.isascii() and answer.isdigit() else None


def _begin() -> datetime:
    """Midnight, six days ago."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=DAYS - 1)
