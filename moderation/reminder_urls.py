"""What stands in letters to the staff: a page that needs no signing in."""

from django.urls import path

from moderation import reminder_views

app_name = "reminders"
urlpatterns = [path("<str:token>/reminders/", reminder_views.stop, name="stop")]
