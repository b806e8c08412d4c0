"""What stands in letters: pages that need no signing in."""

from django.urls import path

from members.relay import views

app_name = "letters"
urlpatterns = [path("<str:token>/block/", views.block_from_letter, name="block")]
