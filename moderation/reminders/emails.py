"""Letters about what waits: to the staff, and to applicants whom we let wait."""

from uuid import uuid4

from django.conf import settings
from django.core import signing
from django.urls import reverse

from members.models import Member
from members.outbox.letters import Mail, Needed, NotWanted, complaint, letter
from members.outbox.specimens import STAFF, WREN, Cases, specimens
from moderation.letters import wording
from moderation.reminders import waiting

STOP_SALT = "moderation.reminders"


@letter(waiting.REMINDER, "moderation/emails/something_waits")
def something_waits(about: str) -> Mail:
    """To one of the staff. About the member. Numbers as they are now, and nothing of any person."""
    member = Member.objects.get(pk=about)
    if not waiting.can_be_reminded(member):
        raise NotWanted("not_reminded")
    found = waiting.too_long(member)
    if not found:
        raise NotWanted("nothing_waits")
    return _letter(member, found)


def _letter(member: Member, found: waiting.Waiting) -> Mail:
    return Mail(
        member.email,
        {"waiting": found, "link": settings.SITE_URL + reverse("admin:index")},
        stop_url=settings.SITE_URL + reverse("reminders:stop", args=[stop_token(member)]),
        language=wording.language_of(member.language),
        plain=member.mail_name(),
    )


@complaint(waiting.REMINDER)
def stop_reminders(about: str) -> None:
    """As the button in the letter does."""
    member = Member.objects.filter(pk=about).first()
    if member:
        waiting.stop_reminders(member)


def stop_token(member: Member) -> str:
    """Lets whoever has the letter stop all of its kind, without signing in."""
    return signing.dumps(str(member.pk), salt=STOP_SALT)


@letter(waiting.DELAY, "moderation/emails/application_takes_longer", needed=Needed.APPLIED)
def application_takes_longer(about: str) -> Mail:
    """To an applicant. About the application; not sent once somebody decided, or asked them."""
    application = waiting.for_long().select_related("member").filter(pk=about).first()
    if application is None:
        raise NotWanted("not_waiting")
    link = reverse("joining:application", args=[application.application_key])
    member = application.member
    return Mail(
        member.email,
        {"link": settings.SITE_URL + link},
        language=wording.language_of(member.language),
        plain=member.mail_name(application.where),
    )


# --- to look at -------------------------------------------------------------------------------------


@specimens(waiting.REMINDER)
def _something_waits() -> Cases:
    reader = Member(email=STAFF)
    return {
        "a-day": _letter(reader, waiting.Waiting(3, 0, 0, 0)),
        "two-days": _letter(reader, waiting.Waiting(5, 2, 2, 1, 1, 1)),
        "reports": _letter(reader, waiting.Waiting(0, 0, 1, 1)),
    }


@specimens(waiting.DELAY)
def _application_takes_longer() -> Cases:
    link = reverse("joining:application", args=[uuid4()])
    return {"letter": Mail(WREN, {"link": settings.SITE_URL + link})}
