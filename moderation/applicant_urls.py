from django.urls import path

from moderation import applicant_views

app_name = "applicant"
urlpatterns = [
    path("application/<uuid:key>/answer/", applicant_views.answer, name="answer"),
]
