"""Something breaks in every view, and neither the log nor the error mail repeats what people typed."""

import io
import logging
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils.log import AdminEmailHandler

from connect.errors import where_it_broke
from members.models import Member, Profile
from tests.attack.crowd import Crowd
from tests.attack.test_hostile import reauthenticated, role_for
from tests.attack.test_roles import rows
from tests.server import DATA

pytestmark = pytest.mark.django_db

# Values that stand nowhere else. The coordinates are a pin's, with two decimals as they are sent.
MARKS = {
    "email": "marked-email@example.org", "password": "marked-password-77", "drug": "marked-drug",
    "about_me": "marked-about-me", "body": "marked-message enough", "latitude": "41.77",
    "longitude": "-73.13", "town": "marked-town", "username": "marked-name", "words": "marked-words",
}  # fmt: skip
# One form's worth of every field there is on the site.
SENT = {
    "email": MARKS["email"], "login": MARKS["email"], "reply_to": MARKS["email"],
    "password": MARKS["password"], "oldpassword": MARKS["password"], "password1": MARKS["password"],
    "password2": MARKS["password"], "drugs_0_name": MARKS["drug"], "drug": MARKS["drug"],
    "about_me": MARKS["about_me"], "body": MARKS["body"], "place_latitude": MARKS["latitude"],
    "place_longitude": MARKS["longitude"], "lat": MARKS["latitude"], "lng": MARKS["longitude"],
    "place_typed": MARKS["town"], "typed": MARKS["town"], "place": MARKS["town"],
    "username": MARKS["username"], "words": MARKS["words"], "q": MARKS["username"],
}  # fmt: skip


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the site's own handler writes, as it is set up."""
    handlers = {*logging.getLogger("django").handlers, *logging.getLogger().handlers}
    (ours,) = [one for one in handlers if type(one) is logging.StreamHandler and one.filters]
    written = io.StringIO()
    before = ours.setStream(written)
    yield written
    ours.setStream(before)


@pytest.fixture
def error_mail(settings: object) -> Iterator[list[mail.EmailMessage]]:
    """Django's own handler that mails errors to the admins, with and without HTML."""
    settings.ADMINS = [("Admin", "operator@example.org")]
    handler = AdminEmailHandler(include_html=True)
    handler.setLevel(logging.ERROR)
    logger = logging.getLogger("django")
    logger.addHandler(handler)
    yield mail.outbox
    logger.removeHandler(handler)


def everything(sent: list[mail.EmailMessage]) -> str:
    """But for names of the mail that are made of the time, this process and chance."""
    whole = []
    for message in sent:
        made = message.message()
        del made["Message-ID"]
        whole.append(made.as_string())
    return "\n".join(whole)


def marks_in(text: str) -> list[str]:
    return [name for name, mark in MARKS.items() if mark in text]


def crash(browser: Client, method: str, path: str) -> HttpResponse:
    """Ask with marks in the body, the query, a cookie and the headers."""
    query = {name: value for name, value in SENT.items() if not name.startswith("pass")}
    headers = {
        "HTTP_REFERER": f"http://testserver/twp/members/?place={MARKS['town']}",
        "HTTP_X_MARKED": MARKS["body"],
    }
    browser.cookies["marked"] = MARKS["about_me"]
    with transaction.atomic():
        response = (
            browser.post(path, SENT, query_params=query, **headers)
            if method == "POST"
            else browser.get(path, query, **headers)
        )
        transaction.set_rollback(True)
    return response


def test_no_view_that_breaks_tells_what_was_typed(
    crowd: Crowd,
    browsers: dict[str, Client],
    settings: object,
    log: io.StringIO,
    error_mail: list[mail.EmailMessage],
) -> None:
    for role in ("both", "admin"):
        reauthenticated(browsers[role])
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.attack.breaking.break_every_view"]
    browsers = {
        role: Client(raise_request_exception=False) for role in ("visitor", "both", "admin")
    }
    for role in ("both", "admin"):
        browsers[role].force_login(crowd.people[role])
    told, broke, by_database = [], 0, 0
    for row in rows():
        path = row.path.format(**crowd.ids).split("?")[0].replace("/bo/", f"/{MARKS['username']}/")
        for method in ("GET", "POST"):
            log.truncate(0)
            error_mail.clear()
            response = crash(browsers[role_for(path)], method, path)
            broke += response.status_code == 500
            text = log.getvalue() + everything(error_mail)
            by_database += "InvalidTextRepresentation" in log.getvalue()
            told += [(method, path, mark) for mark in marks_in(text)]
            if response.status_code == 500:
                told += [(method, path, mark) for mark in marks_in(response.content.decode())]

    assert told == []
    assert broke > 150
    assert by_database > 50


def test_a_log_line_names_the_page_and_not_who_was_looked_at(
    crowd: Crowd, browsers: dict[str, Client], log: io.StringIO
) -> None:
    browsers["both"].get("/twp/members/marked-name/", {"place": "marked-town"})
    browsers["visitor"].get(f"/application/{crowd.ids['unknown']}/")
    browsers["visitor"].get("/marked-name/")
    browsers["visitor"].post("/letters/marked-words/block/")

    assert [line.split(" ", 3)[3] for line in log.getvalue().splitlines()] == [
        "django.request Not Found: /<community:community>/members/<str:username>/",
        "django.request Not Found: /application/<uuid:key>/",
        "django.request Not Found: (no such page)",
        "django.request Not Found: /letters/<str:token>/block/",
    ]


def test_an_error_mail_holds_no_setting(
    browsers: dict[str, Client], settings: object, error_mail: list[mail.EmailMessage]
) -> None:
    """The addresses of the database and of the mail server hold their passwords."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.attack.breaking.break_every_view"]

    Client(raise_request_exception=False).get("/contact/")

    text = everything(error_mail)
    assert "Internal Server Error" in text
    for name in ("SECRET_KEY", "DATABASE", "MAIL_URL", "MIDDLEWARE", "HTTP_COOKIE"):
        assert name not in text


def test_the_place_where_it_broke_is_told_through_all_that_led_to_it() -> None:
    try:
        try:
            int(MARKS["words"])
        except ValueError as error:
            raise LookupError(MARKS["drug"]) from error
    except LookupError as error:
        text = where_it_broke(error)

    assert marks_in(text) == []
    assert "builtins.LookupError" in text and "builtins.ValueError" in text
    assert "test_logs.py" in text


@pytest.mark.django_db(transaction=True)
def test_postgresql_writes_nothing_of_a_row_it_refused(bo: Member, stranger: Member) -> None:
    """The embedded server keeps a log; a constraint broken and a statement broken are not in it."""
    log = DATA / "postgres.log"
    assert log.exists() or django_settings.DATABASE_URL
    with pytest.raises(IntegrityError), transaction.atomic():
        Profile.objects.filter(member=bo).update(
            about_me=MARKS["about_me"], username="stranger", username_key="stranger"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.filter(pk=bo.pk).update(email=MARKS["email"].upper())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select cast(%s as integer)", [MARKS["body"]])
    with pytest.raises(psycopg.Error):
        psycopg.connect(host=connection.settings_dict["HOST"], user=MARKS["username"], dbname="x")

    written = log.read_text() if log.exists() else ""
    assert [mark for mark in marks_in(written) if mark != "username"] == []
