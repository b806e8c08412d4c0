"""What a mail provider tells of letters, by way of anymail: the webhooks of this provider alone.

anymail asks for CONNECT_MAIL_WEBHOOK_SECRET, and for the provider's own signature where there is one,
before it reads anything; then it sends a signal for each event.
"""

import logging
import re
from collections.abc import Callable
from functools import wraps

from anymail.exceptions import AnymailConfigurationError
from anymail.signals import (
    AnymailInboundEvent,
    AnymailTrackingEvent,
    EventType,
    RejectReason,
    inbound,
    tracking,
)
from anymail.urls import urlpatterns as all_of_anymail
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from members.outbox import returns
from members.outbox.bounces import Notice
from members.outbox.failures import place_of
from members.outbox.faults import Fault, codes_in, fault_of

logger = logging.getLogger("connect.outbox")

TOKEN = re.compile(r"[0-9a-f]{26}", re.ASCII)
NO_SUCH_ADDRESS = {RejectReason.INVALID, RejectReason.BOUNCED}
# anymail calls both kinds of bounce by one name; the provider's own word for it stands beside.
OWN_WORDS = ("Type", "type", "event", "description")
SOFT_WORD = re.compile(r"soft.?bounce|transient", re.IGNORECASE)


def urls(provider: str) -> list[URLPattern]:
    """The addresses below which this provider tells us something; none where it tells nothing.

    Raises AnymailConfigurationError where a key is missing with which it signs.
    """
    own = [one for one in all_of_anymail if str(one.pattern).lstrip("^").startswith(f"{provider}/")]
    return [
        URLPattern(one.pattern, answering_plainly(one.callback), name=one.name)
        for one in own
        if _is_set_up(one)
    ]


def _is_set_up(pattern: URLPattern) -> bool:
    """Mail that comes in needs keys of its own at some providers, and may be left out."""
    view = pattern.callback
    try:
        view.view_class(**view.view_initkwargs)
    except AnymailConfigurationError:
        if "inbound" not in str(pattern.name):
            raise
        return False
    return True


def answering_plainly(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """400 for whatever cannot be believed or read, and nothing kept; 503, so that it is sent again,
    where the database is away."""

    @wraps(view)
    def answered(request: HttpRequest, *arguments: object, **named: object) -> HttpResponse:
        try:
            return view(request, *arguments, **named)
        except SuspiciousOperation as refusal:
            logger.warning("webhook: %s", type(refusal).__name__)
        except DatabaseError as error:
            logger.error("webhook: %s at %s", type(error).__name__, place_of(error))
            return HttpResponse(status=503)
        except Exception as error:  # anymail takes a payload to be what it should be
            logger.warning("webhook: %s at %s", type(error).__name__, place_of(error))
        return HttpResponse(status=400)

    return answered


@receiver(tracking)
def told(event: AnymailTrackingEvent, esp_name: str, **_signal: object) -> None:
    token, notice = _token_of(event), _notice_of(event)
    if token and notice:
        name = event.event_id or f"{token} {event.timestamp}"
        returns.take(token, notice, f"{esp_name} {event.event_type} {name}")


@receiver(inbound)
def delivered(event: AnymailInboundEvent, **_signal: object) -> None:
    returns.take_mail(event.message, event.message.envelope_recipient or "")


def _token_of(event: AnymailTrackingEvent) -> str | None:
    """As metadata where the provider carries any, else out of our Message-ID."""
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    name, _at, domain = str(event.message_id or "").strip("<>").partition("@")
    found = [str(metadata.get("letter", "")), name if domain == settings.MAIL_DOMAIN else ""]
    return next((token for token in found if TOKEN.fullmatch(token)), None)


def _notice_of(event: AnymailTrackingEvent) -> Notice | None:
    match event.event_type:
        case EventType.COMPLAINED:
            return Notice(Fault.COMPLAINT, "")
        case EventType.BOUNCED | EventType.REJECTED:
            return _bounce(event)
        case EventType.FAILED:
            return Notice(Fault.LETTER, "")
    return None


def _bounce(event: AnymailTrackingEvent) -> Notice:
    status, reply = codes_in(str(event.mta_response or ""))
    code = status or str(reply or "")
    if _says_soft(event):
        return Notice(Fault.SOFT, code)
    if code:
        return Notice(fault_of(status, reply), code)
    is_gone = event.reject_reason in NO_SUCH_ADDRESS
    return Notice(Fault.HARD if is_gone else Fault.SOFT, str(event.reject_reason or "")[:20])


def _says_soft(event: AnymailTrackingEvent) -> bool:
    raw = event.esp_event if isinstance(event.esp_event, dict) else {}
    words = [str(event.description or ""), *(str(raw.get(name, "")) for name in OWN_WORDS)]
    return any(SOFT_WORD.search(word) for word in words) or raw.get("hard_bounce") is False
