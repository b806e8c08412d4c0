"""One function per letter of this room."""

from dataclasses import replace
from uuid import uuid4

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from members import in_common
from members.communities import TWP
from members.models import Member, Profile
from members.outbox.letters import Mail, Needed, NotWanted, complaint, letter
from members.outbox.specimens import ROBIN, WREN, Cases, specimens
from members.relay import awaiting, holding, links, replying, second_look, unwanted
from members.relay.models import NOT_BY_MAIL, Awaited, Message, Reply, sentence
from members.relay.sending import is_reachable

ROOM_SALT = "relay.room"
INDENT = "    "


@letter("message", "relay/emails/message", needed=Needed.WRITTEN)
def message(about: str) -> Mail:
    """What a member wrote, to its recipient. Whether it may go is asked anew, as a day may lie
    between writing and sending."""
    row = Message.objects.select_related("sender__member", "recipient__member").get(pk=about)
    if not is_reachable(row.sender, row.recipient):
        raise NotWanted("not_reachable")
    if replying.is_silenced(row.sender, row.recipient):
        raise NotWanted("asked_not_to")
    if row.body_erased_at:
        raise NotWanted("erased")
    if unwanted.is_unwanted(row.sender, row.recipient):
        raise NotWanted(NOT_BY_MAIL)
    reader, address = row.recipient.member, row.sender.member.email
    # Whether the answer button of a mail program leads to the sender is the reader's choice: it is
    # their address and their name that an answer made by mistake gives away.
    apart = reader.answers_apart_since is not None
    return Mail(
        to=reader.email,
        reply_to=None if apart else address,
        no_answer=apart,
        language=reader.language or "en",
        plain=reader.mail_name(row.sender.where),
        context={
            "sender": row.sender.username,
            "recipient": row.recipient.username,
            "community": row.sender.where,
            # The letter lies in a mailbox that others may see: interests only, no drug.
            "in_common": in_common.interests(row.sender, row.recipient),
            "sender_address": address,
            "apart": apart,
            "body": row.body,
            "indented": indented(row.body),
            "token": links.token(row),
            "profile_url": settings.SITE_URL + profile_path(row.sender),
        },
    )


@letter("reply", "relay/emails/reply", needed=Needed.WRITTEN)
def reply(about: str) -> Mail:
    """To the sender of a message, what its recipient answered with one tap: a sentence, nothing
    more. About the message."""
    given = Reply.objects.select_related(
        "message__sender__member", "message__recipient__member"
    ).get(message=about)
    if not replying.may_be_told(given):
        raise NotWanted("not_in_touch")
    sender = given.message.sender
    if given.kind == Reply.Kind.NO_MORE and not replying.is_silenced(
        sender, given.message.recipient
    ):
        raise NotWanted(replying.TAKEN_BACK)  # by writing to them meanwhile
    if unwanted.is_unwanted(given.message.recipient, sender):
        raise NotWanted(NOT_BY_MAIL)
    return Mail(
        to=sender.member.email,
        language=sender.member.language or "en",
        plain=sender.member.mail_name(sender.where),
        context={
            "sender": sender.username,
            "recipient": given.message.recipient.username,
            "sentence": given.sentence,
        },
    )


@letter(holding.NOT_SENT, "relay/emails/message_not_sent", needed=Needed.DECIDED)
def message_not_sent(about: str) -> Mail:
    """To the sender of what a reviewer read first, and did not send. About the message. It lies in a
    mailbox that others may see: neither to whom it was, nor a word of it."""
    row = Message.objects.select_related("sender__member").get(pk=about)
    member = row.sender.member
    if not row.refused_at or not member.is_active:
        raise NotWanted("not_refused")
    rule = second_look.RULES.get(row.held_for)
    page = reverse("messages:list") + "?show=sent"
    return Mail(
        to=member.email,
        language=member.language or "en",
        plain=member.mail_name(row.sender.where),
        context={
            "unread": row.was_refused_unread,
            "point": rule.point.label if rule else "",
            "link": settings.SITE_URL + page,
            "contact_url": settings.SITE_URL + reverse("pages:contact"),
        },
    )


@complaint("message")
def stop_mail_of_sender(about: str) -> None:
    """The recipient, or their mail program, says that it is unwanted. Nobody else is stopped."""
    row = Message.objects.select_related("sender", "recipient").filter(pk=about).first()
    if row:
        unwanted.stop(row.sender, row.recipient)


@complaint("reply")
def stop_mail_of_recipient(about: str) -> None:
    """Whoever wrote first does not want mail of the one they wrote to."""
    row = Message.objects.select_related("sender", "recipient").filter(pk=about).first()
    if row:
        unwanted.stop(row.recipient, row.sender)


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
        language=member.language or "en",
        plain=member.mail_name(row.sender.where),
        context={"link": settings.SITE_URL + reverse("messages:room", args=[row.pk])},
        stop_url=settings.SITE_URL + reverse("letters:room_stop", args=[room_token(member)]),
    )


@complaint(awaiting.LETTER)
def stop_letters_about_room(about: str) -> None:
    row = Awaited.objects.select_related("sender__member").filter(pk=about).first()
    if row:
        awaiting.take_all_back(row.sender.member)


def room_token(member: Member) -> str:
    """Lets whoever has the letter stop all of its kind, without signing in."""
    return signing.dumps(str(member.pk), salt=ROOM_SALT)


def profile_path(profile: Profile) -> str:
    return reverse("members:profile", args=[profile.where, profile.username])


def indented(body: str) -> str:
    """Every line set in, so that what a member wrote cannot pass for a line of ours."""
    return "\n".join(f"{INDENT}{line}".rstrip() for line in body.splitlines())


# --- to look at -------------------------------------------------------------------------------------


@specimens("message")
def _message() -> Cases:
    short = "Hello Wren,\n\nwould you like to go for a walk on Sunday? I’m slow, and I don’t mind silence."
    long = "\n\n".join([short, "One line after another, " * 40, "https://example.org/" + "a" * 120])
    letter = _invented(short, [_("Go for a walk"), _("Friendship")])
    apart = letter.context | {"apart": True}
    return {
        "letter": letter,
        "plain": replace(letter, plain=str(TWP)),
        "answers-apart": replace(letter, context=apart, reply_to=None, no_answer=True),
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
            "apart": False,
            "body": body,
            "indented": indented(body),
            "token": links.token(Message()),
            "profile_url": settings.SITE_URL + profile_path(sender),
        },
    )


@specimens("reply")
def _reply() -> Cases:
    names = {"sender": "wren", "recipient": "robin"}
    return {
        kind.replace("_", "-"): Mail(WREN, names | {"sentence": sentence(kind, "robin")})
        for kind in Reply.Kind.values
    }


@specimens(holding.NOT_SENT)
def _message_not_sent() -> Cases:
    context = {
        "link": settings.SITE_URL + reverse("messages:list") + "?show=sent",
        "contact_url": settings.SITE_URL + reverse("pages:contact"),
    }
    point = second_look.Point.THOUGHT.label
    return {
        "refused": Mail(WREN, context | {"unread": False, "point": point}),
        "nobody-came-to-it": Mail(WREN, context | {"unread": True, "point": ""}),
    }


@specimens(awaiting.LETTER)
def _room_again() -> Cases:
    return {
        "letter": Mail(
            WREN,
            {"link": settings.SITE_URL + reverse("messages:room", args=[uuid4()])},
            stop_url=settings.SITE_URL + reverse("letters:room_stop", args=[room_token(Member())]),
        )
    }
