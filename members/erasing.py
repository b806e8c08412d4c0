"""When the last of somebody's applications and faces is gone, so is everything else about them."""

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from members.models import Listing, Member, Profile, Session
from members.outbox import troubles
from members.places.models import Cell


def erase_if_nothing_is_left(member: Member) -> bool:
    """Erase somebody without a profile in any state; whether that was so. Staff stay, and who is
    suspended: they would be back the next day.

    Call it in the transaction that erased a profile, with the member locked.
    """
    if member.is_staff or member.suspended_at or member.profiles.exists():
        return False
    erase(member)
    return True


def erase(member: Member) -> None:
    """Erase a member with everything of theirs. Call it with the member locked."""
    others = EmailAddress.objects.filter(user=member).values_list("email", flat=True)
    troubles.forget(member.email, *others)
    member.delete()


@transaction.atomic
def forget_areas() -> None:
    """Erase the areas that nobody has any more: the row of one says that somebody of there was here.

    An area that is being chosen at this moment is held by whoever chooses it (`area.store`) and left
    alone; one that was chosen a moment before is seen by the second question.
    """
    in_use = [Exists(model.objects.filter(cell=OuterRef("pk"))) for model in (Profile, Listing)]
    unused = Cell.objects.exclude(in_use[0]).exclude(in_use[1])
    held = list(unused.select_for_update(skip_locked=True).values_list("pk", flat=True))
    unused.filter(pk__in=held).delete()


def end_sessions(member: Member) -> None:
    """Log the member out everywhere."""
    member.sessions.all().delete()
    UserSession.objects.filter(user=member).delete()


def forget_ended_sessions() -> None:
    """Erase what ended: it still says who was here, and from what network. Of somebody erased one may
    be left that was written in the moment they went."""
    is_there = Exists(Member.objects.filter(pk=OuterRef("member")))
    of_nobody = Q(member__isnull=False) & ~is_there
    Session.objects.filter(Q(expire_date__lt=timezone.now()) | of_nobody).delete()
    running = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=running).delete()
