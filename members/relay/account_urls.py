from django.urls import path

from members.relay import account_views, write_views

app_name = "messages"
urlpatterns = [
    path("", account_views.messages, name="list"),
    path("room/<uuid:key>/", write_views.room, name="room"),
    path("<uuid:key>/keep/", account_views.keep, name="keep"),
    path("<uuid:key>/let-go/", account_views.let_go, name="let_go"),
    path("<uuid:key>/reply/", account_views.reply, name="reply"),
    path("silences/", account_views.silences, name="silences"),
    path("silences/<int:number>/take-back/", account_views.take_back, name="take_back"),
]
