from django.urls import path

from connect import inbox

app_name = "inbox"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("empty/", inbox.empty, name="empty"),
    path("<slug:key>/", inbox.message, name="message"),
    path("<slug:key>/html/", inbox.twin, name="twin"),
]
