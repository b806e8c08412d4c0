from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst

from moderation import audit
from moderation.models import Act
from moderation.rights import can_read_audit_log


class NeverDeleted(admin.ModelAdmin):
    """Nothing is deleted in admin: what is erased, is erased by a verb with everything around it.

    What is done and looked at stands in our audit log, and in no other: Django's own would keep
    names of things, and could be changed.
    """

    show_facets = admin.ShowFacets.NEVER  # each count reads a whole table

    @property
    def media(self) -> Media:
        """What marking rows for an action needs. The rest of Django's scripts writes styles into the
        page, which our Content-Security-Policy refuses, for widgets nobody uses here."""
        return Media(js=["admin/js/core.js", "admin/js/actions.js"])

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        if any("\0" in value for values in request.GET.lists() for value in values[1]):
            return redirect(request.path)  # as Django does with other filters it cannot read
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title} | (extra_context or {}))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        title = capfirst(self.opts.verbose_name)
        extra = {"title": title, "subtitle": None} | (extra_context or {})
        response = super().change_view(request, object_id, form_url, extra)
        shown = getattr(response, "context_data", {}).get("original")
        if shown is not None:
            audit.note_look(request.user, shown)
        return response

    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        if not can_read_audit_log(request.user):
            raise PermissionDenied
        shown = self.get_object(request, unquote(object_id))
        if shown is None:
            raise Http404
        return redirect(log_of(shown))

    def log_addition(self, request: HttpRequest, obj: Model, message: object) -> None:
        audit.note(request.user, Act.CHANGED, obj)

    def log_change(self, request: HttpRequest, obj: Model, message: object) -> None:
        if message:  # empty where the form was sent as it came
            audit.note(request.user, Act.CHANGED, obj)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class ReadOnly(NeverDeleted):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


def log_of(about: Model) -> str:
    """Address of the audit log with what was done to this, or to the person it belongs to."""
    thing = audit.thing_of(about)
    asked = (
        {"person": thing.person_id} if thing.person_id else {"kind": thing.kind, "key": thing.key}
    )
    return f"{reverse('admin:moderation_auditentry_changelist')}?{urlencode(asked)}"
