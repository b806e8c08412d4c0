"""A username may be thirty wide letters without a place to break: no page grows wider by it."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from members import account, blocking
from members.models import Member, Profile
from members.outbox.models import Letter
from members.relay import drafts, links, replying, sending
from members.relay.models import Message, Reply
from tests.browser.audit import HEIGHTS, NARROWEST, TOO_WIDE
from tests.browser.person import Person

LONG, OTHER = "m" * 30, "w" * 30
WORDS = "Hello, I read your profile and would like to write with you."
OFFER = "I can send you some of my leftover Xanax if you want."
LetIn = Callable[[Person, Member], Person]


@pytest.fixture
def narrow(open_browser: Callable[..., Person]) -> Person:
    return open_browser(viewport={"width": NARROWEST, "height": HEIGHTS[NARROWEST]})


@pytest.fixture
def own(ana: Member) -> Profile:
    account.accept_policies(ana)
    return Profile.objects.get(member=ana, community="twp")


@pytest.fixture
def long(make_member: Callable[..., Member], make_profile: Callable[..., Profile]) -> Profile:
    return make_profile(make_member("long"), username=LONG)


@pytest.fixture
def other(make_member: Callable[..., Member], make_profile: Callable[..., Profile]) -> Profile:
    return make_profile(make_member("other"), username=OTHER)


def write(sender: Profile, recipient: Profile, words: str = WORDS) -> Message:
    return sending.write(sender, recipient, words, uuid.uuid4())


def too_wide(person: Person, *addresses: str) -> dict[str, list[str]]:
    found = {}
    for address in addresses:
        person.goto(address)
        assert person.page.get_by_role("main").get_by_text(LONG).count() > 0
        if sticking := person.page.evaluate(TOO_WIDE):
            found[address] = sticking
    return found


def test_pages_of_whoever_writes(
    narrow: Person, own: Profile, long: Profile, other: Profile, let_in: LetIn
) -> None:
    let_in(narrow, own.member)
    found = "/twp/members/?within=any"
    before = too_wide(narrow, found, f"/twp/members/{LONG}/", f"/twp/members/{LONG}/write/")
    message = write(own, long)
    drafts.keep(own, long, WORDS)

    after = too_wide(
        narrow,
        f"/twp/members/{LONG}/write/",
        f"/twp/members/{LONG}/write/{message.pk}/",
        "/account/messages/?show=sent",
    )

    assert before | after == {}


def test_pages_of_whoever_gets_it(
    narrow: Person, own: Profile, long: Profile, let_in: LetIn
) -> None:
    message = write(long, own)
    Letter.objects.update(sent_at=timezone.now() - timedelta(minutes=1))
    token = links.token(message)
    steps = ("", "not-now/", "need-time/", "no-more/", "block/", "report/")
    from_the_letter = too_wide(narrow, *(f"/letters/{token}/{step}" for step in steps))
    replying.reply(message, Reply.Kind.NO_MORE)
    let_in(narrow, own.member)

    here = too_wide(
        narrow,
        "/account/messages/",
        f"/account/messages/{message.pk}/reply/",
        "/account/messages/silences/",
        f"/twp/members/{LONG}/block/",
        f"/twp/members/{LONG}/report/",
    )
    blocking.block(own.member, long)
    blocked = too_wide(narrow, "/account/safety/")

    assert from_the_letter | here | blocked == {}


def test_pages_of_the_staff(
    narrow: Person, long: Profile, other: Profile, reviewer: Member, let_in: LetIn
) -> None:
    message = write(other, long, OFFER)
    let_in(narrow, reviewer)
    held = "/admin/moderation/heldmessage/"

    assert too_wide(narrow, held, f"{held}{message.pk}/change/") == {}
