"""What a letter prepared for the staff is: its title, its original words, what it may fill in.

Only the words are the staff's: subjects, links that nobody may lose, and what the law or the clock
says stand in the templates around them.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation.models import WORDS_LENGTH


class Group(models.TextChoices):
    APPLICATIONS = "applications", _("Letters to applicants")
    DECLINING = "declining", _("When we decline, by reason")
    REPORTS = "reports", _("Letters to members after a report")


# What may be filled in, with what the staff read about it.
PLACEHOLDERS: dict[str, Promise] = {
    "username": _("the name they chose"),
    "community": _("the community they apply to"),
    "sister_community": _("the sister community"),
    "join_link": _("where to apply to the community"),
    "sister_link": _("where to apply to the sister community"),
    "community_link": _("the page of the community"),
    "help_link": _("the page with help lines"),
    "help_lines": _("the help lines of the country they live in, where we know any"),
    "pledge_link": _("the page of the pledge"),
    "login_link": _("the page for logging in"),
    "about": _("what it is about, as in “pressing people about drugs”"),
}
OF_APPLICANTS = (
    "username", "community", "sister_community", "join_link", "sister_link", "community_link",
    "help_link",
)  # fmt: skip
PLAIN = "moderation/letters/plain"  # nothing but greeting, words and signature
OF_MEMBERS = ("about", "pledge_link", "help_link", "login_link")


@dataclass(frozen=True)
class Prepared:
    """One letter, or one part of it where a link stands in the middle.

    group, title: how the staff find it. original: its words until the staff change them.
    placeholders: names out of PLACEHOLDERS. longest: characters its words may have when filled in.
    stem: the templates it goes out in. part: what its words are called there; "above" and "below"
    always go with the letter, "words" may be the reviewer's own.
    to_staff: whether an answer to the letter reaches the staff.
    """

    group: Group
    title: str | Promise
    original: Promise
    placeholders: tuple[str, ...] = OF_APPLICANTS
    longest: int = WORDS_LENGTH
    stem: str = PLAIN
    part: str = "words"
    to_staff: bool = True
