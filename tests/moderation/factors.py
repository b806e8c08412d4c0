"""Second factors in tests: one is set up, one is used, as the staff do it in a browser."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from members.models import Member
from tests.conftest import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_app(member: Member) -> Authenticator:
    """An app that gives codes, and the codes for an emergency that come with it."""
    factor = TOTP.activate(member, SECRET).instance
    RecoveryCodes.activate(member)
    return factor


def newest_code() -> str:
    """What the app shows now; as if its half minute had not been used up by an earlier test."""
    cache.clear()
    return code_of(SECRET)


def code_of(secret: str) -> str:
    """What an app with this key shows in this half minute."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def recovery_code(member: Member) -> str:
    factor = Authenticator.objects.get(user=member, type=Authenticator.Type.RECOVERY_CODES)
    return RecoveryCodes(factor).get_unused_codes()[0]


def log_in(member: Member, code: str = "") -> Client:
    """A browser in which somebody logged in by the page for it, with a code if one is given."""
    browser = Client()
    browser.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    if code:
        browser.post("/accounts/2fa/authenticate/", {"code": code})
    return browser
