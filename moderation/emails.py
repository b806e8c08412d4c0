"""One function per letter to the staff about what people write to them, and about limits reached."""

from uuid import uuid4

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Member
from members.outbox.letters import Mail, Needed, NotWanted, letter
from members.outbox.specimens import ROBIN, STAFF, Cases, specimens
from moderation import alarms
from moderation.letters import wording
from moderation.models import StaffMessage


@letter("staff_message", "moderation/emails/staff_message", asked=True, needed=Needed.STAFF)
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


@letter(alarms.KIND, "moderation/emails/looked_enough", asked=True, needed=Needed.STAFF)
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


# --- to look at -------------------------------------------------------------------------------------


@specimens("staff_message")
def _staff_message() -> Cases:
    words = _("I cannot find the page on which I can change my area.")
    message = StaffMessage(pk=7, about=StaffMessage.About.SITE, body=words)
    return {"letter": Mail(STAFF, {"message": message}, reply_to=ROBIN)}


@specimens(alarms.KIND)
def _looked_enough() -> Cases:
    link = wording.link("admin:members_member_change", uuid4())
    return {
        "first": Mail(STAFF, {"link": link, "times": 1}),
        "again": Mail(STAFF, {"link": link, "times": 3}),
    }
