"""What stands in letters: pages that need no signing in."""

from django.urls import path

from members.relay import views, write_views

app_name = "letters"
urlpatterns = [
    path("<str:token>/block/", views.block_from_letter, name="block"),
    path("<str:token>/room/", write_views.room_stop, name="room_stop"),
]
