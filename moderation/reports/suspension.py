"""Keep somebody out, and let them back in: the effect alone. Neither touches what they wrote.

Who may, the record and the letter are in `measures`, the one way to either.
"""

from django.utils import timezone

from members import listing
from members.erasing import end_sessions
from members.models import Member


def shut_out(member: Member) -> None:
    """Sign a member out everywhere and hide all their faces. Call it with the member locked."""
    member.suspended_at = timezone.now()
    member.save(update_fields=["suspended_at"])
    listing.refresh_all_of(member)
    end_sessions(member)  # else they would live again when the suspension is lifted


def let_back_in(member: Member) -> None:
    """Undo `shut_out`. Call it with the member locked."""
    member.suspended_at = None
    member.save(update_fields=["suspended_at"])
    listing.refresh_all_of(member)
