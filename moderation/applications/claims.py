"""Who is on an application just now. A claim keeps two from doing the same work; it forbids nothing:
two who decide at once still give one decision."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from members.models import Member, Profile
from moderation import audit
from moderation.models import Act, Claim
from moderation.taking import colleague, take

LASTS = timedelta(minutes=15)

# Nobody else's, or nobody's any more: one statement, so that two who open it at once cannot both
# believe it is theirs.
CLAIM = """
insert into moderation_claim (application_id, reviewer_id, until)
select id, %(reviewer)s, %(until)s from members_profile
where id = %(application)s and confirmed_at is not null and approved_at is null and declined_at is null
on conflict (application_id) do update set reviewer_id = excluded.reviewer_id, until = excluded.until
where moderation_claim.until <= %(now)s or moderation_claim.reviewer_id = excluded.reviewer_id
"""


def claim(key: int, reviewer: Member) -> None:
    """Be on the application with this key for LASTS, if it can be decided and nobody else is on it.

    Opening it does this. One query.
    """
    now = timezone.now()
    values = {
        "application": key, "reviewer": reviewer.pk, "until": now + LASTS, "now": now,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)


@transaction.atomic
def take_over(profile: Profile, reviewer: Member) -> None:
    """Be on it instead of whoever is. Recorded where there was somebody else.

    Raises:
        Refusal: AlreadyDecided, NotConfirmed, Withdrawn.
        PermissionDenied: `reviewer` may not decide.
    """
    application = take(profile, reviewer)
    now = timezone.now()
    others = Claim.objects.filter(application=application, until__gt=now)
    taken_over = others.exclude(reviewer=reviewer).exists()
    mine = {"reviewer": reviewer, "until": now + LASTS}
    Claim.objects.update_or_create(application=application, defaults=mine)
    if taken_over:
        audit.note(reviewer, Act.TOOK_OVER, application)


def release(application: Profile, reviewer: Member) -> None:
    """Leave it to others; somebody else's claim stays."""
    Claim.objects.filter(application=application, reviewer=reviewer).delete()


@dataclass(frozen=True)
class On:
    """Somebody is on an application, until when, and whether that is who asks."""

    name: str
    until: datetime
    is_me: bool


def who(application: Profile, viewer: Member) -> On | None:
    """Give who is on it now; read with the application, it costs nothing."""
    claim = getattr(application, "claim", None)
    if claim is None or claim.until <= timezone.now():
        return None
    return On(colleague(claim.reviewer), claim.until, claim.reviewer_id == viewer.pk)


def forget() -> None:
    """Erase the claims whose time is over."""
    Claim.objects.filter(until__lte=timezone.now()).delete()
