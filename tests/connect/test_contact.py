"""The form that reaches the staff."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from connect.forms import ContactForm
from members.forms.guards import stamp
from members.models import Member
from members.outbox.composing import compose
from members.outbox.letters import NotWanted
from members.outbox.models import Letter
from moderation.emails import staff_message
from moderation.models import Report, StaffMessage
from moderation.staff_messages import erase_answered

pytestmark = pytest.mark.django_db

BODY = "I have a question about the form of TWP Connect."


@pytest.fixture(autouse=True)
def no_earlier_messages() -> None:
    cache.clear()


@pytest.fixture
def filled_in() -> Callable[..., dict[str, str]]:
    def fill(*, shown: datetime | None = None, **answers: str) -> dict[str, str]:
        shown = shown or timezone.now() - timedelta(seconds=30)
        return {
            "about": "question", "body": BODY, "reply_to": "vera@example.org", "website": "",
            "shown_at": stamp(shown),
        } | answers  # fmt: skip

    return fill


Filled = Callable[..., dict[str, str]]


def errors(response: object) -> dict[str, list[str]]:
    return dict(response.context["form"].errors)


# --- it arrives ----------------------------------------------------------------------------------


def test_what_a_visitor_wrote_is_kept_with_a_letter_to_the_staff(
    client: Client, filled_in: Filled
) -> None:
    response = client.post("/contact/", filled_in())

    assert response["Location"] == "/contact/sent/"
    message = StaffMessage.objects.get()
    assert (message.about, message.body, message.reply_to, message.member) == (
        "question", BODY, "vera@example.org", None,
    )  # fmt: skip
    assert list(Letter.objects.values_list("kind", "about")) == [
        ("staff_message", f"{message.pk}.0")
    ]


def test_a_breach_of_the_pledge_comes_to_the_queue_of_reports(
    client: Client, filled_in: Filled
) -> None:
    body = "Somebody called Bo in TWP asks everybody for money."

    for _press in range(2):
        client.post("/contact/", filled_in(about="breach", body=body))

    report = Report.objects.get()
    assert (report.words, report.reply_to, report.reporter) == (body, "vera@example.org", None)
    assert not StaffMessage.objects.exists()
    assert Letter.objects.get().kind == "report_waits"


def test_a_breach_told_by_a_member_keeps_who_told(
    ana: Member, signed_in: Callable, filled_in: Filled
) -> None:
    for reply_to in ("", "ana@example.org", "elsewhere@example.org"):
        body = f"Somebody asks everybody for money. {reply_to}"
        signed_in(ana).post("/contact/", filled_in(about="breach", body=body, reply_to=reply_to))

    kept = Report.objects.order_by("pk").values_list("reporter", "reply_to")
    assert list(kept) == [(ana.pk, ""), (ana.pk, ""), (ana.pk, "elsewhere@example.org")]


def test_everybody_on_the_staffs_list_gets_a_letter(
    client: Client, filled_in: Filled, settings: object
) -> None:
    settings.STAFF_MAIL = ["one@connect.example", "two@connect.example"]

    client.post("/contact/", filled_in())

    letters = [staff_message(letter.about) for letter in Letter.objects.order_by("id")]
    assert [letter.to for letter in letters] == settings.STAFF_MAIL
    assert {letter.reply_to for letter in letters} == {"vera@example.org"}


def test_a_member_may_leave_the_address_out(
    ana: Member, signed_in: Callable, filled_in: Filled
) -> None:
    signed_in(ana).post("/contact/", filled_in(reply_to=""))

    message = StaffMessage.objects.get()
    assert (message.member, message.reply_to) == (ana, ana.email)


def test_a_letter_about_an_erased_message_is_not_sent(client: Client, filled_in: Filled) -> None:
    client.post("/contact/", filled_in())
    about = Letter.objects.get().about
    StaffMessage.objects.all().delete()

    with pytest.raises(NotWanted):
        staff_message(about)


def test_lines_end_as_they_do_in_the_browser(client: Client, filled_in: Filled) -> None:
    text = "x" * 2499 + "\r\n" + "y" * 2500

    client.post("/contact/", filled_in(body=text))

    assert StaffMessage.objects.get().body == "x" * 2499 + "\n" + "y" * 2500


def test_the_subject_may_be_chosen_by_the_page_one_comes_from(client: Client) -> None:
    response = client.get("/contact/", {"about": "breach"})

    assert '<input type="radio" name="about" value="breach"' in response.content.decode()
    assert response.context["form"]["about"].initial == "breach"


@pytest.mark.parametrize("nonsense", ["", "x", "\x00", "<script>alert(1)</script>", "é" * 5000])
def test_a_subject_that_does_not_exist_is_not_shown(client: Client, nonsense: str) -> None:
    response = client.get("/contact/", {"about": nonsense})

    assert response.status_code == 200
    assert "checked" not in response.content.decode()
    assert "<script>alert" not in response.content.decode()


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("about", "", "Please choose one."),
        ("about", "nonsense", "Please choose one of the answers shown."),
        ("body", "", "Please write a few words."),
        ("body", " " * 300, "Please write a few words."),
        ("body", "Hello", "Please write a little more, 20 characters at least."),
        ("body", "x" * 5001, "Please shorten it to 5,000 characters. It has 5001 now."),
        ("reply_to", "", "Please give an email address for our answer."),
        (
            "reply_to",
            "vera",
            "This does not look like an email address. An example: name@example.org",
        ),
        (
            "reply_to",
            "a" * 250 + "@example.org",
            "This address is too long. Please look at it again.",
        ),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    client: Client, filled_in: Filled, field: str, value: str, sentence: str
) -> None:
    response = client.post("/contact/", filled_in(**{field: value}))

    assert response.status_code == 200
    assert sentence in errors(response)[field]
    assert not StaffMessage.objects.exists()
    assert not Letter.objects.exists()


def test_what_was_typed_is_still_there(client: Client, filled_in: Filled) -> None:
    response = client.post("/contact/", filled_in(about="breach", reply_to="not an address"))

    html = response.content.decode()
    assert BODY in html
    assert "not an address" in html
    assert response.context["form"]["about"].value() == "breach"


def test_what_was_typed_is_shown_as_text(client: Client, filled_in: Filled) -> None:
    response = client.post(
        "/contact/", filled_in(body="<script>alert(1)</script>", reply_to='"><script>')
    )

    assert "<script>alert" not in response.content.decode()
    assert '"><script>' not in response.content.decode()


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800"])
def test_a_character_that_breaks_mail_is_refused_in_the_message(
    filled_in: Filled, character: str
) -> None:
    form = ContactForm(filled_in(body=f"{BODY}{character}and more"))

    assert list(form.errors) == ["body"]


@pytest.mark.parametrize(
    "address",
    [
        "vera@example.org\r\nBcc: all@example.org",
        "vera@example.org\nBcc: all@example.org",
        '"ve\x01ra"@example.org',
        "vera\x00@example.org",
        "vera\ud800@example.org",
        "vera@example.org, all@example.org",
        "Vera <vera@example.org>",
        "vera@exa\u2028mple.org",
    ],
)
def test_an_address_that_could_forge_a_header_is_refused(filled_in: Filled, address: str) -> None:
    form = ContactForm(filled_in(reply_to=address))

    assert list(form.errors) == ["reply_to"]


def test_an_empty_answer_is_told_everything_that_is_missing(client: Client) -> None:
    response = client.post("/contact/", {})

    assert response.status_code == 200
    assert set(errors(response)) == {"about", "body", "reply_to"}


# --- machines ------------------------------------------------------------------------------------


def test_what_a_machine_fills_in_is_refused_and_emptied(client: Client, filled_in: Filled) -> None:
    response = client.post("/contact/", filled_in(website="https://spam.example"))

    assert "__all__" in errors(response)
    assert "spam.example" not in response.content.decode()
    assert not StaffMessage.objects.exists()


@pytest.mark.parametrize("forged", ["", "x", "1:2:3", "\x00", "a" * 10_000])
def test_a_forged_time_stamp_is_refused(client: Client, filled_in: Filled, forged: str) -> None:
    response = client.post("/contact/", filled_in() | {"shown_at": forged})

    assert response.status_code == 200
    assert not StaffMessage.objects.exists()


@pytest.mark.parametrize("age", [timedelta(seconds=1), timedelta(days=4), timedelta(days=-4)])
def test_sending_too_soon_or_too_late_asks_to_send_again(
    client: Client, filled_in: Filled, age: timedelta
) -> None:
    response = client.post("/contact/", filled_in(shown=timezone.now() - age))

    assert list(errors(response)) == ["__all__"]
    assert BODY in response.content.decode()


def test_the_form_shown_again_carries_a_new_time_stamp(client: Client, filled_in: Filled) -> None:
    old = filled_in(shown=timezone.now() - timedelta(days=4))

    response = client.post("/contact/", old)

    assert 'name="shown_at"' in response.content.decode()
    assert old["shown_at"] not in response.content.decode()


def test_a_network_that_sends_too_much_is_asked_to_wait(
    client: Client, filled_in: Filled, settings: object
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"contact": "2/h/ip"}

    for number in range(2):
        client.post("/contact/", filled_in(body=f"{BODY} {number}"))
    response = client.post("/contact/", filled_in())

    assert list(errors(response)) == ["__all__"]
    assert BODY in response.content.decode()
    assert StaffMessage.objects.count() == 2


def test_the_form_is_not_sent_by_another_site(filled_in: Filled) -> None:
    careful = Client(enforce_csrf_checks=True)

    response = careful.post("/contact/", filled_in())

    assert response.status_code == 403


# --- the letter ----------------------------------------------------------------------------------


def test_the_letter_to_the_staff_has_the_words_and_the_way_to_answer(
    client: Client, filled_in: Filled
) -> None:
    client.post("/contact/", filled_in(about="other", body="Somebody asks for money & isn't kind."))
    message = StaffMessage.objects.get()

    mail = compose(Letter.objects.get())

    assert mail.subject == f"Message {message.pk} to the staff"
    assert mail.to == settings.STAFF_MAIL[:1]
    assert mail.reply_to == ["vera@example.org"]
    assert mail.body.split("\n-- ")[0] == (
        "Hello,\n\n"
        "Somebody wrote to the staff through the contact form.\n\n"
        "About: something else\n"
        "From: a visitor\n\n"
        "Somebody asks for money & isn't kind.\n\n"
        "Your answer goes to the address they gave. Nobody has checked that it is theirs.\n"
    )
    assert "asks for money &amp; isn&#x27;t kind" in mail.alternatives[0].content


# --- keeping it ----------------------------------------------------------------------------------


def test_an_answered_message_is_erased_after_ninety_days(client: Client, filled_in: Filled) -> None:
    client.post("/contact/", filled_in(body="Answered long ago, nobody needs it."))
    client.post("/contact/", filled_in(body="Answered just now, may be needed."))
    client.post("/contact/", filled_in(body="Still waiting for an answer from the staff."))
    old, new, _waiting = StaffMessage.objects.order_by("pk")
    StaffMessage.objects.filter(pk=old.pk).update(answered_at=timezone.now() - timedelta(days=91))
    StaffMessage.objects.filter(pk=new.pk).update(answered_at=timezone.now())

    erase_answered()

    assert list(StaffMessage.objects.order_by("pk").values_list("body", flat=True)) == [
        "Answered just now, may be needed.",
        "Still waiting for an answer from the staff.",
    ]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("staff_message_has_words", {"body": ""}),
        ("staff_message_is_about_something_known", {"about": "gossip"}),
    ],
)
def test_the_database_refuses_a_message_that_cannot_be(name: str, wrong: dict[str, str]) -> None:
    with pytest.raises(IntegrityError, match=name):
        StaffMessage.objects.create(**{"about": "question", "body": BODY} | wrong)
