"""Who may write to whom, and how often."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from members import blocking
from members.models import Block, Member, Profile
from members.outbox.models import Letter
from members.relay import sending
from members.relay.models import Message
from members.relay.sending import NotReachable, Resting, TooMany, WroteAlready
from tests.relay.conftest import BODY, face

pytestmark = pytest.mark.django_db
Write = Callable[..., Message]


@pytest.fixture
def people(make_member: Callable, make_profile: Callable) -> list[Member]:
    members = [make_member(f"person{number}") for number in range(11)]
    for member in members:
        make_profile(member)
    return members


def days_ago(message: Message, days: float) -> None:
    Message.objects.filter(pk=message.pk).update(written_at=timezone.now() - timedelta(days=days))


def settle(member: Member) -> None:
    """As if they had been in the community for more than 30 days."""
    joined = timezone.now() - timedelta(days=31)
    Profile.objects.filter(member=member).update(
        applied_at=joined, confirmed_at=joined, approved_at=joined
    )


def test_a_message_and_its_letter_are_kept_together(write: Write, ana: Member, bo: Member) -> None:
    message = write(ana, bo)

    letter = Letter.objects.get()
    assert message.letter == letter
    assert (letter.kind, letter.about) == ("message", str(message.pk))


def test_the_outbox_holds_no_word_and_no_address(write: Write, ana: Member, bo: Member) -> None:
    write(ana, bo)

    row = repr(Letter.objects.values().get())
    assert "@" not in row
    assert "profile" not in row


def test_one_form_gives_one_message(write: Write, ana: Member, bo: Member) -> None:
    key = uuid.uuid4()

    first, second = write(ana, bo, key=key), write(ana, bo, key=key)

    assert first == second
    assert (Message.objects.count(), Letter.objects.count()) == (1, 1)


def test_a_form_of_somebody_else_is_another_form(
    write: Write, ana: Member, bo: Member, stranger: Member
) -> None:
    """Nor does it tell that there is one like it."""
    key = uuid.uuid4()
    first = write(ana, bo, key=key)

    other = write(stranger, bo, "Hello Bo, these are words of my own.", key=key)

    assert (other.sender, other.body) == (face(stranger), "Hello Bo, these are words of my own.")
    first.refresh_from_db()
    assert (first.sender, first.body) == (face(ana), BODY)


@pytest.mark.parametrize("community", ["twp", "ici"])
def test_nobody_writes_to_themselves(write: Write, ana: Member, community: str) -> None:
    with pytest.raises(NotReachable):
        write(ana, ana, community=community)


def test_nobody_writes_from_one_community_into_the_other(ana: Member, cleo: Member) -> None:
    with pytest.raises(NotReachable):
        sending.write(face(ana), face(cleo, "ici"), BODY, uuid.uuid4())


def test_nobody_writes_across_a_block_whoever_made_it(
    write: Write, ana: Member, dana: Member
) -> None:
    with pytest.raises(NotReachable):
        write(ana, dana)
    with pytest.raises(NotReachable):
        write(dana, ana)


@pytest.mark.parametrize("change", ["approved_at", "left_at", "paused_at", "suspended_at"])
def test_who_is_not_there_cannot_be_written_to(
    write: Write, ana: Member, bo: Member, change: str
) -> None:
    if change == "suspended_at":
        Member.objects.filter(pk=bo.pk).update(suspended_at=timezone.now())
    elif change == "approved_at":
        Profile.objects.filter(member=bo).update(approved_at=None)
    else:
        Profile.objects.filter(member=bo).update(**{change: timezone.now()})

    with pytest.raises(NotReachable):
        write(ana, bo)


def test_whoever_rests_is_asked_to_end_the_rest_first(
    write: Write, ana: Member, bo: Member
) -> None:
    Profile.objects.filter(member=ana).update(paused_at=timezone.now())

    with pytest.raises(Resting):
        write(ana, bo)


def test_no_second_message_before_an_answer_or_14_days(
    write: Write, ana: Member, bo: Member
) -> None:
    first = write(ana, bo)

    with pytest.raises(WroteAlready) as refusal:
        write(ana, bo)

    assert refusal.value.free_at == first.written_at + timedelta(days=14)
    assert not sending.can_write(face(ana), face(bo))


def test_after_14_days_one_may_write_again(write: Write, ana: Member, bo: Member) -> None:
    days_ago(write(ana, bo), 14)

    write(ana, bo)

    assert Message.objects.count() == 2


def test_after_an_answer_one_may_write_at_once(write: Write, ana: Member, bo: Member) -> None:
    write(ana, bo)
    write(bo, ana)

    write(ana, bo)

    assert Message.objects.count() == 3


def test_a_new_member_writes_to_three_new_people_a_day(
    write: Write, ana: Member, people: list[Member]
) -> None:
    first = write(ana, people[0])
    write(ana, people[1])
    write(ana, people[2])

    with pytest.raises(TooMany) as refusal:
        write(ana, people[3])

    assert refusal.value.free_at == first.written_at + timedelta(days=1)


def test_a_member_of_a_month_writes_to_ten(write: Write, ana: Member, people: list[Member]) -> None:
    settle(ana)
    for person in people[:10]:
        write(ana, person)

    with pytest.raises(TooMany):
        write(ana, people[10])


def test_both_faces_share_one_measure(
    write: Write, ana: Member, cleo: Member, people: list[Member]
) -> None:
    for person in people[:3]:
        write(ana, person)

    with pytest.raises(TooMany):
        write(ana, cleo, community="ici")


def test_answering_is_never_too_much(write: Write, ana: Member, people: list[Member]) -> None:
    for person in people[:3]:
        write(ana, person)
    write(people[3], ana)

    write(ana, people[3])

    assert Message.objects.filter(sender__member=ana).count() == 4


def test_people_known_from_before_are_not_new(
    write: Write, ana: Member, people: list[Member]
) -> None:
    days_ago(write(ana, people[0]), 20)
    for person in people[:3]:
        write(ana, person)

    write(ana, people[3])

    assert Message.objects.filter(sender__member=ana).count() == 5


@pytest.mark.django_db(transaction=True)
def test_posts_at_the_same_moment_do_not_pass_the_measure(
    ana: Member, people: list[Member]
) -> None:
    outcomes: list[str] = []
    together = threading.Barrier(6)

    def post(person: Member) -> None:
        together.wait()
        try:
            sending.write(face(ana), face(person), BODY, uuid.uuid4())
            outcomes.append("kept")
        except TooMany:
            outcomes.append("too many")
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=[person]) for person in people[:6]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["kept"] * 3 + ["too many"] * 3


@pytest.mark.django_db(transaction=True)
def test_a_double_click_at_the_same_moment_keeps_one_message(ana: Member, bo: Member) -> None:
    key = uuid.uuid4()
    kept: list[uuid.UUID] = []
    together = threading.Barrier(4)

    def post() -> None:
        together.wait()
        try:
            kept.append(sending.write(face(ana), face(bo), BODY, key).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(kept), len(set(kept)), Letter.objects.count()) == (4, 1, 1)


def test_blocking_twice_is_blocking_once(ana: Member, bo: Member) -> None:
    blocking.block(ana, face(bo))
    blocking.block(ana, face(bo))

    assert Block.objects.get().seen_as == face(bo)


def test_unblocking_leaves_the_other_sides_block(ana: Member, bo: Member) -> None:
    blocking.block(ana, face(bo))
    blocking.block(bo, face(ana))

    blocking.unblock(Block.objects.get(blocker=ana))

    assert Block.objects.get().blocker == bo


def test_nobody_blocks_themselves(ana: Member) -> None:
    with pytest.raises(blocking.NobodyToBlock):
        blocking.block(ana, face(ana, "ici"))


def test_constraint_message_needs_two(write: Write, ana: Member, bo: Member) -> None:
    message = write(ana, bo)

    with pytest.raises(IntegrityError, match="message_needs_two"), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(recipient=message.sender)


@pytest.mark.parametrize("side", ["sender_name", "recipient_name"])
def test_constraint_message_names_both(write: Write, ana: Member, bo: Member, side: str) -> None:
    message = write(ana, bo)

    with pytest.raises(IntegrityError, match="message_names_both"), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**{side: ""})


@pytest.mark.parametrize("change", [{"body": ""}, {"body_erased_at": timezone.now()}])
def test_constraint_message_has_words_until_they_are_erased(
    write: Write, ana: Member, bo: Member, change: dict[str, object]
) -> None:
    message = write(ana, bo)

    with (
        pytest.raises(IntegrityError, match="message_has_words_until_they_are_erased"),
        transaction.atomic(),
    ):
        Message.objects.filter(pk=message.pk).update(**change)


def test_constraint_one_form_one_message(write: Write, ana: Member, bo: Member) -> None:
    first = write(ana, bo)
    second = write(bo, ana)

    with pytest.raises(IntegrityError, match="form_key"), transaction.atomic():
        Message.objects.filter(pk=second.pk).update(form_key=first.form_key)
