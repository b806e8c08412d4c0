"""What in somebody's words leads out of the site: an address, a link, a phone number.

Asked in two rooms: the form asks the person once whether it is meant to be read by all, and
reviewers see it as a hint. Rules only; what they find decides nothing by itself.
"""

import re

# The look behind keeps one endless word from being tried from each of its letters.
ADDRESS = re.compile(r"(?<![^\s@])[^\s@]+@[\w-]+\.\w+")
LINK = re.compile(
    r"https?://|\bwww\.|\bt\.me/|\bbit\.ly/"
    r"|\b[a-z0-9-]{2,}\.(?:com|org|net|info|biz|io|co|me|app|shop|link|site|uk|de|fr|es)\b",
    re.IGNORECASE,
)
# Seven to fifteen digits that belong together.
PHONE = re.compile(r"(?<![\w-])\+?\(?\d(?:[\s().\-/]{0,2}\d){6,14}(?![\w-])")
# "1998-2004", "2010, 2014 and 2020", "12.03.2019": many digits, and nobody to ring up.
TIMES = re.compile(
    r"\b(?:19|20)\d\d(?:\s?[-–/,\s]\s?(?:19|20)\d\d)+\b|\b\d{1,2}[.\-/]\d{1,2}[.\-/]\d{2,4}\b"
)


def holds_address(text: str) -> bool:
    return ADDRESS.search(text) is not None


def holds_link(text: str) -> bool:
    return LINK.search(ADDRESS.sub(" ", text)) is not None


def holds_phone_number(text: str) -> bool:
    return PHONE.search(TIMES.sub(" ; ", text)) is not None
