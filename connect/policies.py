"""The policies a member agrees to, and the version that is in force."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Policy:
    """One policy. Raise `version` and `date` together whenever its meaning changes."""

    slug: str
    title: Promise
    version: int
    date: date


PLEDGE = Policy("pledge", _("The Connect Pledge"), 1, date(2026, 11, 22))
TERMS = Policy("terms", _("Terms and Conditions"), 1, date(2026, 11, 22))
PRIVACY = Policy("privacy", _("Privacy Policy"), 4, date(2026, 11, 29))
DISCLAIMER = Policy("disclaimer", _("Medical Disclaimer"), 1, date(2026, 11, 22))
CONTENT_USE = Policy("content-use", _("Content Use"), 1, date(2026, 11, 22))

POLICIES = (PLEDGE, TERMS, PRIVACY, DISCLAIMER, CONTENT_USE)

# Kept with a member's consent. Worked out, so that a change of one policy cannot be forgotten here.
CURRENT_VERSION = ".".join(str(policy.version) for policy in POLICIES)
