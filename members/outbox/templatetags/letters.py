"""Filters for letters, which have no style sheet."""

import re

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

PIECE = 24  # characters
TAGS = re.compile(r"(<[^>]*>)")
PIECES = re.compile(rf"((?:&[#\w]+;|[^\s<>&]){{{PIECE}}})(?=[^\s<>])")


@register.filter
def breakable(html: SafeString) -> SafeString:
    """Lets words longer than a line of a phone end on the next: one address without it widens the
    whole letter. For what `linebreaks` gives; nothing is added that one would copy with the words."""
    parts = TAGS.split(html)  # words and tags in turn
    parts[::2] = [PIECES.sub(r"\1<wbr>", words) for words in parts[::2]]
    return mark_safe("".join(parts))  # noqa: S308  (as safe as it came)
