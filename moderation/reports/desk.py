"""The staff's pages of one report and of one measure."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from members.communities import COMMUNITIES
from members.models import Member, Profile
from moderation import audit
from moderation.models import Act, Measure, Report
from moderation.reports import appeals, measure_letters, measures, record, reporting
from moderation.reports.desk_forms import NameForm, WordsForm, form_of
from moderation.rights import can_act_on, can_act_on_reports, can_read_reports, can_see_members
from moderation.taking import colleague

Step = Measure.Step
QUEUE = "admin:moderation_report_changelist"
STAYS = measure_letters.STAYS
SAID: dict[str, Callable[[], str]] = {
    Step.NOTE: lambda: _("The note is kept."),
    Step.DISMISS: lambda: _("The report is closed. Nothing was done about anybody."),
    Step.WARN: lambda: _("The member is warned. The letter is on its way."),
    Step.SUSPEND: lambda: _("The member is suspended. The letter is on its way."),
    Step.END: lambda: _("The membership is ended. The letter is on its way."),
    Step.REINSTATE: lambda: _("The member is back in. The letter is on its way."),
    STAYS: lambda: _("It stays as it is. The letter is on its way."),
}


# --- a report ------------------------------------------------------------------------------------


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    if not can_read_reports(request.user):
        raise PermissionDenied
    subject = get_object_or_404(_reports(request), pk=pk)
    if request.method == "POST":
        return _act_on_report(request, subject)
    audit.note(request.user, Act.LOOKED, subject)
    return _report_page(request, subject)


def _reports(request: HttpRequest) -> QuerySet[Report]:
    faces = Profile.objects.filter(member=OuterRef("reporter"), community=OuterRef("community"))
    readable = Report.objects.readable_by(request.user).select_related("profile__member")
    return readable.annotate(
        reporter_name=Subquery(faces.values("username")[:1]), letters=measure_letters.beside()
    )


def _act_on_report(request: HttpRequest, subject: Report) -> HttpResponse:
    """Do what the pressed button says; a membership ends only when asked twice."""
    step = request.POST.get("do", "")
    if step == "name":
        return _name(request, subject)
    if step == Step.DISMISS:
        return _try(request, subject, step, lambda: measures.dismiss(subject, request.user))
    if step not in SAID or step == STAYS:
        messages.warning(request, _("Please press one of the buttons. Nothing was done."))
        return redirect("admin:moderation_report_change", subject.pk)
    form = form_of(step, subject, "", request.POST)
    if not form.is_valid():
        return _report_page(request, subject, form)
    if step == Step.NOTE:
        words = form.cleaned_data["words"]
        return _try(request, subject, step, lambda: measures.note(subject, request.user, words))
    member = _member_of(subject)
    if step == Step.END and "sure" not in request.POST:
        return _ask_twice(request, subject, form)
    return _try(request, subject, step, lambda: _do(step, member, request.user, form, subject))


def _do(
    step: str, member: Member | None, staff: Member, form: WordsForm, subject: Report | None
) -> Measure:
    if member is None:
        raise measures.PersonIsGone
    verbs = {
        Step.WARN: measures.warn, Step.SUSPEND: measures.suspend, Step.END: measures.end,
        Step.REINSTATE: measures.reinstate,
    }  # fmt: skip
    return verbs[step](member, staff, report=subject, **form.cleaned_data)


def _try(
    request: HttpRequest, subject: Report | Measure, step: str, verb: Callable[[], object]
) -> HttpResponse:
    """To the queue when something is done; back to the page after a note, or with what stood against it."""
    room = subject._meta.model_name
    try:
        verb()
    except measures.Refusal as refusal:
        messages.warning(request, str(refusal))
    except OperationalError:
        messages.warning(request, _("Somebody else is busy with this just now. Please try again."))
    else:
        messages.success(request, SAID[step]())
        if step != Step.NOTE:
            return redirect(QUEUE)
    return redirect(f"admin:moderation_{room}_change", subject.pk)


def _name(request: HttpRequest, subject: Report) -> HttpResponse:
    form = NameForm(request.POST)
    if subject.person_id or subject.closed_at or subject.is_erased:
        messages.warning(request, _("Whom this report is about is settled. Nothing was changed."))
        return redirect("admin:moderation_report_change", subject.pk)
    if form.is_valid():
        community = COMMUNITIES[form.cleaned_data["community"]]
        try:
            reporting.name_person(subject, request.user, community, form.cleaned_data["username"])
            return redirect("admin:moderation_report_change", subject.pk)
        except reporting.NobodyFound:
            form.add_error(
                "username", _("Nobody is called so there. Please look at the name again.")
            )
    return _report_page(request, subject, name_form=form)


def _member_of(subject: Report | Measure) -> Member | None:
    profile = getattr(subject, "profile", None)
    if profile is not None:
        return profile.member
    if subject.person_id is None:
        return None
    return Member.objects.filter(pk=subject.person_id).first()


def _report_page(
    request: HttpRequest,
    subject: Report,
    form: WordsForm | None = None,
    name_form: NameForm | None = None,
) -> HttpResponse:
    member = _member_of(subject)
    known = record.of_report(subject)
    may_act = can_act_on_reports(request.user)
    may_act_on = member is not None and can_act_on(request.user, member)
    steps = [Step.NOTE, *(record.steps_for(member, known) if may_act_on else [])]
    if subject.closed_at:
        steps = [step for step in steps if step in (Step.NOTE, Step.REINSTATE)]
    context = {
        "report": subject,
        "community": subject.where,
        "member": member,
        "record": known,
        "may_see_address": can_see_members(request.user),
        "is_own": subject.reporter_id == request.user.pk,
        "may_not_act_on": may_act and member is not None and not may_act_on,
        "acts": _acts(steps, subject, member, form) if may_act else [],
        "may_dismiss": may_act and not subject.closed_at,
        "name_form": name_form or NameForm(),
        "may_name": may_act and not (subject.person_id or subject.closed_at or subject.is_erased),
    }
    return _render(request, "report", _("Report"), context)


def _acts(
    steps: list[str],
    subject: Report | Measure,
    member: Member | None,
    form: WordsForm | None = None,
) -> list[WordsForm]:
    """A form for each step; the one that came back with an error is as it was typed."""
    tried = {form.step: form} if form else {}
    language = member.language if member else ""
    return [tried.get(step) or form_of(step, subject, language) for step in steps]


def _ask_twice(request: HttpRequest, subject: Report | Measure, form: WordsForm) -> HttpResponse:
    return _render(request, "sure", _("Report"), {"subject": subject, "form": form})


def _render(
    request: HttpRequest, name: str, title: str, context: dict[str, object]
) -> HttpResponse:
    """The title is the same for all: a name would stay in the browser's history."""
    page = {**admin.site.each_context(request), "title": title} | context
    return render(request, f"moderation/reports/{name}.html", page)


# --- a measure, and what the person says to it ------------------------------------------------------


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    if not can_read_reports(request.user):
        raise PermissionDenied
    subject = get_object_or_404(_measures(request), pk=pk)
    if request.method == "POST":
        return _act_on_measure(request, subject)
    audit.note(request.user, Act.LOOKED, subject)
    return _measure_page(request, subject)


def _measures(request: HttpRequest) -> QuerySet[Measure]:
    faces = Profile.objects.filter(member=OuterRef("member")).order_by("community")
    readable = Measure.objects.readable_by(request.user).select_related("member", "staff")
    return readable.annotate(
        names=ArraySubquery(faces.values("username")), letters=measure_letters.beside()
    )


def _act_on_measure(request: HttpRequest, subject: Measure) -> HttpResponse:
    step, staff = request.POST.get("do", ""), request.user
    if step not in (STAYS, Step.REINSTATE, Step.END):
        messages.warning(request, _("Please press one of the buttons. Nothing was done."))
        return redirect("admin:moderation_measure_change", subject.pk)
    form = form_of(step, subject, "", request.POST)
    if not form.is_valid():
        return _measure_page(request, subject, form)
    if step == Step.END and "sure" not in request.POST:
        return _ask_twice(request, subject, form)
    if step == STAYS:
        words = form.cleaned_data["words"]
        return _try(request, subject, step, lambda: appeals.let_stand(subject, staff, words))
    return _try(request, subject, step, lambda: _do(step, subject.member, staff, form, None))


def _measure_page(
    request: HttpRequest, subject: Measure, form: WordsForm | None = None
) -> HttpResponse:
    known = record.of_person(subject.person_id)
    may_act = subject.member is not None and can_act_on(request.user, subject.member)
    steps = [STAYS] if subject.is_appeal_open else []
    out = record.steps_for(subject.member, known)
    steps += [step for step in out if step in (Step.REINSTATE, Step.END) and Step.WARN not in out]
    context = {
        "measure": subject,
        "names": ", ".join(subject.names),
        "by": colleague(subject.staff),
        "is_decider": subject.staff_id == request.user.pk,
        "record": known,
        "acts": _acts(steps, subject, subject.member, form) if may_act else [],
    }
    return _render(request, "measure", _("Measure"), context)
