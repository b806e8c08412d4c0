"""The floor plan: every prefix of the site on one page."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, register_converter

from connect.health import healthz
from members.communities import CommunityConverter
from members.outbox import webhooks

register_converter(CommunityConverter, "community")

urlpatterns = [
    path("", include("connect.pages_urls")),
    path("", include("members.urls.joining")),
    path("", include("moderation.applications.urls")),
    path("accounts/", include("allauth.urls")),
    path("account/", include("members.urls.account")),
    path("account/messages/", include("members.relay.account_urls")),
    path("account/searches/", include("search.account_urls")),
    # reports below a profile and a message, the warning to be read, and answers to measures
    path("", include("moderation.reports.urls")),
    path("letters/", include("members.relay.letter_urls")),
    path("letters/", include("search.letter_urls")),
    path("letters/", include("moderation.reminders.urls")),
    path("letters/", include("members.urls.letters")),
    path("<community:community>/members/", include("search.urls")),
    path("<community:community>/members/", include("members.urls.profiles")),
    path("<community:community>/members/", include("members.relay.urls")),
    path("places/", include("members.places.urls")),
    path("map/", include("members.places.basemap_urls")),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
]

if settings.MAIL_PROVIDER and settings.WEBHOOK_SECRETS:
    urlpatterns += [path("returns/", include(webhooks.urls(settings.MAIL_PROVIDER)))]

if settings.SHOW_INBOX:
    urlpatterns += [
        path("mail/", include("connect.inbox_urls")),
        path("style-guide/", include("connect.style_guide")),
    ]
