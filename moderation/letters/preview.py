"""A prepared letter as somebody would find it in their mail, filled in with what is invented."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from members import help_lines
from members.communities import TWP
from members.models import Profile
from members.outbox.composing import specimen
from members.outbox.letters import Mail
from members.usernames import LONGEST
from moderation.letters import wording
from moderation.letters.originals import PREPARED

NAME = "wren"


@dataclass(frozen=True)
class Preview:
    subject: str
    text: str


def preview(
    name: str, words: str, language: str = "", texts: wording.Texts | None = None
) -> Preview:
    """The whole letter with these words in it; `texts` as in `wording.words`."""
    language = wording.language_of(language)
    with translation.override(language):
        own = {PREPARED[name].part: wording.fill(words, sample_values())}
        context = _sample() | _other_parts(name, language, texts) | own
    mail = specimen(
        PREPARED[name].stem,
        Mail(
            to=f"{NAME}@example.org", context=context, language=language,
            reply_to=settings.STAFF_MAIL[0] if PREPARED[name].to_staff else None,
        ),
    )  # fmt: skip
    return Preview(mail.subject, mail.body)


def sample_values(username: str = NAME) -> dict[str, object]:
    """Something for every placeholder there is."""
    about = _("pressing people about drugs: to stop, to change or to take them")
    lines = help_lines.in_words("GB")
    return wording.common(TWP) | {"username": username, "about": about, "help_lines": lines}


def length(words: str) -> int:
    """Characters of a letter when all is filled in, at the most."""
    return len(wording.fill(words, sample_values("w" * LONGEST)))


def _sample() -> dict[str, object]:
    """What the templates ask for beside the words."""
    return {
        "profile": Profile(username=NAME, community=TWP.slug),
        "words": _("What would you like to find here?"),
        "link": f"{settings.SITE_URL}/their-own-link/",
        "new_link": wording.link("account_reset_password"),
    }


def _other_parts(name: str, language: str, texts: wording.Texts | None) -> dict[str, str]:
    """Of a letter in several parts, those that always stand around this one."""
    this = PREPARED[name]
    others = {
        other: letter.part
        for other, letter in PREPARED.items()
        if letter.stem == this.stem and letter.part not in (this.part, "words")
    }
    return {
        part: wording.filled(other, sample_values(), language, texts)
        for other, part in others.items()
    }
