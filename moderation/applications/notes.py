"""What the staff say to each other about an application."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from members.models import Member, Profile
from moderation import audit
from moderation.models import Act, Application, Note
from moderation.rights import can_decide
from moderation.taking import Refusal, Withdrawn


class EmptyNote(Refusal):
    def __init__(self) -> None:
        super().__init__(_("The note is empty. Nothing was kept."))


@transaction.atomic
def write(profile: Profile, author: Member, words: str) -> Note:
    """Keep a note, in whatever state the application is. The applicant never sees it. The button
    pressed twice gives one note.

    Raises:
        Refusal: EmptyNote, Withdrawn.
        PermissionDenied: `author` may not decide.
    """
    if not can_decide(author):
        raise PermissionDenied
    if not words.strip():
        raise EmptyNote
    # So that it cannot be erased between the look and the writing.
    application = Application.objects.select_for_update(no_key=True).filter(pk=profile.pk).first()
    if application is None:
        raise Withdrawn
    last = application.notes.last()
    if last and (last.author_id, last.words) == (author.pk, words.strip()):
        return last
    note = Note.objects.create(application=application, author=author, words=words.strip())
    audit.note(author, Act.NOTED, application)
    return note
