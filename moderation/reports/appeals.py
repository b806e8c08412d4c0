"""What somebody says to a measure about them, by the link of its letter, and how it is answered."""

from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Member
from members.outbox import letters
from moderation import audit
from moderation.models import Act, Measure
from moderation.models.report import HURTS
from moderation.reports.measures import NoWords, PersonIsGone, Refusal, Step
from moderation.rights import can_act_on
from moderation.taking import colleague


class NotTaken(Exception):
    """What was written is not kept: answered before, or too late."""


class AnsweredAlready(Refusal):
    def __init__(self, measure: Measure, viewer: Member) -> None:
        by = measure.appeal_closed_by
        done = (
            _("You have answered this already.")
            if by == viewer
            else _("%(name)s has answered this in the meantime.") % {"name": colleague(by)}
        )
        super().__init__(f"{done} {_('Nothing was changed.')}")


def find(key: UUID) -> Measure | None:
    """The measure a link leads to; None for a forged link, or once the person is erased."""
    return Measure.objects.filter(key=key, step__in=HURTS, member__isnull=False).first()


def is_open(measure: Measure) -> bool:
    """Whether the person may still write: once, in time, and while there is something to undo."""
    in_time = timezone.now() <= measure.can_be_appealed_until
    return measure.appealed_at is None and in_time and not is_undone(measure)


def is_undone(measure: Measure) -> bool:
    """Whether the person was let back in since."""
    if measure.step == Step.WARN:
        return False
    later = Measure.objects.filter(person_id=measure.person_id, step=Step.REINSTATE)
    return later.filter(pk__gt=measure.pk).exists()


@transaction.atomic
def appeal(measure: Measure, words: str) -> None:
    """Keep what the person says, once for each measure. Raises NotTaken."""
    locked = Measure.objects.select_for_update(of=("self",)).get(pk=measure.pk)
    if not is_open(locked):
        raise NotTaken
    locked.appeal, locked.appealed_at = words, timezone.now()
    locked.save(update_fields=["appeal", "appealed_at"])
    for place in range(len(settings.STAFF_MAIL)):
        letters.post("appeal_waits", f"{locked.pk}.{place}")


@transaction.atomic
def let_stand(measure: Measure, staff: Member, words: str) -> None:
    """Answer by a letter that it stays as it is.

    Raises Refusal, or PermissionDenied where `staff` may not act on the person.
    """
    member = Member.objects.select_for_update(no_key=True).filter(pk=measure.member_id).first()
    if member is None:
        raise PersonIsGone
    if not can_act_on(staff, member):
        raise PermissionDenied
    if not words.strip():
        raise NoWords
    locked = Measure.objects.select_for_update(of=("self",)).get(pk=measure.pk)
    if not locked.is_appeal_open:
        raise AnsweredAlready(locked, staff)
    locked.appeal_closed_at, locked.appeal_closed_by = timezone.now(), staff
    locked.appeal_answer = words.strip()
    locked.save(update_fields=["appeal_closed_at", "appeal_closed_by", "appeal_answer"])
    audit.note(staff, Act.DECLINED, locked)
    letters.post("appeal_answered", locked.pk)
