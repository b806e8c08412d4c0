"""The letter of this room."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from members.models import Member
from members.outbox.letters import Mail, NotWanted, complaint, letter
from members.outbox.specimens import WREN, Cases, specimens
from search import alerts, saving

STOP_SALT = "search.stop"


@letter(alerts.LETTER, "search/emails/new_people")
def new_people(about: str) -> Mail:
    """To a member, when somebody new fits a search they keep. About the member.

    It lies in a mailbox that others may see: no name, no place, no community, and not even the
    words of the search.
    """
    member = Member.objects.get(pk=about)
    if not alerts.keep_to_those_who_fit(member):
        raise NotWanted("nobody_fits")
    return _letter(member)


def _letter(member: Member) -> Mail:
    return Mail(
        member.email,
        {"link": settings.SITE_URL + reverse("saved:searches")},
        stop_url=settings.SITE_URL + reverse("saved_letters:stop", args=[stop_token(member)]),
        plain=member.mail_name(),
    )


@complaint(alerts.LETTER)
def stop_letters(about: str) -> None:
    """As the button in the letter does."""
    member = Member.objects.filter(pk=about).first()
    if member:
        saving.stop_all(member)


def stop_token(member: Member) -> str:
    """Lets whoever has the letter stop all letters of its kind, without signing in.

    Made of the member, not of a search, so that it also works when the search is gone.
    """
    return signing.dumps(str(member.pk), salt=STOP_SALT)


@specimens(alerts.LETTER)
def _new_people() -> Cases:
    return {"letter": _letter(Member(email=WREN))}
