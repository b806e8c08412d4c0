"""The prepared letters. Their pages are moderation.letters.views; Django's own are not used."""

from django.contrib import admin
from django.urls import URLPattern, path

from moderation.admin.reading import ReadOnly
from moderation.letters import views
from moderation.models import LetterText


@admin.register(LetterText)
class LetterTextAdmin(ReadOnly):
    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "moderation_lettertext"
        return [
            path("", view(views.list_of_letters), name=f"{name}_changelist"),
            path("<slug:name>/change/", view(views.letter), name=f"{name}_change"),
            path("<slug:name>/original/", view(views.original), name=f"{name}_original"),
        ]
