"""Words kept for later: their sender's alone, and not for long."""

import io
import logging
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from members import account, blocking
from members.models import Member, Profile
from members.relay import drafts, sending
from members.relay.duties import erase_drafts
from members.relay.models import Draft, Message
from tests.relay.conftest import BODY, face

pytestmark = pytest.mark.django_db
SENT = "/account/messages/?show=sent"
TO_BO = "/twp/members/bo/write/"
BEGUN = "Dear Bo, where do I begin"


@pytest.fixture
def browser(signed_in: Callable[[Member], Client], ana: Member, bo: Member) -> Client:
    """Ana's; Bo is there to be written to."""
    return signed_in(ana)


def press(browser: Client, do: str, body: str = BEGUN) -> object:
    return browser.post(TO_BO, {"body": body, "form_key": str(uuid.uuid4()), "do": do})


def page(browser: Client) -> str:
    return browser.get(TO_BO).content.decode()


def test_a_button_keeps_what_was_typed(browser: Client) -> None:
    response = press(browser, "keep")

    assert response.url == TO_BO
    html = page(browser)
    until = timezone.localdate() + timedelta(days=30)
    kept = f"Your words are kept until {until.day} {until:%B}, here and under Messages."
    assert f"{kept} Nothing was sent." in html
    assert f">\n{BEGUN}</textarea>" in html
    assert Message.objects.count() == 0


@pytest.mark.parametrize("body", ["Hi", "x" * 5000])
def test_few_words_and_many_can_be_kept(browser: Client, body: str) -> None:
    press(browser, "keep", body)

    assert Draft.objects.get().body == body


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "Please write a few words."),
        ("x" * 5001, "Please shorten it to 5,000 characters."),
        ("A bell \x07", "an invisible character"),
        ("A nul \x00", "an invisible character"),
    ],
)
def test_what_cannot_be_kept_is_said_plainly_and_stays_in_the_field(
    browser: Client, body: str, words: str
) -> None:
    html = press(browser, "keep", body).content.decode()

    assert words in html
    assert body.strip() in html
    assert not Draft.objects.exists()


def test_keeping_again_keeps_the_newer_words(browser: Client) -> None:
    press(browser, "keep")

    press(browser, "keep", "Dear Bo, now I know")

    assert Draft.objects.get().body == "Dear Bo, now I know"


def test_letting_go_erases_it(browser: Client) -> None:
    press(browser, "keep")

    press(browser, "let_go")

    assert not Draft.objects.exists()
    assert "Your draft is erased." in page(browser)


def test_sending_erases_it(browser: Client) -> None:
    press(browser, "keep")

    press(browser, "send", BODY)

    assert Message.objects.count() == 1
    assert not Draft.objects.exists()


def test_a_refused_post_keeps_the_words_by_itself(browser: Client) -> None:
    press(browser, "send", BODY)

    html = press(browser, "send", "A second message, written too soon.").content.decode()

    assert "Your words are still here, and kept." in html
    assert Draft.objects.get().body == "A second message, written too soon."


def test_what_is_kept_can_be_read_while_nothing_can_be_sent(browser: Client) -> None:
    press(browser, "send", BODY)
    press(browser, "send", "A second message, written too soon.")

    html = page(browser)

    assert "A second message, written too soon." in html
    assert "<textarea" not in html
    assert "Erase it" in html


def test_nobody_else_reads_it(
    browser: Client, signed_in: Callable, bo: Member, stranger: Member, ana: Member
) -> None:
    press(browser, "keep")

    for other in (bo, stranger):
        client = signed_in(other)
        for name in ("ana", "bo", "stranger"):
            assert BEGUN not in client.get(f"/twp/members/{name}/write/").content.decode()


def test_what_is_kept_is_found_again_under_messages(browser: Client) -> None:
    press(browser, "keep")

    html = browser.get(SENT).content.decode()

    assert f'<a href="{TO_BO}">Your words to bo</a>' in html
    assert BEGUN not in html


def sent(ana: Member, bo: Member) -> None:
    sending.write(face(ana), face(bo), BODY, uuid.uuid4())


def blocked_by_them(ana: Member, bo: Member) -> None:
    blocking.block(bo, face(ana))


def they_left(ana: Member, bo: Member) -> None:
    account.leave(face(bo))


def i_left(ana: Member, bo: Member) -> None:
    account.leave(face(ana))


@pytest.mark.parametrize("change", [sent, blocked_by_them, they_left, i_left])
def test_whom_one_cannot_write_to_any_more_is_not_listed(
    browser: Client, ana: Member, bo: Member, change: Callable
) -> None:
    press(browser, "keep")

    change(ana, bo)

    assert "Your words to" not in browser.get(SENT).content.decode()


def test_nobody_finds_what_another_kept(
    browser: Client, signed_in: Callable, bo: Member, stranger: Member
) -> None:
    press(browser, "keep")

    for other in (bo, stranger):
        assert "Your words to" not in signed_in(other).get(SENT).content.decode()


def test_3_of_them_take_as_many_queries_as_one(
    browser: Client, ana: Member, bo: Member, make_member: Callable, make_profile: Callable,
    django_assert_num_queries: Callable,
) -> None:  # fmt: skip
    drafts.keep(face(ana), face(bo), BEGUN)
    browser.get(SENT)
    with django_assert_num_queries(8, exact=False) as one:
        browser.get(SENT)
    for name in ("moss", "fern"):
        drafts.keep(face(ana), make_profile(make_member(name)), BEGUN)

    with django_assert_num_queries(len(one.captured_queries)):
        html = browser.get(SENT).content.decode()

    assert html.count("Your words to") == 3


def test_each_person_has_a_draft_of_their_own(
    browser: Client, stranger: Member, ana: Member
) -> None:
    press(browser, "keep")

    assert BEGUN not in browser.get("/twp/members/stranger/write/").content.decode()


def test_it_is_erased_after_30_days(ana: Member, bo: Member, stranger: Member) -> None:
    old = drafts.keep(face(ana), face(bo), BEGUN)
    young = drafts.keep(face(ana), face(stranger), BEGUN)
    Draft.objects.filter(pk=old.pk).update(saved_at=timezone.now() - timedelta(days=30))
    Draft.objects.filter(pk=young.pk).update(saved_at=timezone.now() - timedelta(days=29))

    erase_drafts()

    assert list(Draft.objects.all()) == [young]


@pytest.mark.parametrize("who", ["sender", "recipient"])
def test_it_goes_with_either_of_the_two(ana: Member, bo: Member, who: str) -> None:
    drafts.keep(face(ana), face(bo), BEGUN)

    {"sender": ana, "recipient": bo}[who].delete()

    assert not Draft.objects.exists()


def test_nothing_of_it_is_in_the_logs(browser: Client, settings: object) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    for name in ("", "django"):
        logging.getLogger(name).addHandler(handler)
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.attack.breaking.break_every_view"]
    browser.raise_request_exception = False
    try:
        for do in ("keep", "send"):
            assert press(browser, do, "marked-words of a draft, enough of them").status_code == 500
    finally:
        for name in ("", "django"):
            logging.getLogger(name).removeHandler(handler)

    assert "marked-words" not in written.getvalue()


def test_constraint_draft_once_to_one_person(ana: Member, bo: Member) -> None:
    drafts.keep(face(ana), face(bo), BEGUN)

    with pytest.raises(IntegrityError, match="draft_once_to_one_person"), transaction.atomic():
        Draft.objects.create(sender=face(ana), recipient=face(bo), body=BEGUN)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("draft_needs_two", lambda one: {"recipient": one}),
        ("draft_has_words", lambda one: {"body": ""}),
    ],
)
def test_constraints_of_a_draft(
    ana: Member, bo: Member, name: str, wrong: Callable[[Profile], dict]
) -> None:
    mine = face(ana)
    row = {"sender": mine, "recipient": face(bo), "body": BEGUN} | wrong(mine)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Draft.objects.create(**row)
