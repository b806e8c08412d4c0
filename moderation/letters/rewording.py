"""The staff change the words of a prepared letter, or go back to the original.

Only who is at it knows what somebody else changed meanwhile: each verb takes the mark of what was
seen (`mark_of`), and refuses where something else stands there now.
"""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from members.models import Member
from moderation import audit
from moderation.letters import wording
from moderation.letters.originals import PREPARED
from moderation.models import Act, LetterText
from moderation.rights import can_change_letters


class ChangedMeanwhile(Exception):
    """Somebody else changed the letter since it was opened; nothing was done."""


def find(name: str, language: str) -> LetterText | None:
    """The staff's words of a letter, or None where the original holds."""
    rows = LetterText.objects.select_related("changed_by")
    return rows.filter(name=name, language=language).first()


def mark_of(text: LetterText | None) -> str:
    """What tells one state of a letter from another; empty for the original."""
    return text.changed_at.isoformat() if text else ""


@transaction.atomic
def reword(name: str, language: str, words: str, staff: Member, seen: str) -> bool:
    """Give a letter these words; whether anything changed. The original's own words restore it.

    Raises:
        ChangedMeanwhile: what stands there is not what `seen` is the mark of.
        PermissionDenied: `staff` may not.
    """
    text = _take(name, language, staff, seen)
    if words == wording.original(name, language):
        return _restore(text, staff)
    if text is None:
        text = _add(name, language, words, staff)
    elif text.words == words:
        return False
    else:
        text.words, text.changed_by, text.changed_at = words, staff, timezone.now()
        text.save(update_fields=["words", "changed_by", "changed_at"])
    audit.note(staff, Act.CHANGED, text)
    return True


@transaction.atomic
def restore(name: str, language: str, staff: Member, seen: str) -> bool:
    """Go back to the original; whether anything changed. Raises as `reword` does."""
    return _restore(_take(name, language, staff, seen), staff)


def _take(name: str, language: str, staff: Member, seen: str) -> LetterText | None:
    if not can_change_letters(staff):
        raise PermissionDenied
    if name not in PREPARED:
        raise KeyError(f"No prepared letter is called {name}.")
    rows = LetterText.objects.select_for_update()
    text = rows.filter(name=name, language=language).first()
    if mark_of(text) != seen:
        raise ChangedMeanwhile
    return text


def _add(name: str, language: str, words: str, staff: Member) -> LetterText:
    try:
        with transaction.atomic():
            return LetterText.objects.create(
                name=name, language=language, words=words, changed_by=staff
            )
    except IntegrityError as error:
        # Two who changed the original in the same moment: the database lets one through.
        if "letter_text_once_per_language" not in str(error):
            raise
        raise ChangedMeanwhile from error


def _restore(text: LetterText | None, staff: Member) -> bool:
    if text is None:
        return False
    audit.note(staff, Act.CHANGED, text)
    text.delete()
    return True
