"""What the rules find in a message, and above all what they must leave alone."""

import re

import pytest
from django.test import Client

from members.relay import openings, second_look
from members.relay.second_look import RULES, SAME_TEXT, STOPPING, Point

# Sentences each rule must find.
FOUND = {
    "offers_drugs": [
        "I can send you some of my leftover Xanax if you want.", "I could mail you a few pills.",
        "I have spare lorazepam, do you need any?", "I still have a box of Valium, you can have it.",
        "I sell diazepam, cheap.", "I'm selling my old Seroquel.", "Zopiclone for sale, write to me",
        "You can buy the tablets from me.", "You can have my unused antidepressants.",
        "I don't need my Xanax any more, I can send you some pills.",
        "I will post you two strips of clonazepam", "Let me give you twenty Ritalin tablets.",
        "I know a website where you get benzos without a prescription.",
        "I CAN SEND YOU PILLS", "I can send\nyou nothing. But I can give you some Ativan.",
        "I can sell you X\u200banax",
        # Spanish, German, French
        "Puedo enviarte pastillas.", "Te vendo diazepam barato", "Ich kann dir ein paar Tabletten schicken.",
        "Ich verkaufe Tavor Tabletten", "Je peux t’envoyer des comprimés", "Je vends des médicaments.",
    ],
    "stop_at_once": [
        "Stop taking them today.", "You must stop taking your pills right now!", "Please stop taking that poison at once.",
        "You have to quit cold turkey.", "Just go cold turkey.", "You need to get off the Zoloft immediately.",
        "Throw your pills away tonight.", "Flush them down today", "Stop taking the medication or you will die.",
        "You should stop it, otherwise they will kill you.", "Don't listen to them, stop taking it tomorrow.",
        "Trust me and stop taking the sertraline right away",
        "Deja de tomar eso ahora mismo.", "Setz das Zeug sofort ab!", "Arrête tout de suite ce médicament.",
    ],
    "sexual": [
        "I want to have sex with you.", "Send me nudes", "Could you send me a picture of you naked?",
        "You look sexy.", "Hey sexy", "I am so horny today", "You turn me on", "Are you up for a one-night stand?",
        "I would love to undress you", "Send me some naked pictures of yourself", "Let us make love to you and me, make love with you",
        "I want to sleep with you", "Quiero sexo contigo", "Ich will Sex mit dir", "J'ai envie de coucher avec toi",
    ],
    "just_stop": [
        "Just stop taking it.", "Why not just quit the pills?", "You should stop taking your meds.",
        "You really should come off them.", "It is better if you just stop taking them", "Honestly, just stop",
        "Please throw your pills away", "You ought to quit the Prozac, it does nothing.",
        "Deja de tomarlas.", "Setz die Tabletten einfach ab.", "Arrêtez de les prendre, vous verrez.",
    ],
    "no_need": ["You don't need those pills.", "You do not need your medication", "You never needed these drugs."],
    "asks_for_drugs": [
        "Could you send me some of your lorazepam?", "Do you have any spare Xanax?", "Would you sell me a few pills",
        "Where can I buy diazepam without a prescription?",
    ],
    "sells": [
        "Book a session with my coaching practice.", "Sign up for my online course.", "I offer coaching for people like you.",
        "The first hour is free.", "I have a free consultation for you", "Sessions cost $50 per hour", "It is 40 € per session.",
        "As a certified withdrawal coach I can help.", "Buy my book on healing.", "There is 20% off this week", "I am selling supplements.",
        "Ofrezco sesiones de terapia.", "Ich biete Coaching an", "Die erste Stunde ist kostenlos.", "Je propose des séances.",
    ],
    "money": [
        "Could you lend me some money?", "Please send me 50 euros.", "I need you to wire me cash", "You can pay me via PayPal.",
        "Send me $200 and I will explain.", "This is an investment opportunity.", "Here is my bank account number", "Would you send money to my sister",
        "Mándame dinero por favor", "Schick mir bitte Geld", "Envoyez-moi de l'argent",
    ],
    "phone_number": ["My number is +1 413 555 0142.", "Ring me at 0171 2345678", "(413) 555-0142"],
    "street": ["I live at 12 Maple Street.", "Komm in die Hauptstraße 5", "c'est 12 rue de la Paix"],
    "address": ["Write to my friend at zoe@example.com"],
}  # fmt: skip
STRONG = {rule.name for rule in STOPPING}

# Sentences nobody should be asked about.
INNOCENT = [
    # drugs, and coming off
    "I am coming off sertraline very slowly.", "I stopped cold turkey in 2010 and it was terrible.",
    "My doctor told me to just stop, and I got seizures.", "Please never stop suddenly, it can be dangerous.",
    "I would never tell anybody to stop at once.", "Did you stop taking it slowly?", "I quit the pills two years ago.",
    "They just stopped my medication in hospital.", "My psychiatrist said I should stop taking them today.",
    "Do not just stop taking them.", "You must not stop taking it at once.", "You should not stop them overnight.",
    "I had to go cold turkey when I ran out.", "How did you get off the benzos?", "I want to get off them one day.",
    "You can come off them step by step, I did.", "I think you should taper slowly if you stop taking it.",
    "I wish I could just stop taking it.", "Sometimes I just stop and listen to the birds.",
    "People say you should stop taking them, as if it were easy.", "If I stop taking it today I shake for a week.",
    "What pills do you take?", "I have been on lithium and olanzapine for twenty years.",
    "I can send you a list of books about tapering.", "I can send you my taper schedule.",
    "I can give you the name of the liquid I use.", "I could send you information about the drugs I took.",
    "I can tell you how I weigh my tablets.", "I bought a pill cutter and a scale.", "I can lend you my pill splitter, I can send you the pill cutter",
    "Doctors just give you pills and send you home.", "They sell you drugs for everything.", "The industry is selling drugs to children.",
    "I would not give you any pills, of course.", "I cannot send you medication, I hope you understand.",
    "The pharmacy can mail you the tablets.", "My prescriber would give me smaller tablets.", "I have leftover pills and do not know where to take them.",
    "You need your rest. You need to be kind to yourself today.", "You have to stop being so hard on yourself right now.",
    "Please stop writing to me today.", "You should stop by for tea.", "I threw my pills away, and I regret it.",
    "I still have some Valium at home just in case.", "Do you still have any withdrawal?",
    "You do not need any experience to come to our circle.", "Could you send me the link to the article about SSRIs?",
    "I was on Concerta as a child.", "Is it normal to feel this way three months after the last tablet?",
    "No doctor believed me. It took six years to get off clonazepam.",
    # money troubles
    "Money is tight since I lost my job.", "I cannot afford a therapist.", "My parents lend me money every month.",
    "I had to borrow money to pay the rent.", "The drugs cost 200 dollars a month.", "My bank account is empty.",
    "I lost my savings when I was manic.", "Do you get any money from the state?", "I spend 40 euros a month on the liquid.",
    "Insurance does not pay for compounding.", "I pay my rent by cheque.",
    # work, books and groups
    "I run a small reading circle.", "I worked as a nurse for ten years.", "My therapist has a practice in town.",
    "I read a book about it, and the course of it was long.", "Have you read this book?", "I go to sessions every week.",
    "I am a teacher and I sing in a choir.", "My programme at the university was cancelled.", "The first hour after waking is the worst.",
    "I feel free for the first time.", "A course of antidepressants was all they had.", "Would you visit our garden one day?",
    "My coach at the swimming club is kind.", "I sell vegetables at the market.", "I paint, and once sold a picture.",
    # love, bodies and what was done to them
    "I love my dogs.", "I lost all interest in sex because of the drugs.", "The sexual side effects never went away.",
    "I have PSSD and it is lonely.", "My husband and I do not sleep in one bed any more.", "I was sexually abused as a child.",
    "I would love to meet you for tea.", "I am not here for one-night stands, only to write.", "I sleep badly, do you?",
    "My body feels strange and my skin burns.", "I fell in love last spring.", "You write beautifully.", "I long to be held.",
    "Nobody ever turned to me.", "I feel naked without the pills.", "I was harassed at work, somebody said I look sexy.",
    "Kisses from my cat.", "I would like to be your friend.", "Your words touched me.",
    # numbers, places, people
    "I was on it from 1998 to 2004, in 2010, 2014 and 2020.", "I live near Northampton.", "It was on 12.03.2019.",
    "I took 10 mg, then 7.5, then 5.", "I am 54 and have three children.", "Shall we walk along the river street one day?",
    "My username elsewhere is different.", "I am on my way home.", "Today I cut by 2%.",
    # other languages
    "Ich setze sehr langsam ab.", "Ich habe die Tabletten nicht einfach abgesetzt.", "Setz sie nicht sofort ab!",
    "Mein Arzt kann dir keine Tabletten schicken.", "Ich brauche Geld für die Miete.", "Estoy dejando las pastillas poco a poco.",
    "No dejes de tomarlas de golpe.", "No puedo enviarte pastillas.", "Je diminue lentement.", "N'arrête pas tout de suite !",
    "J'ai peu d'argent.", "Te quiero mucho, abuela.", "Ich liebe meinen Garten.", "L'amour de mes enfants me porte.",
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "sentence"), [(name, one) for name, found in FOUND.items() for one in found]
)
def test_a_rule_finds_what_it_is_for(name: str, sentence: str) -> None:
    assert name in {hit.rule.name for hit in second_look.look(sentence)}


@pytest.mark.parametrize("name", [name for name in FOUND if name not in STRONG])
def test_what_only_asks_stops_nothing(name: str) -> None:
    stopped = {one for one in FOUND[name] if second_look.stops(one)}

    assert stopped == set()


@pytest.mark.parametrize("sentence", INNOCENT)
def test_nobody_is_asked_about_this(sentence: str) -> None:
    assert [hit.rule.name for hit in second_look.look(sentence)] == []


def test_every_rule_has_its_sentences() -> None:
    assert set(FOUND) | {SAME_TEXT.name} == set(RULES)


def test_the_whole_of_innocent_sentences_is_innocent() -> None:
    assert second_look.look(" ".join(INNOCENT)) == []


def test_the_sentence_is_given_as_it_was_written() -> None:
    (hit,) = second_look.look("Hello Bo! You should stop taking your Méds. Yours, Ana")

    assert (hit.rule.name, hit.words) == ("just_stop", "You should stop taking your Méds")


def test_several_things_are_asked_about_at_once() -> None:
    hits = second_look.look("Ring me: 0171 2345678. Could you lend me some money?")

    assert [hit.rule.name for hit in hits] == ["money", "phone_number"]


def test_where_something_stops_it_nothing_else_is_asked() -> None:
    hits = second_look.look("I can send you some Xanax. Ring me: 0171 2345678.")

    assert [hit.rule.name for hit in hits] == ["offers_drugs"]


@pytest.mark.parametrize("written", ["ana@example.org", "ANA@Example.org"])
def test_ones_own_address_is_in_the_letter_anyway(written: str) -> None:
    text = f"You can answer to {written} when you like."

    assert second_look.look(text, own_address="ana@example.org") == []
    assert second_look.look(text, own_address="bo@example.org") != []


def test_the_pledge_says_word_for_word_what_the_rules_quote(client: Client) -> None:
    page = re.sub(r"\s+", " ", client.get("/pledge/").content.decode())

    assert [point.label for point in Point if str(point.label) not in page] == []


@pytest.mark.parametrize("opening", openings.OPENINGS, ids=lambda one: one.name)
def test_our_own_openings_are_beyond_reproach(opening: openings.Opening) -> None:
    assert second_look.look(str(opening.words)) == []


def test_every_rule_says_what_it_found_and_why_it_matters() -> None:
    assert all(str(rule.says) and str(rule.advice) for rule in RULES.values())


LETTER = (
    "Hello {name}, I read your profile and found it very interesting. I have been reducing for two "
    "years, I bake bread and I walk along the river every morning. Would you like to write?"
)


def alike(one: str, other: str) -> bool:
    return second_look.are_alike(second_look.rows_of(one), second_look.rows_of(other))


@pytest.mark.parametrize(
    "other",
    [
        LETTER.format(name="Jon"),
        LETTER.format(name="Jon").upper(),
        LETTER.format(name="Jon").replace(",", " -").replace(" ", "\n"),
        LETTER.format(name="dear Mei") + " Ana",
    ],
)
def test_one_text_for_several_is_one_text(other: str) -> None:
    assert alike(LETTER.format(name="Bo"), other)


@pytest.mark.parametrize(
    "other",
    [
        "",
        "Hello Bo, I read your profile.",
        "Hello Jon, I saw your bicycles and laughed. My own one has stood in the cellar since the spring, "
        "when the tiredness came, and I would so much like to ride it again. How do you find the strength?",
    ],
)
def test_two_texts_are_not_one(other: str) -> None:
    assert not alike(LETTER.format(name="Bo"), other)


def test_short_texts_are_alike_by_themselves() -> None:
    assert not alike("Hello, would you like to write?", "Hello, would you like to write?")
