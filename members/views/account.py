"""My Account: a member's own profiles, and who they blocked."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import account, address, blocking, looking
from members.communities import COMMUNITIES, Community
from members.forms.account import EditForm, MailForm, RestForm
from members.models import Block, Profile
from members.sign_in import ASK_ABOUT_POLICIES


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    own = {profile.community: profile for profile in _own_profiles(request)}
    faces = [(community, own.get(slug)) for slug, community in COMMUNITIES.items()]
    context = {"faces": faces, "trouble": address.trouble_of(request.user)}
    return render(request, "members/account/overview.html", context)


@require_safe
def community(request: HttpRequest, community: Community) -> HttpResponse:
    profile = _own_profiles(request).of(community).first()
    return render(
        request, "members/account/community.html", {"community": community, "profile": profile}
    )


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, community: Community) -> HttpResponse:
    profile = _own(request, community)
    form = EditForm(request.POST if request.method == "POST" else None, profile=profile)
    if request.method == "POST" and form.is_valid():
        try:
            account.edit(profile, form.entry())
        except account.NameTaken:
            form.refuse_name()
        except looking.TooManyChanges as refusal:
            form.refuse_change(refusal.free_at)
        else:
            messages.success(request, _("Your profile is saved."))
            return redirect("account:community", community.slug)
    context = {"community": community, "profile": profile, "form": form}
    return render(request, "members/account/edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rest(request: HttpRequest, community: Community) -> HttpResponse:
    profile = _own(request, community)
    form = RestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account.rest(profile, form.cleaned_data["until"])
        messages.success(request, _("You are resting now. Nobody finds you until you are back."))
        return redirect("account:community", community.slug)
    context = {"community": community, "profile": profile, "form": form}
    return render(request, "members/account/rest.html", context)


@require_POST
def wake(request: HttpRequest, community: Community) -> HttpResponse:
    account.wake(_own(request, community))
    messages.success(request, _("Welcome back. People can find you again."))
    return redirect("account:community", community.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, community: Community) -> HttpResponse:
    profile = _own(request, community)
    if request.method != "POST":
        context = {"community": community, "profile": profile}
        return render(request, "members/account/leave.html", context)
    account.leave(profile)
    messages.success(
        request, _("You have left. Nobody sees you there now. You can change your mind for 7 days.")
    )
    return redirect("account:community", community.slug)


@require_POST
def come_back(request: HttpRequest, community: Community) -> HttpResponse:
    profile = get_object_or_404(_own_profiles(request).of(community))
    account.come_back(profile)
    messages.success(request, _("Good to have you back. Your profile is as it was."))
    return redirect("account:community", community.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def policies(request: HttpRequest) -> HttpResponse:
    """The policies changed: asked at sign-in, until the member agrees or signs out."""
    if request.method != "POST":
        return render(request, "members/account/policies.html")
    account.accept_policies(request.user)
    request.session.pop(ASK_ABOUT_POLICIES, None)
    return redirect("account:overview")


@require_http_methods(["GET", "HEAD", "POST"])
def safety(request: HttpRequest) -> HttpResponse:
    form = MailForm(request.POST if request.method == "POST" else None, member=request.user)
    if request.method == "POST" and form.is_valid():
        account.choose_mail(request.user, **form.chosen())
        messages.success(request, _("Saved. It holds from the next letter on."))
        return redirect("account:safety")
    blocks = Block.objects.filter(blocker=request.user).order_by("-created_at")
    return render(request, "members/account/safety.html", {"form": form, "blocks": blocks})


@require_POST
def unblock(request: HttpRequest, block_id: int) -> HttpResponse:
    block = get_object_or_404(Block.objects.filter(blocker=request.user), pk=block_id)
    blocking.unblock(block)
    messages.success(request, _("The block is gone. You can see each other again."))
    return redirect("account:safety")


def _own_profiles(request: HttpRequest):  # noqa: ANN202
    return Profile.objects.filter(member=request.user).select_related("cell")


def _own(request: HttpRequest, community: Community) -> Profile:
    """The viewer's own profile, when it is in the community; otherwise no such page."""
    profile = get_object_or_404(_own_profiles(request).of(community))
    if not profile.is_in:
        raise Http404
    return profile
