"""The walls of the house: what must hold for every room, also for those built later."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

OWN_APPS = ("members", "places", "outbox", "relay", "search", "moderation", "connect")
TESTS = Path(__file__).parent

# Everything a visitor may open. A new page is closed unless it is entered here on purpose.
PUBLIC = {
    "healthz",
    # public pages
    "pages:home", "pages:twp", "pages:ici", "pages:about", "pages:pledge", "pages:terms",
    "pages:privacy", "pages:disclaimer", "pages:content_use", "pages:help_now", "pages:contact",
    "pages:contact_sent", "pages:get_involved", "pages:quick_exit", "pages:theme",
    # joining
    "joining:join", "joining:sent", "joining:application", "joining:confirm", "joining:change",
    "joining:correct", "joining:withdraw", "applicant:answer",
    # choosing a place while joining, and the map's own tiles
    "places:suggest", "places:area", "basemap:tile",
    # from a letter, without signing in
    "letters:answers", "letters:not_now", "letters:need_time", "letters:no_more", "letters:block",
    "letters:room_stop", "moderation:report_from_letter", "moderation:reported_from_letter",
    "saved_letters:stop", "reminders:stop", "moderation:appeal", "address_letters:arrived",
    # signing in
    "account_login", "account_logout", "account_signup", "account_inactive",
    "account_reset_password", "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done", "account_confirm_email",
    "account_email_verification_sent", "account_confirm_login_code", "mfa_authenticate", "mfa_login_webauthn",
    # development only
    "inbox:list", "inbox:letter", "inbox:html", "inbox:clear", "inbox:kinds", "inbox:specimen",
    "inbox:specimen_html", "style_guide",
}  # fmt: skip


def patterns(
    resolver: URLResolver | None = None, prefix: str = "", namespace: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    """(name with namespace, route, pattern) of every address of the site."""
    for item in (resolver or get_resolver()).url_patterns:
        route = prefix + str(item.pattern)
        if isinstance(item, URLResolver):
            inner = f"{namespace}{item.namespace}:" if item.namespace else namespace
            yield from patterns(item, route, inner)
        else:
            yield f"{namespace}{item.name}", route, item


def is_public(pattern: URLPattern) -> bool:
    return not getattr(pattern.callback, "login_required", True)


def test_every_address_is_closed_unless_it_is_listed_as_public() -> None:
    public = {name for name, _route, pattern in patterns() if is_public(pattern)}

    assert public - {name for name in public if name.startswith("admin:")} == PUBLIC


def test_admin_opens_nothing_but_its_login() -> None:
    public = {
        name
        for name, _route, pattern in patterns()
        if name.startswith("admin:") and is_public(pattern)
    }

    assert public <= {"admin:login", "admin:jsi18n", "admin:None"}


@pytest.mark.django_db
def test_a_visitor_is_sent_to_the_sign_in_from_every_closed_address() -> None:
    client = Client(raise_request_exception=True)
    wrong = []
    for name, route, pattern in patterns():
        if is_public(pattern):
            continue
        response = client.get("/" + _example(route))
        if response.status_code != 302 or "login" not in response["Location"]:
            wrong.append((name, response.status_code))

    assert wrong == []


def _example(route: str) -> str:
    """An address that fits a route; admin's own routes are regular expressions."""
    examples = {
        "<community:community>": "twp",
        "<uuid:key>": str(uuid4()),
        r"<str:\w+>|<slug:\w+>|<path:\w+>": "somebody",
        r"<int:\w+>": "1",
        r"\(\?P<\w+>[^)]*\)": "members",
    }
    for pattern, value in examples.items():
        route = re.sub(pattern, value, route)
    assert "<" not in route, f"no example for {route}"
    return re.sub(r"[\^$]|\\Z", "", route)


def test_every_constraint_is_broken_by_a_test() -> None:
    tests = "\n".join(
        path.read_text() for path in TESTS.rglob("*.py") if path.name != "test_house.py"
    )
    names = [
        constraint.name
        for app in OWN_APPS
        if apps.is_installed(app) or app in {c.label for c in apps.get_app_configs()}
        for model in apps.get_app_config(app).get_models()
        if not model._meta.proxy
        for constraint in model._meta.constraints
    ]

    assert len(names) > 30
    assert [name for name in names if f'"{name}"' not in tests] == []


# To addresses that may be somebody else’s, to the staff, and to nobody.
DISCREET_ALWAYS = {
    "address_confirm", "address_test", "staff_message", "looked_enough", "held_messages_wait",
    "_to_the_staff", "preview", "send", "mail", "_invented",
}  # fmt: skip


def test_every_letter_to_a_member_asks_whether_it_may_be_plain() -> None:
    forgotten = {
        function.name
        for room in ("members", "search", "moderation")
        for path in (TESTS.parent / room).rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        if getattr(function.returns, "id", "") != "Cases"  # specimens: invented, never sent
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Mail"
        if "plain" not in {word.arg for word in call.keywords}
    }

    assert forgotten == DISCREET_ALWAYS


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_file_runs_script_or_style_inside_a_template() -> None:
    templates = TESTS.parent / "templates"
    found = [
        str(path.relative_to(templates))
        for path in templates.rglob("*.html")
        for sign in ("<style", " style=", "onclick=", "javascript:")
        if sign in path.read_text()
    ]

    assert found == []
