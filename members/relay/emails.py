"""One function per letter of this room."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from members import in_common
from members.models import Member, Profile
from members.outbox.letters import Mail, NotWanted, letter
from members.relay import awaiting, holding, second_look
from members.relay.models import Awaited, Message
from members.relay.sending import is_reachable

BLOCK_SALT = "relay.block"
ROOM_SALT = "relay.room"
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


@letter(holding.NOT_SENT, "relay/emails/message_not_sent")
def message_not_sent(about: str) -> Mail:
    """To the sender of what a reviewer read first, and did not send. About the message. It lies in a
    mailbox that others may see: neither to whom it was, nor a word of it."""
    row = Message.objects.select_related("sender__member").get(pk=about)
    if not row.refused_at or not row.sender.member.is_active:
        raise NotWanted("not_refused")
    rule = second_look.RULES.get(row.held_for)
    page = reverse("messages:list") + "?show=sent"
    return Mail(
        to=row.sender.member.email,
        context={
            "unread": row.was_refused_unread,
            "point": rule.point.label if rule else "",
            "link": settings.SITE_URL + page,
            "contact_url": settings.SITE_URL + reverse("pages:contact"),
        },
    )


@letter(awaiting.LETTER, "relay/emails/room_again")
def room_again(about: str) -> Mail:
    """To somebody who wanted to hear of it. About the row that says so. Nothing of the person: their
    name stands not even in the link."""
    row = Awaited.objects.select_related("sender__member", "recipient__member").get(pk=about)
    if not awaiting.can_be_told(row):
        raise NotWanted("no_room")
    member = row.sender.member
    return Mail(
        to=member.email,
        context={"link": settings.SITE_URL + reverse("messages:room", args=[row.pk])},
        stop_url=settings.SITE_URL + reverse("letters:room_stop", args=[room_token(member)]),
    )


def room_token(member: Member) -> str:
    """Lets whoever has the letter stop all of its kind, without signing in."""
    return signing.dumps(str(member.pk), salt=ROOM_SALT)


def profile_path(profile: Profile) -> str:
    return reverse("members:profile", args=[profile.where, profile.username])


def block_token(row: Message) -> str:
    """Lets whoever got the message block its sender without signing in."""
    return signing.dumps(str(row.pk), salt=BLOCK_SALT)


def indented(body: str) -> str:
    """Every line set in, so that what a member wrote cannot pass for a line of ours."""
    return "\n".join(f"{INDENT}{line}".rstrip() for line in body.splitlines())
