"""The letter about somebody new: as a whole, what it must not say, and how it is stopped.

The whole letter stands in letters/. After a wanted change run this once with KEEP_LETTERS=yes in the
environment, and read what changed.
"""

import logging
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from connect.environment import mail_settings
from members.models import Member, Profile
from members.outbox.composing import compose
from members.outbox.models import Letter
from search.emails import stop_token
from search.models import SavedSearch
from tests.outbox.post_office import Arrived, PostOffice, deliver_all, smtp_server
from tests.search.saved import keep, the_next_look

__all__ = ["smtp_server"]
pytestmark = pytest.mark.django_db
LETTERS = Path(__file__).parent / "letters"
SITE = "https://connect.example"
STOP = re.compile(r"/letters/[^/]+/searches/")

HEADERS = {
    "Content-Type", "MIME-Version", "Subject", "From", "To", "Message-ID", "Date",
    "Auto-Submitted", "X-Auto-Response-Suppress", "List-Unsubscribe", "List-Unsubscribe-Post",
}  # fmt: skip


@pytest.fixture
def letter(
    ana: Member, make_member: Callable, make_profile: Callable, answer: Callable[..., Any],
    take: Callable[..., Any], smtp_server: PostOffice, settings: object, known_towns: None,
) -> Arrived:  # fmt: skip
    """What Ana gets when Eve, who takes sertraline, fits."""
    settings.SITE_URL = SITE
    keep(ana, "place=northampton&within=50&stage=reducing&drug=sertraline&drug_when=now")
    eve = make_profile(make_member("eve"), about_me="I keep bees.")
    answer(eve, "stage", "reducing")
    take(eve, "sertraline", "taking")
    the_next_look()
    deliver_all()
    return smtp_server.only()


def tidy(letter: Arrived) -> str:
    """A letter without what differs from one to the next, both parts as they read."""
    headers = "\n".join(f"{name}: {value}" for name, value in letter.message.items())
    whole = (
        f"MAIL FROM: {letter.envelope_from}\nRCPT TO: {', '.join(letter.envelope_to)}\n\n"
        f"{headers}\n\n===== text\n\n{letter.text}\n===== html\n\n{letter.html}"
    )
    whole = re.sub(r'boundary="[^"]*"', 'boundary="BOUNDARY"', whole)
    whole = re.sub(r"^Date: .*$", "Date: DATE", whole, flags=re.MULTILINE)
    whole = STOP.sub("/letters/TOKEN/searches/", whole)
    whole = whole.replace(letter.envelope_from, "bounce+TOKEN.SEAL@connect.example")
    return whole.replace(Letter.objects.get().token, "TOKEN").replace("\r\n", "\n")


# --- the letter ---------------------------------------------------------------------------------


def test_the_whole_letter(letter: Arrived) -> None:
    kept = LETTERS / "new_people.txt"
    if os.environ.get("KEEP_LETTERS"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(tidy(letter), newline="\n")

    assert tidy(letter) == kept.read_text()


def test_it_keeps_to_the_form_of_mail(letter: Arrived) -> None:
    assert set(letter.message.keys()) == HEADERS
    assert len(letter.message.keys()) == len(HEADERS)
    assert max(map(len, letter.raw.split(b"\r\n"))) <= 998
    assert letter.raw.isascii()


def test_it_says_nothing_about_the_person_nor_about_the_search(
    letter: Arrived, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever reads over somebody's shoulder learns that a letter came, no more."""
    said = " ".join((*letter.message.values(), letter.text, letter.html)).lower()
    telling = [
        "eve", "northampton", "massachusetts", "sertraline", "reducing", "50 mi", "miles", "twp",
        "ici connect", "bees", "drug", "withdrawal", "psychiatr", "ana-in-ici", "hello ana",
    ]  # fmt: skip
    assert [word for word in telling if re.search(rf"\b{word}", said)] == []


def test_the_logs_name_nobody(
    ana: Member, make_member: Callable, make_profile: Callable, smtp_server: PostOffice,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.INFO)
    keep(ana, "stage=reducing&room=any")
    keep(ana)
    make_profile(make_member("eve"))
    the_next_look()
    deliver_all()
    Client().post(STOP.search(smtp_server.only().text)[0])

    assert "letter" in caplog.text
    for telling in ("ana@", "eve", "reducing", "room=", "Northampton"):
        assert telling not in caplog.text


def test_it_links_to_a_page_behind_the_login(letter: Arrived) -> None:
    links = re.findall(rf"{SITE}\S*", letter.text)

    assert links[0] == f"{SITE}/account/searches/"
    response = Client().get("/account/searches/")
    assert response["Location"] == "/accounts/login/?next=/account/searches/"


def test_the_header_holds_the_same_link_as_the_words(letter: Arrived) -> None:
    (in_header,) = re.findall(r"<(https://[^>]+)>", letter["List-Unsubscribe"])

    assert in_header in letter.text
    assert in_header in letter.html
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.search(rb"^List-Unsubscribe: *\r?\n? *<https://\S+>\r\n", letter.raw, re.MULTILINE)


def test_a_letter_that_comes_once_has_no_such_header(
    ana: Member, smtp_server: PostOffice, settings: object
) -> None:
    row = Letter.objects.create(kind="password_link", about=str(ana.pk))

    message = compose(row).message()

    assert "List-Unsubscribe" not in message


def test_a_provider_carries_the_header(
    letter: Arrived, settings: object, ana: Member, make_member: Callable, make_profile: Callable
) -> None:
    make_profile(make_member("finn"))
    keep(ana)
    make_profile(make_member("gil"))
    the_next_look()
    for name, value in mail_settings("postmark:?server_token=t").items():
        setattr(settings, name, value)
    message = compose(Letter.objects.unsent().get())
    backend = message.get_connection()

    payload = backend.build_message_payload(message, {})

    headers = {header["Name"]: header["Value"] for header in payload.data["Headers"]}
    assert STOP.search(headers["List-Unsubscribe"])
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


# --- stopping -----------------------------------------------------------------------------------


@pytest.fixture
def link(letter: Arrived) -> str:
    return STOP.search(letter.text)[0]


def letters_on() -> int:
    return SavedSearch.objects.exclude(alerts_since=None).count()


def test_opening_the_link_changes_nothing(link: str) -> None:
    html = Client().get(link).content.decode()

    assert "Stop the letters about saved searches?" in html
    assert letters_on() == 1


def test_one_click_of_the_mail_program_stops_at_once(link: str) -> None:
    """RFC 8058: no cookie, no token of a form, no redirect, no question."""
    client = Client(enforce_csrf_checks=True)

    response = client.post(link, {"List-Unsubscribe": "One-Click"})

    assert response.status_code == 200
    assert letters_on() == 0
    assert "session" not in client.cookies


def test_the_body_may_be_written_in_either_way(link: str) -> None:
    written = "List-Unsubscribe=One-Click"

    response = Client().post(link, written, content_type="application/x-www-form-urlencoded")

    assert (response.status_code, letters_on()) == (200, 0)


def test_stopping_twice_is_stopping_once(link: str) -> None:
    Client().post(link)

    assert Client().post(link).status_code == 200


def test_it_stops_all_searches_of_the_reader_and_nobody_else_s(
    link: str, ana: Member, bo: Member
) -> None:
    keep(ana, "within=any")
    keep(ana, community="ici")
    of_bo = keep(bo)

    html = Client().post(link).content.decode()

    assert list(SavedSearch.objects.exclude(alerts_since=None)) == [of_bo]
    assert SavedSearch.objects.count() == 4
    assert "No more letters come about any of the saved searches." in html


def test_it_works_when_the_search_of_that_letter_is_gone(link: str, ana: Member) -> None:
    SavedSearch.objects.all().delete()
    keep(ana, "within=any")

    assert Client().post(link).status_code == 200
    assert letters_on() == 0


def test_what_waits_in_the_outbox_is_dropped(
    link: str, ana: Member, make_member: Callable, make_profile: Callable, smtp_server: PostOffice
) -> None:
    keep(ana)
    make_profile(make_member("finn"))
    the_next_look()

    Client().post(link)
    deliver_all()

    assert len(smtp_server.letters) == 1  # the one before
    assert Letter.objects.get(dropped_at__isnull=False).last_code == "nobody_fits"


def test_the_page_says_nothing_about_the_reader(link: str, ana: Member) -> None:
    html = Client().get(link).content.decode() + Client().post(link).content.decode()

    for telling in ("ana", "TWP", "sertraline", "Northampton"):
        assert not re.search(rf"\b{telling}\b", html.split("<main")[1].split("</main>")[0])


@pytest.mark.parametrize("token", ["nonsense", "a:b:c", "x" * 3000])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_link_is_told_to_be_dead(bo: Member, token: str, method: str) -> None:
    keep(bo)

    response = getattr(Client(), method)(f"/letters/{token}/searches/")

    assert response.status_code == 404
    assert "This link does not work any more" in response.content.decode()
    assert letters_on() == 1


def test_a_signature_for_something_else_does_not_count(ana: Member) -> None:
    keep(ana)
    other = signing.dumps(str(ana.pk), salt="relay.block")

    assert Client().post(f"/letters/{other}/searches/").status_code == 404
    assert letters_on() == 1


def test_the_link_of_somebody_erased_is_dead(ana: Member) -> None:
    token = stop_token(ana)
    ana.delete()

    assert Client().post(f"/letters/{token}/searches/").status_code == 404


def test_the_link_works_for_whoever_left_a_community(ana: Member) -> None:
    keep(ana)
    Profile.objects.filter(member=ana).delete()

    assert Client().post(f"/letters/{stop_token(ana)}/searches/").status_code == 200
