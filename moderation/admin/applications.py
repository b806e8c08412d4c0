"""The queue. One application has a page of its own: moderation.views.application."""

from collections.abc import Iterator

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from members.communities import CommunitySlug
from moderation import hints, queue, reading, undoing, views
from moderation.admin.reading import ReadOnly
from moderation.models import Application, State

NEWEST_FIRST = (State.APPROVED, State.DECLINED)


class StateFilter(admin.SimpleListFilter):
    """Those that wait, unless another state is chosen."""

    title = _("state")
    parameter_name = "state"
    template = "moderation/state_tabs.html"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return State.choices

    def value(self) -> str:
        given = super().value()
        return given if given in State.values else State.WAITING

    def queryset(self, request: HttpRequest, applications: QuerySet) -> QuerySet:
        return applications.in_state(self.value())

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, object]]:
        everybody = changelist.get_queryset(
            self.request, exclude_parameters=self.expected_parameters()
        )
        counted = queue.counts(everybody)
        for state, label in self.lookup_choices:
            yield {
                "selected": self.value() == state,
                "query_string": changelist.get_query_string({self.parameter_name: state}, ["p"]),
                "display": label,
                "count": counted[state],
                "more": counted[state] > queue.COUNTED,
            }

    def __init__(self, request: HttpRequest, *args: object) -> None:
        self.request = request
        super().__init__(request, *args)


class CommunityFilter(admin.SimpleListFilter):
    title = _("community")
    parameter_name = "community"
    template = "moderation/community_tabs.html"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return CommunitySlug.choices

    def queryset(self, request: HttpRequest, applications: QuerySet) -> QuerySet:
        return applications.of(self.value()) if self.value() in CommunitySlug else applications


class Queue(ChangeList):
    """The rows of one page with their hints."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        for application in self.result_list:
            application.hints = hints.in_short(application)


@admin.register(Application)
class ApplicationAdmin(ReadOnly):
    list_filter = [StateFilter, CommunityFilter]
    list_display = ["username"]  # the template draws the rows
    search_fields = ["username__istartswith"]
    search_help_text = _("Find by the beginning of the username")
    show_full_result_count = False
    list_per_page = 25
    list_max_show_all = 0
    actions = None
    change_list_template = "moderation/queue.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return reading.for_queue(Application.objects.all())

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        undoable = {"undoable": undoing.last_of(request.user)}
        return super().changelist_view(request, undoable | (extra_context or {}))

    def get_ordering(self, request: HttpRequest) -> list[str]:
        return ["-pk"] if request.GET.get("state") in NEWEST_FIRST else ["applied_at", "pk"]

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[ChangeList]:
        return Queue

    def get_urls(self) -> list[URLPattern]:
        """The list, one application, the next one; none of the pages Django has for editing."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="moderation_application_changelist"),
            path(
                "<int:pk>/change/",
                view(views.application),
                name="moderation_application_change",
            ),
            path("<int:pk>/next/", view(views.following), name="moderation_application_next"),
        ]
