from django.urls import path

from connect import inbox

app_name = "inbox"
urlpatterns = [
    path("", inbox.letters, name="list"),
    path("clear/", inbox.clear, name="clear"),
    path("<slug:key>/", inbox.letter, name="letter"),
    path("<slug:key>/html/", inbox.html, name="html"),
]
