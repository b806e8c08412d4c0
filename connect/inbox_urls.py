from django.urls import path

from connect import all_letters, inbox

app_name = "inbox"
urlpatterns = [
    path("", inbox.letters, name="list"),
    path("clear/", inbox.clear, name="clear"),
    path("letters/", all_letters.kinds, name="kinds"),
    path("letters/<slug:kind>/", all_letters.specimen, name="specimen"),
    path("letters/<slug:kind>/html/", all_letters.html, name="specimen_html"),
    path("<slug:key>/", inbox.letter, name="letter"),
    path("<slug:key>/html/", inbox.html, name="html"),
]
