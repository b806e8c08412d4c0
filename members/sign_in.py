"""How people sign in: allauth, with our letters and without a sign-up."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ResetPasswordKeyForm as AllauthResetPasswordKeyForm
from allauth.account.models import EmailAddress, EmailConfirmation, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members import account
from members.address import refuse_undeliverable_address
from members.models import Member
from members.outbox import letters, troubles
from members.outbox.models import Letter

PASSWORD, CODE, KEY = "reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate:webauthn"
WAYS = {
    PASSWORD: _("With my password"),
    CODE: _("With a code"),
    KEY: _("With a passkey or security key"),
}
# In a session: the policies changed since they agreed; mail to them came back.
ASK_ABOUT_POLICIES = "ask_about_policies"
ASK_ABOUT_ADDRESS = "ask_about_address"


class Adapter(DefaultAccountAdapter):
    """Joining is an application, so there is no sign-up; nothing is mailed from a request."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "This address and this password do not belong together. Please look at both."
        ),
        "enter_current_password": _("This is not the password you have now."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _(
            "That was wrong too often. Please wait five minutes, then try again."
        ),
        "rate_limited": _("That was too often. Please wait five minutes, then try again."),
        "same_as_current": _("This is the address you have already."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_email(self, email: str) -> str:
        """A letter to it would be refused for good: nobody waits for that."""
        refuse_undeliverable_address(email)
        return email

    def is_safe_url(self, url: str) -> bool:
        try:
            return super().is_safe_url(url)
        except ValueError:  # no address at all, as in "http://["
            return False

    def send_password_reset_mail(self, user: Member, email: str, context: dict) -> None:
        waiting = Letter.objects.unsent().filter(kind="password_link", about=str(user.pk))
        if not waiting.exists():  # a second press of the button
            letters.post("password_link", user.pk)

    def send_confirmation_mail(
        self,
        request: HttpRequest,
        emailconfirmation: EmailConfirmation | EmailConfirmationHMAC,
        signup: bool,
    ) -> None:
        """Ask the new address to confirm itself, and tell the old one."""
        address = emailconfirmation.email_address
        letters.post("address_confirm", address.pk)
        letters.post("address_change_asked", address.user_id)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """An application may stand under the new address: it stays theirs, and nothing is changed.

        Whose address came back and who has another one now starts clean.
        """
        before = Member.objects.get(pk=email_address.user_id).email
        try:
            with transaction.atomic():
                is_done = super().confirm_email(request, email_address)
        except IntegrityError as error:
            if "member_email_once" not in str(error):
                raise
        else:
            if is_done and before != email_address.email:
                troubles.forget(before)
            if is_done:
                troubles.confirm(email_address.email)
            return is_done
        self.add_message(
            request, messages.ERROR, "account/messages/email_confirmation_failed.txt",
            {"email": email_address.email},
        )  # fmt: skip
        return False

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Member,
        context: dict | None = None,
        email: str | None = None,
    ) -> None:
        """What changed is told by the letter's kind; where from and with what browser, by nobody."""
        letters.post(f"notice_{template_prefix.rsplit('/', 1)[-1]}", user.pk)

    def get_reauthentication_methods(self, user: Member) -> list[dict[str, str]]:
        """How somebody signed in may say again that it is them, the likeliest way first.

        Of the staff a password is not enough here either, once they have a second factor.
        """
        ways = {way["id"]: way for way in super().get_reauthentication_methods(user)}
        if settings.STAFF_SECOND_FACTOR and user.is_staff and len(ways) > 1:
            ways.pop(PASSWORD, None)
        if KEY in ways and PASSWORD not in ways and not _has_app(user):
            ways = {KEY: ways.pop(KEY)} | ways
        return [way | {"description": WAYS[name]} for name, way in ways.items()]

    def post_login(self, request: HttpRequest, user: Member, **options: object) -> HttpResponse:
        account.note_seen(user)
        if account.can_accept_policies(user):
            request.session[ASK_ABOUT_POLICIES] = True
        if troubles.is_refused(user.email):
            request.session[ASK_ABOUT_ADDRESS] = True
        return super().post_login(request, user, **options)


def _has_app(member: Member) -> bool:
    return Authenticator.objects.filter(user=member, type=Authenticator.Type.TOTP).exists()


class LoginForm(AllauthLoginForm):
    """The box is off by default: on a shared computer the session ends with the browser."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remember"].label = _("Keep me signed in on this device")
        self.fields["remember"].help_text = _("Leave this off on a computer you share with others.")
        self.fields["password"].help_text = ""


class NewPassword:
    """Asks for a password twice, with one sentence of help in place of Django's four rules."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = _(
            "10 characters or more. A few words in a row are easy to keep and hard to guess."
        )
        self.fields["password2"].label = _("The same again")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class ResetPasswordKeyForm(NewPassword, AllauthResetPasswordKeyForm):
    pass


class ChangePasswordForm(NewPassword, AllauthChangePasswordForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("The password you have now")


def confirmation_link(key: str) -> str:
    """Absolute address at which a new email address confirms itself."""
    return settings.SITE_URL + reverse("account_confirm_email", args=[key])
