"""Rows of letters are not kept for ever."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from members.models import Member
from members.outbox import letters
from members.outbox.models import Letter
from members.relay.duties import LETTERS_KEPT, forget_old_letters
from members.relay.models import Message

pytestmark = pytest.mark.django_db


def ended(letter: Letter, *, ago: timedelta) -> Letter:
    Letter.objects.filter(pk=letter.pk).update(sent_at=timezone.now() - ago)
    return letter


def test_a_letter_sent_long_ago_is_forgotten(ana: Member) -> None:
    ended(letters.post("password_link", ana.pk), ago=LETTERS_KEPT * 2)

    forget_old_letters()

    assert not Letter.objects.exists()


def test_a_letter_of_late_and_one_that_waits_are_kept(ana: Member) -> None:
    late = ended(letters.post("password_link", ana.pk), ago=LETTERS_KEPT / 2)
    waiting = letters.post("password_link", ana.pk)

    forget_old_letters()

    assert set(Letter.objects.all()) == {late, waiting}


def test_the_letter_of_a_message_stays_as_long_as_its_message(
    write: Callable[..., Message], ana: Member, bo: Member
) -> None:
    message = write(ana, bo)
    ended(message.letter, ago=LETTERS_KEPT * 2)

    forget_old_letters()

    assert Letter.objects.get() == message.letter
