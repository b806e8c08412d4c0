"""Markup in every field, shown on every page, in admin and in mail; and what headers promise."""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from urllib.parse import quote, urlsplit

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from members.models import Choice, Drug, DrugExperience, Member, Profile
from members.outbox.models import Letter
from members.places.models import Cell
from moderation.models import Measure, Report, StaffMessage
from tests.attack.crowd import Crowd
from tests.attack.markup import faults, loads
from tests.attack.test_hostile import ask, reauthenticated
from tests.attack.test_roles import rows
from tests.forms import fields_of
from tests.members.applying import filled_in
from tests.outbox.post_office import PostOffice, deliver_all

pytestmark = pytest.mark.django_db

PAYLOADS = [
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "<!--<script>alert(1)//-->",
    "<img src=x onerror=alert(1)>", '"><img src=x onerror=alert(1)>', "'><img src=x onerror=alert(1)>",
    '" onfocus=alert(1) autofocus="', "' onmouseover=alert(1) x='", "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>", "<svg><animate onbegin=alert(1)>", "<math><mi xlink:href=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>", "<body onload=alert(1)>", "<base href=//evil.example/>",
    "<a href=javascript:alert(1)>x</a>", "<a href='java\tscript:alert(1)'>x</a>", "javascript:alert(1)",
    "<style>*{background:url(//evil.example)}</style>", "<link rel=stylesheet href=//evil.example/x.css>",
    "</textarea><script>alert(1)</script>", "</title><script>alert(1)</script>", "</style><script>alert(1)</script>",
    "--><script>alert(1)</script>", "]]><script>alert(1)</script>", "{{ 7|add:7 }}{% debug %}", "<xss>",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;alert(1)&#60;/script&#62;", "\\u003cscript\\u003e",
    "<scr\u200bipt>", "<meta http-equiv=refresh content='0;url=//evil.example'>", "<form action=//evil.example>",
    "<object data=//evil.example>", "<marquee onstart=alert(1)>", "<details open ontoggle=alert(1)>",
    "https://evil.example/\"onclick=alert(1)//", "www.evil.example/<script>", "mailto:x@y.z?bcc=<script>",
]  # fmt: skip
ALL = "\n".join(PAYLOADS)
SHORT = "<img src=x onerror=a()>"  # fits where 30 characters do
# In development only: letters as they would arrive, with invented people. A page of ours frames them.
SPECIMENS = "/mail/letters/"


@pytest.fixture(autouse=True)
def nothing_counted(db: None) -> None:
    cache.clear()


@pytest.fixture
def planted(crowd: Crowd, browsers: dict[str, Client]) -> Crowd:
    """Markup wherever the database holds text of people, of the staff or of the gazetteer. Names
    would not get through the form; here they did."""
    Profile.objects.update(about_me=ALL[:3000])
    for number, profile in enumerate(Profile.objects.order_by("pk")):
        name = f"{SHORT}{number}"
        Profile.objects.filter(pk=profile.pk).update(username=name, username_key=name)
    Cell.objects.update(place=SHORT)
    Choice.objects.filter(slug="friendship").update(label=SHORT)
    drug = Drug.objects.exclude(generic="").first()
    Drug.objects.filter(pk=drug.pk).update(generic=SHORT, brands=SHORT, also_called=SHORT)
    for profile in Profile.objects.of("twp"):
        DrugExperience.objects.create(profile=profile, drug=drug)
        interest = Choice.objects.get(
            question="interest", slug="friendship", community__in=["", "twp"]
        )
        profile.answers.create(question="interest", choice=interest)
    crowd.message.body = ALL[:5000]
    crowd.message.save()
    StaffMessage.objects.update(body=ALL[:5000], reply_to=f'"{SHORT}"@example.org')
    crowd.decision.words = ALL[:5000]
    crowd.decision.save()
    Report.objects.update(
        words=ALL[:5000], seen_name=SHORT, seen_about_me=ALL, seen_message=ALL,
        reply_to=f'"{SHORT}"@example.org',
    )  # fmt: skip
    Measure.objects.update(words=ALL, appeal=ALL[:3000], appealed_at=timezone.now())
    for role in ("both", "admin"):
        reauthenticated(browsers[role])
    return crowd


def test_no_page_runs_or_styles_anything_of_what_people_wrote(
    planted: Crowd, browsers: dict[str, Client]
) -> None:
    bo = quote(
        planted.message.recipient.__class__.objects.get(member=planted.people["twp"]).username
    )
    found, shown = [], 0
    for row in rows():
        if row.path.startswith(SPECIMENS):
            continue
        path = row.path.format(**planted.ids).replace("/bo/", f"/{bo}/")
        for role in ("visitor", "both", "twp", "admin"):
            response = ask(browsers[role], "GET", path)
            html = response.content.decode()
            if not response["Content-Type"].startswith("text/html"):
                assert "nosniff" in response["X-Content-Type-Options"]
                continue
            shown += "&lt;img src=x onerror" in html
            found += [(path, role, fault) for fault in faults(html)]

    assert found == []
    assert shown > 15  # it was there, and could have run


def test_no_form_given_back_runs_anything(planted: Crowd, browsers: dict[str, Client]) -> None:
    found = []
    some = itertools.cycle(PAYLOADS)
    for role, path in (
        ("visitor", "/twp/join/"), ("visitor", "/contact/"), ("both", "/account/twp/edit/"),
        ("visitor", "/accounts/login/"), ("visitor", "/accounts/password/reset/"),
        ("admin", f"/admin/moderation/application/{planted.ids['waiting_pk']}/change/"),
        ("admin", f"/admin/moderation/report/{planted.ids['report']}/change/"),
        ("visitor", f"/appeal/{planted.ids['appeal']}/"),
        ("visitor", f"/application/{planted.ids['asked']}/answer/"),
        ("both", "/twp/members/dana/report/"), ("admin", "/admin/members/choice/add/"),
    ):  # fmt: skip
        for payload in itertools.islice(some, len(PAYLOADS) // 3):
            names = (
                "email", "username", "place_typed", "place_width", "about_me", "drugs_0_name",
                "drugs_0_now", "drugs_0_choice", "second_look", "stage", "interest", "body",
                "reply_to", "about", "login", "password", "next", "words", "label", "position",
                "question", "website", "shown_at", "form_key", "place_latitude", "place_town",
            )  # fmt: skip
            sent = dict.fromkeys(names, payload) | {"do": "decline", "reason": "duplicate"}
            if "moderation" in path or "answer" in path:
                sent["words"] = "x" * 5001 + payload
            response = ask(browsers[role], "POST", path, **form(sent))
            found += [(path, payload, one) for one in faults(response.content.decode())]

    assert found == []


def form(sent: dict[str, str]) -> dict[str, object]:
    body = "&".join(f"{quote(name)}={quote(value)}" for name, value in sent.items())
    return {"data": body, "content_type": "application/x-www-form-urlencoded"}


def test_no_address_puts_markup_into_a_page(planted: Crowd, browsers: dict[str, Client]) -> None:
    found = []
    some = itertools.cycle(PAYLOADS)  # each in a third of the places, each place with a third
    for role, path, name in (
        ("both", "/twp/members/", "place"), ("both", "/twp/members/", "drug"),
        ("both", "/twp/members/", "within"), ("both", "/twp/members/", "area"),
        ("both", "/twp/members/", "interest"), ("both", "/twp/members/", "page"),
        ("visitor", "/accounts/login/", "next"), ("visitor", "/contact/", "about"),
        ("both", "/account/messages/", "show"), ("admin", "/admin/members/member/", "q"),
        ("admin", "/admin/moderation/application/", "q"), ("visitor", "/nothing/", "x"),
        ("both", "/accounts/reauthenticate/", "next"),
    ):  # fmt: skip
        for payload in itertools.islice(some, len(PAYLOADS) // 3):
            html = ask(browsers[role], "GET", f"{path}?{name}={quote(payload)}").content.decode()
            found += [(path, name, payload, one) for one in faults(html)]
    for payload in PAYLOADS:
        html = ask(browsers["both"], "GET", f"/twp/members/{quote(payload, safe='')}/").content
        found += [("path", payload, one) for one in faults(html.decode())]

    assert found == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_name_holds_markup(payload: str, known_towns: None) -> None:
    Client().post("/ici/join/", filled_in("ici", username=payload[:30]))

    assert not Profile.objects.exists() or not set("<>\"'&/:{}\\") & set(
        Profile.objects.get().username
    )


def test_no_letter_runs_or_loads_anything(
    planted: Crowd, browsers: dict[str, Client], smtp_server: PostOffice, settings: object
) -> None:
    settings.STAFF_MAIL = ["staff@connect.example"]
    Client().post("/accounts/password/reset/", {"email": "bo@example.org"})
    Client().post("/twp/join/", filled_in(about_me=ALL[:3000]))
    Client().post("/twp/join/", filled_in(email="bo@example.org"))
    Client().post(
        "/contact/", filled_in(email=None, about="other", reply_to="eva@example.org", body=ALL)
    )
    desk = f"/admin/moderation/application/{planted.ids['waiting_pk']}/change/"
    browsers["admin"].post(desk, {"do": "ask", "words": ALL[:2000]})
    deliver_all()
    browsers["admin"].post(desk, {"do": "decline", "reason": "duplicate", "words": ALL})
    browsers["admin"].post(desk, {"do": "send_now"})
    desk = f"/admin/moderation/report/{planted.ids['report']}/change/"
    browsers["admin"].post(desk, {"do": "warn", "concern": "money", "words": ALL})

    deliver_all()

    kinds = set(Letter.objects.filter(sent_at__isnull=False).values_list("kind", flat=True))
    assert kinds >= {
        "message", "password_link", "application_known", "staff_message", "question", "declined",
        "warned",
    }  # fmt: skip
    for letter in smtp_server.letters:
        assert faults(letter.html) == []
        assert loads(letter.html) == []


# --- where one is sent ------------------------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "https:evil.example", "http:///evil.example", "https://testserver@evil.example/", "https://evil.example#testserver",
    "javascript:alert(1)", "data:text/html,x", "/%09/evil.example", "/\t/evil.example", "\t//evil.example",
    "https://testserver.evil.example/", "//testserver@evil.example", "https://evil.example\\@testserver", "x:y",
    "https://evil%E3%80%82example", "ftp://testserver/", "/\r\nLocation: https://evil.example/", "http://[",
    "https://127.0.0.1.evil.example/", "//evil.example%00testserver",
]  # fmt: skip


def stays(location: str) -> bool:
    """Whether a browser that follows this stays with us."""
    as_read = "".join(c for c in location if c not in "\t\r\n").replace("\\", "/").strip()
    parts = urlsplit(as_read)
    return parts.scheme in {"", "http", "https"} and parts.netloc in {"", "testserver"} and (
        bool(parts.netloc) or not as_read.startswith("//")
    )  # fmt: skip


@pytest.mark.parametrize("next_page", ELSEWHERE)
def test_nobody_is_sent_elsewhere(next_page: str, bo: Member) -> None:
    browser = Client()
    theme = browser.post("/theme/", {"theme": "dark", "next": next_page})
    login = browser.post(
        "/accounts/login/",
        {"login": bo.email, "password": "a-long-enough-secret", "next": next_page},
    )
    others = [
        browser.post("/accounts/reauthenticate/", {"password": "a-long-enough-secret", "next": next_page}),
        browser.get("/accounts/login/", {"next": next_page}),
        browser.get("/admin/login/", {"next": next_page}),
        browser.post("/accounts/logout/", {"next": next_page}),
    ]  # fmt: skip

    assert (theme.status_code, login.status_code) == (302, 302)
    found = [one["Location"] for one in (theme, login, *others) if one.has_header("Location")]
    assert [location for location in found if not stays(location)] == []


# --- mail -----------------------------------------------------------------------------------------------

HEADERS_OF_A_LETTER = {
    "Content-Type", "MIME-Version", "Subject", "From", "To", "Reply-To", "Message-ID", "Date",
    "Auto-Submitted", "X-Auto-Response-Suppress",
}  # fmt: skip
INJECTED = ["\r\nBcc: all@evil.example", "\nBcc: all@evil.example", "\u2028Bcc: all@evil.example",
            "%0aBcc: all@evil.example", "\r\n\r\nanother mail", "\r\n.\r\nMAIL FROM:<x@evil.example>"]  # fmt: skip


@pytest.mark.parametrize("injected", INJECTED)
def test_nothing_typed_becomes_a_header_of_a_mail(
    injected: str,
    ana: Member,
    bo: Member,
    known_towns: None,
    signed_in: Callable[[Member], Client],
    smtp_server: PostOffice,
) -> None:
    browser = signed_in(ana)
    sent = fields_of(browser.get("/twp/members/bo/write/").content.decode(), "body")
    browser.post("/twp/members/bo/write/", sent | {"body": ["Hello, how are you?" + injected * 2]})
    words = {"about": "other", "body": "A question about the site." + injected}
    for reply_to in ("eva@example.org", "eva@example.org" + injected):
        Client().post("/contact/", filled_in(email=None, reply_to=reply_to, **words))
    for email in (
        "eva@example.org",
        "eva@example.org" + injected,
        "eva" + injected + "@example.org",
    ):
        Client().post("/twp/join/", filled_in(email=email, username="eva" + injected[:20]))
        Client().post("/accounts/password/reset/", {"email": bo.email + injected})

    deliver_all()

    assert smtp_server.letters
    for letter in smtp_server.letters:
        assert len(letter.envelope_to) == 1
        assert set(letter.message.keys()) <= HEADERS_OF_A_LETTER
        assert len(letter.message.keys()) == len(set(letter.message.keys()))
        assert "evil.example" not in "".join(str(value) for value in letter.message.values())


def test_links_in_mail_lead_to_the_site_whatever_host_was_asked(
    bo: Member, known_towns: None, settings: object, smtp_server: PostOffice
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    evil = {"HTTP_HOST": "evil.example", "HTTP_X_FORWARDED_HOST": "evil.example"}

    Client().post("/accounts/password/reset/", {"email": bo.email}, **evil)
    Client().post("/twp/join/", filled_in(), **evil)
    Client().post("/twp/join/", filled_in(email=bo.email), **evil)
    deliver_all()

    assert len(smtp_server.letters) == 3
    for letter in smtp_server.letters:
        assert b"evil.example" not in letter.raw
        assert django_settings.SITE_URL in letter.text


def test_an_unknown_host_is_refused(client: Client) -> None:
    assert client.get("/", HTTP_HOST="evil.example").status_code == 400


# --- headers ------------------------------------------------------------------------------------------------


def test_every_answer_carries_the_policy_that_stops_foreign_code(
    crowd: Crowd, browsers: dict[str, Client], settings: object
) -> None:
    answers = {
        f"{role} {row.path}": ask(browsers[role], "GET", row.path.format(**crowd.ids))
        for row in rows()
        if not row.path.startswith(SPECIMENS)
        for role in (("visitor", "admin") if row.path.startswith("/admin/") else ("both",))
    }
    answers["refused host"] = Client().get("/", HTTP_HOST="evil.example")
    answers["no token"] = Client(enforce_csrf_checks=True).post("/contact/", {})
    answers["not taken"] = Client().put("/")
    answers["too much"] = Client().get("/?" + "a=1&" * 2000)
    for path in ("/static/css/base.css", "/static/img/favicon.svg"):
        answers[path] = Client().get(path)
        answers[path].getvalue()
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.attack.breaking.break_every_view"]
    answers["broken"] = Client(raise_request_exception=False).get("/contact/")
    assert {answers[one].status_code for one in ("refused host", "no token", "broken")} == {
        400,
        403,
        500,
    }

    for name, response in answers.items():
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy, name
        assert "frame-ancestors 'none'" in policy, name
        assert "unsafe" not in policy, name
        assert "http:" not in policy and "https:" not in policy and "*" not in policy, name
        assert response["X-Content-Type-Options"] == "nosniff", name
        assert response["Referrer-Policy"] == "same-origin" or "/leave/" in name, name
        if not name.startswith("/static/") and name != "refused host":
            assert response["X-Frame-Options"] == "DENY", name


# --- a deployment -----------------------------------------------------------------------------------------------

PRODUCTION = {
    "CONNECT_PRODUCTION": "yes", "CONNECT_SECRET_KEY": "k9" * 32 + "abcdefghijklmnop",
    "CONNECT_SITE_URL": "https://connect.example.net", "CONNECT_HOSTS": "connect.example.net",
    "CONNECT_MAIL_URL": "smtp://mail.example.net:25", "CONNECT_MAIL_DOMAIN": "example.net",
    "CONNECT_MAIL_FROM": "Connect <post@example.net>", "CONNECT_STAFF_MAIL": "staff@example.net",
    "DATABASE_URL": "postgresql://connect@127.0.0.1:1/connect",
}  # fmt: skip


def run_in_production(*command: str) -> subprocess.CompletedProcess[str]:
    # The tests' own settings, and what the browser tests may have set, are no deployment's.
    ours = ("CONNECT_", "DJANGO_")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    return subprocess.run(  # noqa: S603
        [sys.executable, *command], cwd=django_settings.BASE_DIR, env=environment | PRODUCTION,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_deployment_has_nothing_to_be_warned_of() -> None:
    checked = run_in_production("manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert (checked.returncode, checked.stderr) == (0, "")
    assert "no issues" in checked.stdout


def test_the_cookies_of_a_deployment_are_sent_to_nobody_else() -> None:
    names = [
        "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "SESSION_COOKIE_NAME",
        "SESSION_COOKIE_DOMAIN", "SESSION_COOKIE_PATH", "CSRF_COOKIE_SECURE", "CSRF_COOKIE_HTTPONLY",
        "CSRF_COOKIE_SAMESITE", "SECURE_SSL_REDIRECT", "DEBUG", "SHOW_INBOX", "ALLAUTH_TRUSTED_PROXY_COUNT",
    ]  # fmt: skip
    asked = f"""
import json, django
from django.conf import settings
django.setup()
print(json.dumps({{name: getattr(settings, name) for name in {names!r}}}))
"""

    assert json.loads(run_in_production("-c", "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'connect.settings'" + asked).stdout) == {
        "SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_HTTPONLY": True, "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_NAME": "__Host-session", "SESSION_COOKIE_DOMAIN": None, "SESSION_COOKIE_PATH": "/",
        "CSRF_COOKIE_SECURE": True, "CSRF_COOKIE_HTTPONLY": True, "CSRF_COOKIE_SAMESITE": "Lax",
        "SECURE_SSL_REDIRECT": True, "DEBUG": False, "SHOW_INBOX": False, "ALLAUTH_TRUSTED_PROXY_COUNT": 1,
    }  # fmt: skip
