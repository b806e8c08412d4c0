"""The form of each community, and the status page of an application."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from members import joining
from members.communities import Community
from members.forms.entry import EntryForm
from members.forms.guards import GuardedForm
from members.forms.joining import AddressForm, ChangeForm, JoinForm
from members.models import Profile
from members.standing import erased_on, standing

READ_OR_SEND = ["GET", "HEAD", "POST"]


@login_not_required
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(READ_OR_SEND)
def join(request: HttpRequest, community: Community) -> HttpResponse:
    if request.user.is_authenticated:
        return _join_as_member(request, community)
    form = JoinForm(_sent(request), community=community)
    if request.method != "POST" or not _may_send(request, form):
        return _join_page(request, form, "layouts/reading.html")

    email = form.cleaned_data["email"]
    # Beyond the limit nothing happens, and the page is the same: it must not tell whose address it is.
    if ratelimit.consume(request, action="joining_address", key=email.lower()):
        joining.apply(email, community, form.entry())
    return redirect("joining:sent")


def _join_as_member(request: HttpRequest, community: Community) -> HttpResponse:
    if not joining.can_join(request.user, community):
        return redirect("account:community", community.slug)
    form = JoinForm(_sent(request), community=community, member=request.user)
    if request.method != "POST" or not _may_send(request, form):
        return _join_page(request, form, "layouts/account.html")

    try:
        joining.join_second(request.user, community, form.entry())
    except joining.AlreadyThere:
        pass  # the second press of the button; the page says where it stands
    else:
        messages.success(request, _("Thank you. Your application is with us."))
    return redirect("account:community", community.slug)


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _may_send(request: HttpRequest, form: GuardedForm) -> bool:
    """Whether the form is right, and the network has not sent too many right ones."""
    if not form.is_valid():
        return False
    if not ratelimit.consume(request, action="joining"):
        form.refuse_for_now()
    return form.is_valid()


def _join_page(request: HttpRequest, form: JoinForm, layout: str) -> HttpResponse:
    context = {"form": form, "community": form.community, "layout": layout}
    return render(request, "members/joining/join.html", context)


@login_not_required
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    return render(request, "members/joining/sent.html")


# --- with the link from the mail ------------------------------------------------------------------

OfApplication = Callable[[HttpRequest, Profile], HttpResponse]


def of_application(view: OfApplication) -> Callable[[HttpRequest, UUID], HttpResponse]:
    """Give the view the application of the link; without one there is no such page.

    Where it was decided while the page lay open, the status page says so.
    """

    @wraps(view)
    def with_key(request: HttpRequest, key: UUID) -> HttpResponse:
        try:
            return view(request, joining.application(key))
        except joining.NoSuchApplication:
            raise Http404 from None
        except (joining.AlreadyDecided, joining.AlreadyConfirmed):
            return redirect("joining:application", key)

    return login_not_required(with_key)


@of_application
@require_safe
def application(request: HttpRequest, profile: Profile) -> HttpResponse:
    return _page(
        request,
        "application",
        profile,
        standing=standing(profile),
        erased_on=erased_on(profile),
        can_change=joining.can_change(profile),
        can_correct_address=joining.can_correct_address(profile),
        can_withdraw=joining.can_withdraw(profile),
    )


@of_application
@require_http_methods(READ_OR_SEND)
def confirm(request: HttpRequest, profile: Profile) -> HttpResponse:
    """Only the button confirms: mail scanners open links, but press nothing."""
    if request.method == "POST":
        joining.confirm(profile)
        messages.success(request, _("Thank you. Your address is confirmed."))
    return redirect("joining:application", profile.application_key)


@of_application
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(READ_OR_SEND)
def change(request: HttpRequest, profile: Profile) -> HttpResponse:
    _refuse_unless(joining.can_change(profile))
    form = ChangeForm(_sent(request), profile=profile)
    if request.method != "POST" or not form.is_valid():
        return _page(request, "change", profile, form=form)

    joining.change(profile, form.entry())
    messages.success(request, _("Your answers are changed."))
    return redirect("joining:application", profile.application_key)


@of_application
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(READ_OR_SEND)
def correct(request: HttpRequest, profile: Profile) -> HttpResponse:
    if not joining.can_correct_address(profile):
        raise joining.AlreadyConfirmed
    form = AddressForm(_sent(request))
    if request.method != "POST" or not _may_send(request, form):
        return _page(request, "correct", profile, form=form)

    email = form.cleaned_data["email"]
    if ratelimit.consume(request, action="joining_address", key=email.lower()):
        joining.correct_address(profile, email)
    return redirect("joining:sent")


@of_application
@require_http_methods(READ_OR_SEND)
def withdraw(request: HttpRequest, profile: Profile) -> HttpResponse:
    _refuse_unless(joining.can_withdraw(profile))
    if request.method != "POST":
        return _page(request, "withdraw", profile)

    is_theirs = request.session.get(SESSION_KEY) == str(profile.member_id)
    if joining.withdraw(profile) and is_theirs:
        logout(request)  # the session went with its member: nothing can be kept in it
    messages.success(request, _("Your application is erased. We wish you well."))
    return redirect("pages:home")


def _refuse_unless(allowed: bool) -> None:
    if not allowed:
        raise joining.AlreadyDecided


def _page(
    request: HttpRequest,
    name: str,
    profile: Profile,
    form: EntryForm | AddressForm | None = None,
    **more: object,
) -> HttpResponse:
    context = {"profile": profile, "community": profile.where, "form": form, **more}
    return render(request, f"members/joining/{name}.html", context)
