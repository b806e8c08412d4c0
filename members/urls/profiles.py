from django.urls import path

from members.views import profiles

app_name = "members"
urlpatterns = [
    path("<str:username>/", profiles.profile, name="profile"),
    path("<str:username>/block/", profiles.block, name="block"),
]
