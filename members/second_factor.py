"""The second factor in our words: allauth's, told to people who set one up for the first time."""

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.models import Member

NAME_LENGTH = 40  # characters


class Adapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "This is not right. Each code works once, for half a minute: please take the newest."
        ),
        "unverified_email": _("Please confirm your new email address first, or take it back."),
    }

    def generate_authenticator_name(self, user: Member, type: Authenticator.Type) -> str:
        """What a new key is called until its owner calls it something else."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("My key") if number == 1 else gettext("Key %d") % number


class Code:
    """Asks for a code that people read off a small screen, mostly on a phone."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code")
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "maxlength": "12"}
        self.fields["code"].widget.attrs.pop("placeholder", None)


class AuthenticateForm(Code, AllauthAuthenticateForm):
    pass


class ReauthenticateForm(Code, AllauthReauthenticateForm):
    pass


class ActivateForm(Code, AllauthActivateForm):
    pass


class Named:
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("What you call it")
        self.fields["name"].validators.append(MaxLengthValidator(NAME_LENGTH))
        self.fields["name"].widget.attrs["maxlength"] = str(NAME_LENGTH)


class AddKeyForm(Named, AddWebAuthnForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].label = _("Log in with it alone, without my password")
        self.fields["passwordless"].help_text = _(
            "It then asks for your fingerprint, your face or a PIN of its own."
        )


class EditKeyForm(Named, EditWebAuthnForm):
    pass
