"""Each side's own copy of a message: keep it, or let it go. Neither side learns what the other did."""

from django.db import transaction
from django.db.models import Case, DateTimeField, F, Q, TextField, Value, When
from django.utils import timezone

from members.relay.models import Message, Side


def keep(message: Message, side: Side) -> None:
    """Keep one's copy until one lets it go. What is gone already stays gone."""
    there = Message.objects.gone_out().filter(pk=message.pk)
    still_there = there.filter(**{_let_go(side): None, _kept(side): None})
    still_there.update(**{_kept(side): timezone.now()})


@transaction.atomic
def let_go(message: Message, side: Side) -> None:
    """Keep it no longer: it goes 30 days after it was delivered, at once where these are over."""
    Message.objects.filter(pk=message.pk).update(**{_kept(side): None})
    _end(side, Q(pk=message.pk))


def end_all() -> None:
    """Let go of every copy whose time is over and which nobody keeps."""
    for side in Side:
        _end(side, Q())


def _end(side: Side, which: Q) -> None:
    """One statement, so that the words go with the last copy also where both sides end at once."""
    now = timezone.now()
    over = Message.objects.over_for(side).values("pk")
    ending = Message.objects.filter(which, pk__in=over, **{_kept(side): None, _let_go(side): None})
    is_last = Q(**{f"{_let_go(_other(side))}__isnull": False})
    ending.update(
        **{_let_go(side): now},
        body=Case(When(is_last, then=Value("", TextField())), default=F("body")),
        body_erased_at=Case(
            When(is_last, then=Value(now, DateTimeField())), default=F("body_erased_at")
        ),
    )


def _other(side: Side) -> Side:
    return Side.RECIPIENT if side == Side.SENDER else Side.SENDER


def _kept(side: Side) -> str:
    return f"kept_by_{side.value}_at"


def _let_go(side: Side) -> str:
    return f"let_go_by_{side.value}_at"
