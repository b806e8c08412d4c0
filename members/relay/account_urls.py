from django.urls import path

from members.relay import views, write_views

app_name = "messages"
urlpatterns = [
    path("", views.messages, name="list"),
    path("room/<uuid:key>/", write_views.room, name="room"),
]
