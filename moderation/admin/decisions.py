from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from moderation.admin.reading import ReadOnly
from moderation.models import Decision
from moderation.taking import colleague


@admin.register(Decision)
class DecisionAdmin(ReadOnly):
    list_display = ["decided_at", "community", "verdict", "reason", "who"]
    list_filter = ["verdict", "community", "reason"]
    list_per_page = 50
    show_full_result_count = False
    fields = ["decided_at", "community", "verdict", "reason", "who", "words", "application"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("reviewer")

    @admin.display(description=_("by"))
    def who(self, decision: Decision) -> str:
        return colleague(decision.reviewer)

    @admin.display(description=_("application"))
    def application(self, decision: Decision) -> str:
        if decision.profile_id is None:
            return _("erased")
        address = reverse("admin:moderation_application_change", args=[decision.profile_id])
        return format_html('<a href="{}">{}</a>', address, _("Open the application"))
