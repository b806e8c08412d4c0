"""The outbox. Its page is moderation.outgoing.views; Django's own are not used."""

from django.contrib import admin
from django.urls import URLPattern, path

from moderation.admin.reading import ReadOnly
from moderation.models import OutgoingLetter
from moderation.outgoing import views


@admin.register(OutgoingLetter)
class OutgoingLetterAdmin(ReadOnly):
    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(views.outbox)
        return [path("", page, name="moderation_outgoingletter_changelist")]
