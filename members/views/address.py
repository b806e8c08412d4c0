"""Mail to a member came back: the page that says so, and the button in the test letter."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from members import address as addresses
from members.sign_in import ASK_ABOUT_ADDRESS


@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest) -> HttpResponse:
    """Stands before every other page after a sign-in (connect.middleware), until it is answered."""
    trouble = addresses.trouble_of(request.user)
    if request.method == "POST" and "test" in request.POST and trouble:
        _send_test(request)
        return redirect("account:address")
    if request.method == "POST" or not trouble:
        request.session.pop(ASK_ABOUT_ADDRESS, None)
        return redirect("account:overview")
    return render(request, "members/account/address.html", {"trouble": trouble})


def _send_test(request: HttpRequest) -> None:
    try:
        addresses.send_test(request.user)
    except addresses.Enough:
        messages.warning(
            request,
            _(
                "Three test letters went out today. Please try again tomorrow, or change the address."
            ),
        )
    else:
        messages.success(
            request, _("A test letter is on its way. Open its link, and press the button there.")
        )


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def arrived(request: HttpRequest, token: str) -> HttpResponse:
    """A page with a button, as mail scanners follow every link. It says nothing about the reader."""
    member = addresses.reader_of(token)
    done = request.method == "POST" and member is not None
    if done:
        addresses.confirm(member)
    response = render(
        request, "members/account/arrived.html", {"known": member is not None, "done": done},
        status=200 if member else 404,
    )  # fmt: skip
    add_never_cache_headers(response)
    return response
