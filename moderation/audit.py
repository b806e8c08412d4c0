"""The audit log: what the staff did and looked at. Written here alone; never changed, never deleted."""

from dataclasses import asdict, dataclass, replace
from uuid import UUID

from django.db.models import Model

from members.models import Choice, Drug, Member, Profile
from members.outbox.models import Letter
from members.relay.models import Message
from moderation.models import (
    Act,
    Application,
    AuditEntry,
    Decision,
    Kind,
    LetterText,
    Measure,
    Report,
    StaffMessage,
)


@dataclass(frozen=True)
class Thing:
    """What an entry is about: its kind, its key, the person and the community it belongs to."""

    kind: Kind
    key: str = ""
    person_id: UUID | None = None
    community: str = ""


FIGURES = Thing(Kind.FIGURES)
ABOUT_PEOPLE = {
    Kind.APPLICATION, Kind.PROFILE, Kind.MEMBER, Kind.REPORT, Kind.MESSAGE, Kind.STAFF_MESSAGE,
}  # fmt: skip


def note(staff: Member | None, act: Act, *about: Model | Thing) -> None:
    """Write that one of the staff did something, in the transaction in which it is done.

    Args:
        staff: who; None for what the applicant or the clock did.
        act: what was done; LOOKED for a page that was opened.
        about: applications (or profiles), members, reports, messages, letters or words; an entry
            for each.
    """
    things = [thing if isinstance(thing, Thing) else thing_of(thing) for thing in about]
    who = staff.pk if staff else None
    for thing in things:
        AuditEntry.objects.create(staff_id=who, act=act, **asdict(thing))


def note_look(staff: Member, about: Model) -> None:
    """Write that one of the staff opened the page of this, if it is a page about people."""
    thing = thing_of(about)
    if isinstance(about, Application) and about.approved_at:
        thing = replace(thing, kind=Kind.PROFILE)  # whoever is let in applies no more
    if thing.kind in ABOUT_PEOPLE:
        note(staff, Act.LOOKED, thing)


def thing_of(about: Model) -> Thing:
    """Give the ids by which the log knows a row."""
    match about:
        case Application():
            return Thing(Kind.APPLICATION, str(about.pk), about.member_id, about.community)
        case Profile():
            return Thing(Kind.PROFILE, str(about.pk), about.member_id, about.community)
        case Decision(profile=None):
            # Its application is erased: what is left leads to nobody.
            return Thing(Kind.APPLICATION, community=about.community)
        case Decision():
            person = about.profile.member_id
            return Thing(Kind.APPLICATION, str(about.profile_id), person, about.community)
        case Member():
            return Thing(Kind.MEMBER, str(about.pk), about.pk)
        case Report():
            return Thing(Kind.REPORT, str(about.pk), about.person_id, about.community)
        case Measure():
            return Thing(Kind.MEMBER, str(about.person_id), about.person_id)
        case Message():
            sender = about.sender
            return Thing(Kind.MESSAGE, str(about.pk), sender.member_id, sender.community)
        case StaffMessage():
            return Thing(Kind.STAFF_MESSAGE, str(about.pk), about.member_id)
        case LetterText():
            return Thing(Kind.LETTER, about.name)
        case Letter():
            return Thing(Kind.OUTGOING, str(about.pk))
        case Choice() | Drug():
            return Thing(Kind.WORD, f"{about._meta.model_name} {about.pk}")
    raise TypeError(f"The audit log knows no {type(about).__name__}.")
