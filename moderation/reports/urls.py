"""What members reach of this room; the staff's pages are in admin."""

from django.urls import path

from moderation.reports import measure_views, reporting_views

app_name = "moderation"
urlpatterns = [
    path(
        "<community:community>/members/<str:username>/report/",
        reporting_views.report,
        name="report",
    ),
    path(
        "account/messages/<uuid:key>/report/", reporting_views.report_message, name="report_message"
    ),
    path(
        "account/safety/<int:block_id>/report/",
        reporting_views.report_blocked,
        name="report_blocked",
    ),
    # from a letter, without signing in
    path(
        "letters/<str:token>/report/",
        reporting_views.report_from_letter,
        name="report_from_letter",
    ),
    path(
        "letters/<str:token>/reported/",
        reporting_views.reported_from_letter,
        name="reported_from_letter",
    ),
    path("account/reported/", reporting_views.reported, name="reported"),
    path("account/warning/", measure_views.warning, name="warning"),
    path("appeal/<uuid:key>/", measure_views.appeal, name="appeal"),
]
