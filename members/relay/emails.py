"""One function per letter of this room."""

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from members import in_common
from members.communities import TWP
from members.models import Profile
from members.outbox.letters import Mail, Needed, NotWanted, letter
from members.outbox.specimens import ROBIN, WREN, Cases, specimens
from members.relay.models import Message
from members.relay.sending import is_reachable

BLOCK_SALT = "relay.block"
INDENT = "    "


@letter("message", "relay/emails/message", needed=Needed.WRITTEN)
def message(about: str) -> Mail:
    """What a member wrote, to its recipient. Whether it may go is asked anew, as a day may lie
    between writing and sending."""
    row = Message.objects.select_related("sender__member", "recipient__member").get(pk=about)
    if not is_reachable(row.sender, row.recipient):
        raise NotWanted("not_reachable")
    if row.body_erased_at:
        raise NotWanted("erased")
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


def profile_path(profile: Profile) -> str:
    return reverse("members:profile", args=[profile.where, profile.username])


def block_token(row: Message) -> str:
    """Lets whoever got the message block its sender without signing in."""
    return signing.dumps(str(row.pk), salt=BLOCK_SALT)


def indented(body: str) -> str:
    """Every line set in, so that what a member wrote cannot pass for a line of ours."""
    return "\n".join(f"{INDENT}{line}".rstrip() for line in body.splitlines())


# --- to look at -------------------------------------------------------------------------------------


@specimens("message")
def _message() -> Cases:
    short = "Hello Wren,\n\nwould you like to go for a walk on Sunday? I’m slow, and I don’t mind silence."
    long = "\n\n".join([short, "One line after another, " * 40, "https://example.org/" + "a" * 120])
    return {
        "letter": _invented(short, [_("Go for a walk"), _("Friendship")]),
        "nothing-in-common": _invented(short, []),
        "long": _invented(long, [_("Go for a walk")]),
    }


def _invented(body: str, interests: list[str]) -> Mail:
    sender = Profile(username="robin", community=TWP.slug)
    return Mail(
        to=WREN,
        reply_to=ROBIN,
        context={
            "sender": sender.username,
            "recipient": "wren",
            "community": sender.where,
            "in_common": interests,
            "sender_address": ROBIN,
            "body": body,
            "indented": indented(body),
            "profile_url": settings.SITE_URL + profile_path(sender),
            "block_url": settings.SITE_URL
            + reverse("letters:block", args=[block_token(Message())]),
            "contact_url": settings.SITE_URL + reverse("pages:contact"),
        },
    )
