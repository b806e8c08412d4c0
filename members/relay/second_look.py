"""A second look at a message before it goes: rules as data, tested in both directions.

Most rules only ask ("soft"): the sender reads which point of the pledge is touched, and sends the
message all the same or changes it. A few stop it ("stops") until a reviewer has read it: offers of
drugs, being told to stop at once, sexual words, one text for many people.

People here write about drugs, fear, love and money troubles all day long, and must be able to. So
the rules look for what is said to the reader ("stop taking them", "send me"), not for words, and
leave alone what is denied, what somebody else said, and what warns. Somebody who means harm gets
past them; blocking and reporting are for that.

Written for English, and tried on English only. Spanish, German and French have the plainest
patterns of some rules; in every other language only digits and addresses are seen.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members import traces
from members.forms.words import STREET
from members.vocabulary import DRUGS


class Point(models.TextChoices):
    """Points of the pledge, or the half that matters, word for word (a test compares the two)."""

    LIMITS = "limits", _("I am honest about myself, and I look after my own limits.")
    THOUGHT = "thought", _("I write with thought.")
    OTHERS = (
        "others",
        _("I pass on nothing that could show who another member is, unless they have said yes."),
    )
    PACE = (
        "pace",
        _(
            "People come to critical views by different roads and at their own pace. "
            "I meet them with respect."
        ),
    )
    NO_BUSINESS = (
        "no_business",
        _(
            "I promote no services and no business, and no commercial, religious or professional "
            "organisation. I know that doing so may end my membership."
        ),
    )


@dataclass(frozen=True)
class Rule:
    """`says` ends the sentence "There is …"; `advice` is for the sender, before it goes.

    `patterns` are tried on each sentence, in small letters without accents (no gap in them is
    without an end: a hostile text would keep us for minutes); `finds` on the whole
    text as it was written. What stands behind `not_after` in a sentence is left alone, and so is a
    sentence in which `unless` is found.
    """

    name: str
    point: Point
    says: Promise
    advice: Promise
    patterns: tuple[re.Pattern[str], ...] = ()
    finds: Callable[[str], object] | None = None
    not_after: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    stops: bool = False


@dataclass(frozen=True)
class Hit:
    """A rule, and the sentence it found, as it was written; none where it is about the whole."""

    rule: Rule
    words: str = ""


def _patterns(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)


def _drug_names() -> str:
    """All names of drugs that are one word, as alternatives."""
    with DRUGS.open(encoding="utf-8") as file:
        rows = [
            f"{row['generic']},{row['also_called'] or ''},{row['brands_examples'] or ''}"
            for row in csv.DictReader(file, delimiter="\t")
        ]
    names = {name.strip().lower() for row in rows for name in row.split(",")}
    return "|".join(sorted(name for name in names if name.isascii() and name.isalpha()))


# --- words that come again in the rules ---------------------------------------------------------------

DRUG = (
    r"(?:(?:sleeping |anxiety |pain )?(?:pills?|tablets?|capsules?|meds|medicines?|medications?|drugs?|benzos?"
    r"|antidepressants?|antipsychotics?|neuroleptics?|ssris?|snris?|stimulants?"
    r"|pastillas?|medicamentos?|medicacion|tabletten|pillen|medikamente|comprimes?|pilules?|cachets"
    rf"|medicaments?|{_drug_names()})\b)"
)
# "sertraline experience", "pill cutter": a word about it, not the thing.
NO_THING = (
    r"(?! (?:experiences?|stor(?:y|ies)|tapers?|tapering|journey|schedules?|logs?|diary|notes?|plans?|methods?"
    r"|history|lists?|calendar|groups?|forums?|books?|leaflets?|info|information|withdrawal|side|free|reductions?"
    r"|articles?|links?|names?|box(?:es)?|cutters?|splitters?|organi[sz]ers?|scales?)\b)"
)
A_FEW = (
    r"(?:(?:you|to you|some|a few|any|all|the|my|of|your|his|her|those|these|it|a|an|leftover|left over|left-over|spare"
    r"|extra|old|unused|more|cheap|real|good|free|genuine|\d+|mg|two|three|five|ten|twenty|box(?:es)?|packs?|packet"
    r"|strips?|bottles?|bag|rest|supply|month's|weeks?|worth) ){0,7}"
)
AT_ONCE = (
    r"(?:at once|right now|right away|immediately|straight away|today|tonight|tomorrow|this (?:minute|second|evening)"
    r"|cold turkey|from one day to the next|overnight)\b"
)
# Up to two words that do not turn the meaning round.
AND = r"(?:(?!not\b|never\b)\w+ ){0,2}"
MUST = rf"\byou (?:really |just |simply )?(?:should|must|need to|have to|ought to|gotta|got to|better|had better) {AND}"
STOP = r"(?:stop|quit|drop|ditch|dump|flush|throw|get off|come off|go off)"
IT = rf"(?:(?:taking|using|swallowing|off|away|out) )?(?:(?:it|them|all|of|those|these|that|the|your|this|every) ){{0,4}}(?:{DRUG}|it\b|them\b|poison\b|stuff\b|crap\b)"
# Neither somebody who tells of themselves ("I just stop") nor somebody who advises against it.
NOT_MINE = r"(?<!\bi )(?<!\bwe )(?<!\bhe )(?<!\bshe )(?<!they )(?<!\bto )(?<!could )(?<!\bcan )(?<!(?<!why )not )(?<!n't )(?<!never )"
BEGINS = r"(?:^|\bplease |\bjust |\bsimply |, |\band |: |\bso |\bnow )"
OR_ELSE = r"\b(?:or|else|otherwise|because|before)\b.{0,80}\b(?:you(?:'ll| will| would)?|they(?:'ll| will)?|it(?:'ll| will)?) (?:\w+ )?(?:die|kill|never heal|destroy|ruin)"
# Somebody else said it, or the sentence warns, or it is about going slowly.
TOLD_OR_CAREFUL = re.compile(
    r"\b(?:told|tells?|said|says|advised|advises?|wanted|wants|asked|ordered|made|forced|urged|pushed|pressured) (?:me|us|him|her|them|people|my \w+|everyone|everybody|anyone|anybody)\b"
    r"|\b(?:he|she|they|doctors?|psychiatrists?|prescribers?|gp|nurses?|people|somebody|someone) (?:\w+ )?(?:said|says?|thinks?|thought|told|insisted|insists?)\b"
    r"|\b(?:danger|dangerous|slowly|slow|gradually|taper|tapering|little by little|step by step|seizures?|unsafe|afraid|regret(?:ted)?|harmed)\b"
    r"|\b(?:if|when|whether|wish) i\b"
    r"|\b(?:no|nunca|jamas|nicht|nie|niemals|keine?|pas|jamais|langsam|lento|despacio|lentement|poco a poco)\b"
)
NEGATED = r"(?:not|cannot|never|no|nor|without|nobody|no one|\w+n'?t|nicht|keine?n?|nie|nunca|sin|pas|jamais|sans)"
NOT_THIS = re.compile(rf"\b{NEGATED}(?: \w+){{0,3}} $")
# "They give you pills": what others do, and what is denied.
OTHERS_DO = re.compile(
    rf"\b(?:{NEGATED}|doctors?|psychiatrists?|hospitals?|pharmac\w+|prescribers?|nurses?|clinics?|gps?|companies|system|they|he|she|who)(?: \w+){{0,4}} $"
)
ABUSE = re.compile(r"\b(?:abuse[dr]?|assault(?:ed)?|harass(?:ed|ment)?|rape[dr]?)\b")
MONEY = r"(?:money|cash|dollars?|euros?|pounds|bucks|\$ ?\d+|€ ?\d+|£ ?\d+|\d+ ?(?:\$|€|£|usd|eur))"
PAY_BY = r"(?:paypal|venmo|cash ?app|zelle|western union|moneygram|bitcoin|usdt|crypto|gift ?cards?|gofundme|iban)"
SERVICE = (
    r"(?:coaching|sessions?|consultations?|courses?|program(?:me)?s?|workshops?|webinars?|masterclass|retreats?|e-?books?"
    r"|books?|workbooks?|supplements?|products?|shop|store|clinic|practice|website|channel|services?|newsletter)\b"
)  # fmt: skip

# --- the rules -------------------------------------------------------------------------------------

STOPPING = (
    Rule(
        "offers_drugs", Point.THOUGHT, _("an offer of drugs"),
        _("Drugs are given to nobody through this site, not even what is left over: what helped one person can harm another."),
        _patterns(
            rf"\b(?:send|give|mail|post|ship|sell|bring|get|lend|slip) you {A_FEW}{DRUG}{NO_THING}",
            rf"\b(?:send|mail|post|ship|sell) {A_FEW}{DRUG}{NO_THING} (?:to|for) you\b",
            rf"\bi(?:'m| am)? sell(?:ing)? {A_FEW}{DRUG}{NO_THING}",
            rf"\b{DRUG} for sale\b",
            rf"\b(?:buy|order|get) {A_FEW}(?:{DRUG}|them|it) (?:from|through) me\b",
            rf"\bi(?: still)?(?:'ve| have)(?: got| still)? {A_FEW}{DRUG}.{{0,80}}\b(?:if you (?:want|need|like)|you (?:can|could) have|do you (?:want|need)|want some|for you)\b",
            rf"\byou (?:can|could) have {A_FEW}{DRUG}{NO_THING}",
            rf"\bi know (?:a|where|somebody|someone|who)\b.{{0,80}}\b{DRUG}.{{0,80}}\bwithout (?:a )?prescription\b",
            rf"\b(?:puedo|podria) (?:enviarte|mandarte|darte|venderte|conseguirte) (?:\w+ ){{0,3}}{DRUG}",
            rf"\b(?:te )?vendo (?:\w+ ){{0,2}}{DRUG}",
            rf"\b(?:kann|konnte) (?:dir|ihnen) (?:(?!kein|nicht)\w+ ){{0,4}}{DRUG}(?: \w+){{0,2}} (?:schicken|geben|verkaufen|besorgen)\b",
            rf"\bverkaufe (?:\w+ ){{0,2}}{DRUG}",
            rf"\bje (?:peux|pourrais) (?:t'envoyer|te donner|te vendre|vous envoyer|vous vendre) (?:\w+ ){{0,3}}{DRUG}",
            rf"\bje vends (?:\w+ ){{0,2}}{DRUG}",
        ),
        not_after=OTHERS_DO,
        stops=True,
    ),
    Rule(
        "stop_at_once", Point.PACE, _("a call to stop a drug at once"),
        _("Stopping suddenly can be dangerous. Whoever reads this must be free to go at their own pace."),
        _patterns(
            rf"{MUST}{STOP} {IT}.{{0,60}}\b{AT_ONCE}",
            rf"{BEGINS}{STOP} {IT}(?: \w+){{0,2}} {AT_ONCE}",
            rf"{BEGINS}(?:stop|quit|go) cold turkey\b",
            rf"{MUST}(?:stop|quit|go) cold turkey\b",
            rf"(?:{MUST}|{BEGINS}){STOP} {IT}.{{0,80}}{OR_ELSE}",
            r"\b(?:deja|dejalo|dejalas|dejalos)\b.{0,80}\b(?:ya mismo|hoy mismo|de golpe|ahora mismo|inmediatamente)\b",
            r"\b(?:setz|setze|hor)\b.{0,80}\b(?:sofort|heute noch|auf der stelle|auf einen schlag)\b.{0,80}\b(?:ab|auf)\b",
            r"\b(?:arrete|arretez)\b.{0,80}\b(?:tout de suite|immediatement|aujourd'hui|d'un coup)",
        ),
        unless=TOLD_OR_CAREFUL, stops=True,
    ),
    Rule(
        "sexual", Point.THOUGHT, _("sexual words"),
        _("Nobody comes here for that. Many have been hurt."),
        _patterns(
            r"\b(?:have|having|want|wanna|like|love) (?:\w+ ){0,2}sex (?:with (?:you|me)|together|tonight)\b",
            r"\bsex (?:with you|chat|tonight|date|partner|cam)\b",
            r"\b(?:send|show) me (?:\w+ ){0,4}(?:nudes?|naked|nude|boobs|tits|panties|your body)\b",
            r"\b(?:your|my|some|any) (?:\w+ )?(?:nudes|tits|boobs|cock|dick|pussy|nipples)\b",
            r"\b(?:your|my|of you) (?:\w+ )?(?:naked|nude) (?:body|photos?|pics?|pictures?|selfies?)\b|\bnaked with (?:you|me)\b|\b(?:naked|nude) (?:pictures?|photos?|pics?) of (?:you|me|yourself|myself)\b",
            r"\b(?:horny|sexting|blow ?job|hand ?job|jerk(?:ing)? off)\b",
            r"\bto (?:fuck|screw|bang|lick|undress|spank) (?:you|me)\b|\bfuck me\b|\bmake love (?:to|with) you\b",
            r"\b(?:you are|you're|you look|you sound|find you|hey|hi|hello) (?:\w+ )?sexy\b",
            r"\bturn(?:s|ed|ing)? me on\b|\bone[- ]night stand\b|\bfriends with benefits\b|\bhook ?up with (?:me|you)\b",
            r"\bin bed with (?:me|you)\b|\bsleep with (?:me|you) tonight\b|\bwant to sleep with you\b",
            r"\bsexo (?:contigo|conmigo|juntos)\b|\bfotos? (?:tuyas? )?desnud[ao]s?\b|\bdesnud[ao]s? (?:contigo|conmigo)\b|\bfollar(?:te|nos)?\b|\bcachond[ao]\b",
            r"\bsex mit (?:dir|mir)\b|\bnackt(?:fotos?|bilder)\b|\bgeil auf dich\b|\bficken\b|\bmit dir (?:schlafen|ins bett)\b",
            r"\bsexe avec (?:toi|moi)\b|\bphotos? (?:de toi )?nues?\b|\b(?:te|me) baiser\b|\b(?:coucher|baiser) avec (?:toi|moi)\b",
        ),
        not_after=NOT_THIS, unless=ABUSE, stops=True,
    ),
)  # fmt: skip
# Found by comparing with what the sender wrote to others: see members.relay.holding.
SAME_TEXT = Rule(
    "same_text", Point.THOUGHT, _("a text that went to several others"),
    _("Whoever reads it feels that it was not written to them."), stops=True,
)  # fmt: skip

ASKING = (
    Rule(
        "just_stop", Point.PACE, _("advice to just stop a drug"),
        _("Stopping suddenly can be dangerous, and everybody goes at their own pace. What you lived through yourself is welcome; telling others what to do is not."),
        _patterns(
            rf"{NOT_MINE}\bjust {STOP} {IT}", r"(?<!\bi )\bjust (?:stop|quit)$",
            rf"{MUST}{STOP} {IT}",
            rf"\b(?:better|best|easier)(?: \w+){{0,3}} (?:if you|to) (?:just )?{STOP} {IT}",
            rf"{BEGINS}(?:throw|flush|dump) {IT}(?: \w+)? ?(?:away|out|down|in the)?",
            r"\b(?:deja|dejalo|dejalas|dejalos|para) (?:ya |simplemente )?(?:de )?tomar",
            r"\b(?:setz|setze) (?:sie|es|die \w+|das \w+|alles) (?:einfach |doch )*ab\b|\bhor einfach (?:damit )?auf\b",
            r"\b(?:arrete|arretez) (?:simplement |juste )?(?:de (?:le|les|la) prendre|tes \w+|vos \w+|le traitement|les medicaments)",
        ),
        unless=TOLD_OR_CAREFUL,
    ),
    Rule(
        "no_need", Point.PACE, _("a word on whether somebody needs a drug"),
        _("Nobody here can know that about another. What you lived through yourself is welcome."),
        _patterns(rf"\byou (?:do(?:n'?t| not)|never) need(?:ed)? (?:those|these|that|your|the|all)(?: \w+)? {DRUG}{NO_THING}"),
        unless=TOLD_OR_CAREFUL,
    ),
    Rule(
        "asks_for_drugs", Point.THOUGHT, _("a request for drugs"),
        _("Drugs are given to nobody through this site. If you have run out of yours, a pharmacy or an out-of-hours doctor can help today."),
        _patterns(
            rf"\b(?:can|could|would|will) you (?:\w+ ){{0,2}}(?:send|give|sell|mail|post|spare|lend|get) me {A_FEW}{DRUG}{NO_THING}",
            rf"\bdo you (?:still )?have (?:any |some )?(?:spare|extra|leftover|left over|unused)(?: \w+){{0,2}} {DRUG}{NO_THING}",
            rf"\b(?:where|how) (?:can|could|do) i (?:buy|get|order) {A_FEW}{DRUG}.{{0,80}}\bwithout (?:a )?prescription\b",
        ),
    ),
    Rule(
        "sells", Point.NO_BUSINESS, _("what sounds like an offer of services or goods"),
        _("Members come here to meet each other, and not as customers."),
        _patterns(
            rf"\b(?:book|sign up|enrol|enroll|register|buy|order|try|visit|check out|purchase|subscribe)\b(?: \w+){{0,4}} (?:my|our) (?:\w+ ){{0,2}}{SERVICE}",
            r"\bi(?:'m| am)? (?:also )?(?:offer|offering|provide|providing|sell|selling) (?:\w+ ){0,4}(?:coaching|consultations?|consulting|counsel?ling|therapy|sessions|reiki|supplements?|courses?|workshops?|healing)\b",
            r"\b(?:first|one) (?:hour|session|call|consultation) (?:is |for )?free\b|\bfree (?:consultation|trial|discovery call|first session)\b",
            r"\b(?:promo code|special offer|limited offer|money[- ]back guarantee|\d+ ?% (?:off|discount))",
            rf"\b{MONEY} (?:per|an?|each|for (?:a|one|each)) (?:hour|session|call)\b|[$€£] ?\d+ (?:per|an?|each|for (?:a|one|each)) (?:hour|session|call)\b",
            r"\b(?:i(?:'m| am) an?|as an?|work as an?) (?:\w+ ){0,2}(?:life|health|recovery|wellness|certified|taper|tapering|withdrawal|holistic) coach\b",
            r"\b(?:ofrezco|vendo) (?:\w+ ){0,3}(?:coaching|sesiones|terapia|suplementos)\b|\bprimera sesion (?:es )?gratis\b",
            r"\bbiete (?:\w+ ){0,3}(?:coaching|sitzungen|beratung|therapie)\b|\berste (?:sitzung|stunde) (?:ist )?(?:gratis|kostenlos|umsonst)\b",
            r"\bje propose (?:\w+ ){0,3}(?:coaching|seances|consultations)\b|\bpremiere seance (?:est )?(?:gratuite|offerte)\b",
        ),
    ),
    Rule(
        "money", Point.THOUGHT, _("a request for money, or a way to pay"),
        _("Many here have little, and some have been cheated. Please ask nobody for money."),
        _patterns(
            rf"\b(?:can|could|would|will) you (?:\w+ ){{0,2}}(?:send|lend|loan|give|wire|transfer|spare|borrow)(?: \w+){{0,4}} {MONEY}",
            rf"{BEGINS}(?:send|lend|loan|give|wire|transfer) (?:me|us) (?:\w+ ){{0,3}}{MONEY}",
            rf"\b(?:need|want|asking|ask) you to (?:send|lend|loan|give|wire|transfer)(?: \w+){{0,4}} {MONEY}",
            rf"\b(?:via|by|through|with|to my|my|using|over) {PAY_BY}\b",
            r"\bmy bank (?:details|account number)\b|\binvestment (?:opportunity|plan|platform)\b|\bdouble your money\b",
            r"\b(?:mandame|enviame|prestame) (?:\w+ ){0,2}(?:dinero|euros|plata)\b",
            r"\b(?:schick|schicke|uberweis|uberweise|leih|leihe|gib) (?:mir|uns) (?:\w+ ){0,3}(?:geld|euro)\b",
            r"\b(?:envoie|envoyez|prete|pretez)[- ]moi (?:\w+ ){0,3}(?:de l'argent|euros)\b",
        ),
    ),
    Rule(
        "phone_number", Point.LIMITS, _("what looks like a phone number"),
        _("What is sent cannot be taken back. It may be better to write a few times first."),
        finds=traces.holds_phone_number,
    ),
    Rule(
        "street", Point.LIMITS, _("what looks like a street address"),
        _("What is sent cannot be taken back. A town is enough for a beginning."),
        finds=STREET.search,
    ),
    Rule(
        "address", Point.OTHERS, _("an email address that is not the one of your account"),
        _("Yours is in the letter already. If this one is somebody else’s, did they say yes?"),
        finds=traces.holds_address,
    ),
)  # fmt: skip
RULES = {rule.name: rule for rule in (*STOPPING, SAME_TEXT, *ASKING)}

SENTENCE = re.compile(r"[.!?;\n…]+")


def look(text: str, own_address: str = "") -> list[Hit]:
    """Everything the rules find; where one stops the message, only those that do: a person reads it.

    Args:
        own_address: of the sender, which every letter has in it.
    """
    stopping = list(_found(STOPPING, text))
    if stopping:
        return stopping
    rest = re.sub(re.escape(own_address), " ", text, flags=re.IGNORECASE) if own_address else text
    return list(_found(ASKING, rest))


def stops(text: str) -> Rule | None:
    """The rule because of which a reviewer reads it first; most often none."""
    return next((hit.rule for hit in _found(STOPPING, text)), None)


def _found(rules: Iterable[Rule], text: str) -> Iterator[Hit]:
    sentences = [(one.strip(), plain(one)) for one in SENTENCE.split(text) if one.strip()]
    for rule in rules:
        if rule.finds:
            if rule.finds(text):
                yield Hit(rule)
            continue
        words = next((said for said, read in sentences if _trips(rule, read)), None)
        if words is not None:
            yield Hit(rule, words)


def _trips(rule: Rule, sentence: str) -> bool:
    if rule.unless and rule.unless.search(sentence):
        return False
    found = (pattern.search(sentence) for pattern in rule.patterns)
    return any(
        one and not (rule.not_after and rule.not_after.search(sentence[: one.start()]))
        for one in found
    )


def plain(text: str) -> str:
    """Small letters without accents and without what cannot be seen, apostrophes straight, one
    space between words."""
    letters = text.casefold().replace("’", "'").replace("`", "'")
    if not letters.isascii():
        apart = unicodedata.normalize("NFKD", letters)
        letters = "".join(one for one in apart if unicodedata.category(one) not in {"Mn", "Cf"})
    return " ".join(letters.split())


# --- the same text to many ------------------------------------------------------------------------------

SHORTEST = 15  # words; shorter ones are alike by themselves
IN_A_ROW = 4  # words that are compared together
ALIKE = 0.8  # of the shorter text's rows of words


def rows_of(text: str) -> set[tuple[str, ...]]:
    """All runs of IN_A_ROW words of a text."""
    words = re.findall(r"\w+", plain(text))
    return {tuple(words[at : at + IN_A_ROW]) for at in range(len(words) - IN_A_ROW + 1)}


def are_alike(mine: set[tuple[str, ...]], theirs: set[tuple[str, ...]]) -> bool:
    """Whether two texts, by their rows, are one with a few words changed, such as the reader's name."""
    shorter = min(len(mine), len(theirs))
    return shorter > SHORTEST - IN_A_ROW and len(mine & theirs) >= ALIKE * shorter
