"""The page on which one writes to somebody, and what its writer gets to see."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from members import blocking
from members.models import Member, Profile
from members.outbox.models import Letter
from members.relay.models import Message
from tests.outbox.post_office import PostOffice, deliver_all
from tests.relay.conftest import BODY, face

pytestmark = pytest.mark.django_db
Write = Callable[..., Message]
TO_BO = "/twp/members/bo/write/"


@pytest.fixture
def browser(signed_in: Callable[[Member], Client], ana: Member, bo: Member) -> Client:
    """Ana's; Bo is there to be written to."""
    return signed_in(ana)


def send(browser: Client, body: str = BODY, to: str = TO_BO, **fields: object) -> object:
    return browser.post(to, {"body": body, "form_key": str(uuid.uuid4()), **fields})


def test_the_form_says_what_the_recipient_will_see(browser: Client) -> None:
    html = browser.get(TO_BO).content.decode()

    assert "Write to bo" in html
    assert "bo will see your email address" in html
    assert "ana@example.org" in html
    assert "bo@example.org" not in html


def test_the_form_shows_what_both_have_in_common(
    browser: Client, ana: Member, bo: Member, answer: Callable
) -> None:
    for member in (ana, bo):
        answer(face(member), "interest", "one_to_one_writing", shown="matching")

    html = browser.get(TO_BO).content.decode()

    assert "What you have in common" in html


def test_writing_takes_few_queries_however_much_was_written(
    browser: Client,
    write: Write,
    bo: Member,
    stranger: Member,
    django_assert_max_num_queries: Callable,
) -> None:
    write(bo, stranger)
    with django_assert_max_num_queries(9):
        browser.get(TO_BO)

    write(stranger, bo)
    with django_assert_max_num_queries(9):
        browser.get(TO_BO)


def test_sending_leads_to_a_page_that_says_it_is_on_its_way(browser: Client) -> None:
    response = send(browser)

    message = Message.objects.get()
    assert response.url == f"/twp/members/bo/write/{message.pk}/"
    assert "Your message is on its way" in browser.get(response.url).content.decode()
    assert (message.body, Letter.objects.get().kind) == (BODY, "message")


def test_a_double_click_sends_once(browser: Client) -> None:
    key = str(uuid.uuid4())

    first, second = send(browser, form_key=key), send(browser, form_key=key)

    assert first.url == second.url
    assert Message.objects.count() == 1


@pytest.mark.parametrize("key", ["", "nonsense", "0" * 500])
def test_nonsense_in_the_hidden_field_is_not_held_against_anybody(
    browser: Client, key: str
) -> None:
    response = send(browser, form_key=key)

    assert (response.status_code, Message.objects.count()) == (302, 1)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "Please write a few words."),
        ("   \n ", "Please write a few words."),
        ("Too short", "Please write a little more"),
        ("x" * 5001, "Please shorten it to 5,000 characters. It has 5001 now."),
        ("A bell rings in this \x07 message.", "an invisible character"),
        ("A nul is in this text \x00 message.", "an invisible character"),
        ("This line is turned \u202e around in a letter.", "an invisible character"),
    ],
)
def test_what_cannot_be_sent_is_said_plainly_and_kept(
    browser: Client, body: str, words: str
) -> None:
    response = send(browser, body)

    html = response.content.decode()
    assert (response.status_code, Message.objects.count()) == (200, 0)
    assert words in html
    assert body.strip() in html


def test_5000_characters_with_line_ends_of_a_browser_fit(browser: Client) -> None:
    body = ("x" * 99 + "\r\n") * 49 + "x" * 100

    send(browser, body)

    assert len(Message.objects.get().body) == 5000


def test_a_refusal_keeps_what_was_typed(browser: Client) -> None:
    send(browser)

    response = send(browser, "A second message, written too soon.")

    html = response.content.decode()
    assert "bo has a message from you" in html
    assert "A second message, written too soon." in html
    assert Message.objects.count() == 1


def test_who_may_not_write_now_is_told_before_typing(browser: Client) -> None:
    send(browser)

    html = browser.get(TO_BO).content.decode()

    free = timezone.now() + timedelta(days=14)
    assert "bo has a message from you" in html
    assert f"{free.day} {free:%B}" in html
    assert "<textarea" not in html


def test_too_many_new_people_says_when_it_frees_up(
    browser: Client, write: Write, ana: Member, make_member: Callable, make_profile: Callable
) -> None:
    for name in ("one", "two", "three"):
        member = make_member(name)
        make_profile(member)
        write(ana, member)

    html = browser.get(TO_BO).content.decode()

    assert "You have written to several new people today" in html
    assert "23\xa0hours, 59\xa0minutes" in html


def test_whoever_rests_is_told_how_to_write(browser: Client, ana: Member) -> None:
    Profile.objects.filter(member=ana).update(paused_at=timezone.now())

    assert "Your profile is resting" in browser.get(TO_BO).content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/twp/members/nobody/write/", "/twp/members/ana/write/", "/ici/members/bo/write/",
        "/ici/members/ana-in-ici/write/", "/twp/members/cleo/write/", "/twp/members/dana/write/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["get", "post"])
def test_unknown_foreign_blocking_and_own_are_one_and_the_same(
    browser: Client, cleo: Member, dana: Member, path: str, method: str
) -> None:
    unknown = getattr(browser, method)("/twp/members/not-there/write/", {"body": BODY})
    response = getattr(browser, method)(path, {"body": BODY})

    assert (response.status_code, unknown.status_code) == (404, 404)
    assert Message.objects.count() == 0


def test_a_name_is_found_in_capitals_too_as_on_the_profile(browser: Client) -> None:
    assert browser.get("/twp/members/BO/").status_code == 200
    assert browser.get("/twp/members/BO/write/").status_code == 200


@pytest.mark.parametrize("name", ["b" * 300, "b%00o", "b%0Ao", "%F0%9D%93%AB%F0%9D%93%B8"])
def test_what_can_be_no_name_is_nobody(browser: Client, name: str) -> None:
    assert browser.get(f"/twp/members/{name}/write/").status_code == 404


def test_visitors_are_asked_to_log_in(bo: Member) -> None:
    assert Client().get(TO_BO).url.startswith("/accounts/login/")


def test_a_member_of_the_other_community_finds_nothing(
    signed_in: Callable, cleo: Member, bo: Member
) -> None:
    assert signed_in(cleo).get(TO_BO).status_code == 404


def test_nobody_reads_the_page_of_anothers_message(
    browser: Client, write: Write, stranger: Member, bo: Member
) -> None:
    message = write(stranger, bo)

    assert browser.get(f"{TO_BO}{message.pk}/").status_code == 404


def block(ana: Member, bo: Member) -> None:
    blocking.block(bo, face(ana))


def suspend(ana: Member, bo: Member) -> None:
    Member.objects.filter(pk=bo.pk).update(suspended_at=timezone.now())


def rest(ana: Member, bo: Member) -> None:
    Profile.objects.filter(member=bo).update(paused_at=timezone.now())


def change_address(ana: Member, bo: Member) -> None:
    Member.objects.filter(pk=bo.pk).update(email="bo-anew@example.org")


def nothing(ana: Member, bo: Member) -> None:
    pass


OUTCOMES = {
    "delivered": ([], [], nothing),
    "refused": (["550 bo@example.org unknown"], [], nothing),
    "deferred": (["451 bo@example.org later"], [], nothing),
    "full": ([], ["452 bo@example.org is full"], nothing),
    "refused after the mail": ([], ["554 bo@example.org does not want this"], nothing),
    "time-out": ([], [0.6], nothing),
    "blocked": ([], [], block),
    "paused": ([], [], rest),
    "suspended": ([], [], suspend),
    "address changed": ([], [], change_address),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_writer_sees_one_page_and_no_address_whatever_happens(
    browser: Client, ana: Member, bo: Member, smtp_server: PostOffice, settings: object,
    caplog: pytest.LogCaptureFixture, outcome: str,
) -> None:  # fmt: skip
    settings.EMAIL_TIMEOUT = 0.3
    smtp_server.at_rcpt, smtp_server.at_data, change = OUTCOMES[outcome]
    where = send(browser).url
    before = browser.get(where)
    change(ana, bo)

    deliver_all()

    after = browser.get(where)
    seen = after.content + browser.get("/account/messages/?show=sent").content
    assert without_tokens(after) == without_tokens(before)
    assert b"bo@example.org" not in seen
    assert b"bo-anew@example.org" not in seen
    assert "bo@example.org" not in caplog.text
    assert all("ana@example.org" not in letter.envelope_to for letter in smtp_server.letters)


def without_tokens(response: object) -> str:
    """A page without the random part of its forms."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
