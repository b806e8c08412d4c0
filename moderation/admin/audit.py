from django.contrib import admin
from django.urls import URLPattern, path

from moderation.admin.reading import ReadOnly
from moderation.log import views
from moderation.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    """A page to read it on; none to add, to change or to delete an entry."""

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(views.log)
        return [path("", page, name="moderation_auditentry_changelist")]
