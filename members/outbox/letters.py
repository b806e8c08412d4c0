"""Which letters there are, and how one gets into the outbox.

A letter is one function: it looks up what the letter is about, asks again whether it may be sent,
and returns a Mail; its words stand in three templates beside one another, `STEM.subject.txt`,
`STEM.txt` and `STEM.html`.

    @letter("application_received", "members/emails/application_received", needed=Needed.APPLIED)
    def application_received(about: str) -> Mail: ...

    letters.post("application_received", profile.pk)      # inside the transaction of what happened

Where a letter has a path of its own that a complaint may stop (else it stops all mail to the address):

    @complaint("new_people")
    def stop_letters(about: str) -> None: ...
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.outbox.models import Letter


class NotWanted(Exception):
    """The letter must not go out (any more); `code` is kept on its row."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Mail:
    """What a letter's function gives: one address, the templates' context, where answers go.

    `stop_url` is for letters that come again and again: a page where a button stops them, and where
    the POST of a mail program stops them at once (RFC 8058). The templates have it, too.

    `plain` is for readers who chose plain mail: this name stands as the sender and before the
    subject, and the templates have it. Empty: discreet, as for everybody who did not choose.

    `no_answer`: an answer made with the mail program's own button goes to an address that says in
    its name that nobody reads it.
    """

    to: str
    context: dict[str, object] = field(default_factory=dict)
    reply_to: str | None = None
    stop_url: str | None = None
    language: str = "en"
    plain: str = ""
    no_answer: bool = False


class Needed(Enum):
    """Why its reader cannot stop a letter. Every other letter has a `stop_url`."""

    ASKED = _("Its reader asked for it a moment ago, and waits for it.")
    LOGIN = _("It says that their login was changed: perhaps it was not them.")
    FORM = _("It answers a form sent with their address. Nobody else is told what it says.")
    APPLIED = _(
        "It is about the application they sent, and each comes once. Taking it back ends it."
    )
    DECIDED = _("It says what was decided about them or their words, and how they can answer.")
    TOLD_US = _("It is the one answer to what they told the staff.")
    WRITTEN = _("A member wrote to them, or answered. Blocking that member, or resting, ends it.")
    STAFF = _("It goes to an address of the staff, by which people in need reach somebody.")


@dataclass(frozen=True)
class Kind:
    name: str
    stem: str
    compose: Callable[[str], Mail]
    asked: bool = False
    needed: Needed | None = None


KINDS: dict[str, Kind] = {}
COMPLAINTS: dict[str, Callable[[str], object]] = {}


def letter(
    name: str, stem: str, *, asked: bool = False, needed: Needed | None = None
) -> Callable[[Callable[[str], Mail]], Callable[[str], Mail]]:
    """Enter a function into the list of letters.

    Args:
        stem: where its three templates stand.
        asked: whether its reader asks for it at that moment and waits for it, or is an address out
            of the settings, which nobody signs in with: it goes out also where mail came back.
        needed: why its reader cannot stop it; left out where its Mail has a `stop_url`.
    """

    def enter(compose: Callable[[str], Mail]) -> Callable[[str], Mail]:
        if name in KINDS:
            raise ValueError(f"There are two letters called {name}.")
        KINDS[name] = Kind(name, stem, compose, asked, needed)
        return compose

    return enter


def complaint(kind: str) -> Callable[[Callable[[str], object]], Callable[[str], object]]:
    """Enter what a complaint about a letter of this kind stops. It is given what the letter was
    about, which may be gone by now, and may be called twice."""

    def enter(stop: Callable[[str], object]) -> Callable[[str], object]:
        if kind in COMPLAINTS:
            raise ValueError(f"A complaint about {kind} stops two things.")
        COMPLAINTS[kind] = stop
        return stop

    return enter


def post(
    kind: str, about: int | str | UUID, *, due_at: datetime | None = None, once_a_day: bool = False
) -> Letter | None:
    """Put a letter into the outbox. Call it in the transaction of what the letter is about.

    Args:
        kind: a name from KINDS.
        about: primary key of what it is about.
        due_at: not before this moment; now when left out.
        once_a_day: whether a second such letter about the same thing on one day is left out.

    Returns the row, or None where today's letter is in the outbox already.
    """
    if kind not in KINDS:
        raise KeyError(f"No letter is called {kind}.")
    row = Letter(kind=kind, about=str(about), due_at=due_at or timezone.now())
    if not once_a_day:
        row.save(force_insert=True)
        return row
    row.once_on = timezone.localdate()
    Letter.objects.bulk_create([row], ignore_conflicts=True)
    return Letter.objects.filter(token=row.token).first()
