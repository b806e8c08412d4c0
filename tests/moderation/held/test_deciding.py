"""A held message goes out, or does not: one decision, one effect, one entry of the log."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from members.models import Member
from members.outbox.models import Letter
from members.relay.duties import erase_held_messages
from members.relay.models import Message
from moderation.held import deciding
from moderation.held.deciding import DecidedAlready, MessageIsGone
from moderation.models import AuditEntry, HeldMessage
from tests.outbox.post_office import PostOffice, deliver_all

pytestmark = pytest.mark.django_db
Hold = Callable[..., HeldMessage]
VERBS = [deciding.let_out, deciding.keep_back]


def entries() -> list[tuple]:
    return list(AuditEntry.objects.values_list("staff_id", "act", "kind", "key", "person_id"))


def test_let_out_it_goes_to_the_recipient(
    held: HeldMessage, reviewer: Member, smtp_server: PostOffice
) -> None:
    deciding.let_out(held, reviewer)

    deliver_all()

    assert smtp_server.only().envelope_to == ["bo@example.org"]
    assert entries() == [(reviewer.pk, "let_out", "message", str(held.pk), held.sender.member_id)]


def test_kept_back_only_its_sender_gets_a_letter(
    held: HeldMessage, reviewer: Member, smtp_server: PostOffice
) -> None:
    deciding.keep_back(held, reviewer)

    deliver_all()

    assert smtp_server.only().envelope_to == ["ana@example.org"]
    assert entries() == [(reviewer.pk, "kept_back", "message", str(held.pk), held.sender.member_id)]


@pytest.mark.parametrize("second", VERBS)
@pytest.mark.parametrize("first", VERBS)
def test_what_is_decided_stays_so(
    held: HeldMessage, reviewer: Member, second_reviewer: Member, first: Callable, second: Callable
) -> None:
    first(held, reviewer)
    before = Message.objects.values().get()

    with pytest.raises(DecidedAlready, match="decided meanwhile"):
        second(held, second_reviewer)

    assert Message.objects.values().get() == before
    assert (Letter.objects.count(), AuditEntry.objects.count()) == (1, 1)


@pytest.mark.parametrize("verb", VERBS)
def test_what_the_clock_refused_cannot_be_decided_any_more(
    held: HeldMessage, reviewer: Member, verb: Callable
) -> None:
    Message.objects.update(held_at=timezone.now() - timedelta(days=31))
    erase_held_messages()

    with pytest.raises(DecidedAlready, match="waited for 30 days"):
        verb(held, reviewer)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["ana", "bo"])
def test_what_went_with_one_of_the_two_is_gone(
    held: HeldMessage, reviewer: Member, ana: Member, bo: Member, verb: Callable, who: str
) -> None:
    {"ana": ana, "bo": bo}[who].delete()

    with pytest.raises(MessageIsGone):
        verb(held, reviewer)


@pytest.mark.parametrize("verb", VERBS)
def test_an_ordinary_message_is_nobodys_to_decide_on(
    hold: Hold, ana: Member, bo: Member, reviewer: Member, verb: Callable
) -> None:
    ordinary = hold(ana, bo, "Hello, would you like to write with me?")

    with pytest.raises(MessageIsGone):
        verb(ordinary, reviewer)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["ana", "helper"])
def test_only_who_has_the_right_decides(
    held: HeldMessage, request: pytest.FixtureRequest, verb: Callable, who: str
) -> None:
    with pytest.raises(PermissionDenied):
        verb(held, request.getfixturevalue(who))

    assert HeldMessage.objects.get().is_held


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["sender", "recipient"])
def test_nobody_decides_about_their_own_mail(
    hold: Hold, ana: Member, reviewer: Member, make_profile: Callable, verb: Callable, who: str
) -> None:
    make_profile(reviewer)
    held = hold(reviewer, ana) if who == "sender" else hold(ana, reviewer)

    with pytest.raises(PermissionDenied):
        verb(held, reviewer)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pressed", [(0, 0), (0, 1), (1, 1)])
def test_two_reviewers_at_once_give_one_decision(
    held: HeldMessage, reviewer: Member, second_reviewer: Member, pressed: tuple[int, int]
) -> None:
    outcomes, together = [], threading.Barrier(2)

    def press(verb: Callable, staff: Member) -> None:
        together.wait()
        try:
            verb(held, staff)
            outcomes.append("done")
        except DecidedAlready:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=press, args=[VERBS[which], staff])
        for which, staff in zip(pressed, (reviewer, second_reviewer), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done", "too late"]
    assert (Letter.objects.count(), AuditEntry.objects.count()) == (1, 1)
