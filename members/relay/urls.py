from django.urls import path

from members.relay import write_views

app_name = "relay"
urlpatterns = [
    path("<str:username>/write/", write_views.write, name="write"),
    path("<str:username>/write/<uuid:key>/", write_views.on_its_way, name="on_its_way"),
]
