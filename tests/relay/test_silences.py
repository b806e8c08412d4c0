"""Please do not write again: what it stops, what it tells, and how it is taken back."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from members import account, blocking
from members.models import Member, Profile
from members.outbox.models import Letter
from members.relay import replying, sending
from members.relay.duties import forget_silences_taken_back
from members.relay.models import Message, Reply, Silence
from members.relay.sending import AskedNotTo, WroteAlready
from tests.attack.crowd import told
from tests.outbox.post_office import PostOffice, deliver_all, make_all_due
from tests.relay.conftest import BODY, face

pytestmark = pytest.mark.django_db
Write = Callable[..., Message]
SignedIn = Callable[[Member], Client]

TO_BO = "/twp/members/bo/write/"
SILENCES = "/account/messages/silences/"
SENT = "/account/messages/?show=sent"


@pytest.fixture
def silence(write: Write, ana: Member, bo: Member) -> Silence:
    """Ana wrote to Bo three weeks ago; Bo asked her not to write again, and she was told."""
    message = write(ana, bo)
    long_ago = timezone.now() - timedelta(days=21)
    Message.objects.filter(pk=message.pk).update(written_at=long_ago)
    Letter.objects.update(sent_at=long_ago)
    replying.reply(message, Reply.Kind.NO_MORE)
    Letter.objects.filter(kind="reply").update(sent_at=timezone.now())
    return Silence.objects.get()


def test_who_was_asked_not_to_cannot_write_again(
    silence: Silence, write: Write, ana: Member, bo: Member
) -> None:
    with pytest.raises(AskedNotTo):
        write(ana, bo)

    assert not sending.can_write(face(ana), face(bo))


def test_a_sentence_says_so_before_anything_is_typed(
    silence: Silence, signed_in: SignedIn, ana: Member
) -> None:
    html = signed_in(ana).get(TO_BO).content.decode()

    assert "bo asked you not to write again" in html
    assert "<textarea" not in html


def test_what_was_typed_meanwhile_is_kept(
    silence: Silence, signed_in: SignedIn, ana: Member
) -> None:
    html = signed_in(ana).post(TO_BO, {"body": BODY}).content.decode()

    assert "bo asked you not to write again" in html
    assert BODY in html
    assert Message.objects.count() == 1


def test_the_one_who_asked_may_write_and_that_takes_it_back(
    silence: Silence, write: Write, ana: Member, bo: Member
) -> None:
    write(bo, ana)

    write(ana, bo)

    assert not replying.silences_of(bo).exists()


def test_asked_again_after_writing_it_holds_again(
    silence: Silence, write: Write, ana: Member, bo: Member
) -> None:
    write(bo, ana)
    message = write(ana, bo)
    for each in Message.objects.all():
        each.written_at -= timedelta(days=15)
        each.save()
    replying.reply(message, Reply.Kind.NO_MORE)

    with pytest.raises(AskedNotTo):
        write(ana, bo)


def test_it_says_so_once_it_is_told_also_within_the_two_weeks(
    write: Write, ana: Member, bo: Member
) -> None:
    replying.reply(write(ana, bo), Reply.Kind.NO_MORE)
    assert isinstance(sending.why_not(face(ana), face(bo)), WroteAlready)

    Silence.objects.update(asked_at=timezone.now() - timedelta(minutes=25))

    assert isinstance(sending.why_not(face(ana), face(bo)), AskedNotTo)


def test_what_ended_by_writing_is_erased(
    silence: Silence, write: Write, ana: Member, bo: Member
) -> None:
    forget_silences_taken_back()
    assert Silence.objects.exists()

    write(bo, ana)
    forget_silences_taken_back()

    assert not Silence.objects.exists()


def test_it_is_taken_back_in_my_account(
    silence: Silence, signed_in: SignedIn, write: Write, ana: Member, bo: Member
) -> None:
    browser = signed_in(bo)
    (address,) = re.findall(rf"{SILENCES}\d+/take-back/", browser.get(SILENCES).content.decode())

    browser.post(address)

    write(ana, bo)
    assert "You have asked nobody" in browser.get(SILENCES).content.decode()


def test_taking_it_back_tells_nobody(
    silence: Silence, signed_in: SignedIn, ana: Member, bo: Member, smtp_server: PostOffice
) -> None:
    signed_in(bo).post(f"{SILENCES}{silence.pk}/take-back/")

    make_all_due()
    deliver_all()

    assert smtp_server.letters == []
    assert "asks you not to write again" not in signed_in(ana).get(SENT).content.decode()


@pytest.fixture
def not_told_yet(write: Write, ana: Member, bo: Member) -> Message:
    """Ana wrote to Bo, who asked her not to write again a moment ago."""
    message = write(ana, bo)
    Letter.objects.update(sent_at=timezone.now())
    replying.reply(message, Reply.Kind.NO_MORE)
    return message


def test_taken_back_within_the_ten_minutes_the_sentence_is_not_sent(
    not_told_yet: Message, signed_in: SignedIn, bo: Member, smtp_server: PostOffice
) -> None:
    browser = signed_in(bo)

    browser.post(f"{SILENCES}{Silence.objects.get().pk}/take-back/")

    make_all_due()
    deliver_all()
    assert smtp_server.letters == []
    assert "You answered" not in browser.get("/account/messages/").content.decode()


def test_another_answer_after_that_is_told_once(
    not_told_yet: Message, smtp_server: PostOffice
) -> None:
    replying.take_back(Silence.objects.get())

    replying.reply(not_told_yet, Reply.Kind.NEED_TIME)

    make_all_due()
    deliver_all()
    assert "needs time" in smtp_server.only().text


def test_writing_to_them_within_the_ten_minutes_takes_the_sentence_back(
    not_told_yet: Message, write: Write, ana: Member, bo: Member, smtp_server: PostOffice
) -> None:
    written = write(bo, ana)

    make_all_due()
    deliver_all()

    assert written.body in smtp_server.only().text
    assert Letter.objects.get(kind="reply").last_code == "taken_back"


def test_asked_anew_after_writing_they_are_told(
    not_told_yet: Message, write: Write, ana: Member, bo: Member, smtp_server: PostOffice
) -> None:
    """The letter that was kept back told nobody: the next one must."""
    write(bo, ana)
    make_all_due()
    deliver_all()
    smtp_server.letters.clear()

    replying.reply(not_told_yet, Reply.Kind.NO_MORE)

    make_all_due()
    deliver_all()
    assert "asks you not to write again" in smtp_server.only().text
    with pytest.raises(AskedNotTo):
        write(ana, bo)


def test_taken_back_in_time_the_answer_told_before_stands(
    write: Write, signed_in: SignedIn, ana: Member, bo: Member, smtp_server: PostOffice
) -> None:
    """Were it gone, the sender would read when the recipient was here."""
    message = write(ana, bo)
    replying.reply(message, Reply.Kind.NEED_TIME)
    make_all_due()
    deliver_all()
    smtp_server.letters.clear()
    before = told(signed_in(ana).get(SENT))

    replying.reply(message, Reply.Kind.NO_MORE)
    replying.take_back(Silence.objects.get())
    replying.reply(message, Reply.Kind.NEED_TIME)

    make_all_due()
    deliver_all()
    assert smtp_server.letters == []
    assert told(signed_in(ana).get(SENT)) == before
    assert "You answered: I need time" in signed_in(bo).get("/account/messages/").content.decode()

    replying.reply(message, Reply.Kind.NO_MORE)
    make_all_due()
    deliver_all()
    assert "asks you not to write again" in smtp_server.only().text


def test_nobody_takes_back_what_another_asked(
    silence: Silence, signed_in: SignedIn, ana: Member
) -> None:
    address = f"{SILENCES}{silence.pk}/take-back/"
    browser = signed_in(ana)

    assert told(browser.post(address)) == told(browser.post(f"{SILENCES}999999/take-back/"))
    assert Silence.objects.exists()
    assert "Let them write again" not in browser.get(SILENCES).content.decode()


def test_what_already_waits_in_the_outbox_dies_with_it(
    write: Write, ana: Member, bo: Member, smtp_server: PostOffice
) -> None:
    first = write(ana, bo)
    Message.objects.update(written_at=timezone.now() - timedelta(days=21))
    second = write(ana, bo)
    replying.reply(first, Reply.Kind.NO_MORE)

    deliver_all()

    second.letter.refresh_from_db()
    assert second.letter.last_code == "asked_not_to"
    assert smtp_server.letters == []


def test_it_says_nothing_of_what_the_one_who_asked_did_later(
    silence: Silence, signed_in: SignedIn, ana: Member, bo: Member
) -> None:
    """Resting, leaving and blocking look to Ana as they do where nobody asked for anything."""
    browser = signed_in(ana)

    def rest() -> None:
        account.rest(face(bo))

    def leave() -> None:
        account.leave(face(bo))

    def block() -> None:
        blocking.block(bo, face(ana))

    seen = {}
    for did in (rest, leave, block):
        with transaction.atomic():
            did()
            seen[did.__name__] = [told(browser.get(path)) for path in (TO_BO, SENT)]
            transaction.set_rollback(True)

    assert seen["rest"] == seen["leave"] == seen["block"]
    unknown = browser.get("/twp/members/not-there/write/")
    assert seen["rest"][0][0] == unknown.status_code == 404


def test_it_holds_for_whoever_leaves_and_joins_under_a_new_name(
    silence: Silence, ana: Member, bo: Member, make_profile: Callable[..., Profile],
    signed_in: SignedIn,
) -> None:  # fmt: skip
    face(ana).delete()
    make_profile(ana, username="ana-anew")

    assert isinstance(sending.why_not(face(ana), face(bo)), AskedNotTo)
    assert "somebody who has left" in signed_in(bo).get(SILENCES).content.decode()


def test_the_list_calls_them_what_they_were_called_in_the_message(
    silence: Silence, ana: Member, bo: Member, signed_in: SignedIn
) -> None:
    """Whoever took another name to be left alone must not be followed by it."""
    Profile.objects.filter(pk=face(ana).pk).update(username="quite-another")

    page = signed_in(bo).get(SILENCES).content.decode()

    assert "<strong>ana</strong>" in page
    assert "quite-another" not in page
    face(ana).delete()
    assert Silence.objects.get().name == ""  # whoever is erased is named nowhere


def test_it_does_not_follow_the_one_who_asked_into_a_new_face(
    silence: Silence, ana: Member, bo: Member, make_profile: Callable[..., Profile]
) -> None:
    """The sentence that refuses would tell Ana who the new face is."""
    face(bo).delete()
    make_profile(bo, username="bo-anew")

    assert sending.why_not(face(ana), face(bo)) is None


def test_it_holds_between_these_two_faces_only(
    silence: Silence, ana: Member, bo: Member, stranger: Member,
    make_profile: Callable[..., Profile],
) -> None:  # fmt: skip
    make_profile(bo, "ici", username="bo-in-ici")

    assert sending.why_not(face(ana, "ici"), face(bo, "ici")) is None
    assert sending.why_not(face(ana), face(stranger)) is None
    assert sending.why_not(face(stranger), face(bo)) is None


def test_constraint_silence_once_between_two(silence: Silence) -> None:
    with pytest.raises(IntegrityError, match="silence_once_between_two"), transaction.atomic():
        Silence.objects.create(asker=silence.asker, writer=silence.writer)


def test_the_list_takes_as_many_queries_for_three_as_for_one(
    silence: Silence, signed_in: SignedIn, write: Write, bo: Member, stranger: Member,
    make_member: Callable, make_profile: Callable, django_assert_num_queries: Callable,
) -> None:  # fmt: skip
    browser = signed_in(bo)
    with django_assert_num_queries(8, exact=False) as one:
        browser.get(SILENCES)

    other = make_member("other")
    make_profile(other)
    for member in (stranger, other):
        replying.reply(write(member, bo), Reply.Kind.NO_MORE)

    with django_assert_num_queries(len(one.captured_queries)):
        html = browser.get(SILENCES).content.decode()
    assert html.count("Let them write again") == 3
