"""Members, for administrators only: reviewers never see an address."""

from collections.abc import Callable
from contextlib import suppress

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import ManyToManyField, QuerySet
from django.forms import CheckboxSelectMultiple, ModelForm
from django.http import HttpRequest
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from members import looking
from members.models import Member
from moderation import alarms
from moderation.admin.reading import NeverDeleted
from moderation.models import Measure
from moderation.reports import measure_letters, measures

SHOWN_ALARMS = 7
Step = Measure.Step


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return [
            ("in", _("may sign in")),
            ("applicant", _("applicant")),
            ("suspended", _("suspended")),
            ("staff", _("staff")),
            ("limit", _("reached a limit this week")),
        ]

    def queryset(self, request: HttpRequest, members: QuerySet) -> QuerySet:
        match self.value():
            case "in":
                return members.filter(let_in_at__isnull=False, suspended_at=None)
            case "applicant":
                return members.filter(let_in_at=None, is_staff=False)
            case "suspended":
                return members.filter(suspended_at__isnull=False)
            case "staff":
                return members.filter(is_staff=True)
            case "limit":
                return members.filter(pk__in=alarms.this_week())
        return members


@admin.register(Member)
class MemberAdmin(NeverDeleted):
    list_display = ["email", "state", "faces", "let_in_at"]
    list_filter = [StateFilter]
    search_fields = ["email"]
    search_help_text = _("Find by the beginning of the address")
    show_full_result_count = False
    list_per_page = 50
    ordering = ["email"]
    actions = ["suspend", "lift_suspension"]
    fields = [
        "email", "state", "faces", "created_at", "let_in_at", "suspended_at", "looked_lately",
        "limits_reached", "is_staff", "groups",
    ]  # fmt: skip
    readonly_fields = [
        "email", "state", "faces", "created_at", "let_in_at", "suspended_at", "looked_lately",
        "limits_reached",
    ]  # fmt: skip
    formfield_overrides = {ManyToManyField: {"widget": CheckboxSelectMultiple, "help_text": ""}}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("profiles")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        return queryset.filter(email__startswith=search_term.strip().lower()), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Everybody comes in by applying; staff are members too."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Member | None = None) -> bool:
        """Nobody gives or takes rights above their own."""
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not above and super().has_change_permission(request, obj)

    @method_decorator(reauthentication_required)
    def save_model(self, request: HttpRequest, obj: Member, form: ModelForm, change: bool) -> None:
        """Rights are given and taken only by somebody who has just shown that it is them: an
        administrator's screen left open makes nobody staff."""
        super().save_model(request, obj, form, change)

    @admin.display(description=_("state"))
    def state(self, member: Member) -> str:
        if member.suspended_at:
            return _("suspended")
        if member.is_staff:
            return _("staff")
        return _("may sign in") if member.let_in_at else _("applicant")

    @admin.display(description=_("profiles"))
    def faces(self, member: Member) -> str:
        found = [f"{profile.where}: {profile.username}" for profile in member.profiles.all()]
        return ", ".join(found) or "–"

    @admin.display(description=_("In the last 24 hours"))
    def looked_lately(self, member: Member) -> str:
        """Numbers only: whom somebody looked at is nobody's business."""
        did = looking.lately(member.pk)
        return _(
            "%(people)d of %(most_people)d people, %(searches)d of %(most_searches)d searches, "
            "%(changes)d of %(most_changes)d changes of answers"
        ) % {
            "people": did.profiles, "most_people": settings.PROFILES_A_DAY,
            "searches": did.searches, "most_searches": settings.SEARCHES_A_DAY,
            "changes": did.changes, "most_changes": settings.CHANGES_A_DAY,
        }  # fmt: skip

    @admin.display(description=_("Reached a limit of the day"))
    def limits_reached(self, member: Member) -> str:
        times = alarms.about(member.pk).values_list("posted_at", flat=True)[:SHOWN_ALARMS]
        return ", ".join(date_format(localtime(one)) for one in times) or _("never")

    @admin.action(description=_("Suspend: signed out and seen by nobody"), permissions=["change"])
    def suspend(self, request: HttpRequest, members: QuerySet) -> None:
        changed = self._each(request, members, Step.SUSPEND, measures.suspend)
        self.message_user(request, _("%d suspended.") % changed, messages.SUCCESS)

    @admin.action(description=_("Lift the suspension"), permissions=["change"])
    def lift_suspension(self, request: HttpRequest, members: QuerySet) -> None:
        changed = self._each(request, members, Step.REINSTATE, measures.reinstate)
        self.message_user(request, _("%d let back in.") % changed, messages.SUCCESS)

    def _each(
        self, request: HttpRequest, members: QuerySet, step: str, verb: Callable[..., Measure]
    ) -> int:
        """Do it, with its prepared letter, to everybody chosen to whom it may be done; how many."""
        done = 0
        for member in members:
            with suppress(measures.Refusal, PermissionDenied):
                verb(member, request.user, measure_letters.prepared(step, "", member.language))
                done += 1
        return done
