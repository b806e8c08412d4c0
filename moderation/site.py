"""The staff's pages: Django's admin with our sign-in, our rooms only, and a helpful first page."""

from collections.abc import Callable, Iterable

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.decorators import login_not_required
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from members.communities import COMMUNITIES
from members.outbox import alarm
from moderation import alarms, second_factor
from moderation.applications import queue
from moderation.figures import views as figures_views
from moderation.held import waiting as held
from moderation.models import StaffMessage
from moderation.reminders import views as reminder_views
from moderation.reports import record
from moderation.rights import (
    can_decide,
    can_read_applications,
    can_read_held,
    can_read_messages,
    can_read_reports,
    can_see_figures,
    can_see_members,
    can_see_outbox,
)

# Other people's apps enter models of which the staff have no use; some of them hold addresses.
ROOMS = ("moderation", "members")
UNUSED = {"view_on_site", "autocomplete"}


class StaffSite(AdminSite):
    site_title = _("Connect for the staff")
    site_header = _("Connect for the staff")
    index_title = _("Today")
    enable_nav_sidebar = False

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[ModelAdmin] | None = None,
        **options: object,
    ) -> None:
        single = isinstance(model_or_iterable, type)
        models = [model_or_iterable] if single else model_or_iterable
        ours = [model for model in models if model._meta.app_label in ROOMS]
        super().register(ours, admin_class, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's pages come last: they end with one that takes every address."""
        theirs = [page for page in super().get_urls() if getattr(page, "name", "") not in UNUSED]
        ours = [
            path("figures/", self.admin_view(figures_views.page), name="figures"),
            path("reminders/", self.admin_view(reminder_views.reminders), name="reminders"),
        ]
        return [*ours, *theirs]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict]:
        """Review first: it is what most of the staff are here for."""
        rooms = super().get_app_list(request, app_label)
        return sorted(rooms, key=lambda room: ROOMS.index(room["app_label"]))

    def admin_view(
        self, view: Callable[..., HttpResponse], cacheable: bool = False
    ) -> Callable[..., HttpResponse]:
        """Every page of the staff comes by here. Logging out is open to whoever is half inside."""
        guarded = view if view == self.logout else second_factor.required(view)
        return super().admin_view(guarded, cacheable)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        """There is one way to sign in, with its limits and its second factor."""
        return secure_admin_login(_to_first_page)(request)

    def password_change(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        return redirect("account_change_password")

    def index(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        return super().index(request, self._today(request) | (extra_context or {}))

    def _today(self, request: HttpRequest) -> dict[str, object]:
        """What waits for the person who opens the page."""
        today: dict[str, object] = {"can_see_figures": can_see_figures(request.user)}
        if can_decide(request.user):
            today["reminded"] = request.user.reminders_stopped_at is None
        if can_read_applications(request.user):
            waiting = queue.waiting_by_community()
            today["queue"] = [
                {"community": community, "waiting": waiting.get(slug)}
                for slug, community in COMMUNITIES.items()
            ]
        if can_read_messages(request.user):
            today["unanswered"] = StaffMessage.objects.filter(answered_at=None).count()
        if can_read_reports(request.user):
            today["reports"] = record.waiting_for(request.user)
        if can_read_held(request.user):
            today["held"] = held.waiting_for(request.user)
        if can_see_outbox(request.user):
            today["mail_ills"] = alarm.what_is_wrong()
        if can_see_members(request.user):
            today["at_a_limit"] = len(alarms.this_week())
        return today


def _to_first_page(request: HttpRequest) -> HttpResponse:
    return redirect("admin:index")
