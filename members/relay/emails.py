"""One function per letter of this room."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from members import in_common
from members.models import Profile
from members.outbox.letters import Mail, NotWanted, complaint, letter
from members.relay import unwanted
from members.relay.models import NOT_BY_MAIL, Message
from members.relay.sending import is_reachable

BLOCK_SALT = "relay.block"
INDENT = "    "


@letter("message", "relay/emails/message")
def message(about: str) -> Mail:
    """What a member wrote, to its recipient. Whether it may go is asked anew, as a day may lie
    between writing and sending."""
    row = Message.objects.select_related("sender__member", "recipient__member").get(pk=about)
    if not is_reachable(row.sender, row.recipient):
        raise NotWanted("not_reachable")
    if row.body_erased_at:
        raise NotWanted("erased")
    if unwanted.is_unwanted(row.sender, row.recipient):
        raise NotWanted(NOT_BY_MAIL)
    return Mail(
        to=row.recipient.member.email,
        reply_to=row.sender.member.email,
        context={
            "sender": row.sender.username,
            "recipient": row.recipient.username,
            "community": row.sender.where,
            # The letter lies in a mailbox that others may see: interests only, no drug.
            "in_common": in_common.interests(row.sender, row.recipient),
            "sender_address": row.sender.member.email,
            "body": row.body,
            "indented": indented(row.body),
            "profile_url": settings.SITE_URL + profile_path(row.sender),
            "block_url": settings.SITE_URL + reverse("letters:block", args=[block_token(row)]),
            "contact_url": settings.SITE_URL + reverse("pages:contact"),
        },
    )


@complaint("message")
def stop_mail_of_sender(about: str) -> None:
    """The recipient, or their mail program, says that it is unwanted. Nobody else is stopped."""
    row = Message.objects.select_related("sender", "recipient").filter(pk=about).first()
    if row:
        unwanted.stop(row.sender, row.recipient)


def profile_path(profile: Profile) -> str:
    return reverse("members:profile", args=[profile.where, profile.username])


def block_token(row: Message) -> str:
    """Lets whoever got the message block its sender without signing in."""
    return signing.dumps(str(row.pk), salt=BLOCK_SALT)


def indented(body: str) -> str:
    """Every line set in, so that what a member wrote cannot pass for a line of ours."""
    return "\n".join(f"{INDENT}{line}".rstrip() for line in body.splitlines())
