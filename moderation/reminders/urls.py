"""What stands in letters to the staff: a page that needs no signing in."""

from django.urls import path

from moderation.reminders import views

app_name = "reminders"
urlpatterns = [path("<str:token>/reminders/", views.stop, name="stop")]
