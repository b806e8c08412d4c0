"""The inbox of the development site: every mail sent, readable, its links working."""

from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client

from connect import inbox

pytestmark = pytest.mark.django_db
URL = "http://127.0.0.1:8000/application/some-key/"


@pytest.fixture(autouse=True)
def folder(settings: object, tmp_path: Path) -> Path:
    """pytest-django puts Django's own test backend in place of ours."""
    settings.EMAIL_BACKEND = "connect.inbox.EmailBackend"
    settings.INBOX = tmp_path / "inbox"
    return settings.INBOX


def send(subject: str = "News about your application", text: str = f"Look here: {URL}") -> None:
    message = EmailMultiAlternatives(
        subject, text, "bounce+abc@connect.example", ["ana@example.org"],
        headers={"From": "Connect <post@connect.example>"}, reply_to=["bo@example.org"],
    )  # fmt: skip
    message.attach_alternative(
        f'<html><head></head><a href="{URL}">Look here</a></html>', "text/html"
    )
    assert get_connection().send_messages([message]) == 1


def key() -> str:
    (only,) = inbox._all_keys()
    return only


def page(path: str = "") -> str:
    response = Client().get(f"/mail/{path}")
    assert response.status_code == 200
    return response.content.decode()


def test_an_empty_inbox_says_what_to_do() -> None:
    assert "No mail yet" in page()


def test_the_newest_mail_comes_first() -> None:
    send("The first")
    send("The second")

    html = page()

    assert html.index("The second") < html.index("The first")


def test_a_mail_shows_its_text_with_working_links_and_its_envelope() -> None:
    send()

    html = page(f"{key()}/")

    assert f'<a href="{URL}" rel="nofollow">' in html
    assert "bounce+abc@connect.example" in html
    assert "bo@example.org" in html


def test_the_html_twin_may_load_nothing_and_be_framed_by_this_site_only() -> None:
    send()

    response = Client().get(f"/mail/{key()}/html/")

    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script-src" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert b'<base target="_top">' in response.content


def test_the_page_around_the_twin_is_sandboxed() -> None:
    send()

    response = Client().get(f"/mail/{key()}/?as=html")

    assert b'sandbox="allow-top-navigation-by-user-activation"' in response.content
    assert "frame-src 'self'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"


def test_script_in_a_mail_is_shown_as_text() -> None:
    send("<script>alert(1)</script>", "<script>alert(2)</script>")

    html = page() + page(f"{key()}/")

    assert "<script>alert" not in html


def test_only_the_owner_may_read_the_files(folder: Path) -> None:
    send()

    (path,) = folder.iterdir()
    assert (folder.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o600)


def test_delete_all_deletes_all(folder: Path) -> None:
    send()

    response = Client().post("/mail/clear/")

    assert response.url == "/mail/"
    assert list(folder.iterdir()) == []


def test_a_look_does_not_delete(folder: Path) -> None:
    send()

    response = Client().get("/mail/clear/")

    assert (response.status_code, len(list(folder.iterdir()))) == (405, 1)


@pytest.mark.parametrize(
    "path", ["nothing/", "..%2f..%2fsecret_key/", "1234567890123456789-00000000/", "nothing/html/"]
)
def test_what_is_not_there_is_not_found(path: str) -> None:
    assert Client().get(f"/mail/{path}").status_code == 404


@pytest.mark.parametrize("number", ["1000000000", "-1", "abc", ""])
def test_a_nonsense_page_number_shows_mail_all_the_same(number: str) -> None:
    send()

    assert "News about your application" in page(f"?page={number}")
