"""Where an application stands, as far as its applicant is told."""

from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone

from members.models import Profile
from members.outbox.models import Letter

# So long a reviewer may take a decision back; the page must not say what may not stay so.
SETTLED_AFTER = timedelta(minutes=10)
SOON = timedelta(hours=48)  # "a day or two"
UNCONFIRMED_ERASED_AFTER = timedelta(days=14)
DECLINED_ERASED_AFTER = timedelta(days=30)


class Standing(StrEnum):
    UNCONFIRMED = "unconfirmed"
    WAITING = "waiting"
    LATE = "late"
    ASKED = "asked"
    NAME_ASKED = "name_asked"
    APPROVED = "approved"
    DECLINED = "declined"


def standing(profile: Profile) -> Standing:
    if not profile.is_waiting:
        return _decided(profile)
    if profile.confirmed_at is None:
        return Standing.UNCONFIRMED
    if profile.asked_at:
        return Standing.ASKED
    if needs_another_name(profile):
        return Standing.NAME_ASKED
    return Standing.LATE if _is_past(profile.waits_since, SOON) else Standing.WAITING


def needs_another_name(profile: Profile) -> bool:
    """Whether the staff asked for another name, and the one that stands now is taken.

    Only who was asked is told: anybody else could learn here who is a member.
    """
    asked = Letter.objects.filter(kind="choose_another_name", about=str(profile.pk))
    taken = Profile.objects.of(profile.community).filter(
        username_key=profile.username_key, approved_at__isnull=False
    )
    return profile.is_waiting and asked.exists() and taken.exists()


def erased_on(profile: Profile) -> datetime | None:
    """When an application that nobody confirmed, or that was declined, is erased."""
    if profile.declined_at:
        return profile.declined_at + DECLINED_ERASED_AFTER
    if profile.is_waiting and profile.confirmed_at is None:
        return profile.applied_at + UNCONFIRMED_ERASED_AFTER
    return None


def _decided(profile: Profile) -> Standing:
    decided_at = profile.approved_at or profile.declined_at
    if not _is_past(decided_at, SETTLED_AFTER):
        return Standing.WAITING
    return Standing.APPROVED if profile.approved_at else Standing.DECLINED


def _is_past(moment: datetime, after: timedelta) -> bool:
    return moment + after <= timezone.now()
