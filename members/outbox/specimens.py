"""What a letter may look like, with people who are invented: to look at, and to test. None is sent.

    @specimens("application_received")
    def received() -> Cases:
        return {"to-confirm": Mail(WREN, {"link": …, "is_confirmed": False}), "confirmed": …}

Every kind of letter has them beside its function, one for each way its words go.
"""

from collections.abc import Callable
from dataclasses import replace

from django.core.mail import EmailMultiAlternatives
from django.utils import translation

from members.outbox.composing import specimen
from members.outbox.letters import KINDS, Mail

Cases = dict[str, Mail]  # by a name that can stand in an address

# Who is invented, for a letter's two ends.
WREN, ROBIN, STAFF = "wren@example.org", "robin@example.org", "staff@example.org"

SPECIMENS: dict[str, Callable[[], Cases]] = {}


def specimens(kind: str) -> Callable[[Callable[[], Cases]], Callable[[], Cases]]:
    """Enter the specimens of a kind of letter. They are made in the language of their reader."""

    def enter(make: Callable[[], Cases]) -> Callable[[], Cases]:
        if kind in SPECIMENS:
            raise ValueError(f"The letter {kind} has its specimens already.")
        SPECIMENS[kind] = make
        return make

    return enter


def written(kind: str, language: str) -> dict[str, EmailMultiAlternatives]:
    """Every specimen of a kind as it would go out, by the name of its case."""
    stem = KINDS[kind].stem
    with translation.override(language):
        cases = SPECIMENS[kind]() if kind in SPECIMENS else {}
    return {case: specimen(stem, replace(mail, language=language)) for case, mail in cases.items()}
