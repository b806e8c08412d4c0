"""A middleware for tests: every view breaks, in the ugliest way a database can answer."""

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse


class NothingLeft(Exception):
    """Raised with all that was sent in its text, where a view asked the database nothing."""


def quote_back(
    execute: Callable, statement: str, params: object, many: bool, context: dict
) -> object:
    """Instead of the question: one that PostgreSQL refuses with an error that repeats the values."""
    if not params:
        return execute(statement, params, many, context)
    return execute("select cast(%s as integer)", [repr(params)], False, context)


def break_every_view(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(
        request: HttpRequest, view: Callable, arguments: tuple, keywords: dict
    ) -> HttpResponse | None:
        sent = f"{request.get_full_path()} {dict(request.POST)} {request.headers}"
        with connection.execute_wrapper(quote_back):
            view(request, *arguments, **keywords)
        raise NothingLeft(sent)

    middleware.process_view = process_view
    return middleware
