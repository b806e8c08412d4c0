"""The envelope of a letter: the address it comes back to when it does not arrive.

`bounce+TOKEN.SEAL@…`. The token names the letter, but it stands in the Message-ID, too, and the mail
program of whoever answers repeats that to the sender. The seal stands in the envelope alone: with
the token only, a sender could return a letter in its recipient's name, and end their mail.
"""

import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "outbox.envelopes"
SEAL_LENGTH = 12  # hexadecimal digits
SEALED = re.compile(
    rf"\bbounce\+([0-9a-f]{{26}})\.([0-9a-f]{{{SEAL_LENGTH}}})@", re.IGNORECASE | re.ASCII
)
LOOKED_AT = 2_000  # characters of a header


def envelope_of(token: str) -> str:
    return f"bounce+{token}.{_seal(token)}@{settings.MAIL_DOMAIN}"


def token_in(text: str) -> str | None:
    """The token of the first envelope of ours in an address or a header, if its seal is whole."""
    for token, seal in SEALED.findall(text[:LOOKED_AT]):
        token = token.lower()
        if constant_time_compare(seal.lower(), _seal(token)):
            return token
    return None


def stands_in(raw: bytes) -> bool:
    """Whether an envelope of ours stands anywhere in a mail as it came, before it is read."""
    found = SEALED.findall(raw.decode("latin-1"))
    return any(constant_time_compare(seal.lower(), _seal(token.lower())) for token, seal in found)


def _seal(token: str) -> str:
    return salted_hmac(SALT, token, algorithm="sha256").hexdigest()[:SEAL_LENGTH]
