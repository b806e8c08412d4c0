from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from moderation import staff_messages
from moderation.admin.reading import NeverDeleted
from moderation.models import StaffMessage


class AnsweredFilter(admin.SimpleListFilter):
    title = _("answered")
    parameter_name = "answered"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return [("no", _("not yet")), ("yes", _("answered"))]

    def queryset(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
        match self.value():
            case "no":
                return rows.filter(answered_at=None)
            case "yes":
                return rows.filter(answered_at__isnull=False)
        return rows


@admin.register(StaffMessage)
class StaffMessageAdmin(NeverDeleted):
    list_display = ["beginning", "about", "received_at", "answered_at"]
    list_filter = [AnsweredFilter, "about"]
    list_per_page = 50
    show_full_result_count = False
    fields = ["received_at", "about", "from_whom", "reply_to", "body", "answered_at"]
    readonly_fields = fields
    actions = ["mark_answered"]
    change_form_template = "moderation/staff_message.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("message"))
    def beginning(self, message: StaffMessage) -> str:
        return Truncator(message.body).words(16)

    @admin.display(description=_("from"))
    def from_whom(self, message: StaffMessage) -> str:
        return _("a member") if message.member_id else _("a visitor")

    @admin.action(description=_("Mark as answered"), permissions=["change"])
    def mark_answered(self, request: HttpRequest, rows: QuerySet) -> None:
        number = staff_messages.mark_answered(rows, request.user)
        said = _("%(number)d messages are marked as answered.")
        self.message_user(request, said % {"number": number}, messages.SUCCESS)

    def save_model(self, request: HttpRequest, obj: StaffMessage, form: Form, change: bool) -> None:
        """The page's one button says that the message is answered."""
        staff_messages.mark_answered(StaffMessage.objects.filter(pk=obj.pk), request.user)

    def response_change(self, request: HttpRequest, obj: StaffMessage) -> HttpResponse:
        self.message_user(request, _("The message is marked as answered."), messages.SUCCESS)
        return redirect("admin:moderation_staffmessage_changelist")
