"""The key of a letter's links: whoever got a message answers it, blocks or reports its sender
without signing in.

Whoever answers by mail and quotes our letter sends these links back to its sender, so no page
behind them shows anything of the recipient, nor of what they did.
"""

from django.core import signing
from django.utils import timezone

from members.relay.models import Message

# The first of these links was the one for blocking; letters that are out hold it under this name.
SALT = "relay.block"
AGE = 90 * 24 * 60 * 60  # seconds


def token(message: Message) -> str:
    return signing.dumps(str(message.pk), salt=SALT)


def message(token: str) -> Message | None:
    """The message a link is about; None for a forged or old link, and where one of the two was
    erased."""
    try:
        key = signing.loads(token, salt=SALT, max_age=AGE)
    except signing.BadSignature:
        return None
    rows = Message.objects.select_related("sender__member", "recipient__member", "letter")
    return rows.filter(pk=key).first()


def shows_words(message: Message) -> bool:
    """For 30 days, by the calendar alone: words that stood there longer would tell the sender that
    the recipient keeps them."""
    return message.goes_on is None or message.goes_on > timezone.now()
