"""The prepared letters as they go out: the staff's words or the original, filled in.

    wording.words("approved", member.language)                  # with {community} and the like
    wording.for_applicant("approved", profile)                  # as this person gets them
    wording.filled("warned", wording.common() | {"about": "…"}, member.language)

Staff text is text: `fill` puts in what it is given by name, and evaluates nothing.
"""

import re
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import translation

from members import help_lines
from members.communities import COMMUNITIES, TWP, Community
from members.models import Profile
from moderation.letters.originals import PREPARED
from moderation.models import BY_THE_CLOCK, SILENT, LetterText, Reason

Texts = Mapping[tuple[str, str], str]  # (name of the letter, language) -> the staff's words

NAMED = re.compile(r"\{([a-z_]+)\}")
# Whatever stands like a name between braces in one line: {name}, {a.b}, { Name }, {your name}.
LIKE_NAMED = re.compile(r"\{([^{}\n]+)\}")


def words(name: str, language: str = "", texts: Texts | None = None) -> str:
    """Give a letter's words with its placeholders.

    Args:
        name: a key of PREPARED.
        language: of the reader (`Member.language`); the site's own when empty or unknown.
        texts: the staff's words, where they were read before; else one query reads them.
    """
    language, own = language_of(language), language_of("")
    if texts is None:
        texts = _read(name, language, own)
    if (name, language) in texts:
        return texts[name, language]
    # What nobody has translated yet is read in the site's language: then as the staff have it there.
    written = original(name, language)
    return texts.get((name, own), written) if written == original(name, own) else written


def original(name: str, language: str) -> str:
    """Give a letter's words as they are without the staff's, translated where they are."""
    with translation.override(language):
        return str(PREPARED[name].original)


def fill(text: str, values: Mapping[str, object]) -> str:
    """Put values where their names stand in braces. All other braces stay as they are."""

    def put(found: re.Match[str]) -> str:
        return str(values.get(found[1], found[0]))

    return NAMED.sub(put, text)


def filled(
    name: str,
    values: Mapping[str, object],
    language: str = "",
    texts: Texts | None = None,
) -> str:
    """Give a letter's words as they go out, in the language of the reader."""
    with translation.override(language_of(language)):
        return fill(words(name, language, texts), values)


def for_applicant(name: str, profile: Profile, texts: Texts | None = None) -> str:
    """Give a letter's words as this applicant gets them, in the language they applied in."""
    values = common(profile.where) | {"username": profile.username}
    return filled(name, values, profile.member.language, texts)


def for_somebody_in_need(profile: Profile, texts: Texts | None = None) -> str:
    """The kind answer to words that sound like a crisis, with the help lines of their country."""
    language = profile.member.language
    with translation.override(language_of(language)):
        lines = help_lines.in_words(profile.cell.country_id)
    values = common(profile.where) | {"username": profile.username, "help_lines": lines}
    return filled("crisis", values, language, texts)


def common(community: Community | None = None) -> dict[str, object]:
    """The values that are the same for everybody in a community, or outside of both."""
    values: dict[str, object] = {
        "help_link": link("pages:help_now"),
        "pledge_link": link("pages:pledge"),
        "login_link": link("account_login"),
    }
    if community is not None:
        sister = next(other for other in COMMUNITIES.values() if other != community)
        values |= {
            "community": community,
            "sister_community": sister,
            "join_link": link("joining:join", community),
            "sister_link": link("joining:join", sister),
            "community_link": link(f"pages:{community.slug}"),
        }
    return values


def link(name: str, *args: object) -> str:
    return settings.SITE_URL + reverse(name, args=args)


def language_of(language: str) -> str:
    """The language if letters can be written in it, else the site's own."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def unknown(name: str, text: str) -> list[str]:
    """What stands in braces in the text and is none of the letter's placeholders, as it was typed."""
    inside = dict.fromkeys(found[1] for found in LIKE_NAMED.finditer(text))
    named = [one for one in inside if any(character.isalpha() for character in one)]
    return [f"{{{one}}}" for one in named if one not in PREPARED[name].placeholders]


# --- read together ------------------------------------------------------------------------------------


def beside(names: Iterable[str] | None = None) -> ArraySubquery:
    """An annotation for any query: the staff's words, without a query of their own. See `texts_of`."""
    rows = LetterText.objects.all() if names is None else LetterText.objects.filter(name__in=names)
    return ArraySubquery(
        rows.values(row=JSONObject(name="name", language="language", words="words"))
    )


def texts_of(annotated: Iterable[Mapping[str, str]]) -> Texts:
    """What `words` and `filled` take, out of what `beside` read."""
    return {(row["name"], row["language"]): row["words"] for row in annotated}


def _read(name: str, *languages: str) -> Texts:
    rows = LetterText.objects.filter(name=name, language__in=languages)
    return {(row.name, row.language): row.words for row in rows}


# --- declining ----------------------------------------------------------------------------------------


def reasons_for(community: Community) -> list[Reason]:
    """The reasons a reviewer may choose; only somebody who came to TWP can be pointed to ICI."""
    fit = [r for r in Reason if r != Reason.FAMILY_TO_ICI or community == TWP]
    return [reason for reason in fit if reason not in BY_THE_CLOCK]


def for_reason(reason: str, profile: Profile, texts: Texts | None = None) -> str:
    """The words that go with this reason to this applicant, empty where no letter is sent."""
    return "" if reason in SILENT else for_applicant(Reason(reason).value, profile, texts)
