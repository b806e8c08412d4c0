"""A mark of an address: enough to know it again, not enough to read it."""

from django.utils.crypto import salted_hmac

SALT = "outbox.marks"


def mark_of(address: str) -> str:
    """Keyed hash of exactly this address, 64 hexadecimal digits.

    Unlike the mark of moderation.marks: of "ana+new@…" and "ana@…" one may be refused and the other
    not. It has a salt of its own, so that neither table tells who stands in the other.
    """
    return salted_hmac(SALT, address.strip().lower(), algorithm="sha256").hexdigest()
