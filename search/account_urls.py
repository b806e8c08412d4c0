from django.urls import path

from search import saved_views

app_name = "saved"
urlpatterns = [
    path("", saved_views.searches, name="searches"),
    path("<community:community>/keep/", saved_views.keep, name="keep"),
    path("<uuid:key>/letters/", saved_views.letters, name="letters"),
    path("<uuid:key>/remove/", saved_views.remove, name="remove"),
]
