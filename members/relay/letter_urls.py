"""What stands in letters: pages that need no signing in."""

from django.urls import path

from members.relay import letter_views, write_views
from members.relay.models import Reply

app_name = "letters"
urlpatterns = [
    path("<str:token>/", letter_views.answers, name="answers"),
    path("<str:token>/not-now/", letter_views.reply, {"kind": Reply.Kind.NOT_NOW}, name="not_now"),
    path(
        "<str:token>/need-time/", letter_views.reply, {"kind": Reply.Kind.NEED_TIME},
        name="need_time",
    ),
    path("<str:token>/no-more/", letter_views.reply, {"kind": Reply.Kind.NO_MORE}, name="no_more"),
    path("<str:token>/block/", letter_views.block, name="block"),
    path("<str:token>/room/", write_views.room_stop, name="room_stop"),
]  # fmt: skip
