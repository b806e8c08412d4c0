"""What a reviewer may want to look at twice. A hint decides nothing."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation.marks import mark_of
from moderation.models import Application, Decision, Verdict

LINK = re.compile(
    r"https?://|\bwww\.|\b[a-z0-9-]{2,}\.(?:com|org|net|info|biz|io|co|me|app|shop|link|site)\b"
    r"|\bt\.me/|\bbit\.ly/",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
PHONE = re.compile(r"(?<![\w-])\+?\(?\d(?:[\s().\-/]{0,2}\d){7,14}(?![\w-])")
YEARS = re.compile(r"\b(?:19|20)\d\d\s?[-–/]\s?(?:19|20)\d\d\b")  # "1998-2004" is no number


def in_text(text: str) -> list[Promise]:
    """What the text gives away or advertises."""
    found = []
    if ADDRESS.search(text):
        found.append(_("email address in the text"))
    if LINK.search(ADDRESS.sub(" ", text)):
        found.append(_("link in the text"))
    if PHONE.search(YEARS.sub(" ", text)):
        found.append(_("phone number in the text"))
    return found


def in_short(application: Application) -> list[Promise]:
    """For the queue, without a question to the database; needs `with_name_taken()`."""
    hints = in_text(application.about_me)
    if application.name_is_taken:
        hints.append(_("name is taken"))
    return hints


def declined_before(application: Application) -> Decision | None:
    """The last time somebody with an address like this was declined."""
    return (
        Decision.objects.filter(
            verdict=Verdict.DECLINED, address_mark=mark_of(application.member.email)
        )
        .exclude(profile=application)
        .first()
    )
