"""Applications in nearly the same words, by whoever sent them.

Each text leaves a few marks: hashes of three words in a row, of which the smallest are kept. Texts
that share most of their words share most of these marks (Broder, "On the resemblance and
containment of documents", 1997), so that others like one are found by an index of marks, and no
text but the one that came is read.

Compared are applications that wait, those declined and not erased yet, and those approved within
COMPARED_AFTER_APPROVAL. The worker does it within a minute of the address being confirmed, so that
reading the queue asks for nothing but the result.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from hashlib import blake2b

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import MD5
from django.utils import timezone

from moderation.models import Application, Likeness

TOGETHER = 3  # words in a row that make one mark
LETTERS_TOGETHER = 8  # the same where words are not parted: Japanese, Thai, Chinese
FEWEST = 10  # marks: shorter texts are alike by chance
KEPT = 24  # marks of one text
ALIKE = 0.5  # share of the marks two texts have in common
CANDIDATES = 100  # the newest that share any mark
AT_ONCE = 200  # applications in one go of the worker
COMPARED_AFTER_APPROVAL = timedelta(days=90)


def compare_new() -> None:
    """Compare what came or was changed since the last time."""
    waiting = Application.objects.waiting().filter(_not_compared()).oldest_first()
    for key in waiting.values_list("pk", flat=True)[:AT_ONCE]:
        _compare(key)


def forget_old() -> None:
    long_ago = timezone.now() - COMPARED_AFTER_APPROVAL
    Likeness.objects.filter(application__approved_at__lte=long_ago).delete()


def marks_of(text: str) -> list[int]:
    """The smallest hashes of what stands together in the text, in rising order; [] if it is short."""
    marks = sorted({_hash(piece) for piece in _pieces(text)})
    return marks[:KEPT] if len(marks) >= FEWEST else []


def share(one: list[int], other: list[int]) -> float:
    """Estimate how much of two texts is the same: 0 to 1."""
    together = sorted({*one, *other})[:KEPT]
    return len({*one} & {*other} & {*together}) / len(together) if together else 0.0


def _not_compared() -> Q:
    return Q(likeness=None) | ~Q(likeness__of_text=MD5("about_me"))


@transaction.atomic
def _compare(key: int) -> None:
    """The row is held, so that it is neither erased nor compared by another worker meanwhile."""
    rows = Application.objects.waiting().select_for_update(of=("self",), skip_locked=True)
    application = rows.annotate(md5=MD5("about_me")).filter(pk=key).first()
    if application is None:
        return
    marks = marks_of(application.about_me)
    like = _like(application, marks)
    Likeness.objects.update_or_create(
        application_id=key,
        defaults={"of_text": application.md5, "marks": marks, "like_id": like},
    )
    # What was like it before may be no more; and the first of two learns of the second, too:
    # whichever is read first says so.
    Likeness.objects.filter(like=key).exclude(application=like).update(like=None)
    Likeness.objects.filter(application=like, like=None).update(like=key)


def _like(application: Application, marks: list[int]) -> int | None:
    """The key of the newest application in nearly these words, of another person."""
    others = (
        Likeness.objects.filter(marks__overlap=Value(marks, Likeness._meta.get_field("marks")))
        .exclude(application__member=application.member_id)
        .order_by("-application")
        .values_list("application", "marks")[:CANDIDATES]
    ) if marks else ()  # fmt: skip
    return next((key for key, theirs in others if share(marks, theirs) >= ALIKE), None)


def _pieces(text: str) -> Iterator[str]:
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
    if len(words) >= FEWEST:
        yield from (" ".join(words[at : at + TOGETHER]) for at in range(len(words) - TOGETHER + 1))
        return
    letters = "".join(words)
    if len(letters) >= 4 * LETTERS_TOGETHER:
        last = len(letters) - LETTERS_TOGETHER
        yield from (letters[at : at + LETTERS_TOGETHER] for at in range(last + 1))


def _hash(piece: str) -> int:
    return int.from_bytes(blake2b(piece.encode(), digest_size=8).digest(), signed=True)
