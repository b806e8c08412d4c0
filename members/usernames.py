"""Which usernames are allowed, and which of them look alike.

After Unicode's UTS #39 (security mechanisms): one script, nothing invisible, and a skeleton that is
the same for names that are the same to the eye. The table of look-alikes comes from the package
confusable_homoglyphs, which packs Unicode's confusables.txt.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from confusable_homoglyphs.categories import alias
from confusable_homoglyphs.confusables import confusables_data
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SHORTEST, LONGEST = 3, 30  # characters
LONGEST_KEY = 120  # as in the database
SEPARATORS = "-_."
MARKS_IN_A_ROW = 2  # more pile up over the lines around them

# Scripts in everyday use (UAX #31, table 5): others are full of look-alikes and no one's name.
SCRIPTS = {
    "ARABIC", "ARMENIAN", "BENGALI", "BOPOMOFO", "CYRILLIC", "DEVANAGARI", "ETHIOPIC", "GEORGIAN",
    "GREEK", "GUJARATI", "GURMUKHI", "HAN", "HANGUL", "HEBREW", "HIRAGANA", "KANNADA", "KATAKANA",
    "KHMER", "LAO", "LATIN", "MALAYALAM", "MYANMAR", "ORIYA", "SINHALA", "TAMIL", "TELUGU",
    "THAANA", "THAI", "TIBETAN",
}  # fmt: skip
# Written together, they are one way of writing: Japanese, Korean, Chinese with sound signs.
WRITTEN_TOGETHER = (
    {"HAN", "HIRAGANA", "KATAKANA"},
    {"HAN", "HANGUL"},
    {"HAN", "BOPOMOFO"},
)
WITH_ACCENTS = {"CYRILLIC", "GREEK", "LATIN"}
LONG_VOWEL = "ー"  # belongs to both Japanese syllabaries, so Unicode gives it no script
# Latin letters of living alphabets; the rest (phonetics, small capitals, clicks) imitates them.
LATIN_LETTERS = re.compile(
    "[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017e\u0181-\u01bb\u01cd-\u01f0\u01f4-\u0233\u0253"
    "\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u0269\u0272\u0289\u028b\u1e00-\u1eff]"
)
LATIN_WITH_SOMETHING = re.compile("LATIN SMALL LETTER ([A-Z]) WITH .*")
# Letters by Unicode's books that show nothing at all (fillers of Hangul, inherent vowels of Khmer).
SHOW_NOTHING = set("\u115f\u1160\u17b4\u17b5\u3164\uffa0\u034f")

# Names the site, its staff or its addresses could be taken for. Compared without separators.
RESERVED = (
    "abuse", "account", "accounts", "admin", "administrator", "anonymous", "api", "application",
    "approved", "block", "connect", "connectteam", "contact", "crisis", "deleted", "everyone",
    "help", "helpdesk", "helpline", "helpnow", "hostmaster", "ici", "iciconnect", "info",
    "innercompass", "innercompassinitiative", "login", "logout", "mailerdaemon", "map",
    "member", "members", "mod", "moderation", "moderator", "nobody", "noreply", "null", "office",
    "official", "owner", "pledge", "postmaster", "privacy", "profile", "report", "results",
    "review", "reviewer", "root", "safety", "saved", "search", "security", "settings", "staff",
    "suggest", "superuser", "support", "sysadmin", "system", "team", "terms", "thestaff",
    "thewithdrawalproject", "twp", "twpconnect", "undefined", "volunteer", "webmaster",
    "withdrawalproject", "write",
)  # fmt: skip

# What confusables.txt does not say, or says the other way round: small and capital letters count as
# one here, so i and l meet in the capital I, o and 0 in the capital O; "vv" is read as w.
OWN_LOOK_ALIKES = {"i": "l", "1": "l", "|": "l", "0": "o", "m": "rn", "w": "vv"}


def validate(username: str) -> None:
    """Raises ValidationError, with a sentence for the person who typed it."""
    _check_length(username)
    _check_characters(username)
    _check_shape(username)
    _check_script(username)
    _check_reserved(username)


def skeleton(username: str) -> str:
    """How the name looks: equal for names that differ in case or in look-alikes only.

    Accents and the kind of separator do not count. The key is no name, it is never
    shown. Defined for every text, also for names that are not allowed.
    """
    text = re.sub(f"[{re.escape(SEPARATORS)}]+", "-", "".join(looks(username)))
    return unicodedata.normalize("NFD", text)


def looks(username: str) -> list[str]:
    """The skeleton letter by letter, for whoever compares names that are nearly the same."""
    text = "".join(_plain_letters(unicodedata.normalize("NFKC", username)))
    return [_look(character) for character in text]


def _check_length(username: str) -> None:
    if not SHORTEST <= len(username) <= LONGEST:
        raise ValidationError(_("Please choose a username of 3 to 30 characters."), code="length")


def _check_characters(username: str) -> None:
    if not unicodedata.is_normalized("NFKC", username):
        raise ValidationError(
            _("There is a special form of a letter in it. Please type it anew with plain letters."),
            code="form",
        )
    for character in username:
        if not _is_allowed(character):
            raise ValidationError(
                _(
                    "Please use only letters, digits, and - _ . in your username. Spaces are not possible."
                ),
                code="character",
            )


def _is_allowed(character: str) -> bool:
    if character.isascii():
        return character.isalnum() or character in SEPARATORS
    if character in SHOW_NOTHING:
        return False
    if alias(character) == "LATIN":
        return LATIN_LETTERS.fullmatch(character) is not None
    if unicodedata.category(character) == "Lm":
        return character in {LONG_VOWEL, "々"}
    if alias(character) == "INHERITED":  # marks for any letter; ordinary accents come composed
        return False
    return unicodedata.category(character) in {"Lu", "Ll", "Lo", "Mn", "Mc"}


def _check_shape(username: str) -> None:
    if username[0] in SEPARATORS or username[-1] in SEPARATORS:
        raise ValidationError(
            _("Please begin and end your username with a letter or a digit."), code="ends"
        )
    if re.search(f"[{re.escape(SEPARATORS)}]{{2}}", username):
        raise ValidationError(_("Please put only one of - _ . in a row."), code="separators")
    if username.isascii() and not re.search("[A-Za-z]", username):
        raise ValidationError(
            _("Please use at least one letter in your username."), code="no_letter"
        )
    if _longest_row_of_marks(username) > MARKS_IN_A_ROW or _is_mark(username[0]):
        raise ValidationError(
            _("There are too many accents on one letter. Please use fewer."), code="marks"
        )


def _longest_row_of_marks(username: str) -> int:
    longest = row = 0
    for character in unicodedata.normalize("NFD", username):
        row = row + 1 if unicodedata.category(character) == "Mn" else 0
        longest = max(longest, row)
    return longest


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _check_script(username: str) -> None:
    scripts = {_script(c) for c in username} - {"COMMON", "INHERITED"}
    one_way_of_writing = len(scripts) == 1 or any(scripts <= group for group in WRITTEN_TOGETHER)
    if not one_way_of_writing or not scripts <= SCRIPTS:
        raise ValidationError(
            _(
                "Please use letters of one alphabet only. Letters of different alphabets can look alike."
            ),
            code="script",
        )
    if scripts != {"LATIN"} and all(_prototype(c).isascii() for c in username):
        raise ValidationError(
            _(
                "In these letters, this name looks just like one in another alphabet. Please choose another name."
            ),
            code="look_alike",
        )
    if len(skeleton(username)) > LONGEST_KEY:
        raise ValidationError(_("Please choose a shorter username."), code="length")


def _script(character: str) -> str:
    return "KATAKANA" if character == LONG_VOWEL else alias(character)


def _check_reserved(username: str) -> None:
    plain = skeleton(username).replace("-", "")
    # "admin1", "staff-2026": a number behind it makes it no less official. In the skeleton 1 is l
    # and 0 is o, so digits are taken off before.
    without_number = skeleton(username.rstrip("0123456789" + SEPARATORS)).replace("-", "")
    if {plain, without_number} & reserved_skeletons():
        raise ValidationError(
            _("This name could be taken for somebody who works here. Please choose another one."),
            code="reserved",
        )


@cache
def reserved_skeletons() -> frozenset[str]:
    """How the names look that the site and its staff keep for themselves, without separators."""
    return frozenset(skeleton(name) for name in RESERVED)


def _plain_letters(text: str) -> Iterator[str]:
    """Letters without accents, which are easily overlooked; in scripts without capitals marks are
    vowels and stay.

    Latin is compared in small letters, other scripts in capitals: more of those are shared between
    alphabets.
    """
    script = ""
    for character in unicodedata.normalize("NFD", text):
        if unicodedata.category(character) == "Mn":
            if script not in WITH_ACCENTS:
                yield character
            continue
        script = alias(character)
        is_latin = script == "LATIN"
        yield _without_stroke(character.casefold()) if is_latin else character.upper()


def _without_stroke(letter: str) -> str:
    """ł, ø, ħ: Unicode does not take them apart, but their names do."""
    if _prototype(letter).isascii():
        return letter
    named = (
        LATIN_WITH_SOMETHING.fullmatch(unicodedata.name(letter, "")) if len(letter) == 1 else None
    )
    return named[1].lower() if named else letter


def _look(character: str) -> str:
    """The one text that stands for all that look like the character."""
    prototype = "".join(_prototype(c) for c in character)
    return "".join(OWN_LOOK_ALIKES.get(c, c) for c in prototype.casefold())


def _prototype(character: str) -> str:
    return _prototypes().get(character, character)


@cache
def _prototypes() -> dict[str, str]:
    """Every character of the table with the one that stands for its family.

    The table lists pairs in both directions, without saying which side Unicode means as the
    prototype: we take families of characters that are linked, and of each the plainest member.
    """
    links = _links()
    prototype: dict[str, str] = {}
    for start in links:
        if start not in prototype:
            family = _family(start, links)
            prototype |= dict.fromkeys(family, min(family, key=_plainness))
    return prototype


def _links() -> dict[str, set[str]]:
    """The package's table; it puts signs of direction around letters written to the left."""
    links: dict[str, set[str]] = {}
    for character, pairs in confusables_data.items():
        ours = links.setdefault(_undirected(character), set())
        ours.update(_undirected(pair["c"]) for pair in pairs)
    return links


def _undirected(text: str) -> str:
    return text.replace("\u200e", "")


def _family(start: str, links: dict[str, set[str]]) -> set[str]:
    family, new = {start}, [start]
    while new:
        linked = links.get(new.pop(), set()) - family
        family |= linked
        new.extend(linked)
    return family


def _plainness(text: str) -> tuple[bool, bool, int, str]:
    return not text.isascii(), not text.isalnum(), len(text), text
