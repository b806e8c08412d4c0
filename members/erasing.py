"""When the last of somebody's applications and faces is gone, so is everything else about them."""

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession

from members.models import Member
from members.outbox import troubles


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


def end_sessions(member: Member) -> None:
    """Log the member out everywhere."""
    for session in UserSession.objects.filter(user=member):
        session.end()
