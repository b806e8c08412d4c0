from django.urls import path

from search import suggesting, views

app_name = "search"
urlpatterns = [
    path("", views.members, name="members"),
    path("places", suggesting.suggest, name="suggest"),
]
