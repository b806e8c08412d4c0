"""How names of places are compared: one spelling for loading and for asking."""

import unicodedata

# Letters that Unicode does not take apart, as people without them on the keyboard type them.
LETTERS = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "ı": "i",
    "ħ": "h",
    "ŧ": "t",
    "ŋ": "n",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ß": "ss",
}


class Folding(dict[int, str]):
    """Answers for every character and remembers: 900,000 names share a few thousand of them."""

    def __missing__(self, codepoint: int) -> str:
        self[codepoint] = fold(chr(codepoint))
        return self[codepoint]


def fold(character: str) -> str:
    if character in LETTERS:
        return LETTERS[character]
    if unicodedata.category(character).startswith("M"):
        return ""
    return character.casefold() if character.isalnum() else " "


FOLDING = Folding()


def normalise(text: str) -> str:
    """Give letters and digits in lower case without accents, words parted by one space."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(decomposed.translate(FOLDING).split())
