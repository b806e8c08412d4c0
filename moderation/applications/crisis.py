"""Words that sound as if somebody were in acute danger. Rules as data, tested in both directions.

They decide nothing and refuse nobody: reviewers see such an application with a kind answer and
help lines beside it. Many who apply here have been close to death, and say so: what is long past,
what is about somebody else, and what somebody does not want must not raise an alarm each time, or
tired people learn to look past it. Where the rules cannot tell, they rather speak up.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# Long ago: the same sentence says when, or that it is over.
LONG_AGO = {
    "en": r"\b(?:(?:years?|decades?|long(?: time)?) ago|years? back|used to|no longer|not any ?more|back then"
    r"|in the past|in (?:19|20)\d\d|when i was|survived (?:\w+ ){0,2}attempt|at (?:age )?\d\d)\b",
    "de": r"\b(?:vor (?:vielen |einigen |\w+ )?jahren|damals|fruher|nicht mehr|(?:19|20)\d\d|uberlebt)\b",
    "es": r"\b(?:hace (?:\w+ )?anos|en el pasado|antes|ya no quiero morir|(?:19|20)\d\d|sobrevivi)\b",
    "fr": r"\b(?:il y a (?:\w+ )?ans|dans le passe|autrefois|(?:19|20)\d\d|survecu)\b",
}
# Just before what was found: they do not.
DENIED = {
    "en": r"\b(?:not|never|no|nor|without|(?:do|does|did|am|is|was|wo)n'?t|don t|isn t)(?: \w+){0,2} $",
    "de": r"\b(?:nicht|nie|niemals|kein|keine|keinen|ohne)(?: \w+){0,2} $",
    "es": r"\b(?:no|nunca|jamas|ni|sin)(?: \w+){0,1} $",
    "fr": r"\b(?:ne|n|jamais|pas|sans|ni)(?: \w+){0,2} $",
}


@dataclass(frozen=True)
class Rule:
    language: str
    pattern: re.Pattern[str]
    says_no_itself: bool = False  # "do not want to live": the "not" belongs to it


def _rule(language: str, pattern: str, *, says_no_itself: bool = False) -> Rule:
    return Rule(language, re.compile(pattern), says_no_itself)


# Read without accents, in small letters, apostrophes straight; each sentence by itself.
_I_AM = r"\bi(?:'m| am|m|'ve been| have been| feel|'m feeling| keep| just)"
_NOW = r"(?:today|tonight|yesterday|last night|last week|this (?:week|morning|evening|month)|right now|recently|just now|days ago)"
RULES = (
    # --- English
    _rule("en", r"\b(?:want|wanting|going|wish|plan|planning|need|ready|about|decided|trying|gonna|rather)(?: to| i could| on)? (?:kill(?:ing)? myself|end(?:ing)? my (?:own )?life|take my (?:own )?life|taking my (?:own )?life|end it all|hang(?:ing)? myself|shoot(?:ing)? myself|hurt(?:ing)? myself|harm(?:ing)? myself|die\b(?! (?:of|down|from)\b)|commit(?:ting)? suicide|be dead)"),
    _rule("en", r"\bi(?:'m| am|m)? (?:will|'ll|might|may|could|gonna) (?:kill myself|end my (?:own )?life|take my (?:own )?life|end it all|hang myself)"),
    _rule("en", r"\bi'll (?:kill myself|end my life|take my (?:own )?life|end it all)"),
    _rule("en", rf"{_I_AM} (?:so |very |really |actively |still |feeling |getting |now |always |constantly )*suicidal\b"),
    _rule("en", r"\b(?:think|thinking|thought|thoughts)(?:s)? (?:\w+ )?(?:of|about) (?:suicide|killing myself|ending (?:it all|my life)|taking my (?:own )?life|dying (?:every|all|each)|death (?:every|all|each))"),
    _rule("en", r"\b(?:i have|i've|having|i get|i am having) (?:(?!no\b)\w+ ){0,2}(?:suicidal|suicide) (?:thoughts|ideation|plans?)\b"),
    _rule("en", r"\bsuicidal (?:right now|now|today|tonight|every day|all the time|daily)\b"),
    _rule("en", r"\b(?:don'?t|do not|no longer) (?:really |even )?(?:want to|wanna|wish to) (?:live|be alive|be here|wake up|exist|go on)\b(?! (?:like this on|on) (?:drugs|meds|medication))", says_no_itself=True),
    _rule("en", r"\b(?:can'?t|can not|cannot) (?:go on|take (?:it|this) any ?(?:more|longer)|live (?:like this|any ?more)|do this any ?more|keep going|hold on)\b", says_no_itself=True),
    _rule("en", r"\b(?:nothing|no reason|no point)(?: left| in)?(?: to)? (?:live|living)(?: for)?\b", says_no_itself=True),
    _rule("en", r"\b(?:better off|rather be|wish i (?:was|were)|wishing i (?:was|were)) dead\b"),
    _rule("en", r"\b(?:better off|easier for everyone|easier for everybody) without me\b", says_no_itself=True),
    _rule("en", r"\bwish (?:i had never|i was never|i'd never|i would not|i wouldn't|i could not) (?:been born|born|wake up|woken up)\b", says_no_itself=True),
    _rule("en", rf"\b(?:tried to|attempted to) (?:kill myself|end my life|take my (?:own )?life|hang myself)\b.*\b{_NOW}\b"),
    _rule("en", rf"\b{_NOW}\b.*\b(?:tried to|attempted to) (?:kill myself|end my life|take my (?:own )?life|hang myself)\b"),
    _rule("en", rf"\b(?:overdosed|took an overdose|took all my|swallowed all|cut myself|cutting myself)\b.*\b{_NOW}\b"),
    _rule("en", rf"\b{_NOW}\b.*\b(?:overdosed|took an overdose|took all my (?:pills|tablets|meds)|cut myself)\b"),
    _rule("en", r"\b(?:goodbye|farewell) (?:everyone|everybody|world|to all)\b"),
    # --- German
    _rule("de", r"\b(?:will|mochte|werde|muss|wollte heute) (?:(?!nicht sterben|nicht tot|nie|kein)\w+ ){0,3}(?:sterben|tot sein|nicht mehr leben|nicht mehr da sein)\b"),
    _rule("de", r"\b(?:will|mochte|werde|konnte) (?:mich|mir) (?!nicht|nie|kein)(?:\w+ ){0,2}(?:umbringen|toten|das leben nehmen|etwas antun|was antun|aufhangen|erhangen)\b"),
    _rule("de", r"\b(?:mich|mir) (?:heute |bald |endlich |einfach )?(?:umzubringen|zu toten|das leben zu nehmen|etwas anzutun)\b"),
    _rule("de", r"\b(?:bin|fuhle mich) (?:(?!nicht|nie|kein)\w+ ){0,2}(?:suizidal|lebensmude|selbstmordgefahrdet)\b"),
    _rule("de", r"\b(?:habe|hab) (?:(?!nicht|nie|kein)\w+ ){0,2}(?:suizidgedanken|selbstmordgedanken|selbsttotungsgedanken)\b"),
    _rule("de", r"\b(?:will|mochte|kann) (?:so )?nicht mehr (?:leben|weiterleben|weitermachen|weiter)\b", says_no_itself=True),
    _rule("de", r"\b(?:halte|ertrage) (?:es|das|dieses leben) (?:\w+ ){0,2}nicht mehr(?: aus)?\b", says_no_itself=True),
    _rule("de", r"\b(?:keinen|kein) (?:sinn|grund) mehr(?: \w+)? (?:zu leben|weiterzuleben|im leben)\b", says_no_itself=True),
    # --- Spanish
    _rule("es", r"\b(?:quiero|deseo|voy a|pienso|necesito) (?:morir(?:me)?|matarme|suicidarme|quitarme la vida|acabar con (?:mi vida|todo)|hacerme dano)\b"),
    _rule("es", r"\bme (?:quiero|voy a) (?:morir|matar|suicidar|quitar la vida)\b"),
    _rule("es", r"\b(?:tengo|con) (?:\w+ )?(?:pensamientos|ideas) (?:suicidas|de suicidio|de muerte)\b"),
    _rule("es", r"\bpienso (?:\w+ ){0,2}en (?:suicidarme|el suicidio|matarme|quitarme la vida)\b"),
    _rule("es", r"\b(?:no quiero|ya no quiero) (?:vivir|seguir viviendo|seguir viva|seguir vivo|despertar)(?: mas)?\b", says_no_itself=True),
    _rule("es", r"\b(?:no puedo|ya no puedo|no aguanto|ya no aguanto) mas\b", says_no_itself=True),
    # --- French
    _rule("fr", r"\b(?:je veux|j'ai envie de|je vais|je voudrais|envie de) (?:mourir|me tuer|me suicider|en finir|mettre fin a (?:mes jours|ma vie)|me faire du mal)\b"),
    _rule("fr", r"\b(?:j'ai|avec) des (?:idees|pensees) (?:suicidaires|noires|de suicide)\b"),
    _rule("fr", r"\bje (?:suis|me sens) (?:tres |vraiment )?suicidaire\b"),
    _rule("fr", r"\bje pense (?:\w+ ){0,4}(?:au suicide|a me tuer|a en finir|a mourir|a me suicider)\b"),
    _rule("fr", r"\bje (?:ne )?(?:veux|peux) plus (?:vivre|continuer|etre la)\b", says_no_itself=True),
    _rule("fr", r"\bje n'en peux (?:vraiment )?plus\b", says_no_itself=True),
)  # fmt: skip

LONG_AGO_FOUND = {language: re.compile(pattern) for language, pattern in LONG_AGO.items()}
DENIED_FOUND = {language: re.compile(pattern) for language, pattern in DENIED.items()}
SENTENCE = re.compile(r"[.!?;\n…]+")
TOLD = 200  # characters of a sentence that are shown


def sounds_acute(text: str) -> str:
    """The first sentence that sounds like acute danger, as it was written; empty where none does."""
    whole = _plain(text)
    likely = [
        rule for rule in RULES if rule.pattern.search(whole)
    ]  # most often none: no more to do
    if not likely:
        return ""
    return next((one for one in _sentences(text) if _trips(_plain(one), likely)), "")


def _sentences(text: str) -> list[str]:
    return [one.strip() for one in SENTENCE.split(text) if one.strip()]


def _trips(sentence: str, rules: Iterable[Rule]) -> bool:
    return any(_holds(rule, sentence) for rule in rules)


def _holds(rule: Rule, sentence: str) -> bool:
    found = rule.pattern.search(sentence)
    if found is None:
        return False
    if LONG_AGO_FOUND[rule.language].search(sentence) and not rule.says_no_itself:
        return False
    return rule.says_no_itself or not DENIED_FOUND[rule.language].search(sentence[: found.start()])


def _plain(text: str) -> str:
    """Small letters without accents, apostrophes straight, one space between words."""
    letters = text.casefold().replace("’", "'").replace("`", "'")
    if letters.isascii():
        return " ".join(letters.split())
    letters = unicodedata.normalize("NFD", letters)
    bare = "".join(one for one in letters if unicodedata.category(one) != "Mn")
    return " ".join(bare.split())
