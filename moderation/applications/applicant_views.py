"""Where an applicant answers the staff, with the link from the letter and without signing in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from members.communities import COMMUNITIES
from members.models import Profile
from members.views.joining import of_application
from moderation.applications import asking
from moderation.applications.forms import AnswerForm
from moderation.models import Question
from moderation.taking import Refusal


@of_application
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, profile: Profile) -> HttpResponse:
    """The status page says what is so where nothing is asked (any more)."""
    question = asking.open_of(profile)
    if question is None:
        return _settled(request, profile)
    if request.method == "POST" and request.POST.get("do") == "agree":
        return _agree(request, profile)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, profile, question, form)
    try:
        asking.answer(profile, form.cleaned_data["words"])
    except asking.NotAsked:
        return _settled(request, profile)
    messages.success(request, _("Thank you. Your answer is with us."))
    return _to_status(profile)


def _agree(request: HttpRequest, profile: Profile) -> HttpResponse:
    try:
        community = asking.agree(profile)
    except asking.NotAsked:
        return _to_status(profile)
    except Refusal:
        said = _(
            "You have a profile or an application in the other community already, so this one "
            "stays here. Please tell us in a few words what you would like."
        )
        messages.warning(request, said)
        return redirect("applicant:answer", profile.application_key)
    said = _("Thank you. Your form is with %(community)s now.")
    messages.success(request, said % {"community": community})
    return _to_status(profile)


def _settled(request: HttpRequest, profile: Profile) -> HttpResponse:
    """The second press, or somebody who comes when it is decided: their words are given back.

    How it was decided is not said here: for a few minutes it can be undone.
    """
    typed = request.POST.get("words", "").replace("\r\n", "\n").strip()
    if not typed or asking.was_answered(profile, typed):
        return _to_status(profile)
    context = {"profile": profile, "community": profile.where, "typed": typed}
    return render(request, "moderation/applicant/settled.html", context)


def _to_status(profile: Profile) -> HttpResponse:
    return redirect("joining:application", profile.application_key)


def _page(
    request: HttpRequest, profile: Profile, question: Question, form: AnswerForm
) -> HttpResponse:
    context = {
        "profile": profile,
        "community": profile.where,
        "question": question,
        "is_offer": question.kind == Question.Kind.OFFER,
        "sister": COMMUNITIES.get(asking.SISTERS.get(profile.community)),
        "form": form,
    }
    return render(request, "moderation/applicant/answer.html", context)
