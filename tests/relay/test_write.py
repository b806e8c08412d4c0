"""The page on which one writes to somebody, and what its writer gets to see."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from members import blocking
from members.forms.words import mark_of
from members.models import Member, Profile
from members.outbox.models import Letter
from members.relay import openings
from members.relay.models import Message, State
from members.relay.openings import Opening
from tests.outbox.post_office import PostOffice, deliver_all
from tests.relay.conftest import BODY, face

pytestmark = pytest.mark.django_db
Write = Callable[..., Message]
TO_BO = "/twp/members/bo/write/"
OPENINGS = {one.name: one for one in openings.OPENINGS}


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
    assert "You have written to bo" in html
    assert "A second message, written too soon." in html
    assert Message.objects.count() == 1


def test_a_refusal_does_not_say_that_the_message_goes_out(
    browser: Client, ana: Member, bo: Member, answer: Callable
) -> None:
    for member in (ana, bo):
        answer(face(member), "interest", "one_to_one_writing")
    before = browser.get(TO_BO).content.decode()
    send(browser)

    after = browser.get(TO_BO).content.decode()

    assert "Your message goes to bo" in before
    assert "What you have in common" in before
    assert "Your message goes to bo" not in after
    assert "What you have in common" not in after
    assert 'href="/account/messages/?show=sent"' in after


def test_who_may_not_write_now_is_told_before_typing(browser: Client) -> None:
    send(browser)

    html = browser.get(TO_BO).content.decode()

    free = timezone.now() + timedelta(days=14)
    assert "You have written to bo" in html
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


# --- a beginning --------------------------------------------------------------------------------------


def field(response: object) -> str:
    """What stands in the field for the message."""
    return unescape(
        re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", response.content.decode(), re.DOTALL)[1]
    )


def test_three_openings_are_offered(browser: Client) -> None:
    html = browser.get(TO_BO).content.decode()

    assert html.count('name="opening"') == 3


def test_a_button_puts_an_opening_into_the_field_and_sends_nothing(browser: Client) -> None:
    response = browser.post(TO_BO, {"opening": "short", "body": ""})

    assert field(response).startswith("Hello, I read your profile and would like to write")
    assert Message.objects.count() == 0


def test_what_was_typed_stays_behind_the_opening(browser: Client) -> None:
    response = browser.post(TO_BO, {"opening": "short", "body": "I keep bees, <too>.\r\n\r\nAna"})

    begun = field(response)
    assert begun.startswith("Hello, I read your profile")
    assert begun.endswith("\n\nI keep bees, <too>.\n\nAna")


def test_another_opening_takes_the_place_of_the_first(browser: Client) -> None:
    first = field(browser.post(TO_BO, {"opening": "short", "body": "I keep bees."}))

    second = field(browser.post(TO_BO, {"opening": "tired", "body": first}))

    assert second == f"{OPENINGS['tired'].words}\n\nI keep bees."


@pytest.mark.parametrize("name", ["", "nonsense", "\0", "x" * 5000])
def test_an_opening_that_is_none_leaves_the_words_as_they_are(browser: Client, name: str) -> None:
    response = browser.post(TO_BO, {"opening": name, "body": "I keep bees."})

    assert (response.status_code, field(response)) == (200, "I keep bees.")


def test_an_opening_keeps_the_form_s_name_so_that_it_sends_once(browser: Client) -> None:
    key = str(uuid.uuid4())

    response = browser.post(TO_BO, {"opening": "short", "body": "", "form_key": key})

    assert f'value="{key}"' in response.content.decode()


def test_openings_are_chosen_by_what_both_have_in_common(
    browser: Client, ana: Member, bo: Member, answer: Callable
) -> None:
    for member in (ana, bo):
        answer(face(member), "interest", "hope_stories", shown="matching")

    html = browser.get(TO_BO).content.decode()

    assert re.findall(r'name="opening" value="(\w+)"', html) == ["hope", "short", "experience"]


def test_openings_of_the_other_community_are_others(
    signed_in: Callable, ana: Member, cleo: Member
) -> None:
    html = signed_in(ana).get("/ici/members/cleo/write/").content.decode()

    assert re.findall(r'name="opening" value="(\w+)"', html) == ["short", "views", "tired"]


@pytest.mark.parametrize("opening", OPENINGS.values(), ids=lambda one: one.name)
def test_an_opening_names_no_drug_and_no_community_and_can_be_sent(
    browser: Client, opening: Opening
) -> None:
    telling = r"drug|withdraw|psychiatr|taper|coming off|reduc|\bTWP\b|\bICI\b"

    response = send(browser, str(opening.words))

    assert not re.search(telling, str(opening.words), re.IGNORECASE)
    assert response.status_code == 302


# --- a second look ------------------------------------------------------------------------------------

ASKED = "You can ring me at +1 413 555 0142, I would be glad."


def mark_in(html: str) -> str:
    return re.search(r'name="second_look" value="([^"]+)"', html)[1]


def test_what_the_rules_find_is_asked_about_before_it_goes(browser: Client) -> None:
    html = send(browser, ASKED).content.decode()

    assert "There is what looks like a phone number in it." in html
    assert "I look after my own limits." in html
    assert "Send it all the same" in html
    assert ASKED in html
    assert Message.objects.count() == 0


def test_pressed_a_second_time_it_goes(browser: Client) -> None:
    mark = mark_in(send(browser, ASKED).content.decode())

    response = send(browser, ASKED, second_look=mark)

    assert response.status_code == 302
    assert (Message.objects.get().body, Message.objects.get().held_at) == (ASKED, None)


def test_line_ends_of_a_browser_make_no_other_text_of_it(browser: Client) -> None:
    body = f"Hello Bo,\r\n\r\n{ASKED}\r\n"
    mark = mark_in(send(browser, body).content.decode())

    assert send(browser, body, second_look=mark).status_code == 302


def test_changed_words_are_looked_at_again(browser: Client) -> None:
    mark = mark_in(send(browser, ASKED).content.decode())

    asked_again = send(browser, f"{ASKED} Or lend me some money, please.", second_look=mark)
    mended = send(browser, "I would be glad to hear from you.", second_look=mark)

    assert "Send it all the same" in asked_again.content.decode()
    assert mended.status_code == 302


def test_a_mark_lets_nothing_through_that_a_reviewer_has_to_read(browser: Client) -> None:
    body = "I can send you some of my leftover Xanax."

    send(browser, body, second_look=mark_of(body))

    assert Message.objects.get().state == State.HELD


def test_nobody_is_asked_about_what_cannot_go_at_all(browser: Client) -> None:
    send(browser)

    html = send(browser, ASKED).content.decode()

    assert "You have written to bo" in html
    assert "Send it all the same" not in html


def test_ones_own_address_is_nothing_to_ask_about(browser: Client) -> None:
    assert send(browser, "Just answer to ana@example.org, please.").status_code == 302
