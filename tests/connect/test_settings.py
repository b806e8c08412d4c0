"""The environment: what makes no sense stops the start with a sentence that names the variable."""

import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection

SETTINGS = Path(__file__).parents[2] / "connect" / "settings.py"
PRODUCTION = {
    "CONNECT_PRODUCTION": "yes",
    "CONNECT_SECRET_KEY": "k" * 50,
    "CONNECT_SITE_URL": "https://connect.example.org",
    "CONNECT_HOSTS": "connect.example.org",
    "CONNECT_MAIL_URL": "smtp://mail.example.org:587?tls=yes",
    "CONNECT_MAIL_FROM": "Connect <post@connect.example.org>",
    "CONNECT_MAIL_DOMAIN": "connect.example.org",
    "CONNECT_STAFF_MAIL": "staff@connect.example.org",
}

Read = Callable[..., dict[str, object]]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """`read(PORT="8001")["SITE_URL"]`: the settings as they are in this environment."""
    for name in [
        n for n in os.environ if n.startswith("CONNECT_") or n in {"DATABASE_URL", "PORT"}
    ]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CONNECT_DATA", str(tmp_path / "data"))

    def settings_in(**environment: str) -> dict[str, object]:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))

    return settings_in


def test_an_empty_environment_just_runs(read: Read, tmp_path: Path) -> None:
    settings = read()

    assert settings["SITE_URL"] == "http://127.0.0.1:8000"
    assert settings["EMBEDDED_DATABASE"]
    assert not settings["DEBUG"]
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o077 == 0


def test_the_key_of_a_checkout_stays_the_same(read: Read) -> None:
    assert read()["SECRET_KEY"] == read()["SECRET_KEY"]


@pytest.mark.parametrize(
    ("name", "nonsense"),
    [
        ("CONNECT_PRODUCTION", "maybe"),
        ("CONNECT_DEBUG", "perhaps"),
        ("CONNECT_STAFF_SECOND_FACTOR", "sometimes"),
        ("PORT", "abc"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("CONNECT_PROXIES", "many"),
        ("CONNECT_PROXIES", "-1"),
        ("CONNECT_PROFILES_A_DAY", "0"),
        ("CONNECT_SEARCHES_A_DAY", "many"),
        ("CONNECT_CHANGES_A_DAY", "-5"),
        ("CONNECT_NEW_PEOPLE_A_DAY", "0"),
        ("CONNECT_NEW_PEOPLE_A_DAY", "ten"),
        ("CONNECT_NEW_PEOPLE_A_DAY_AT_FIRST", "-1"),
        ("CONNECT_NEW_PEOPLE_A_DAY_AT_FIRST", "11"),
        ("CONNECT_HOSTS", ""),
        ("CONNECT_SITE_URL", "connect.example.org"),
        ("CONNECT_SITE_URL", "https://example.org/connect"),
        ("CONNECT_QUICK_EXIT_URL", "javascript:alert(1)"),
        ("CONNECT_TILES", "tiles.example.org/{z}/{x}/{y}.png"),
        ("CONNECT_TILES", "https://tiles.example.org/"),
        ("CONNECT_TILES", "https://{s}.tiles.example.org/{z}/{x}/{y}.png"),
        ("CONNECT_TILES", "https://{z}.example.org/{x}/{y}.png"),
        ("CONNECT_TILES", "https://tiles.example.org; script-src *;/{z}/{x}/{y}.png"),
        ("CONNECT_TILES", "https://user:word@tiles.example.org/{z}/{x}/{y}.png"),
        ("CONNECT_STAFF_MAIL", ""),
        ("CONNECT_STAFF_MAIL", "staff@example.org,nobody"),
        ("CONNECT_MAIL_FROM", "Connect"),
        ("CONNECT_DKIM_SELECTOR", "two words"),
        ("CONNECT_ALARM_MAIL_URL", "inbox:"),
        ("CONNECT_ALARM_MAIL_URL", "pigeon:?token=t"),
        ("CONNECT_ALARM_MAIL_URL", "smtp://mail.example.org:587?tls=please"),
        ("CONNECT_ALARM_MAIL_TO", "nobody"),
        ("CONNECT_ALARM_MAIL_FROM", "Connect"),
        ("CONNECT_MAIL_DOMAIN", "post@example.org"),
        ("CONNECT_MAIL_URL", "mail.example.org"),
        ("CONNECT_MAIL_URL", "smtp://"),
        ("CONNECT_MAIL_URL", "smtp://mail.example.org:post"),
        ("CONNECT_MAIL_URL", "smtp://mail.example.org:587?tsl=yes"),
        ("CONNECT_MAIL_URL", "smtp://mail.example.org:587?tls=please"),
        ("CONNECT_MAIL_URL", "pigeon:?token=t"),
        ("CONNECT_MAIL_WEBHOOK_SECRET", ""),
        ("CONNECT_MAIL_WEBHOOK_SECRET", "no-colon-although-it-is-long-enough"),
        ("CONNECT_MAIL_WEBHOOK_SECRET", "connect:short"),
        ("CONNECT_MAIL_WEBHOOK_SECRET", "connect:with@what/would:have&to-be-escaped"),
        ("CONNECT_MAIL_WEBHOOK_SECRET", "connect:24-random-letters-or-more,connect:short"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "postgresql://"),
        ("DATABASE_URL", "postgresql://connect@db.example.org:port/connect"),
        ("DATABASE_URL", "mysql://connect@db.example.org/connect"),
    ],
)
def test_nonsense_stops_the_start_and_is_named(read: Read, name: str, nonsense: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        read(**{name: nonsense})


def test_a_small_number_of_new_people_holds_for_the_first_days_too(read: Read) -> None:
    settings = read(CONNECT_NEW_PEOPLE_A_DAY="2")

    assert (settings["NEW_PEOPLE_A_DAY_AT_FIRST"], settings["NEW_PEOPLE_A_DAY"]) == (2, 2)


def test_the_sentence_does_not_repeat_a_password(read: Read) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        read(DATABASE_URL="postgresql://connect:hunter2@db.example.org:port/connect")

    assert "hunter2" not in str(refused.value)


def test_a_misspelt_setting_does_not_pass_for_a_default(read: Read) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"CONNECT_PRODUCTON .*is not a setting"):
        read(CONNECT_PRODUCTON="yes")


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "CONNECT_PRODUCTION"])
def test_a_real_site_needs_what_has_a_default_only_for_developers(read: Read, name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"{name} must be set in production"):
        read(**{key: value for key, value in PRODUCTION.items() if key != name})


@pytest.mark.parametrize(
    ("name", "unsafe"),
    [
        ("CONNECT_DEBUG", "yes"),
        ("CONNECT_STAFF_SECOND_FACTOR", "no"),
        ("CONNECT_SECRET_KEY", "k" * 49),
        ("CONNECT_SITE_URL", "http://connect.example.org"),
        ("CONNECT_MAIL_URL", "inbox:"),
    ],
)
def test_a_real_site_refuses_what_is_unsafe(read: Read, name: str, unsafe: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        read(**PRODUCTION | {name: unsafe})


def test_an_inbox_open_to_everybody_stays_on_this_machine(read: Read) -> None:
    with pytest.raises(ImproperlyConfigured, match="CONNECT_MAIL_URL"):
        read(CONNECT_HOSTS="connect.example.org")


def test_a_real_site_shows_no_inbox_and_sends_cookies_encrypted_only(read: Read) -> None:
    settings = read(**PRODUCTION)

    assert not settings["SHOW_INBOX"]
    assert settings["SECURE_SSL_REDIRECT"]
    assert settings["SESSION_COOKIE_SECURE"]
    assert settings["CSRF_COOKIE_SECURE"]
    assert settings["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1


def test_the_staff_need_a_second_factor_on_a_real_site(read: Read) -> None:
    assert read()["STAFF_SECOND_FACTOR"] is False
    assert read(CONNECT_STAFF_SECOND_FACTOR="yes")["STAFF_SECOND_FACTOR"] is True
    assert read(**PRODUCTION)["STAFF_SECOND_FACTOR"] is True


def test_the_address_of_the_database_keeps_what_it_says_about_encryption(read: Read) -> None:
    address = "postgresql://connect:secret@db.example.org/connect?sslmode=verify-full"

    options = read(DATABASE_URL=address)["DATABASES"]["default"]["OPTIONS"]

    assert options["sslmode"] == "verify-full"
    assert "statement_timeout" in options["options"]


def test_options_of_the_database_come_after_ours_and_win(read: Read) -> None:
    address = "postgresql://connect@db.example.org/connect?options=-c%20statement_timeout%3D5000"

    options = read(DATABASE_URL=address)["DATABASES"]["default"]["OPTIONS"]

    assert options["options"].endswith("-c statement_timeout=5000")


PROVIDER = {
    "CONNECT_MAIL_URL": "postmark:?server_token=t",
    "CONNECT_MAIL_WEBHOOK_SECRET": "connect:24-random-letters-or-more",
}


def test_the_secret_of_the_webhooks_goes_to_anymail_beside_what_the_provider_needs(
    read: Read,
) -> None:
    settings = read(**PRODUCTION | PROVIDER)

    assert settings["MAIL_PROVIDER"] == "postmark"
    assert settings["ANYMAIL"]["POSTMARK_SERVER_TOKEN"] == "t"
    assert settings["ANYMAIL"]["WEBHOOK_SECRET"] == ["connect:24-random-letters-or-more"]


def test_a_secret_is_renewed_by_naming_both(read: Read) -> None:
    both = "connect:24-random-letters-or-more,connect:24-other-letters-or-more"

    settings = read(**PROVIDER | {"CONNECT_MAIL_WEBHOOK_SECRET": both})

    assert settings["ANYMAIL"]["WEBHOOK_SECRET"] == both.split(",")


def test_a_real_site_with_a_provider_hears_of_returned_mail(read: Read) -> None:
    with pytest.raises(ImproperlyConfigured, match="CONNECT_MAIL_WEBHOOK_SECRET must be set"):
        read(**PRODUCTION | {"CONNECT_MAIL_URL": PROVIDER["CONNECT_MAIL_URL"]})


@pytest.mark.parametrize("url", ["inbox:", "smtp://mail.example.org:587?tls=yes"])
def test_without_a_provider_there_is_nothing_for_a_secret_to_guard(read: Read, url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="CONNECT_MAIL_WEBHOOK_SECRET"):
        read(**PROVIDER | {"CONNECT_MAIL_URL": url})


def test_a_key_of_the_provider_that_is_missing_stops_the_start(tmp_path: Path) -> None:
    """Found out by anymail, which is asked before the first event comes."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CONNECT_")} | {
        "CONNECT_DATA": str(tmp_path),
        "CONNECT_MAIL_URL": "mailersend:?api_token=t",
        "CONNECT_MAIL_WEBHOOK_SECRET": PROVIDER["CONNECT_MAIL_WEBHOOK_SECRET"],
    }

    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=SETTINGS.parents[1], env=environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode != 0
    assert "CONNECT_MAIL_URL: for its webhooks" in done.stderr
    assert "MAILERSEND_SIGNING_SECRET" in done.stderr


ALARM = {
    "CONNECT_ALARM_MAIL_URL": "smtps://watch:s%40fe@mail.example.net",
    "CONNECT_ALARM_MAIL_TO": "operator@example.net",
    "CONNECT_ALARM_MAIL_FROM": "watch@example.net",
}


def test_an_alarm_goes_another_way(read: Read) -> None:
    settings = read(**PRODUCTION | ALARM)

    assert settings["ALARM_ROUTE"] == (
        "django.core.mail.backends.smtp.EmailBackend",
        {
            "host": "mail.example.net", "port": 465, "username": "watch", "password": "s@fe",
            "use_ssl": True, "use_tls": False,
        },
    )  # fmt: skip
    assert settings["EMAIL_HOST"] == "mail.example.org"
    assert settings["ALARM_MAIL_TO"] == ["operator@example.net"]


def test_a_provider_may_carry_the_alarm(read: Read) -> None:
    settings = read(CONNECT_ALARM_MAIL_URL="postmark:?server_token=t")

    backend, options = settings["ALARM_ROUTE"]
    assert (backend, options) == ("anymail.backends.postmark.EmailBackend", {"server_token": "t"})
    assert get_connection(backend, **options).server_token == "t"


@pytest.mark.parametrize(
    "same", [PRODUCTION["CONNECT_MAIL_URL"], "smtps://another:login@mail.example.org"]
)
def test_an_alarm_by_the_way_of_all_mail_is_refused(read: Read, same: str) -> None:
    """It would be stuck with what it is about."""
    with pytest.raises(ImproperlyConfigured, match=r"CONNECT_ALARM_MAIL_URL .*a way of its own"):
        read(**PRODUCTION | {"CONNECT_ALARM_MAIL_URL": same})


@pytest.mark.parametrize("name", ["CONNECT_ALARM_MAIL_TO", "CONNECT_ALARM_MAIL_FROM"])
def test_whom_to_alarm_means_nothing_without_a_way(read: Read, name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"{name} makes no sense without"):
        read(**{name: ALARM[name]})


TILES = {
    "CONNECT_TILES": "https://tiles.example.org:8443/earth/{z}/{x}/{y}.png?key=k",
    "CONNECT_TILES_CREDIT": "© Somebody",
}


def test_our_own_map_needs_no_other_origin(read: Read) -> None:
    directives = read()["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]

    assert directives["img-src"] == ["'self'", "data:"]


def test_a_tile_server_is_the_one_other_origin_and_gives_pictures_only(read: Read) -> None:
    own, other = (
        read(**environment)["CONTENT_SECURITY_POLICY"]["DIRECTIVES"] for environment in ({}, TILES)
    )

    assert other.pop("img-src") == [*own.pop("img-src"), "https://tiles.example.org:8443"]
    assert other == own


def test_a_tile_server_needs_the_words_about_whose_it_is(read: Read) -> None:
    with pytest.raises(ImproperlyConfigured, match="CONNECT_TILES_CREDIT"):
        read(CONNECT_TILES=TILES["CONNECT_TILES"])


def test_a_real_site_shows_no_tiles_that_come_unencrypted(read: Read) -> None:
    plain = {"CONNECT_TILES": "http://tiles.example.org/{z}/{x}/{y}.png"}

    with pytest.raises(ImproperlyConfigured, match="CONNECT_TILES must begin"):
        read(**PRODUCTION | TILES | plain)
