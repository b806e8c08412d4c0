"""The queue of reports, and the record of measures. Each has a page of its own: see
moderation.reports.desk."""

from collections.abc import Iterator

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from members.communities import CommunitySlug
from moderation.admin.reading import ReadOnly
from moderation.models import Concern, Measure, Report
from moderation.reports import desk
from moderation.taking import colleague

OPEN, WORRIED, CLOSED = "open", "worried", "closed"
NOT_SAID = "none"
APPEALS_SHOWN = 10
IN_STATE = {
    OPEN: Q(closed_at=None),
    WORRIED: Q(closed_at=None, concern=Concern.WORRIED),
    CLOSED: Q(closed_at__isnull=False),
}


class StateFilter(admin.SimpleListFilter):
    """What waits, unless another state is chosen."""

    title = _("state")
    parameter_name = "state"
    template = "moderation/reports/state_tabs.html"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return [(OPEN, _("to do")), (WORRIED, _("worried")), (CLOSED, _("closed"))]

    def value(self) -> str:
        given = super().value()
        return given if given in IN_STATE else OPEN

    def queryset(self, request: HttpRequest, reports: QuerySet) -> QuerySet:
        return reports.filter(IN_STATE[self.value()])

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, object]]:
        everybody = changelist.get_queryset(
            self.request, exclude_parameters=self.expected_parameters()
        )
        counted = everybody.order_by().aggregate(
            **{state: Count("pk", filter=condition) for state, condition in IN_STATE.items()}
        )
        for state, label in self.lookup_choices:
            yield {
                "selected": self.value() == state,
                "query_string": changelist.get_query_string({self.parameter_name: state}, ["p"]),
                "display": label,
                "count": counted[state],
            }

    def __init__(self, request: HttpRequest, *args: object) -> None:
        self.request = request
        super().__init__(request, *args)


class CommunityFilter(admin.SimpleListFilter):
    title = _("community")
    parameter_name = "community"
    template = "moderation/filter_tabs.html"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return [*CommunitySlug.choices, (NOT_SAID, _("Not said"))]

    def queryset(self, request: HttpRequest, reports: QuerySet) -> QuerySet:
        if self.value() == NOT_SAID:
            return reports.filter(community="")
        return reports.filter(community=self.value()) if self.value() in CommunitySlug else reports


class ConcernFilter(admin.SimpleListFilter):
    title = _("concern")
    parameter_name = "concern"
    template = "moderation/reports/concern_filter.html"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return Concern.choices

    def queryset(self, request: HttpRequest, reports: QuerySet) -> QuerySet:
        return reports.filter(concern=self.value()) if self.value() in Concern else reports


@admin.register(Report)
class ReportAdmin(ReadOnly):
    list_filter = [StateFilter, CommunityFilter, ConcernFilter]
    list_display = ["concern"]  # the template draws the rows
    show_full_result_count = False
    list_per_page = 25
    list_max_show_all = 0
    actions = None
    change_list_template = "moderation/reports/queue.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With the record of the person reported: no further question for any number of rows."""
        others = Report.objects.filter(person_id=OuterRef("person_id")).exclude(pk=OuterRef("pk"))
        hurt = Measure.objects.filter(
            person_id=OuterRef("person_id"), step__in=["warn", "suspend", "end"]
        )
        worry = Case(When(concern=Concern.WORRIED, then=0), default=1, output_field=IntegerField())
        return Report.objects.readable_by(request.user).annotate(
            earlier_reports=_how_many(others), earlier_measures=_how_many(hurt), calm=worry
        )

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """The oldest first, before them those about whom somebody is worried."""
        if request.GET.get("state") == CLOSED:
            return ["-closed_at", "-pk"]
        return ["calm", "received_at", "pk"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        answers = Measure.objects.appealed().readable_by(request.user).order_by("appealed_at")
        extra = {"appeals": answers[:APPEALS_SHOWN]} | (extra_context or {})
        return super().changelist_view(request, extra)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="moderation_report_changelist"),
            path("<int:pk>/change/", view(desk.report), name="moderation_report_change"),
        ]


def _how_many(rows: QuerySet) -> Coalesce:
    counted = rows.order_by().values("person_id").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), Value(0))


class AnswerFilter(admin.SimpleListFilter):
    title = _("answer")
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return [("waits", _("waits for us")), ("closed", _("read and answered"))]

    def queryset(self, request: HttpRequest, measures: QuerySet) -> QuerySet:
        match self.value():
            case "waits":
                return measures.appealed()
            case "closed":
                return measures.filter(appeal_closed_at__isnull=False)
        return measures


@admin.register(Measure)
class MeasureAdmin(ReadOnly):
    list_display = ["taken_at", "step", "concern", "who", "appealed_at", "appeal_closed_at"]
    list_filter = [AnswerFilter, "step", "concern"]
    list_per_page = 50
    show_full_result_count = False
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return Measure.objects.readable_by(request.user).select_related("staff")

    @admin.display(description=_("by"))
    def who(self, measure: Measure) -> str:
        return colleague(measure.staff)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="moderation_measure_changelist"),
            path("<int:pk>/change/", view(desk.measure), name="moderation_measure_change"),
        ]
