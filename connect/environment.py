"""Reads the environment and refuses nonsense with a sentence that names the variable."""

import importlib.util
import os
import re
from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import environs
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_domain_name, validate_email

PREFIX = "CONNECT_"
TILES_EXAMPLE = "https://tiles.example.org/{z}/{x}/{y}.png"
# Nothing that would end the word or the directive in a Content-Security-Policy.
TILES_LETTERS = re.compile(r"[\w.~:/?&=%@+-]+", re.ASCII)
# Nothing that would have to be escaped in the address of a webhook.
WEBHOOK_SECRET = re.compile(r"[\w-]+:[\w-]{24,}", re.ASCII)
MAIL_EXAMPLES = "say inbox:, smtp://user:password@host:587?tls=yes, or an anymail provider such as postmark:?server_token=…"


class Environment(environs.Env):
    """environs, with errors as one sentence and unknown CONNECT_ names refused."""

    def __init__(self) -> None:
        super().__init__(expand_vars=False)
        self.asked: set[str] = set()

    def read(
        self, kind: str, name: str, default: object = environs.env.str, **options: object
    ) -> Any:
        """Value of `name` as `kind` (a method of environs: str, bool, int, list, path).

        `validate` may be one of the checks below; a default is not checked. Raises ImproperlyConfigured, naming the variable, when the value makes no sense.
        """
        self.asked.add(name)
        try:
            return getattr(self, kind)(name, default, **options)
        except environs.EnvValidationError as error:
            reason = " ".join(error.error_messages)
            raise ImproperlyConfigured(
                f"{name} in the environment makes no sense: {reason}"
            ) from error

    def insist_on(self, *names: str, environment: Mapping[str, str] = os.environ) -> None:
        """What has a default only for a developer's machine must be said for a real site."""
        missing = [name for name in names if not environment.get(name)]
        if missing:
            raise ImproperlyConfigured(
                f"{', '.join(missing)} must be set in production; README.md says how."
            )

    def insist_on_together(
        self, first: str, *others: str, environment: Mapping[str, str] = os.environ
    ) -> None:
        """What says more about another setting means nothing without it."""
        alone = [name for name in others if environment.get(name)]
        if alone and not environment.get(first):
            raise ImproperlyConfigured(f"{', '.join(alone)} makes no sense without {first}.")

    def refuse_unknown(self, environment: Mapping[str, str] = os.environ) -> None:
        """A misspelt setting must not pass for a default."""
        unknown = sorted(k for k in environment if k.startswith(PREFIX) and k not in self.asked)
        if unknown:
            raise ImproperlyConfigured(
                f"{', '.join(unknown)} in the environment is not a setting of Connect. "
                f"Known are: {', '.join(sorted(n for n in self.asked if n.startswith(PREFIX)))}."
            )


# --- checks: each raises environs.ValidationError with the rest of a sentence ----------------------


def not_negative(number: int) -> None:
    if number < 0:
        raise environs.ValidationError("it cannot be less than 0.")


def at_least_one(number: int) -> None:
    if number < 1:
        raise environs.ValidationError("it is at least 1.")


def not_empty(values: list[str]) -> None:
    if not any(values):
        raise environs.ValidationError("it is empty.")


def web_address(text: str) -> None:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise environs.ValidationError("say an address such as https://connect.example.org.")


def site_address(text: str) -> None:
    web_address(text)
    parts = urlsplit(text)
    if parts.path.strip("/") or parts.query:
        raise environs.ValidationError("the site has an address of its own, without a path.")


def tiles_address(text: str) -> None:
    """Where map tiles come from: one origin, which the Content-Security-Policy then names."""
    if not text:
        return
    web_address(text)
    rest = text
    for part in ("{z}", "{x}", "{y}"):
        if text.count(part) != 1 or part in urlsplit(text).netloc:
            raise environs.ValidationError(f"its path says {TILES_EXAMPLE}.")
        rest = rest.replace(part, "")
    if not TILES_LETTERS.fullmatch(rest) or "@" in urlsplit(text).netloc:
        raise environs.ValidationError(f"say an address such as {TILES_EXAMPLE}.")


def origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def domain(text: str) -> None:
    try:
        validate_domain_name(text)
    except ValidationError:
        raise environs.ValidationError("say a domain such as connect.example.org.") from None


def selector(text: str) -> None:
    """The name of a DKIM key (RFC 6376, 3.1)."""
    if text:
        domain(f"{text}.example.org")


def sender(text: str) -> None:
    mail_addresses([parseaddr(text)[1]])


def mail_addresses(texts: list[str]) -> None:
    not_empty(texts)
    try:
        for text in texts:
            validate_email(text)
    except ValidationError:
        raise environs.ValidationError("say an address such as staff@example.org.") from None


def webhook_secrets(texts: list[str]) -> None:
    """What a mail provider says before it tells us something: a name, a colon, a password."""
    not_empty(texts)
    if not all(WEBHOOK_SECRET.fullmatch(text) for text in texts):
        raise environs.ValidationError(
            "say a name, a colon and 24 random letters or digits or more, as in connect:…."
        )


# --- mail -----------------------------------------------------------------------------------------


def mail_settings(url: str, name: str = "CONNECT_MAIL_URL") -> dict[str, object]:
    """Django's settings for one mail URL, which stands in the setting `name`.

    `inbox:` keeps mail to read under /mail/; `smtp://user:password@host:587?tls=yes` and
    `smtps://…` speak SMTP; any other scheme is an anymail provider, its settings as the query:
    `postmark:?server_token=…` becomes POSTMARK_SERVER_TOKEN.

    Raises ImproperlyConfigured for a URL that is none of these.
    """
    parts = urlsplit(url)
    if parts.scheme == "inbox":
        return {"EMAIL_BACKEND": "connect.inbox.EmailBackend"}
    query = dict(parse_qsl(parts.query))
    if parts.scheme in {"smtp", "smtps"}:
        return _smtp(parts, query, name)
    provider = parts.scheme.replace("-", "_")
    if not provider or not importlib.util.find_spec(f"anymail.backends.{provider}"):
        raise ImproperlyConfigured(f"{name} makes no sense: {MAIL_EXAMPLES}")
    return {
        "MAIL_PROVIDER": provider,
        "EMAIL_BACKEND": f"anymail.backends.{provider}.EmailBackend",
        # Several providers keep the envelope to themselves: no reason to refuse the letter.
        "ANYMAIL": {"IGNORE_UNSUPPORTED_FEATURES": True}
        | {f"{provider.upper()}_{name.upper()}": value for name, value in query.items()},
    }


def _smtp(parts: SplitResult, query: dict[str, str], name: str) -> dict[str, object]:
    try:
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(f"{name} makes no sense: its port is none.") from None
    if not parts.hostname:
        raise ImproperlyConfigured(f"{name} names no host, as in smtp://mail.example.org:587.")
    # A misspelt "tls" would send members' addresses in the clear.
    if query not in ({}, {"tls": "yes"}, {"tls": "no"}):
        raise ImproperlyConfigured(f"{name} makes no sense: after ? stands tls=yes or tls=no.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": query.get("tls") == "yes",
    }


# What Django calls the settings of its SMTP backend when they are given to one connection.
OF_A_CONNECTION = {
    "EMAIL_HOST": "host", "EMAIL_PORT": "port", "EMAIL_HOST_USER": "username",
    "EMAIL_HOST_PASSWORD": "password", "EMAIL_USE_SSL": "use_ssl", "EMAIL_USE_TLS": "use_tls",
}  # fmt: skip


def alarm_route(url: str, other: str) -> tuple[str, dict[str, object]] | None:
    """The backend and its options for the mail of an alarm; None where there is no way of its own.

    Args:
        other: the URL by which all other mail goes, which may be what is stuck.
    """
    if not url:
        return None
    name = "CONNECT_ALARM_MAIL_URL"
    read = mail_settings(url, name)
    if _way(url) in ("inbox:", _way(other)):
        raise ImproperlyConfigured(
            f"{name} makes no sense: an alarm needs a way of its own, not the server or provider of "
            "CONNECT_MAIL_URL, and not the inbox."
        )
    options = {new: read[old] for old, new in OF_A_CONNECTION.items() if old in read}
    if "ANYMAIL" in read:
        options = dict(parse_qsl(urlsplit(url).query))
    return str(read["EMAIL_BACKEND"]), options


def _way(url: str) -> str:
    """The mail server, or the provider, whoever logs in there."""
    parts = urlsplit(url)
    return parts.hostname or f"{parts.scheme}:"
