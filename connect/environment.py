"""Reads the environment and refuses nonsense with a sentence that names the variable."""

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import environs
from django.core.exceptions import ImproperlyConfigured

PREFIX = "CONNECT_"


class Environment(environs.Env):
    """environs, with errors as one sentence and unknown CONNECT_ names refused."""

    def __init__(self) -> None:
        super().__init__(expand_vars=False)
        self.asked: set[str] = set()

    def read(
        self, kind: str, name: str, default: object = environs.env.str, **options: object
    ) -> Any:
        """Value of `name` as `kind` (a method of environs: str, bool, int, list, path).

        Raises ImproperlyConfigured, naming the variable, when the value makes no sense.
        """
        self.asked.add(name)
        try:
            return getattr(self, kind)(name, default, **options)
        except environs.EnvError as error:
            raise ImproperlyConfigured(
                f"{name} in the environment makes no sense: {error}"
            ) from error

    def refuse_unknown(self, environment: Mapping[str, str] = os.environ) -> None:
        """A misspelt setting must not pass for a default."""
        unknown = sorted(k for k in environment if k.startswith(PREFIX) and k not in self.asked)
        if unknown:
            raise ImproperlyConfigured(
                f"{', '.join(unknown)} in the environment is not a setting of Connect. "
                f"Known are: {', '.join(sorted(n for n in self.asked if n.startswith(PREFIX)))}."
            )


def mail_settings(url: str) -> dict[str, object]:
    """Django's settings for one mail URL.

    `inbox:` keeps mail to read under /mail/; `smtp://user:password@host:587?tls=yes` and
    `smtps://…` speak SMTP; any other scheme is an anymail provider, its settings as the query:
    `postmark:?server_token=…` becomes POSTMARK_SERVER_TOKEN.
    """
    parts = urlsplit(url)
    if parts.scheme == "inbox":
        return {"EMAIL_BACKEND": "connect.inbox.EmailBackend"}
    query = dict(parse_qsl(parts.query))
    if parts.scheme in {"smtp", "smtps"}:
        if not parts.hostname:
            raise ImproperlyConfigured(
                "CONNECT_MAIL_URL names no host, as in smtp://mail.example.org:587."
            )
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": parts.scheme == "smtps",
            "EMAIL_USE_TLS": query.get("tls") == "yes",
        }
    if not parts.scheme:
        raise ImproperlyConfigured(
            "CONNECT_MAIL_URL makes no sense: say inbox:, smtp://host:port or an anymail provider such as postmark:?server_token=…"
        )
    provider = parts.scheme.replace("-", "_")
    return {
        "EMAIL_BACKEND": f"anymail.backends.{provider}.EmailBackend",
        # Several providers keep the envelope to themselves: no reason to refuse the letter.
        "ANYMAIL": {"IGNORE_UNSUPPORTED_FEATURES": True}
        | {f"{provider.upper()}_{name.upper()}": value for name, value in query.items()},
    }
