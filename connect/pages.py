"""The pages anybody may read, and the few things anybody may do on them."""

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from connect import policies
from connect.context import THEMES
from connect.forms import ContactForm
from members import help_lines
from members.communities import ICI, TWP
from moderation import staff_messages

A_YEAR = 365 * 24 * 60 * 60  # seconds


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/home.html")


@login_not_required
@require_safe
def twp(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/twp.html", {"community": TWP})


@login_not_required
@require_safe
def ici(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/ici.html", {"community": ICI})


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/about.html")


@login_not_required
@require_safe
def get_involved(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/get_involved.html")


@login_not_required
@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    lines = {"places": help_lines.by_country(), "as_of": help_lines.AS_OF}
    return render(request, "pages/help_now.html", lines)


@login_not_required
@require_safe
def pledge(request: HttpRequest) -> HttpResponse:
    return _policy(request, "pages/pledge.html", policies.PLEDGE)


@login_not_required
@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    return _policy(request, "pages/terms.html", policies.TERMS)


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return _policy(request, "pages/privacy.html", policies.PRIVACY)


@login_not_required
@require_safe
def disclaimer(request: HttpRequest) -> HttpResponse:
    return _policy(request, "pages/disclaimer.html", policies.DISCLAIMER)


@login_not_required
@require_safe
def content_use(request: HttpRequest) -> HttpResponse:
    return _policy(request, "pages/content_use.html", policies.CONTENT_USE)


def _policy(request: HttpRequest, template: str, policy: policies.Policy) -> HttpResponse:
    return render(
        request, template, {"policy": policy, "operator_address": settings.OPERATOR_ADDRESS}
    )


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    member = request.user if request.user.is_authenticated else None
    if request.method != "POST":
        form = ContactForm(member=member, initial={"about": request.GET.get("about")})
        return render(request, "pages/contact.html", _contact_page(form))

    form = ContactForm(request.POST, member=member)
    if form.is_valid() and not ratelimit.consume(request, action="contact"):
        form.refuse_for_now()
    if not form.is_valid():
        return render(request, "pages/contact.html", _contact_page(form))

    staff_messages.receive(**form.letter(), member=member)
    return redirect("pages:contact_sent")


def _contact_page(form: ContactForm) -> dict[str, object]:
    return {"form": form, "operator_address": settings.OPERATOR_ADDRESS}


@login_not_required
@require_safe
def contact_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/contact_sent.html")


@login_not_required
@require_safe
def quick_exit(request: HttpRequest) -> HttpResponse:
    """Away to a harmless page, and logged out: whoever presses "back" sees nothing.

    A GET that changes something, on purpose: it must work as a plain link, and all that a forged
    one does is to log somebody out. No Clear-Site-Data: browsers take seconds over it, and pages
    behind the login are not kept anyway.
    """
    logout(request)
    response = HttpResponseRedirect(settings.QUICK_EXIT_URL)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("theme")
    response = HttpResponseRedirect(_back(request))
    if chosen in THEMES:
        response.set_cookie(
            "theme",
            chosen,
            A_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    elif chosen == "system":
        response.delete_cookie("theme", samesite="Lax")
    return response


def _back(request: HttpRequest) -> str:
    """Where the form stood, if that is a page of ours."""
    page = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        page, {request.get_host()}, require_https=request.is_secure()
    )
    return page if ours else reverse("pages:home")
