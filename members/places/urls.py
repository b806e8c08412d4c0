from django.urls import path

from members.places import views

app_name = "places"
urlpatterns = [
    path("suggest", views.suggest, name="suggest"),
    path("area", views.area, name="area"),
]
