"""Taking an application in hand: locked, looked at again, and refused with a sentence where it must be."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from members.models import Member, Profile
from moderation.models import Application, Decision
from moderation.rights import can_decide


class Refusal(Exception):
    """What cannot be done with an application; its text is a sentence for the reviewer."""


class AlreadyDecided(Refusal):
    def __init__(self, application: Profile, decision: Decision | None, viewer: Member) -> None:
        self.decision = decision
        super().__init__(_already_decided(application, decision, viewer))


class NotConfirmed(Refusal):
    def __init__(self) -> None:
        super().__init__(_("The address of this application is not confirmed. Nothing was done."))


class Withdrawn(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This application was taken back or erased. Nothing was done."))


class NoWords(Refusal):
    def __init__(self) -> None:
        super().__init__(_("The letter is empty. Please write a few words to the applicant."))


def take(profile: Profile, reviewer: Member) -> Application:
    """Lock the application and its member until the transaction ends, if it can be decided.

    Raises:
        Refusal: AlreadyDecided, NotConfirmed, Withdrawn.
        PermissionDenied: `reviewer` may not decide.
    """
    application = lock(profile, reviewer)
    if not application.is_waiting:
        decision = Decision.objects.select_related("reviewer").filter(profile=application).first()
        raise AlreadyDecided(application, decision, reviewer)
    if application.confirmed_at is None:
        raise NotConfirmed
    return application


def lock(profile: Profile, reviewer: Member) -> Application:
    """Lock the application and its member, in whatever state it is.

    Raises:
        Refusal: Withdrawn.
        PermissionDenied: `reviewer` may not decide.
    """
    if not can_decide(reviewer):
        raise PermissionDenied
    application = locked(profile)
    if application is None:
        raise Withdrawn
    return application


def locked(profile: Profile) -> Application | None:
    """Lock the application and its member for somebody who is not of the staff; None where it is
    gone."""
    rows = Application.objects.select_for_update(of=("self", "member")).select_related("member")
    return rows.filter(pk=profile.pk).first()


def colleague(member: Member | None) -> str:
    """How the staff are called among each other: the first part of their address is enough."""
    return called(member.email if member else None)


def called(address: str | None) -> str:
    """The same by their address alone; None for somebody who is gone."""
    return address.partition("@")[0] if address else _("somebody who has left")


def _already_decided(application: Profile, decision: Decision | None, viewer: Member) -> str:
    approved = application.approved_at is not None
    if decision is not None and decision.reviewer == viewer:
        done = _("You approved this application already.") if approved else _(
            "You declined this application already."
        )  # fmt: skip
    else:
        name = colleague(decision.reviewer) if decision and decision.reviewer else _("Somebody")
        done = (
            _("%(name)s has approved this application in the meantime.")
            if approved
            else _("%(name)s has declined this application in the meantime.")
        ) % {"name": name}
    return f"{done} {_('Nothing was changed.')}"
