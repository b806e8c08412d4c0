"""What comes back: the letter is marked, its address pauses, a complaint stops what it is about."""

import logging
from datetime import timedelta
from email.message import Message

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from members.outbox import bounces, troubles
from members.outbox.bounces import Notice
from members.outbox.failures import CODE_MAX, place_of
from members.outbox.faults import Fault
from members.outbox.letters import COMPLAINTS
from members.outbox.models import Letter, Returned

logger = logging.getLogger("connect.outbox")

SALT = "outbox.returns"
EVENTS_KEPT = timedelta(days=30)  # providers send a report again for some days
MARKS_KEPT = timedelta(days=90)  # as rows of letters: complaints come late


def take_mail(mail: Message | bytes, recipient: str = "") -> None:
    """Take a mail that was delivered to an envelope of ours; one that says nothing is left at that.

    `recipient` is the address it was delivered to, where the mail server says so.
    """
    try:
        if isinstance(mail, bytes):
            mail = bounces.parse(mail, recipient)
        token = mail and bounces.token_of(mail, recipient)
        notice = bounces.read(mail) if token else None
        name = str(mail.get("Message-ID", "")) if notice else ""
    except Exception as error:  # what is no mail at all breaks the parser in many ways
        logger.info("returned mail: %s at %s", type(error).__name__, place_of(error))
        return
    if token and notice:
        take(token, notice, f"mail {token} {notice.fault.value} {name}")
    else:
        logger.info("returned mail: nothing of ours")


@transaction.atomic
def take(token: str, notice: Notice, event: str) -> None:
    """Note what came back of the letter with this token. Whoever calls has proof of where it comes
    from. `event` names the report: the same one again changes nothing."""
    letter = Letter.objects.select_for_update().filter(token=token).first()
    if letter is None or letter.sent_at is None or not _is_news(event):
        logger.info("returned: %s, nothing to note", notice.fault.value)
        return
    logger.info(
        "letter %s (%s) returned: %s %s", letter.pk, letter.kind, notice.fault.value, notice.code
    )
    if notice.fault is Fault.COMPLAINT:
        _complain(letter)
    else:
        _bounce(letter, notice)


def forget_old() -> None:
    """Which reports came, and to what address a letter went."""
    now = timezone.now()
    Returned.objects.filter(came_at__lt=now - EVENTS_KEPT).delete()
    long_ago = now - MARKS_KEPT
    ended = Q(sent_at__lt=long_ago) | Q(failed_at__lt=long_ago) | Q(dropped_at__lt=long_ago)
    Letter.objects.filter(ended).exclude(sent_to="").update(sent_to="")


def _bounce(letter: Letter, notice: Notice) -> None:
    letter.bounced_at = letter.bounced_at or timezone.now()
    letter.last_code = f"returned {notice.fault.value} {notice.code}".strip()[:CODE_MAX]
    letter.save(update_fields=["bounced_at", "last_code"])
    if letter.sent_to and notice.fault is not Fault.LETTER:
        troubles.note(letter.sent_to, notice.fault, letter.sent_at)


def _complain(letter: Letter) -> None:
    """It stops that path, where a letter has one of its own; else all mail to the address."""
    stop = COMPLAINTS.get(letter.kind)
    if stop:
        stop(letter.about)
    elif letter.sent_to:
        troubles.complained(letter.sent_to)


def _is_news(event: str) -> bool:
    key = salted_hmac(SALT, event, algorithm="sha256").hexdigest()
    _row, is_new = Returned.objects.get_or_create(key=key)
    return is_new
