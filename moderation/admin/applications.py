"""The queue. One application has a page of its own: moderation.applications.views.application."""

from collections.abc import Iterator
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import InvalidPage, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from members.communities import CommunitySlug
from moderation.admin.reading import ReadOnly
from moderation.applications import claims, hints, queue, reading, several, undoing, views
from moderation.applications.views import decided_by
from moderation.models import Application, State
from moderation.rights import can_decide

NEWEST_FIRST = (State.APPROVED, State.DECLINED)
NOBODY = "nobody"
# Whom it waits for is what a reviewer looks for first.
TABS = {
    State.WAITING: _("Waiting for us"),
    State.ASKED: _("Waiting for them"),
    State.APPROVED: _("Approved"),
    State.DECLINED: _("Declined"),
    State.UNCONFIRMED: _("Not confirmed"),
}


class Filter(admin.SimpleListFilter):
    """Links that keep the other filters and begin at the first page."""

    template = "moderation/filter_tabs.html"
    anything = _("All")

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, object]]:
        choices = [(None, self.anything), *self.offered(changelist)]
        for value, label in choices:
            changed = {self.parameter_name: value} if value else {}
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string(
                    changed, ["p"] if value else ["p", self.parameter_name]
                ),
                "display": label,
            }

    def offered(self, changelist: ChangeList) -> list[tuple[str, object]]:
        return self.lookup_choices

    def shown(self, changelist: ChangeList) -> object:
        """What is chosen, in words."""
        offered = dict(self.offered(changelist))
        return offered.get(self.value(), self.anything)


class StateFilter(admin.SimpleListFilter):
    """Those that wait for us, unless another state is chosen."""

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

    def choices(self, changelist: "Queue") -> Iterator[dict[str, object]]:
        counted = changelist.overview.counts
        for state, label in TABS.items():
            yield {
                "selected": self.value() == state,
                "query_string": changelist.get_query_string({self.parameter_name: state}, ["p"]),
                "display": label,
                "count": counted[state],
                "more": counted[state] > queue.COUNTED,
            }


class CommunityFilter(Filter):
    title = _("community")
    parameter_name = "community"
    anything = _("Both communities")

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return CommunitySlug.choices

    def value(self) -> str | None:
        given = super().value()
        return given if given in CommunitySlug else None

    def queryset(self, request: HttpRequest, applications: QuerySet) -> QuerySet:
        return applications.of(self.value()) if self.value() else applications


class ReviewerFilter(Filter):
    """Who is on them, or decided them."""

    title = _("reviewer")
    parameter_name = "reviewer"
    anything = _("Any reviewer")

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return [(NOBODY, _("Nobody is on it"))]

    def value(self) -> str | None:
        given = super().value()
        return given if given == NOBODY or _is_key(given) else None

    def queryset(self, request: HttpRequest, applications: QuerySet) -> QuerySet:
        if self.value() is None:
            return applications
        return (
            applications.on_nobody()
            if self.value() == NOBODY
            else applications.on_whom(self.value())
        )

    def offered(self, changelist: "Queue") -> list[tuple[str, object]]:
        return [*self.lookup_choices, *changelist.overview.reviewers]


def _is_key(text: str | None) -> bool:
    try:
        return str(UUID(text)) == text
    except (TypeError, ValueError):
        return False


class Counted(Paginator):
    """Pages of what was counted already."""

    count = 0


class Queue(ChangeList):
    """The rows of one page with their hints, and how many there are beside them."""

    full_result_count, show_full_result_count, show_admin_actions = None, False, False
    can_show_all = False

    def get_results(self, request: HttpRequest) -> None:
        self._count(request)
        try:
            self.result_list = list(self.paginator.page(self.page_num).object_list)
        except InvalidPage:
            raise IncorrectLookupParameters from None
        found = hints.of(self.result_list)
        for application in self.result_list:
            application.hints = found[application.pk]
            application.told = reading.in_short(application)
            application.on_it = claims.who(application, request.user)
            application.decided_by = decided_by(application, request.user)

    def _count(self, request: HttpRequest) -> None:
        any_state = self.get_queryset(request, exclude_parameters=[StateFilter.parameter_name])
        self.overview = queue.overview(any_state)
        (state,) = (one.value() for one in self.filter_specs if isinstance(one, StateFilter))
        self.result_count = min(self.overview.counts[state], queue.COUNTED)
        self.paginator = Counted(self.queryset, self.list_per_page)
        self.paginator.count = self.result_count
        self.multi_page = self.paginator.num_pages > 1

    def choices_shown(self) -> list[object]:
        """What the filters are set to, in words."""
        return [one.shown(self) for one in self.filter_specs if isinstance(one, Filter)]


@admin.register(Application)
class ApplicationAdmin(ReadOnly):
    list_filter = [StateFilter, CommunityFilter, ReviewerFilter]
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
        context = {
            "undoable": undoing.last_of(request.user),
            "can_decide": can_decide(request.user),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def get_ordering(self, request: HttpRequest) -> list[str]:
        return ["-pk"] if request.GET.get("state") in NEWEST_FIRST else ["applied_at", "pk"]

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[ChangeList]:
        return Queue

    def get_urls(self) -> list[URLPattern]:
        """The list, one application, the next one; none of the pages Django has for editing."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="moderation_application_changelist"),
            path("several/", view(several.several), name="moderation_application_several"),
            path(
                "<int:pk>/change/",
                view(views.application),
                name="moderation_application_change",
            ),
            path("<int:pk>/next/", view(views.following), name="moderation_application_next"),
        ]
