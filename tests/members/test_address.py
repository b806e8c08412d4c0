"""Mail to a member came back: what they are told after signing in, and how it ends."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as site
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members import account, address, joining
from members.erasing import erase
from members.models import Member, Profile
from members.outbox import letters, troubles
from members.outbox.faults import Fault
from members.outbox.marks import mark_of
from members.outbox.models import Letter, Trouble
from members.sign_in import ASK_ABOUT_ADDRESS
from moderation.models import StaffMessage
from moderation.reports import measures
from tests.attack.crowd import told
from tests.conftest import PASSWORD
from tests.outbox.post_office import PostOffice, deliver_all, smtp_server
from tests.outbox.returning import give_back
from tests.outbox.test_troubles import let_pass

__all__ = ["smtp_server"]
pytestmark = pytest.mark.django_db

PAGE, OVERVIEW = "/account/address/", "/account/"
LETTERS = Path(__file__).parent / "letters"
CLOSED = (
    "/account/", "/account/messages/", "/twp/members/", "/twp/members/ana/", "/admin/",
    "/account/safety/",
)  # fmt: skip


@pytest.fixture(autouse=True)
def no_limits(db: None) -> None:
    cache.clear()


@pytest.fixture
def bo_at_home(bo: Member) -> Member:
    account.accept_policies(bo)
    EmailAddress.objects.create(user=bo, email=bo.email, verified=True, primary=True)
    return bo


@pytest.fixture
def refused(bo_at_home: Member) -> Member:
    """Bo, whose mail comes back."""
    troubles.note(mark_of(bo_at_home.email), Fault.HARD, timezone.now())
    return bo_at_home


@pytest.fixture
def paused(bo_at_home: Member) -> Member:
    """Bo, whose mailbox is full."""
    troubles.note(mark_of(bo_at_home.email), Fault.SOFT, timezone.now())
    return bo_at_home


def log_in(member: Member) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    return client


def words(response: object) -> str:
    assert response.status_code == 200
    return response.content.decode()


def link_in(office: PostOffice) -> str:
    """Of the newest letter."""
    return re.search(r"http\S+/arrived/", office.letters[-1].text)[0].removeprefix(site.SITE_URL)


# --- first after signing in -----------------------------------------------------------------------


def test_after_a_hard_bounce_it_stands_before_every_page(refused: Member) -> None:
    browser = log_in(refused)

    for path in CLOSED:
        for method in (browser.get, browser.post):
            assert method(path)["Location"] == PAGE, path
    html = words(browser.get(PAGE))
    assert "Mail to you came back" in html
    assert "bo@example.org" in html


@pytest.mark.parametrize("path", ["/", "/help-now/", "/privacy/", "/accounts/logout/"])
def test_what_anybody_may_read_stays_open(refused: Member, path: str) -> None:
    assert log_in(refused).get(path).status_code == 200


def test_the_way_to_another_address_stays_open(refused: Member) -> None:
    browser = log_in(refused)

    assert '/accounts/email/"' in words(browser.get(PAGE))
    assert browser.get("/accounts/email/").status_code == 200
    assert browser.get("/accounts/reauthenticate/").status_code == 200


def test_one_button_and_everything_is_open_until_the_next_time(refused: Member) -> None:
    browser = log_in(refused)

    assert browser.post(PAGE)["Location"] == OVERVIEW

    assert browser.get("/twp/members/").status_code == 200
    assert "Mail to you came back" in words(browser.get(OVERVIEW))
    assert log_in(refused).get(OVERVIEW)["Location"] == PAGE


def test_opening_the_page_is_no_answer(refused: Member) -> None:
    browser = log_in(refused)

    browser.get(PAGE)

    assert browser.get(OVERVIEW)["Location"] == PAGE


def test_a_pause_is_told_on_the_overview_and_stands_before_nothing(paused: Member) -> None:
    browser = log_in(paused)

    assert "Mail to you waits" in words(browser.get(OVERVIEW))
    assert "We try again" in words(browser.get(PAGE))


def test_who_pressed_spam_is_told_so(refused: Member) -> None:
    troubles.complained(mark_of(refused.email))

    assert "is not wanted at this address" in words(log_in(refused).get(PAGE))


def test_whose_mail_arrives_sees_nothing_of_it(bo_at_home: Member, ana: Member) -> None:
    troubles.note(mark_of(ana.email), Fault.HARD, timezone.now())
    browser = log_in(bo_at_home)

    assert "Mail to you" not in words(browser.get(OVERVIEW))
    assert browser.get(PAGE)["Location"] == OVERVIEW
    assert browser.post(PAGE)["Location"] == OVERVIEW
    assert browser.post(PAGE, {"test": "yes"})["Location"] == OVERVIEW
    assert not Letter.objects.exists()


def test_others_see_nothing_of_it(refused: Member, ana: Member, signed_in: Callable) -> None:
    browser = signed_in(ana)

    for path in ("/twp/members/", "/twp/members/bo/", "/twp/members/bo/write/", OVERVIEW):
        html = words(browser.get(path))
        assert "came back" not in html and "bo@" not in html


def test_policies_and_a_warning_come_first_and_nothing_shuts_the_other_out(
    refused: Member, reviewer: Member
) -> None:
    measures.warn(refused, reviewer, "Please stop asking people for money.")
    Member.objects.filter(pk=refused.pk).update(policies_version="0")
    browser = log_in(refused)
    went = []

    for _step in range(3):
        went.append(browser.get(OVERVIEW)["Location"])
        assert browser.get(went[-1]).status_code == 200
        browser.post(went[-1])

    assert went == ["/account/policies/", "/account/warning/", PAGE]
    assert browser.get(OVERVIEW).status_code == 200


def test_it_costs_no_query(refused: Member, django_assert_num_queries: Callable) -> None:
    browser = log_in(refused)

    with django_assert_num_queries(1):  # the session with its member
        browser.get(OVERVIEW)


# --- the test letter ------------------------------------------------------------------------------


def test_the_letter_that_is_asked_for_goes_out_and_its_button_ends_it(
    refused: Member, smtp_server: PostOffice
) -> None:
    letters.post("notice_password_changed", refused.pk)
    deliver_all()
    browser, mailbox = log_in(refused), Client()

    answer = browser.post(PAGE, {"test": "yes"}, follow=True)
    deliver_all()
    assert "A test letter is on its way" in words(answer)
    assert smtp_server.only().envelope_to == ["bo@example.org"]
    link = link_in(smtp_server)
    words(mailbox.get(link))
    assert troubles.is_refused(refused.email)
    assert "mail arrives" in words(mailbox.post(link))

    assert not troubles.is_refused(refused.email)
    assert browser.get(OVERVIEW)["Location"] == PAGE
    assert browser.get(PAGE)["Location"] == OVERVIEW
    assert "Mail to you" not in words(browser.get(OVERVIEW))
    deliver_all()
    assert [letter["Subject"] for letter in smtp_server.letters] == [
        "The test letter you asked for", "A change to your sign-in",
    ]  # fmt: skip


def test_the_whole_letter(refused: Member, smtp_server: PostOffice, settings: object) -> None:
    settings.SITE_URL = "https://connect.example"
    address.send_test(refused)
    deliver_all()
    letter = smtp_server.only()
    whole = (
        f"To: {letter['To']}\nFrom: {letter['From']}\nSubject: {letter['Subject']}\n\n"
        f"===== text\n\n{letter.text}\n===== html\n\n{letter.html}"
    )
    whole = re.sub(r"/letters/[^/]*:[^/]*/arrived/", "/letters/TOKEN/arrived/", whole)
    whole = re.sub(r"[ \t]*\n(?:[ \t]*\n)+", "\n\n", whole.replace("\r\n", "\n")).strip() + "\n"

    file = LETTERS / "address_test.txt"
    if os.environ.get("KEEP_LETTERS"):
        file.write_text(whole, encoding="utf-8")
    assert whole == file.read_text(encoding="utf-8")


def test_it_may_be_pressed_twice_and_goes_out_once(
    refused: Member, smtp_server: PostOffice
) -> None:
    browser = log_in(refused)

    for _press in range(3):
        browser.post(PAGE, {"test": "yes"})
    deliver_all()

    assert len(smtp_server.letters) == 1


def test_three_a_day_and_the_page_says_so(refused: Member, smtp_server: PostOffice) -> None:
    browser = log_in(refused)
    for _time in range(address.TESTS_A_DAY):
        browser.post(PAGE, {"test": "yes"})
        deliver_all()

    answer = browser.post(PAGE, {"test": "yes"}, follow=True)
    deliver_all()

    assert "Three test letters went out today" in words(answer)
    assert len(smtp_server.letters) == address.TESTS_A_DAY


def test_a_test_letter_that_comes_back_leaves_it_as_it_was(
    refused: Member, smtp_server: PostOffice
) -> None:
    log_in(refused).post(PAGE, {"test": "yes"})
    deliver_all()

    give_back("postfix_no_such_user", Letter.objects.get())

    assert troubles.is_refused(refused.email)


def test_pressed_again_it_says_the_same_and_to_everybody(refused: Member, ana: Member) -> None:
    """A letter may be passed on: its page tells nothing about whom it was for."""
    links = [address.link_of(member).removeprefix(site.SITE_URL) for member in (refused, ana)]

    shown = [told(Client().get(link)) for link in links]
    pressed = [told(Client().post(link)) for link in (*links, *links)]

    assert shown[0] == shown[1]
    assert pressed == pressed[:1] * 4
    assert not troubles.is_refused(refused.email)


def forged(member: Member) -> list[str]:
    """Links that are none of this member's."""
    mine = [str(member.pk), mark_of(member.email)]
    return [
        "x", signing.dumps(mine, salt="another"),
        signing.dumps([mine[0], mark_of("ana@example.org")], salt=address.SALT),
        signing.dumps(["00000000-0000-4000-8000-000000000000", mine[1]], salt=address.SALT),
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(4))
def test_a_forged_link_does_nothing(refused: Member, number: int) -> None:
    path = reverse("address_letters:arrived", args=[forged(refused)[number]])

    assert [Client().get(path).status_code, Client().post(path).status_code] == [404, 404]
    assert troubles.is_refused(refused.email)


def test_a_link_to_an_address_one_had_does_nothing(
    refused: Member, smtp_server: PostOffice
) -> None:
    address.send_test(refused)
    deliver_all()
    Member.objects.filter(pk=refused.pk).update(email="bo.new@example.org")
    troubles.note(mark_of("bo.new@example.org"), Fault.HARD, timezone.now())

    assert Client().post(link_in(smtp_server)).status_code == 404
    assert troubles.is_refused("bo.new@example.org")


# --- another address ------------------------------------------------------------------------------


def change_address(browser: Client, new: str) -> None:
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    browser.post("/accounts/email/", {"action_add": "", "email": new})


def test_an_address_no_letter_goes_to_is_no_new_address(bo_at_home: Member) -> None:
    """Its letter would fail, and nobody would ever learn why nothing comes."""
    new = "=?utf-8?q?a?=@example.org"
    browser = log_in(bo_at_home)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})

    page = browser.post("/accounts/email/", {"action_add": "", "email": new})

    assert "We cannot write to this address. Please give another one." in words(page)
    assert f'value="{new}"' in page.content.decode()
    assert not EmailAddress.objects.filter(email=new).exists()
    assert not Letter.objects.exists()


def test_whoever_changes_the_address_starts_clean(refused: Member, smtp_server: PostOffice) -> None:
    letters.post("notice_password_changed", refused.pk)
    deliver_all()
    browser = log_in(refused)

    change_address(browser, "bo.new@example.org")
    deliver_all()
    (asked,) = smtp_server.letters
    link = re.search(r"http\S+/confirm-email/\S+", asked.text)[0].removeprefix(site.SITE_URL)
    browser.post(link)
    deliver_all()

    assert asked.envelope_to == ["bo.new@example.org"]
    assert not Trouble.objects.exists()
    assert "Mail to you" not in words(browser.get(OVERVIEW, follow=True))
    later = {letter.envelope_to[0] for letter in smtp_server.letters[1:]}
    assert later == {"bo.new@example.org"}
    assert "A change to your sign-in" in [letter["Subject"] for letter in smtp_server.letters]


def test_an_address_confirmed_again_is_clean_although_it_came_back_before(
    refused: Member, smtp_server: PostOffice
) -> None:
    """It may have been somebody else's then; now its link was opened."""
    troubles.note(mark_of("bo.new@example.org"), Fault.HARD, timezone.now())
    browser = log_in(refused)

    change_address(browser, "bo.new@example.org")
    deliver_all()
    link = re.search(r"http\S+/confirm-email/\S+", smtp_server.only().text)[0]
    browser.post(link.removeprefix(site.SITE_URL))

    assert not troubles.is_refused("bo.new@example.org")


def test_what_comes_back_late_from_the_address_before_is_about_nobody(
    bo_at_home: Member, smtp_server: PostOffice
) -> None:
    row = letters.post("notice_password_changed", bo_at_home.pk)
    deliver_all()
    browser = log_in(bo_at_home)
    change_address(browser, "bo.new@example.org")
    deliver_all()
    asked = next(one for one in smtp_server.letters if one.envelope_to == ["bo.new@example.org"])
    link = re.search(r"http\S+/confirm-email/\S+", asked.text)[0].removeprefix(site.SITE_URL)
    browser.post(link)

    give_back("postfix_no_such_user", row)

    assert not Trouble.objects.exists()


# --- applicants, and those who are erased ---------------------------------------------------------


def test_an_applicant_who_confirms_the_address_is_written_to(
    make_member: Callable[..., Member], make_profile: Callable[..., Profile],
    smtp_server: PostOffice,
) -> None:  # fmt: skip
    """It came back once, perhaps from an application before this one; they may not sign in yet."""
    eva = make_profile(make_member("eva", let_in=False), approved=False, confirmed=False)
    troubles.note(mark_of("eva@example.org"), Fault.HARD, timezone.now())
    letters.post("application_received", eva.pk)
    deliver_all()
    received = len(smtp_server.letters)

    joining.confirm(eva)

    assert received == 1
    assert not troubles.is_refused("eva@example.org")


def test_whoever_is_erased_leaves_nothing_of_it(refused: Member, smtp_server: PostOffice) -> None:
    EmailAddress.objects.create(user=refused, email="bo.new@example.org")
    troubles.note(mark_of("bo.new@example.org"), Fault.SOFT, timezone.now())
    letters.post("password_link", refused.pk)
    deliver_all()

    erase(refused)

    assert not Trouble.objects.exists()
    assert not Letter.objects.exclude(sent_to="").exists()


def test_a_session_that_was_asked_is_let_on_when_it_ended_meanwhile(refused: Member) -> None:
    browser = log_in(refused)
    troubles.confirm(refused.email)

    browser.get(OVERVIEW, follow=True)

    assert ASK_ABOUT_ADDRESS not in browser.session
    assert browser.get(OVERVIEW).status_code == 200


def test_a_pause_that_is_over_is_told_no_more(paused: Member) -> None:
    let_pass(timedelta(days=2))

    assert "Mail to you" not in words(log_in(paused).get(OVERVIEW))


def test_an_address_out_of_the_settings_is_written_to_all_the_same(
    bo: Member, smtp_server: PostOffice
) -> None:
    """Nobody signs in with it, so nobody could show that mail arrives there again."""
    staff = site.STAFF_MAIL[0]
    troubles.note(mark_of(staff), Fault.HARD, timezone.now())
    question = StaffMessage.objects.create(
        about=StaffMessage.About.QUESTION, body="How do I change my area?", member=bo
    )
    letters.post("staff_message", f"{question.pk}.0")

    deliver_all()

    assert smtp_server.only().envelope_to == [staff]
