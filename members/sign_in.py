"""How people sign in: allauth, with our letters and without a sign-up."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import EmailAwarePasswordResetTokenGenerator, LoginForm as AllauthLoginForm
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):
    """Joining is an application, so there is no sign-up; letters go through the outbox."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class LoginForm(AllauthLoginForm):
    pass


class PasswordLinks(EmailAwarePasswordResetTokenGenerator):
    pass
