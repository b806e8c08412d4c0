"""Telling the staff of a sender by the link in their letter, without signing in."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import signing
from django.db import transaction
from django.test import Client
from django.utils import timezone

from members.models import Block, Member
from members.outbox.models import Letter
from members.relay import links
from members.relay.models import Message
from moderation.models import Concern, Report
from moderation.reports import reporting
from tests.attack.crowd import told

pytestmark = pytest.mark.django_db
WORDS = "Buy my honey, it heals everything."


@pytest.fixture
def message(ana: Member, bo: Member, write: Callable[..., Message]) -> Message:
    """Bo's to Ana, delivered."""
    return write(bo, ana, WORDS)


@pytest.fixture
def link(message: Message) -> str:
    return f"/letters/{links.token(message)}/report/"


def filled_in(**answers: str) -> dict[str, str]:
    return {"concern": "money", "words": "", "form_key": str(uuid4())} | answers


def test_opening_the_link_reports_nothing(link: str) -> None:
    html = Client().get(link).content.decode()

    assert "Report bo" in html
    assert not Report.objects.exists()


def test_the_form_tells_the_staff_as_whoever_got_the_message(
    link: str, message: Message, ana: Member, bo: Member
) -> None:
    browser = Client()

    answer = browser.post(link, filled_in(words="He sells.", show_message="on", block="on"))

    row = Report.objects.get()
    assert (row.reporter, row.profile, row.concern) == (ana, bo.profiles.get(), Concern.MONEY)
    assert (row.message, row.seen_message) == (message, WORDS)
    assert Block.objects.get().blocker == ana
    assert "Thank you, we have it" in browser.get(answer["Location"]).content.decode()


def test_somebody_else_who_is_signed_in_tells_for_the_recipient(
    link: str, ana: Member, stranger: Member, signed_in: Callable[[Member], Client]
) -> None:
    signed_in(stranger).post(link, filled_in())

    assert Report.objects.get().reporter == ana


def test_who_is_worried_reads_first_what_helps(link: str) -> None:
    page = Client().post(link, filled_in(concern="worried"))

    assert "Is a life in danger?" in page.content.decode()
    assert not Report.objects.exists()


def test_the_pages_show_no_address_and_no_name_of_the_recipient(link: str) -> None:
    browser = Client()
    html = browser.get(link).content.decode()
    html += browser.get(browser.post(link, filled_in())["Location"]).content.decode()

    assert "ana@example.org" not in html
    assert "bo@example.org" not in html
    assert ">ana<" not in html


def test_the_button_is_guarded_against_other_sites(link: str) -> None:
    assert Client(enforce_csrf_checks=True).post(link, filled_in()).status_code == 403


def test_what_is_typed_wrong_is_said_and_kept(link: str) -> None:
    page = Client().post(link, filled_in(concern="other")).content.decode()

    assert "Please say in a few words what it is." in page
    assert not Report.objects.exists()


def test_an_old_message_is_not_offered_to_be_shown(link: str, message: Message) -> None:
    """Whether its recipient keeps it is nobody's business who holds the link."""
    old = timezone.now() - timedelta(days=31)
    Letter.objects.filter(pk=message.letter_id).update(sent_at=old)

    Client().post(link, filled_in(show_message="on"))

    assert Report.objects.get().message is None


@pytest.mark.parametrize("page", ["report", "reported"])
@pytest.mark.parametrize("how", ["forged", "foreign", "erased"])
def test_a_dead_link_is_said_to_be_dead(message: Message, bo: Member, how: str, page: str) -> None:
    token = {
        "forged": "nonsense",
        "foreign": signing.dumps(str(message.pk), salt="something.else"),
        "erased": links.token(message),
    }[how]
    if how == "erased":
        bo.delete()

    response = Client().get(f"/letters/{token}/{page}/")

    assert response.status_code == 404
    assert "This link does not work any more" in response.content.decode()


# --- in the hands of the sender, where an answer quoted the letter -------------------------------------


def test_whoever_has_the_link_uses_up_nothing_of_the_recipient_s_day(
    link: str, ana: Member, bo: Member
) -> None:
    for _number in range(reporting.REPORTS_A_DAY):
        Client().post(link, filled_in())
    assert Report.objects.count() == reporting.REPORTS_BY_A_LETTER

    row = reporting.report(ana, bo.profiles.get(), concern="money", form_key=uuid4())

    assert row.by_letter is None


def test_the_link_does_not_tell_how_much_was_reported(
    link: str, message: Message, ana: Member, bo: Member
) -> None:
    answers = {}
    for reported_before in (False, True):
        with transaction.atomic():
            if reported_before:
                for _number in range(reporting.REPORTS_A_DAY):
                    reporting.report(ana, bo.profiles.get(), concern="money", form_key=uuid4())
                Client().post(link, filled_in())
            pages = [Client().post(link, filled_in()) for _number in range(4)]
            answers[reported_before] = [told(page) for page in pages]
            transaction.set_rollback(True)

    assert answers[True] == answers[False]
    assert {status for status, _headers, _body in answers[True]} == {302}
