"""One function per letter of this room: it looks up what the letter is about, asks again whether
it may be sent, and says what its templates need."""

from collections.abc import Callable
from functools import partial
from uuid import uuid4

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members import address
from members.models import Member, Profile
from members.outbox.letters import Mail, Needed, NotWanted, letter
from members.outbox.specimens import WREN, Cases, specimens
from members.password_links import password_link
from members.sign_in import confirmation_link

# What allauth tells a member about their login, by the last part of its template's name.
NOTICES: dict[str, str | Promise] = {
    "password_changed": _("Your password was changed."),
    "password_set": _("A password was set."),
    "password_reset": _("Your password was set anew."),
    "email_changed": _("Your email address was changed to this one."),
    "email_confirm": _("Your email address was confirmed."),
    "email_deleted": _("An email address was taken off your account."),
    "totp_activated": _("An app now gives codes for your second factor."),
    "totp_deactivated": _("The app no longer gives codes for your second factor."),
    "recovery_codes_generated": _("New recovery codes were made."),
    "webauthn_added": _("A key or passkey was added."),
    "factor_forgotten": _(
        "Your second factor was taken off by who runs the site, and you were signed out."
    ),
    "webauthn_removed": _("A key or passkey was taken off."),
}


def _active(member_id: str) -> Member:
    """The member, when signing in is open to them; otherwise the letter is not wanted."""
    member = Member.objects.filter(pk=member_id).first()
    if member is None or not member.is_active:
        raise NotWanted("not_active")
    return member


@letter("password_link", "members/emails/password_link", asked=True, needed=Needed.ASKED)
def password_link_asked(about: str) -> Mail:
    """To somebody who asked for a new password, or for their first one again. About a member."""
    member = _active(about)
    return Mail(
        member.email,
        {"link": password_link(member), "has_password": member.has_usable_password()},
        plain=member.mail_name(),
    )


@letter("address_confirm", "members/emails/address_confirm", asked=True, needed=Needed.ASKED)
def address_confirm(about: str) -> Mail:
    """To a new address of a member, to confirm itself. About allauth's EmailAddress.

    Always discreet: a mistyped address is somebody else's.
    """
    new = EmailAddress.objects.select_related("user").filter(pk=about, verified=False).first()
    if new is None or not new.user.is_active:
        raise NotWanted("confirmed_or_gone")
    return Mail(new.email, {"link": confirmation_link(EmailConfirmationHMAC(new).key)})


@letter("address_change_asked", "members/emails/address_change_asked", needed=Needed.LOGIN)
def address_change_asked(about: str) -> Mail:
    """To the address a member has now, when another one was given. About a member."""
    member = _active(about)
    return Mail(member.email, plain=member.mail_name())


@letter(address.TEST, "members/emails/address_test", asked=True, needed=Needed.ASKED)
def address_test(about: str) -> Mail:
    """To a member from whose address mail came back, to show that it arrives. About a member."""
    member = _active(about)
    return Mail(member.email, {"link": address.link_of(member)})


def _notice(sentence: str | Promise, about: str) -> Mail:
    member = _active(about)
    return Mail(member.email, {"sentence": sentence}, plain=member.mail_name())


def _enter_notices() -> None:
    for name, sentence in NOTICES.items():
        compose: Callable[[str], Mail] = partial(_notice, sentence)
        letter(f"notice_{name}", "members/emails/notice", needed=Needed.LOGIN)(compose)


_enter_notices()


# --- applications -----------------------------------------------------------------------------------


def _waiting(profile_id: str) -> Profile:
    """The application, while it waits; otherwise the letter is not wanted any more."""
    profile = Profile.objects.select_related("member").get(pk=profile_id)
    if not profile.is_waiting:
        raise NotWanted("decided")
    return profile


def _status_link(profile: Profile) -> str:
    return settings.SITE_URL + reverse("joining:application", args=[profile.application_key])


@letter(
    "application_received", "members/emails/application_received", asked=True, needed=Needed.FORM
)
def application_received(about: str) -> Mail:
    """To somebody who has applied, with the link to confirm the address. About a profile."""
    profile = _waiting(about)
    context = {"link": _status_link(profile), "is_confirmed": profile.confirmed_at is not None}
    return Mail(profile.member.email, context, plain=profile.member.mail_name(profile.where))


@letter("application_reminder", "members/emails/application_reminder", needed=Needed.APPLIED)
def application_reminder(about: str) -> Mail:
    """To somebody who did not confirm the address for a week. About a profile."""
    profile = _waiting(about)
    if profile.confirmed_at:
        raise NotWanted("confirmed")
    plain = profile.member.mail_name(profile.where)
    return Mail(profile.member.email, {"link": _status_link(profile)}, plain=plain)


@letter("application_known", "members/emails/application_known", asked=True, needed=Needed.FORM)
def application_known(about: str) -> Mail:
    """To an address that was given on the form, but is known already. About a member.

    The page was the same as for everybody; here stands what is so.
    """
    member = Member.objects.get(pk=about)
    if member.suspended_at:
        raise NotWanted("suspended")
    waiting = [profile for profile in member.profiles.all() if profile.is_waiting]
    context = {
        "has_account": member.is_active,
        "links": [_status_link(profile) for profile in waiting],
        "login_link": settings.SITE_URL + reverse("account_login"),
        "contact_link": settings.SITE_URL + reverse("pages:contact"),
    }
    return Mail(member.email, context, plain=member.mail_name())


# --- to look at -------------------------------------------------------------------------------------


@specimens("password_link")
def _password_link() -> Cases:
    link = password_link(Member(email=WREN))
    return {
        "first": Mail(WREN, {"link": link, "has_password": False}),
        "again": Mail(WREN, {"link": link, "has_password": True}),
    }


@specimens("address_confirm")
def _address_confirm() -> Cases:
    return {"letter": Mail(WREN, {"link": confirmation_link("invented")})}


@specimens(address.TEST)
def _address_test() -> Cases:
    return {"letter": Mail(WREN, {"link": address.link_of(Member(email=WREN))})}


@specimens("address_change_asked")
def _address_change_asked() -> Cases:
    return {"letter": Mail(WREN)}


def _notice_looked_at(sentence: str | Promise) -> Cases:
    return {"letter": Mail(WREN, {"sentence": sentence})}


for _name in NOTICES:
    specimens(f"notice_{_name}")(partial(_notice_looked_at, NOTICES[_name]))


def _invented_link() -> str:
    return settings.SITE_URL + reverse("joining:application", args=[uuid4()])


@specimens("application_received")
def _application_received() -> Cases:
    return {
        "to-confirm": Mail(WREN, {"link": _invented_link(), "is_confirmed": False}),
        "confirmed": Mail(WREN, {"link": _invented_link(), "is_confirmed": True}),
    }


@specimens("application_reminder")
def _application_reminder() -> Cases:
    return {"letter": Mail(WREN, {"link": _invented_link()})}


@specimens("application_known")
def _application_known() -> Cases:
    links = {
        "login_link": settings.SITE_URL + reverse("account_login"),
        "contact_link": settings.SITE_URL + reverse("pages:contact"),
    }
    waiting = [_invented_link(), _invented_link()]
    return {
        "member": Mail(WREN, links | {"has_account": True, "links": []}),
        "applicant": Mail(WREN, links | {"has_account": False, "links": waiting}),
        "decided": Mail(WREN, links | {"has_account": False, "links": []}),
    }
