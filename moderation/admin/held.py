"""The queue of held messages; each has a page of its own in moderation.held.desk."""

from collections.abc import Iterator

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from moderation.admin.reading import ReadOnly
from moderation.held import desk
from moderation.models import HeldMessage

WAITING, DECIDED = "waiting", "decided"


class DecidedFilter(admin.SimpleListFilter):
    """What waits, unless the others are chosen."""

    title = _("state")
    parameter_name = "state"
    template = "moderation/filter_tabs.html"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return [(WAITING, _("To do")), (DECIDED, _("Decided"))]

    def value(self) -> str:
        return DECIDED if super().value() == DECIDED else WAITING

    def queryset(self, request: HttpRequest, held: QuerySet) -> QuerySet:
        waits = Q(released_at=None, refused_at=None)
        return held.exclude(waits) if self.value() == DECIDED else held.filter(waits)

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, object]]:
        """Without one for all of them: nobody looks for both at once."""
        return (choice for number, choice in enumerate(super().choices(changelist)) if number)


@admin.register(HeldMessage)
class HeldMessageAdmin(ReadOnly):
    """Lists are not written into the log, so no word of a message stands in this one."""

    list_filter = [DecidedFilter]
    list_display = ["held_at"]  # the template draws the rows
    ordering = ["held_at", "pk"]
    show_full_result_count = False
    list_per_page = 25
    list_max_show_all = 0
    actions = None
    change_list_template = "moderation/held/queue.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        held = HeldMessage.objects.stopped().readable_by(request.user)
        return held.select_related("sender", "recipient").defer("body")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="moderation_heldmessage_changelist"),
            path("<uuid:key>/change/", view(desk.message), name="moderation_heldmessage_change"),
        ]
