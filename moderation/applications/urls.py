from django.urls import path

from moderation.applications import applicant_views

app_name = "applicant"
urlpatterns = [
    path("application/<uuid:key>/answer/", applicant_views.answer, name="answer"),
]
