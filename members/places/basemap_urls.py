from django.urls import path

from members.places import basemap

app_name = "basemap"
urlpatterns = [
    path("<slug:version>/<path:path>", basemap.tile, name="tile"),
]
