"""Which addresses letters go to."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email


def can_be_written_to(address: str) -> bool:
    """Whether it is exactly one address, in letters every mail server understands."""
    if "=?" in address:  # an encoded word (RFC 2047) would be read, and another address written to
        return False
    try:
        validate_email(address)
        address.encode()
        address.partition("@")[0].encode("ascii")
    except (ValidationError, UnicodeError):
        return False
    return True
