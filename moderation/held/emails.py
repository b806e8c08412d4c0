from django.conf import settings
from django.urls import reverse

from members.outbox.letters import Mail, Needed, NotWanted, letter
from members.outbox.specimens import STAFF, Cases, specimens
from moderation.held import waiting


@letter(waiting.LETTER, "moderation/held/emails/held_messages_wait", needed=Needed.STAFF)
def held_messages_wait(about: str) -> Mail:
    """To one address of the staff; `about` is its place in their list. A number, and nothing of any
    message or person."""
    number, place = waiting.how_many(), int(about)
    if not number or place >= len(settings.STAFF_MAIL):
        raise NotWanted("nothing_waits")
    link = settings.SITE_URL + reverse("admin:moderation_heldmessage_changelist")
    return Mail(settings.STAFF_MAIL[place], {"number": number, "link": link})


# --- to look at -------------------------------------------------------------------------------------


@specimens(waiting.LETTER)
def _held_messages_wait() -> Cases:
    link = settings.SITE_URL + reverse("admin:moderation_heldmessage_changelist")
    return {
        "one": Mail(STAFF, {"number": 1, "link": link}),
        "several": Mail(STAFF, {"number": 3, "link": link}),
    }
