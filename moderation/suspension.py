"""Keep somebody out for now, and let them back in. Neither touches what they wrote."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from members import listing
from members.erasing import end_sessions
from members.models import Member
from moderation import audit
from moderation.models import Act


def can_suspend(staff: Member, member: Member) -> bool:
    """Administrators may; nobody suspends themselves, nor somebody above them."""
    above = member.is_superuser and not staff.is_superuser
    return (
        staff.is_staff and staff.has_perm("members.change_member") and staff != member and not above
    )


@transaction.atomic
def suspend(member: Member, staff: Member) -> bool:
    """Sign a member out everywhere and hide all their faces; whether anything changed.

    Raises PermissionDenied where `staff` may not.
    """
    if not can_suspend(staff, member):
        raise PermissionDenied
    rows = Member.objects.filter(pk=member.pk, suspended_at=None)
    changed = bool(rows.update(suspended_at=timezone.now()))
    listing.refresh_all_of(member)
    end_sessions(member)  # else they would live again when the suspension is lifted
    if changed:
        audit.note(staff, Act.SUSPENDED, member)
    return changed


@transaction.atomic
def lift(member: Member, staff: Member) -> bool:
    """Undo `suspend`; whether anything changed. Raises PermissionDenied where `staff` may not."""
    if not can_suspend(staff, member):
        raise PermissionDenied
    rows = Member.objects.filter(pk=member.pk, suspended_at__isnull=False)
    changed = bool(rows.update(suspended_at=None))
    listing.refresh_all_of(member)
    if changed:
        audit.note(staff, Act.REINSTATED, member)
    return changed
