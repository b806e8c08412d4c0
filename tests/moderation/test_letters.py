"""Every letter of this room as a whole, against a file, and to nobody it must not reach.

After a wanted change run this once with KEEP_LETTERS=yes in the environment, and read what changed.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from members.communities import COMMUNITIES
from members.models import Member, Profile
from members.outbox.composing import compose
from members.outbox.letters import NotWanted
from members.outbox.models import Letter
from moderation import decisions, staff_messages
from moderation.applications import asking
from moderation.letters import wording
from moderation.models import SILENT, Application, Question, Reason, StaffMessage

pytestmark = pytest.mark.django_db
FILES = Path(__file__).parent / "whole_letters"


def whole(letter: Letter) -> str:
    """What the reader sees, without what differs from one letter to the next."""
    mail = compose(letter)
    html = mail.alternatives[0][0]
    text = (
        f"To: {', '.join(mail.to)}\nReply-To: {', '.join(mail.reply_to)}\n"
        f"Subject: {mail.subject}\n\n===== text\n\n{mail.body}\n===== html\n\n{html}\n"
    )
    text = re.sub(r"(/accounts/password/reset/key/)[^/\"\s]+", r"\1KEY", text)
    return re.sub(r"(/application/)[0-9a-f-]{36}", r"\1KEY", text)


def assert_is_as_kept(text: str, name: str) -> None:
    kept = FILES / f"{name}.txt"
    if os.environ.get("KEEP_LETTERS"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(text)
    assert text == kept.read_text()


@pytest.fixture(autouse=True)
def site(settings: object) -> None:
    settings.SITE_URL = "https://connect.example"


def test_approved(wren: Application, reviewer: Member) -> None:
    decisions.approve(wren, reviewer)

    assert_is_as_kept(whole(Letter.objects.get()), "approved")


def test_approved_in_a_second_community(
    bo: Member, apply: Callable[..., Application], reviewer: Member
) -> None:
    decisions.approve(apply("bo-in-ici", "ici", member=bo), reviewer)

    assert_is_as_kept(whole(Letter.objects.get()), "approved_second")


def test_the_link_of_an_approval_opens_and_is_not_spent_by_opening(
    wren: Application, reviewer: Member
) -> None:
    decisions.approve(wren, reviewer)
    body = compose(Letter.objects.get()).body
    link = re.search(r"https://connect\.example(/accounts/password/reset/key/\S+)", body)[1]

    for _time in range(2):
        page = Client().get(link, follow=True)
        assert page.status_code == 200
        assert "password1" in page.content.decode()


def test_declined(wren: Application, reviewer: Member) -> None:
    words = "Thank you.\n\nWe can't now & <b>later</b> maybe: https://connect.example/twp/"
    decisions.decline(wren, reviewer, Reason.NOT_FILLED, words)

    assert_is_as_kept(whole(Letter.objects.get()), "declined")


def test_choose_another_name(
    bo: Member, apply: Callable[..., Application], reviewer: Member
) -> None:
    application = apply("second", username_key=bo.profiles.get().username_key)

    decisions.ask_for_another_name(application, reviewer)

    assert_is_as_kept(whole(Letter.objects.get()), "choose_another_name")


def test_a_message_to_the_staff(settings: object) -> None:
    settings.STAFF_MAIL = ["staff@connect.example"]
    staff_messages.receive(
        about=StaffMessage.About.QUESTION, body="May I join <b>twice</b>?\n\nI'm unsure.",
        reply_to="visitor@example.net", member=None,
    )  # fmt: skip
    StaffMessage.objects.update(id=7)
    Letter.objects.update(about="7.0")

    assert_is_as_kept(whole(Letter.objects.get()), "staff_message")


@pytest.mark.parametrize(
    ("community", "reason"),
    [
        (slug, reason)
        for slug, community in COMMUNITIES.items()
        for reason in wording.reasons_for(community)
        if reason not in SILENT
    ],
)
def test_every_reason_has_a_prepared_letter(
    community: str, reason: Reason, apply: Callable[..., Application]
) -> None:
    words = wording.for_reason(reason, apply("wren", community))

    assert_is_as_kept(words, f"{reason}_{community}")


def test_only_twp_points_relatives_to_ici() -> None:
    assert Reason.FAMILY_TO_ICI in wording.reasons_for(COMMUNITIES["twp"])
    assert Reason.FAMILY_TO_ICI not in wording.reasons_for(COMMUNITIES["ici"])


def test_silence_has_no_letter(wren: Application) -> None:
    assert wording.for_reason(Reason.LOOKS_AUTOMATIC, wren) == ""


@pytest.mark.parametrize("community", ["twp", "ici"])
def test_no_subject_tells_what_it_is_about(
    community: str, apply: Callable[..., Application], reviewer: Member
) -> None:
    decisions.approve(apply("wren", community), reviewer)
    decisions.decline(apply("lark", community), reviewer, Reason.NOT_FILLED, "Please write more.")

    for letter in Letter.objects.all():
        subject = compose(letter).subject.lower()
        assert not re.search("twp|ici connect|drug|withdraw|wren|lark", subject)


def test_an_approval_undone_before_it_was_sent_is_not_sent(
    wren: Application, reviewer: Member
) -> None:
    decisions.approve(wren, reviewer)
    Profile.objects.filter(pk=wren.pk).update(approved_at=None)

    with pytest.raises(NotWanted):
        compose(Letter.objects.get())


@pytest.mark.parametrize("kind", ["approved", "declined"])
def test_somebody_erased_gets_no_letter(kind: str, wren: Application, reviewer: Member) -> None:
    if kind == "approved":
        decisions.approve(wren, reviewer)
    else:
        decisions.decline(wren, reviewer, Reason.NOT_FILLED, "Please write more.")
    Member.objects.filter(pk=wren.member_id).delete()

    with pytest.raises(NotWanted):
        compose(Letter.objects.get())


def test_who_has_chosen_another_name_is_not_asked_for_one(
    bo: Member, apply: Callable[..., Application], reviewer: Member
) -> None:
    application = apply("second", username_key=bo.profiles.get().username_key)
    decisions.ask_for_another_name(application, reviewer)
    Profile.objects.filter(pk=application.pk).update(username_key="something else")

    with pytest.raises(NotWanted):
        compose(Letter.objects.get())


# --- what is asked -----------------------------------------------------------------------------------


def test_a_question(wren: Application, reviewer: Member) -> None:
    asking.ask(wren, reviewer, "What brings you <b>here</b>?\n\nA line is enough.")

    assert_is_as_kept(whole(Letter.objects.get()), "question")


def test_an_offer(wren: Application, reviewer: Member) -> None:
    asking.offer(wren, reviewer, wording.for_applicant("offer", wren))

    assert_is_as_kept(whole(Letter.objects.get()), "offer")


def test_a_reminder(wren: Application, reviewer: Member) -> None:
    asking.ask(wren, reviewer, "What brings you here?")
    Question.objects.update(asked_at=timezone.now() - asking.REMINDED_AFTER)
    asking.remind()

    assert_is_as_kept(whole(Letter.objects.get(kind="question_reminder")), "question_reminder")


def test_a_closing_without_an_answer(wren: Application, reviewer: Member) -> None:
    asking.ask(wren, reviewer, "What brings you here?")
    Question.objects.update(asked_at=timezone.now() - asking.CLOSED_AFTER)
    asking.close()

    assert_is_as_kept(whole(Letter.objects.get(kind="declined")), "no_answer")
