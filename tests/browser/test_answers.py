"""Answering a message from its letter with one tap, on a phone, with and without scripts."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import F
from playwright.sync_api import expect

from members import account
from members.models import Block, Member, Profile
from members.outbox.models import Letter
from members.relay import sending
from members.relay.models import Reply, Silence
from moderation.models import Report
from tests.browser import the_way
from tests.browser.audit import HEIGHTS, PHONE
from tests.browser.person import Person
from tests.outbox.post_office import Arrived, PostOffice, make_all_due

OpenPhone = Callable[[], Person]
LetIn = Callable[[Person, Member], Person]
SENTENCES = {
    "not-now": "bo thanks you for your message",
    "need-time": "bo has your message and needs time",
    "no-more": "bo asks you not to write again",
}


@pytest.fixture(params=[True, False], ids=["with-script", "without-script"])
def open_phone(open_browser: Callable[..., Person], request: pytest.FixtureRequest) -> OpenPhone:
    small = {"width": PHONE, "height": HEIGHTS[PHONE]}
    return lambda: open_browser(java_script_enabled=request.param, viewport=small)


@pytest.fixture
def letter(ana: Member, bo: Member, smtp_server: PostOffice) -> Arrived:
    """Ana's to Bo."""
    for member in (ana, bo):
        account.accept_policies(member)
    faces = [Profile.objects.get(member=who, community="twp") for who in (ana, bo)]
    sending.write(*faces, the_way.WORDS, uuid4())
    return the_way.letter_to(bo.email, smtp_server)


@pytest.mark.parametrize("tap", SENTENCES)
def test_each_answer_is_one_tap_and_reaches_the_sender(
    letter: Arrived, ana: Member, bo: Member, tap: str, open_phone: OpenPhone, let_in: LetIn,
    smtp_server: PostOffice,
) -> None:  # fmt: skip
    recipient, sender = open_phone(), open_phone()
    link = the_way.link_in(letter, f"/{tap}/")
    # A mail scanner is there first: that must not answer.
    assert recipient.context.request.get(link).status == 200
    assert not Reply.objects.exists()

    recipient.goto(link)
    expect(recipient.page.get_by_role("main")).to_contain_text("Hello, we seem to live close by.")
    recipient.press("Send this sentence")
    recipient.expect_heading("Thank you, we pass it on")

    make_all_due()
    told = the_way.letter_to(ana.email, smtp_server)
    assert SENTENCES[tap] in told.text
    let_in(sender, ana).goto("/account/messages/?show=sent")
    expect(sender.page.get_by_role("main")).to_contain_text(SENTENCES[tap])
    got = [one for one in smtp_server.letters if one.envelope_to == [ana.email]]
    assert not [one for one in got if bo.email.encode() in one.raw]
    assert not [page for page in sender.seen if bo.email in page]


def test_who_was_asked_not_to_write_reads_it_kindly_and_it_is_taken_back(
    letter: Arrived, ana: Member, bo: Member, open_phone: OpenPhone, let_in: LetIn
) -> None:
    recipient, sender = open_phone(), open_phone()
    recipient.goto(the_way.link_in(letter, "/no-more/"))
    recipient.press("Send this sentence")

    let_in(sender, ana).goto("/twp/members/bo/write/")
    status = sender.page.get_by_role("status")
    expect(status).to_contain_text("You have written to bo")  # until she is told
    Silence.objects.update(asked_at=F("asked_at") - timedelta(minutes=30))
    sender.goto("/twp/members/bo/write/")
    expect(status).to_contain_text("bo asked you not to write again")
    let_in(recipient, bo).goto("/account/safety/")
    recipient.follow("Who they are, and how to take it back")
    recipient.press("Let ana write again")

    assert not Silence.objects.exists()


def test_blocking_from_the_mail_by_way_of_another_answer(
    letter: Arrived, ana: Member, open_phone: OpenPhone, smtp_server: PostOffice
) -> None:
    recipient = open_phone()

    recipient.goto(the_way.link_in(letter, "/not-now/"))
    recipient.follow("Block")
    recipient.press("Block ana")
    recipient.expect_heading("ana is blocked")

    make_all_due()
    assert Block.objects.get().blocked == ana
    assert not Letter.objects.filter(kind="reply").exists()


def test_reporting_from_the_mail(letter: Arrived, bo: Member, open_phone: OpenPhone) -> None:
    recipient = open_phone()

    recipient.goto(the_way.link_in(letter, "/report/"))
    recipient.tick("They want money, or it seems a fraud")
    recipient.page.get_by_label("Show the staff the message").check()
    recipient.press("Send to the staff")
    recipient.expect_heading("Thank you, we have it")

    row = Report.objects.get()
    assert (row.reporter, row.seen_message) == (bo, the_way.WORDS)


def test_answering_and_keeping_in_my_account(
    letter: Arrived, ana: Member, bo: Member, open_phone: OpenPhone, let_in: LetIn
) -> None:
    recipient = let_in(open_phone(), bo)
    recipient.goto("/account/messages/")

    recipient.press("Keep the message: ana")
    expect(recipient.page.get_by_text("You keep its words until you let them go.")).to_be_visible()
    recipient.follow("Answer ana with one tap")
    recipient.press("I need time")

    expect(recipient.page.get_by_text("You answered: I need time")).to_be_visible()
    expect(recipient.page.get_by_role("link", name=re.compile("Answer to"))).to_have_attribute(
        "href", "mailto:ana@example.org"
    )


def test_choosing_plain_mail_and_a_step_of_its_own(
    ana: Member, bo: Member, open_phone: OpenPhone, let_in: LetIn, smtp_server: PostOffice
) -> None:
    for member in (ana, bo):
        account.accept_policies(member)
    recipient = let_in(open_phone(), bo)
    recipient.goto("/account/safety/")
    recipient.tick("Plain: they name the community, and who wrote")
    recipient.tick("I use a link in the letter; the answer button leads to nobody")
    recipient.press("Save")
    expect(recipient.page.get_by_text("Saved. It holds from the next letter on.")).to_be_visible()

    faces = [Profile.objects.get(member=who, community="twp") for who in (ana, bo)]
    sending.write(*faces, the_way.WORDS, uuid4())
    letter = the_way.letter_to(bo.email, smtp_server)

    assert letter["Subject"] == "TWP Connect: ana wrote to you"
    assert letter["From"] == "TWP Connect <post@connect.example>"
    assert "ana@example.org" not in letter["Reply-To"]
