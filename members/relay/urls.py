from django.urls import path

from members.relay import views

app_name = "relay"
urlpatterns = [
    path("<str:username>/write/", views.write, name="write"),
    path("<str:username>/write/<uuid:key>/", views.on_its_way, name="on_its_way"),
]
