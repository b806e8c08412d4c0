"""Nonsense to every form and every address: never a page that says we broke."""

import itertools
import os
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from connect.wsgi import application
from members.forms.guards import stamp
from members.models import Profile
from tests.attack.crowd import Crowd
from tests.attack.nonsense import HEADERS, PATHS, VALUES, Nonsense, multipart, urlencoded
from tests.attack.test_roles import rows
from tests.conftest import PASSWORD
from tests.forms import _Reader
from tests.members.applying import filled_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_slow_question", "no_limits")]

SEED = int(os.environ.get("ATTACK_SEED", "20261122"))
BODIES = int(os.environ.get("ATTACK_BODIES", "350"))  # generated bodies over all forms
QUERIES = int(os.environ.get("ATTACK_QUERIES", "350"))  # generated query strings over all pages


@pytest.fixture
def no_limits(settings: object, db: None) -> None:
    """The limits would answer for the forms behind them."""
    settings.ACCOUNT_RATE_LIMITS = False
    cache.clear()


def ask(browser: Client, method: str, path: str, **more: object) -> HttpResponse:
    cookies = browser.cookies.copy()
    with transaction.atomic():
        response = browser.generic(method, path, **more)
        transaction.set_rollback(True)
    browser.cookies.clear()
    browser.cookies.update(cookies)
    return response


def reauthenticated(browser: Client) -> None:
    """Some of the sign-in's pages ask for the password again first."""
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})


def forms_of(browser: Client, path: str) -> Iterator[dict[str, list[str]]]:
    reader = _Reader()
    reader.feed(ask(browser, "GET", path).content.decode())
    yield from reader.forms or [{}]


def role_for(path: str) -> str:
    if path.startswith("/admin/"):
        return "admin"
    outside = ("/accounts/login", "/accounts/password/reset", "/application", "/accounts/signup")
    return "visitor" if path.startswith(outside) or path.endswith("/join/") else "both"


@pytest.fixture
def targets(crowd: Crowd, browsers: dict[str, Client]) -> list[tuple[Client, str]]:
    """(browser, path) of every row of the table, each for somebody who gets furthest with it."""
    for role in ("both", "admin"):
        reauthenticated(browsers[role])
    return [
        (browsers[role_for(row.path)], row.path.format(**crowd.ids).split("?")[0]) for row in rows()
    ]


def test_no_body_breaks_a_form(targets: list[tuple[Client, str]]) -> None:
    nonsense = Nonsense(SEED)
    forms = [
        (browser, path, form)
        for browser, path in targets
        if not path.startswith("/mail/")
        for form in forms_of(browser, path)
    ]
    # The larger a form, the more there is to break in it.
    weights = [len(form) ** 0.5 for _browser, _path, form in forms]
    broken = []
    for browser, path, form in nonsense.dice.choices(forms, weights, k=BODIES):
        if "shown_at" in form:
            form = form | {"shown_at": [stamp(timezone.now() - timedelta(minutes=1))]}
        body = nonsense.body(form)
        response = ask(browser, "POST", path, data=body.content, content_type=body.content_type)
        if response.status_code >= 500:
            broken.append((path, body.content_type, body.content[:2000]))

    assert broken == []


def test_no_query_breaks_a_page(targets: list[tuple[Client, str]]) -> None:
    nonsense = Nonsense(SEED + 1)
    searched = [one for one in targets if "/members/" in one[1] or "/places/" in one[1]]
    broken = []
    for number in range(QUERIES):
        browser, path = nonsense.dice.choice(targets if number % 2 else searched)
        query = nonsense.query()
        response = ask(browser, "GET", f"{path}?{query}")
        if response.status_code >= 500:
            broken.append((path, query[:500]))

    assert broken == []


def test_no_address_breaks_the_site(browsers: dict[str, Client]) -> None:
    broken = []
    for path in PATHS:
        for role in ("visitor", "both", "admin"):
            for method in ("GET", "POST"):
                response = ask(browsers[role], method, path)
                if response.status_code >= 500:
                    broken.append((method, path[:100], role))

    assert broken == []


def test_no_header_breaks_a_page(browsers: dict[str, Client]) -> None:
    broken = []
    for headers in HEADERS:
        for path in ("/", "/twp/join/", "/twp/members/", "/account/"):
            for method in ("GET", "POST"):
                response = ask(browsers["both"], method, path, **headers)
                if response.status_code >= 500:
                    broken.append((method, path, {k: v[:60] for k, v in headers.items()}))

    assert broken == []


FIELDS = ["email", "username", "place_typed", "about_me", "drugs_0_name", "place_latitude", "stage"]


def test_the_form_of_joining_says_what_is_wrong_whatever_is_in_one_field(
    client: Client, known_towns: None
) -> None:
    client.raise_request_exception = False
    broken = []
    some = Nonsense(SEED + 2).dice.sample(VALUES, k=len(FIELDS) * 10)
    for name, value in zip(itertools.cycle(FIELDS), some, strict=False):
        pairs = [
            (key, one)
            for key, values in filled_in(**{name: value}).items()
            for one in (values if isinstance(values, list) else [values])
        ]
        response = ask(
            client, "POST", "/twp/join/", data=urlencoded(pairs),
            content_type="application/x-www-form-urlencoded",
        )  # fmt: skip
        if response.status_code not in (200, 302):
            broken.append((name, value[:50], response.status_code))

    assert broken == []


@pytest.mark.parametrize("charset", ["hex", "rot13", "unicode_escape", "utf-7", "utf-16", "undefined", "idna", "x"])  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_charset_breaks_the_site(charset: str, method: str) -> None:
    """Through what gunicorn calls: Django reads the charset before any of its own pages is there."""
    token = "a" * 32
    sent = {"body": "\\ud800 +2AA- words enough for a message", "csrfmiddlewaretoken": token}
    body = multipart(list(sent.items()))
    answered = []
    environ = Client()._base_environ(
        REQUEST_METHOD=method, PATH_INFO="/contact/", QUERY_STRING="about=%5Cud800%2B2AA-",
        CONTENT_TYPE=f"multipart/form-data; boundary=one-part-and-another; Charset={charset}",
        CONTENT_LENGTH=str(len(body)), HTTP_COOKIE=f"form={token}",
    )  # fmt: skip
    environ["wsgi.input"] = BytesIO(body)

    b"".join(application(environ, lambda status, headers: answered.append(status)))

    assert answered == ["200 OK"]


def test_a_form_without_its_token_is_not_sent(crowd: Crowd) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(crowd.people["both"])

    for path in ("/twp/join/", "/contact/", "/account/twp/leave/", "/twp/members/bo/block/"):
        assert browser.post(path, {"body": "x"}).status_code == 403
    assert Profile.objects.get(member=crowd.people["both"], community="twp").left_at is None


TYPED = "Kept-as-typed-<7>"
SHOWN = "Kept-as-typed-&lt;7&gt;"


@pytest.mark.parametrize(
    ("role", "path", "names"),
    [
        ("visitor", "/twp/join/", ["username", "email", "place_typed", "about_me", "drugs_0_name"]),
        ("visitor", "/ici/join/", ["username", "email", "place_typed", "about_me"]),
        ("both", "/ici/join/", []),
        ("visitor", "/contact/", ["body", "reply_to"]),
        ("both", "/contact/", ["body", "reply_to"]),
        ("both", "/twp/members/bo/write/", ["body"]),
        ("both", "/twp/members/bo/report/", ["words"]),
        ("both", "/account/twp/edit/", ["username", "place_typed", "about_me", "drugs_0_name"]),
        ("both", "/account/twp/rest/", ["until"]),
        ("visitor", "/accounts/login/", ["login"]),
        ("visitor", "/accounts/password/reset/", ["email"]),
        ("visitor", "/application/{application}/change/", ["username", "place_typed", "about_me"]),
        ("visitor", "/application/{unconfirmed}/correct/", ["email"]),
    ],
)
def test_what_was_typed_is_still_there_when_something_is_wrong(
    role: str, path: str, names: list[str], crowd: Crowd, browsers: dict[str, Client]
) -> None:
    for name in names:
        response = browsers[role].post(path.format(**crowd.ids), {name: TYPED + "\0"})
        again = browsers[role].post(path.format(**crowd.ids), {name: TYPED})

        assert (response.status_code, again.status_code) == (200, 200), name
        assert SHOWN in again.content.decode(), name


@pytest.mark.parametrize(("name", "value"), [
    ("place", TYPED), ("within", TYPED), ("drug", TYPED),
])  # fmt: skip
def test_what_was_searched_for_is_still_there_when_it_is_nonsense(
    name: str, value: str, browsers: dict[str, Client]
) -> None:
    response = browsers["both"].get("/twp/members/", {name: value})

    assert response.status_code == 200
    assert SHOWN in response.content.decode()


def test_a_page_number_beyond_all_pages_is_answered(browsers: dict[str, Client]) -> None:
    for number in ("1000000000", "9" * 5000, "-1", "0", "abc", "1.5", "NaN"):
        assert browsers["both"].get("/twp/members/", {"page": number}).status_code == 200
        assert browsers["both"].get("/account/messages/", {"page": number}).status_code == 200
