"""Crisis lines by country: national, long-standing ones.

To change one, change the table and AS_OF. A wrong number here can cost a life, so leave out
what you are not certain of: the page names two directories for everything else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

AS_OF = date(2026, 11, 22)


@dataclass(frozen=True)
class Number:
    """A telephone number as people write it."""

    shown: str
    by_text: bool = False

    def __str__(self) -> str:
        return self.shown

    @property
    def href(self) -> str:
        """What a telephone dials, digits only."""
        digits = "".join(character for character in self.shown if character.isdigit())
        return f"{'sms' if self.by_text else 'tel'}:{digits}"


@dataclass(frozen=True)
class Line:
    name: str  # its own name, in its own language: never translated
    numbers: tuple[Number, ...]
    note: str | Promise = ""

    def __str__(self) -> str:
        """In one line, for a letter: "Samaritans: 116 123"."""
        numbers = gettext(" or ").join(str(number) for number in self.numbers)
        return f"{self.name}: {numbers} ({self.note})" if self.note else f"{self.name}: {numbers}"


@dataclass(frozen=True)
class Place:
    code: str  # ISO 3166, as in the gazetteer
    country: Promise
    emergency: Number
    lines: tuple[Line, ...]


def _line(name: str, *numbers: str, note: str | Promise = "", by_text: bool = False) -> Line:
    return Line(name, tuple(Number(number, by_text) for number in numbers), note)


def _place(code: str, country: Promise, emergency: str, *lines: Line) -> Place:
    return Place(code, country, Number(emergency), lines)


PLACES = (
    _place("AU", _("Australia"), "000", _line("Lifeline", "13 11 14")),
    _place("AT", _("Austria"), "112", _line("TelefonSeelsorge", "142")),
    _place(
        "BE",
        _("Belgium"),
        "112",
        _line("Zelfmoordlijn", "1813", note=_("in Dutch")),
        _line("Télé-Accueil", "107", note=_("in French")),
    ),
    _place("BR", _("Brazil"), "192", _line("CVV", "188")),
    _place(
        "CA",
        _("Canada"),
        "911",
        _line("9-8-8", "988", note=_("call or text, in English and French")),
    ),
    _place("DK", _("Denmark"), "112", _line("Livslinien", "70 201 201")),
    _place("FI", _("Finland"), "112", _line("MIELI Kriisipuhelin", "09 2525 0111")),
    _place("FR", _("France"), "112", _line("Numéro national de prévention du suicide", "3114")),
    _place(
        "DE",
        _("Germany"),
        "112",
        _line("TelefonSeelsorge", "0800 111 0 111", "0800 111 0 222", "116 123"),
    ),
    _place("IS", _("Iceland"), "112", _line("Hjálparsími Rauða krossins", "1717")),
    _place("IN", _("India"), "112", _line("Tele-MANAS", "14416")),
    _place(
        "IE",
        _("Ireland"),
        "112",
        _line("Samaritans", "116 123"),
        _line("Text About It", "50808", note=_("by text: send HELLO"), by_text=True),
    ),
    _place("IL", _("Israel"), "101", _line("ERAN", "1201")),
    _place(
        "IT", _("Italy"), "112", _line("Telefono Amico", "02 2327 2327", note=_("not at night"))
    ),
    _place("JP", _("Japan"), "119", _line("よりそいホットライン", "0120 279 338")),
    _place("MX", _("Mexico"), "911", _line("Línea de la Vida", "800 911 2000")),
    _place("NL", _("Netherlands"), "112", _line("113 Zelfmoordpreventie", "113", "0800 0113")),
    _place("NZ", _("New Zealand"), "111", _line("1737", "1737", note=_("call or text"))),
    _place("NO", _("Norway"), "113", _line("Mental Helse", "116 123")),
    _place("PL", _("Poland"), "112", _line("Telefon Zaufania", "116 123")),
    _place("SG", _("Singapore"), "995", _line("Samaritans of Singapore", "1767")),
    _place("ZA", _("South Africa"), "112", _line("SADAG", "0800 567 567")),
    _place("KR", _("South Korea"), "119", _line("자살예방 상담전화", "109")),
    _place("ES", _("Spain"), "112", _line("Línea 024", "024")),
    _place("SE", _("Sweden"), "112", _line("Självmordslinjen", "90101")),
    _place(
        "CH",
        _("Switzerland"),
        "144",
        _line("Die Dargebotene Hand, La Main Tendue, Telefono Amico", "143"),
    ),
    _place(
        "GB",
        _("United Kingdom"),
        "999",
        _line("Samaritans", "116 123"),
        _line("Shout", "85258", note=_("by text: send SHOUT"), by_text=True),
    ),
    _place(
        "US",
        _("United States"),
        "911",
        _line("988 Suicide & Crisis Lifeline", "988", note=_("call or text, also in Spanish")),
        _line("Crisis Text Line", "741741", note=_("by text: send HOME"), by_text=True),
    ),
)


def by_country(places: Iterable[Place] = PLACES) -> list[Place]:
    """In the order of the country's name in the reader's language."""
    return sorted(places, key=lambda place: str(place.country))


def in_country(code: str | None) -> Place | None:
    """The lines of one country; None where we know none."""
    return next((place for place in PLACES if place.code == code), None)


def in_words(code: str | None) -> str:
    """The lines of one country for a letter, one below the other; empty where we know none."""
    place = in_country(code)
    if place is None:
        return ""
    emergency = gettext("Emergency number: %(number)s") % {"number": place.emergency}
    return "\n".join([*map(str, place.lines), emergency])
