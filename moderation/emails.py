"""One function per letter to the staff about what people write to them, and about limits reached."""

from django.conf import settings
from django.utils import timezone

from members.models import Member
from members.outbox.letters import Mail, NotWanted, letter
from moderation import alarms
from moderation.letters import wording
from moderation.models import StaffMessage


@letter("staff_message", "moderation/emails/staff_message", asked=True)
def staff_message(about: str) -> Mail:
    """`about` is the message's key and a place in the staff's list: the outbox holds no address."""
    key, place = about.split(".")
    message = StaffMessage.objects.filter(pk=key).first()
    if message is None or int(place) >= len(settings.STAFF_MAIL):
        raise NotWanted("gone")
    return Mail(
        to=settings.STAFF_MAIL[int(place)],
        context={"message": message},
        reply_to=message.reply_to or None,
    )


@letter(alarms.KIND, "moderation/emails/looked_enough", asked=True)
def looked_enough(about: str) -> Mail:
    """Says that a member reached a limit, and nothing of whom they looked at."""
    member, place = alarms.read_key(about)
    if place >= len(settings.STAFF_MAIL) or not Member.objects.filter(pk=member).exists():
        raise NotWanted("gone")
    times = alarms.about(member).filter(posted_at__gte=timezone.now() - alarms.A_WEEK).count()
    return Mail(
        to=settings.STAFF_MAIL[place],
        context={"link": wording.link("admin:members_member_change", member), "times": times},
    )
