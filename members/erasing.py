"""When the last of somebody's applications and faces is gone, so is everything else about them."""

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Exists, OuterRef

from members.models import Listing, Member, Profile
from members.outbox import troubles
from members.places.models import Cell


def erase_if_nothing_is_left(member: Member) -> None:
    """Erase somebody without a profile in any state. Staff stay, and who is suspended: they would
    be back the next day.

    Call it in the transaction that erased a profile, with the member locked.
    """
    if member.is_staff or member.suspended_at or member.profiles.exists():
        return
    erase(member)


def erase(member: Member) -> None:
    """Erase a member with everything of theirs. Call it with the member locked."""
    # A session holds the address its owner logged in with; it does not go with the member.
    end_sessions(member)
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
    for session in UserSession.objects.filter(user=member):
        session.end()
