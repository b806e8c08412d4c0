"""What a reviewer decides about a held message: it goes out, or it does not.

One transaction: it locks the message, looks again, and writes the effect and the entry of the log.
Two at once give one effect.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from members.models import Member
from members.relay import holding
from moderation import audit
from moderation.models import Act, HeldMessage
from moderation.rights import can_decide_held


class Refusal(Exception):
    """What cannot be done with a message; its text is a sentence for the staff."""


class DecidedAlready(Refusal):
    def __init__(self, message: HeldMessage) -> None:
        super().__init__(_decided_already(message))


class MessageIsGone(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This message is erased with one of the two. Nothing was done."))


@transaction.atomic
def let_out(message: HeldMessage, staff: Member) -> None:
    """Send it on its way. Whether the two may still meet is asked again when its letter goes.

    Raises Refusal, or PermissionDenied where `staff` may not decide.
    """
    held = _take(message, staff)
    holding.let_out(held)
    audit.note(staff, Act.LET_OUT, held)


@transaction.atomic
def keep_back(message: HeldMessage, staff: Member) -> None:
    """Do not send it. Its sender gets the same kind letter whoever decided.

    Raises Refusal, or PermissionDenied where `staff` may not decide.
    """
    held = _take(message, staff)
    holding.keep_back(held)
    audit.note(staff, Act.KEPT_BACK, held)


def _take(message: HeldMessage, staff: Member) -> HeldMessage:
    """Lock the message until the transaction ends, if it is still to be decided on."""
    if not can_decide_held(staff):
        raise PermissionDenied
    rows = HeldMessage.objects.stopped().select_related("sender", "recipient")
    held = rows.select_for_update(of=("self",)).filter(pk=message.pk).first()
    if held is None:
        raise MessageIsGone
    if staff.pk in (held.sender.member_id, held.recipient.member_id):
        raise PermissionDenied
    if held.released_at or held.refused_at:
        raise DecidedAlready(held)
    return held


def _decided_already(message: HeldMessage) -> str:
    if message.released_at:
        done = _("It was decided meanwhile: this message went out.")
    elif message.was_refused_unread:
        done = _("This message waited for 30 days, and its words are erased.")
    else:
        done = _("It was decided meanwhile: this message is not sent.")
    return f"{done} {_('Nothing was changed.')}"
