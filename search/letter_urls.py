"""What stands in letters: a page that needs no signing in."""

from django.urls import path

from search import saved_views

app_name = "saved_letters"
urlpatterns = [path("<str:token>/searches/", saved_views.stop, name="stop")]
