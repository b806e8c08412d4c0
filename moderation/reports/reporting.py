"""Telling the staff of a member: what members say on a profile or a message, what visitors write.

Who told is never told to the other, and never what was done about another person.
"""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from members import blocking
from members.communities import Community
from members.models import Block, Member, Profile
from members.outbox import letters
from members.relay.models import Message
from members.usernames import skeleton
from moderation import audit
from moderation.models import Act, Concern, Measure, Report
from moderation.models.report import EVIDENCE_KEPT, evidence_day
from moderation.rights import can_act_on_reports

REPORTS_A_DAY = 10
REPORTS_BY_A_LETTER = 3  # a day
DAY = timedelta(days=1)
SAME_REPORT = timedelta(hours=1)


class NotReported(Exception):
    """The report was not taken; nothing was kept."""


class Oneself(NotReported):
    """Nobody reports themselves."""


class TooManyReports(NotReported):
    """As much was reported as a day allows; `free_at` says when there is room again."""

    def __init__(self, free_at: datetime) -> None:
        super().__init__(free_at)
        self.free_at = free_at


class NobodyFound(Exception):
    """No member is called so in this community."""


@transaction.atomic
def report(
    reporter: Member,
    profile: Profile,
    *,
    concern: str,
    words: str = "",
    message: Message | None = None,
    block_as: str = "",
    form_key: uuid.UUID,
    by_letter: Message | None = None,
) -> Report:
    """Keep what a member says of another, with how things stand; the same form again, the same row.

    Args:
        message: one the reporter got from this profile, where they agree to show it.
        block_as: the name they know of the person, if the two shall not meet any more.
        by_letter: the message whose letter's link it came by. Its sender may have that link, so such
            reports use up nothing of the reporter's day.

    Raises Oneself or TooManyReports.
    """
    if profile.member_id == reporter.pk:
        raise Oneself
    # Two reports of one member at once would both count the same past: one after the other.
    Member.objects.select_for_update(no_key=True).get(pk=reporter.pk)
    key = _own_key(form_key, reporter, profile)
    already = Report.objects.filter(form_key=key).first()
    if already:
        return already
    _refuse_too_many(reporter, by_letter)
    if block_as:
        blocking.block(reporter, profile, block_as)
    shown = message if message and _is_theirs(message, reporter, profile) else None
    row = Report.objects.create(
        community=profile.community, reporter=reporter, profile=profile,
        person_id=profile.member_id, concern=Concern(concern), words=words, message=shown,
        seen_name=profile.username, seen_about_me=profile.about_me,
        seen_message=shown.body if shown else "", evidence_until=evidence_day(), form_key=key,
        by_letter=by_letter,
    )  # fmt: skip
    _tell_the_staff(row)
    return row


def got_by(member: Member) -> QuerySet[Message]:
    """What a member may report: all they received, also across a block, whichever side made it.

    A block must not shield whoever wrote first and blocked then; and as every message received
    stays open here, the page tells nobody that they are blocked.
    """
    done = Q(letter__sent_at__isnull=False) | Q(letter__failed_at__isnull=False)
    return Message.objects.filter(done, recipient__member=member).select_related("sender")


def last_from(profile: Profile, member: Member) -> Message | None:
    """The last message a member got from this profile that can still be shown to the staff."""
    return got_by(member).filter(sender=profile, let_go_by_recipient_at=None).first()


def blocked_by(member: Member) -> QuerySet[Block]:
    """Blocks of a member's own whose other side can still be reported."""
    return Block.objects.filter(blocker=member, seen_as__isnull=False).select_related("seen_as")


@transaction.atomic
def receive(*, words: str, reply_to: str, member: Member | None) -> Report:
    """Keep what came through the contact form about a breach of the pledge.

    The person is named in the words, if at all. A member is answered at the address of their
    account, so that address is not kept a second time. Call it where nobody else does the same at
    once (moderation.staff_messages): the same words within SAME_REPORT are a second press.
    """
    kept = "" if member and reply_to == member.email else reply_to
    said = {"words": words, "reply_to": kept, "reporter": member, "profile": None}
    since = timezone.now() - SAME_REPORT
    already = Report.objects.filter(**said, received_at__gte=since).first()
    if already:
        return already
    row = Report.objects.create(**said, concern=Concern.OTHER, evidence_until=evidence_day())
    _tell_the_staff(row)
    return row


@transaction.atomic
def name_person(row: Report, staff: Member, community: Community, username: str) -> Report:
    """Enter whom a report from the contact form is about.

    Raises NobodyFound, or PermissionDenied where `staff` may not act on reports.
    """
    if not can_act_on_reports(staff):
        raise PermissionDenied
    name = username.strip()
    people = Profile.objects.of(community).filter(approved_at__isnull=False).exclude(member=staff)
    found = people.filter(username_key=skeleton(name)) if name.isprintable() else people.none()
    profile = found.first()
    if profile is None:
        raise NobodyFound
    row = Report.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.person_id or row.closed_at or row.is_erased:
        return row
    row.community, row.profile, row.person_id = community.slug, profile, profile.member_id
    row.seen_name, row.seen_about_me = profile.username, profile.about_me
    row.save()
    audit.note(staff, Act.CHANGED, row)
    return row


def erase_evidence() -> None:
    """Erase what was said and shown once its day has come; who, why and when stay as ids."""
    today = timezone.localdate()
    for key in Report.objects.filter(evidence_until__lte=today).values_list("pk", flat=True):
        Report.objects.filter(pk=key, evidence_until__lte=today).update(
            words="", seen_name="", seen_about_me="", seen_message="", reply_to="", reporter=None,
            message=None, evidence_until=None,
        )  # fmt: skip
    old = Measure.objects.filter(taken_at__lte=timezone.now() - EVIDENCE_KEPT)
    old.exclude(words="", appeal="", appeal_answer="").update(words="", appeal="", appeal_answer="")


def _own_key(form_key: uuid.UUID, reporter: Member, profile: Profile) -> uuid.UUID:
    """The key of a form as this member sent it about this profile: somebody else's is another."""
    return uuid.uuid5(form_key, f"{reporter.pk} {profile.pk}")


def _refuse_too_many(reporter: Member, by_letter: Message | None) -> None:
    most = REPORTS_BY_A_LETTER if by_letter else REPORTS_A_DAY
    today = Report.objects.filter(
        reporter=reporter, by_letter=by_letter, received_at__gt=timezone.now() - DAY
    )
    times = list(today.order_by("received_at").values_list("received_at", flat=True))
    if len(times) >= most:
        raise TooManyReports(times[-most] + DAY)


def _is_theirs(message: Message, reporter: Member, profile: Profile) -> bool:
    return message.sender_id == profile.pk and got_by(reporter).filter(pk=message.pk).exists()


def _tell_the_staff(row: Report) -> None:
    for place in range(len(settings.STAFF_MAIL)):
        letters.post("report_waits", f"{row.pk}.{place}")
