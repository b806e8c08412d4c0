"""One function per letter of this room."""

from django.conf import settings

from members.outbox.letters import Mail, NotWanted, letter
from moderation.models import StaffMessage


@letter("staff_message", "moderation/emails/staff_message")
def staff_message(about: str) -> Mail:
    """`about` is the message's key and the place in the staff's list: no address lies in the outbox."""
    key, place = about.split(".")
    message = StaffMessage.objects.filter(pk=key).first()
    if message is None or int(place) >= len(settings.STAFF_MAIL):
        raise NotWanted("gone")
    return Mail(
        to=settings.STAFF_MAIL[int(place)],
        context={"message": message},
        reply_to=message.reply_to or None,
    )
