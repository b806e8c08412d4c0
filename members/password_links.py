"""Links that set a password: a first one lasts 14 days (PASSWORD_RESET_TIMEOUT), a new one a day."""

from datetime import timedelta

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.http import base36_to_int

from members.models import Member

RESET_LASTS = timedelta(days=1)


class PasswordLinks(PasswordResetTokenGenerator):
    """Tokens die with use, with a change of address and with the next sign-in."""

    def check_token(self, user: Member | None, token: str | None) -> bool:
        if not super().check_token(user, token):
            return False
        made_at = base36_to_int(token.split("-")[0])  # seconds, as Django wrote it
        age = self._num_seconds(self._now()) - made_at
        return not user.has_usable_password() or age <= RESET_LASTS.total_seconds()


def password_link(member: Member) -> str:
    """Absolute address at which the member sets a password. Opening it changes nothing."""
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(member), "key": PasswordLinks().make_token(member)},
    )
    return settings.SITE_URL + path
