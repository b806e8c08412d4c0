"""The links of a message's letter: a page with a button each, without signing in.

Mail scanners follow every link, so opening one changes nothing; and whoever holds a link need not be
the recipient (members/relay/links.py), so no page shows what they did before.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_safe

from members import blocking
from members.relay import links, replying
from members.relay.models import Message, sentence


@login_not_required
@require_safe
def answers(request: HttpRequest, token: str) -> HttpResponse:
    """All that can be done about one message."""
    return _page(request, "answers", token, links.message(token))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, token: str, kind: str) -> HttpResponse:
    message = links.message(token)
    context: dict[str, object] = {"kind": kind}
    if message and request.method == "POST":
        try:
            replying.reply(message, kind)
            context["done"] = True
        except replying.ToldAlready:
            context["told_already"] = True
        except Message.DoesNotExist:
            message = None
    if message:
        context["sentence"] = sentence(kind, message.recipient_name)
    return _page(request, "reply", token, message, context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def block(request: HttpRequest, token: str) -> HttpResponse:
    message = links.message(token)
    done = request.method == "POST" and message is not None
    if done:
        blocking.block(message.recipient.member, message.sender, message.sender_name)
    return _page(request, "block", token, message, {"kind": "block", "done": done})


def _page(
    request: HttpRequest,
    name: str,
    token: str,
    message: Message | None,
    context: dict[str, object] | None = None,
) -> HttpResponse:
    """The page of this name, or the one that says why the link leads nowhere."""
    given = {"message": message, "token": token, **(context or {})}
    if message:
        given["shows_words"] = links.shows_words(message)
    template = f"relay/letters/{name if message else 'ended'}.html"
    response = render(request, template, given, status=200 if message else 404)
    add_never_cache_headers(response)
    return response
