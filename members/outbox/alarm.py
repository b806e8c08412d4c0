"""Says that outgoing mail, or the clock, is ill: in the log, and by a mail of its own.

That mail goes another way (CONNECT_ALARM_MAIL_URL), straight away and not through the outbox: what
it is about may be the outbox. Numbers and kinds only.
"""

import logging
from datetime import timedelta
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from members.outbox import watching
from members.outbox.duties import duty
from members.outbox.failures import place_of
from members.outbox.models import Alarm

logger = logging.getLogger("connect.outbox")

QUEUE_ALARM = timedelta(minutes=5)  # a letter waits so long only when something is wrong
REPEATED_AFTER = timedelta(hours=4)
TRIED_AGAIN_AFTER = timedelta(minutes=10)  # where the mail of the alarm did not get out


@duty("watch-the-mail", every=timedelta(minutes=1))
def watch_the_mail() -> None:
    ring(what_is_wrong())


def what_is_wrong() -> list[str]:
    """What it is and what to do, for each thing; nothing where all is well. Four questions."""
    return [*_wrong_with_mail(watching.mail()), *_wrong_with_clock(watching.clock())]


def _wrong_with_mail(mail: watching.Mail) -> list[str]:
    wrong = []
    if mail.oldest > QUEUE_ALARM:
        minutes = mail.oldest // timedelta(minutes=1)
        said = _(
            "A letter has been due for %(minutes)d minutes. Look whether the worker runs, and what its "
            "log says."
        )
        wrong.append(said % {"minutes": minutes})
    in_vain = max(mail.away, mail.refusing)
    if in_vain > QUEUE_ALARM:
        minutes = in_vain // timedelta(minutes=1)
        said = _(
            "The mail server has taken no letter for %(minutes)d minutes. Ask why: python manage.py "
            "mailcheck ADDRESS. Once that is mended, try the letters again."
        )
        wrong.append(said % {"minutes": minutes})
    if mail.dead:
        number = mail.dead.total()
        said = ngettext(
            "%(number)d letter of the last day cannot be sent: %(kinds)s. Its code and the worker’s log "
            "say why. Once that is mended, try it again.",
            "%(number)d letters of the last day cannot be sent: %(kinds)s. Their codes and the worker’s "
            "log say why. Once that is mended, try them again.",
            number,
        )
        kinds = ", ".join(f"{kind} {times}" for kind, times in sorted(mail.dead.items()))
        wrong.append(said % {"number": number, "kinds": kinds})
    return wrong


def _wrong_with_clock(clock: watching.Clock) -> list[str]:
    if clock.is_silent:
        return [
            _(
                "The worker does nothing: it sends no letter and does no duty. Start it: python "
                "manage.py worker"
            )
        ]
    if clock.overdue:
        late = ", ".join(sorted(clock.overdue))
        said = _(
            "These duties have not ended well for three of their periods: %s. The worker’s log says "
            "where they break off."
        )
        return [said % late]
    return []


@transaction.atomic
def ring(wrong: list[str]) -> bool:
    """Say it, at most once in REPEATED_AFTER. Gives whether it was said this time."""
    if not wrong or not (row := _free_row()):
        return False
    now = timezone.now()
    if not _is_time(row):
        return False
    logger.error("alarm: %s", " ".join(wrong))
    row.tried_at = now
    if _send(wrong):
        row.raised_at = now
    row.save(update_fields=["tried_at", "raised_at"])
    return True


def _free_row() -> Alarm | None:
    """The one row, unless another process is at it: worker and command may come at once."""
    Alarm.objects.get_or_create(name=Alarm.MAIL)
    return Alarm.objects.select_for_update(skip_locked=True).filter(name=Alarm.MAIL).first()


def _is_time(row: Alarm) -> bool:
    now = timezone.now()
    said_lately = row.raised_at and now - row.raised_at < REPEATED_AFTER
    tried_lately = row.tried_at and now - row.tried_at < TRIED_AGAIN_AFTER
    return not said_lately and not tried_lately


def _send(wrong: list[str]) -> bool:
    """Whether it went out; without another way the line in the log is all there is."""
    if not settings.ALARM_ROUTE:
        return True
    backend, options = settings.ALARM_ROUTE
    with override(settings.LANGUAGE_CODE):
        text = "\n\n".join([*wrong, _("More stands in README.md. The letters are at:"), _page()])
        message = EmailMessage(
            subject=_("The site’s mail needs somebody"),
            body=f"{text}\n",
            from_email=settings.ALARM_MAIL_FROM,
            to=settings.ALARM_MAIL_TO,
            headers={
                "Auto-Submitted": "auto-generated",
                "Message-ID": make_msgid(domain=settings.MAIL_DOMAIN),
            },
        )
    try:
        message.connection = get_connection(backend, **options)
        message.send()
    except Exception as error:  # whatever it is, the log must have it and the worker go on
        logger.error("alarm: its mail: %s at %s", type(error).__name__, place_of(error))
        return False
    return True


def _page() -> str:
    """The staff's page of the outbox, which is above this room: known by its name alone."""
    return settings.SITE_URL + reverse("admin:moderation_outgoingletter_changelist")
