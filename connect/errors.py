"""What happens when something breaks: logs and error mails carry nothing that people typed."""

import logging
import traceback
from types import TracebackType

from django.http import HttpRequest
from django.utils.html import format_html
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

NO_PAGE = "(no such page)"


def where_it_broke(error: BaseException | None) -> str:
    """The traceback of an error and of those behind it, by their classes only.

    The text of an error is left out: a database quotes the whole row that it refused.
    """
    lines: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        lines += [f"{type(error).__module__}.{type(error).__qualname__}\n"]
        lines += traceback.format_tb(error.__traceback__)
        error = error.__cause__ or error.__context__
    return "".join(lines).rstrip()


class NothingTyped(SafeExceptionReporterFilter):
    """An error report without POST, query, cookies or the values of variables."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, str]:
        if request is None:
            return {}
        return dict.fromkeys(request.POST, self.cleansed_substitute)

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: TracebackType
    ) -> list[tuple[str, str]]:
        return [(name, self.cleansed_substitute) for name in tb_frame.f_locals]  # type: ignore[attr-defined]


class Report(ExceptionReporter):
    """What an error mail says. Django's own one holds the query, the headers and the settings, in
    which the passwords of the database and of the mail server stand. In DEBUG its page stays."""

    def get_traceback_text(self) -> str:
        return where_it_broke(self.exc_value) if self.is_email else super().get_traceback_text()

    def get_traceback_html(self) -> str:
        if not self.is_email:
            return super().get_traceback_html()
        return format_html("<pre>{}</pre>", where_it_broke(self.exc_value))


class Terse(logging.Formatter):
    def formatException(self, exc_info: tuple) -> str:
        return where_it_broke(exc_info[1])


class WithoutQuery(logging.Filter):
    """Cut from log lines what an address tells: a search is health information, a name says who is
    looked at, and the link of an application or of a password is a key."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(record.args, tuple):
            record.args = tuple(self._cut(arg, request) for arg in record.args)
        return True

    def _cut(self, arg: object, request: HttpRequest | None) -> object:
        if not isinstance(arg, str) or "/" not in arg:
            return arg
        if request is not None and arg.startswith("/"):
            return _route(request)
        return arg.split("?", 1)[0]


def _route(request: HttpRequest) -> str:
    """The page without what stands in its address: "/<community:community>/members/<str:username>/"."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else NO_PAGE
