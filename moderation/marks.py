"""A mark of an address: enough to recognise it when it comes back, not enough to read it."""

from django.utils.crypto import salted_hmac

SALT = "moderation.marks"


def mark_of(address: str) -> str:
    """Keyed hash, 64 hexadecimal digits, the same for "Ana+new@…" and "ana@…"."""
    name, _at, domain = address.strip().lower().rpartition("@")
    plain = f"{name.split('+')[0]}@{domain}"
    return salted_hmac(SALT, plain, algorithm="sha256").hexdigest()
