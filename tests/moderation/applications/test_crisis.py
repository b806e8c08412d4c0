"""What sounds like acute danger, and what must not raise an alarm."""

import pytest

from moderation.applications.crisis import sounds_acute

ACUTE = [
    # English
    "I want to die.", "i just want to die", "I don't want to live any more", "I do not want to be here.",
    "I want to kill myself", "I am going to kill myself tonight.", "I'm planning to end my life.",
    "Sometimes I think about killing myself.", "I think of suicide every day.", "I am suicidal.",
    "I’m feeling suicidal again", "I've been suicidal since the last cut", "I have suicidal thoughts",
    "I can't go on", "I cannot take this any more.", "I can’t do this anymore", "I would be better off dead",
    "Everybody would be better off without me.", "There is nothing left to live for.",
    "I wish I was dead", "I see no point in living.", "I will end it all.", "I'll kill myself if this goes on.",
    "I tried to kill myself last week.", "Yesterday I took an overdose.", "I took all my pills last night",
    "I want to hurt myself", "I wish I had never been born", "I have a plan to end my life",
    "I took it for years. It was fine. Now I want to die. Please help", "I WANT TO DIE",
    "I survived much, and I am suicidal today. Fifteen years ago I was well.",
    "I don't want to wake up", "goodbye everyone",
    # German
    "Ich will nicht mehr leben.", "Ich möchte sterben", "Ich will mich umbringen.", "Ich kann nicht mehr weiter.",
    "Ich habe Suizidgedanken", "Ich bin suizidal", "Ich halte es nicht mehr aus.",
    "Ich denke daran, mich umzubringen", "Ich werde mir das Leben nehmen", "Es hat keinen Sinn mehr zu leben",
    # Spanish
    "Quiero morir", "Ya no quiero vivir", "Me quiero morir.", "Tengo pensamientos suicidas", "No puedo más",
    "Pienso en suicidarme todos los días", "voy a quitarme la vida",
    # French
    "Je veux mourir.", "J'ai envie de mourir", "Je n'en peux plus", "Je ne veux plus vivre",
    "j’ai des idées suicidaires", "Je vais me suicider", "Je pense tous les jours au suicide",
]  # fmt: skip

CALM = [
    "",
    "I bake bread and walk slowly.", "The drugs nearly killed me.", "These pills are killing me.",
    "I am dying to meet people near by.", "My brother died by suicide in 2010.", "My sister killed herself.",
    "I work in suicide prevention.", "I lost my husband to suicide.", "I was suicidal ten years ago.",
    "The antidepressant made me suicidal when I was 17.", "In 2012 I wanted to end my life, and I am glad I did not.",
    "I survived a suicide attempt long ago.", "I used to want to die, now I garden.", "I am not suicidal.",
    "I don't want to die.", "I have no suicidal thoughts any more.", "I never wanted to kill myself.",
    "I do not want to die of these drugs", "I want to die of old age, with my dogs around me.",
    "I wanted to die back then.", "I am no longer suicidal.", "My doctor said I would die without them.",
    "I can't take this drug any more because of the side effects.", "I cannot go out much.",
    "I want to live.", "I do not want to live on drugs for ever.", "Goodbye to pills!",
    "I can't live with my parents.", "I can't wait to meet you.", "I would kill for a quiet night.",
    "Akathisia is torture; I want people who understand.", "I want the pain to end.", "My battery is dead.",
    "I think about my dead father every day.", "I am not going to kill myself, it just looks bleak.",
    # German
    "Ich will mich nicht umbringen.", "Ich will nicht sterben.", "Vor zehn Jahren wollte ich nicht mehr leben.",
    "Mein Bruder hat sich das Leben genommen.", "Ich kann nicht mehr arbeiten.", "Ich bin nicht suizidal",
    # Spanish
    "No quiero morir.", "Mi hermano se suicidó.", "Quiero vivir sin pastillas.", "Hace diez años tuve pensamientos suicidas",
    # French
    "Je ne veux pas mourir.", "Mon frère s'est suicidé.", "Je ne peux plus travailler.", "Je veux vivre.",
]  # fmt: skip


@pytest.mark.parametrize("text", ACUTE)
def test_this_sounds_acute(text: str) -> None:
    assert sounds_acute(text)


@pytest.mark.parametrize("text", CALM)
def test_this_raises_no_alarm(text: str) -> None:
    assert sounds_acute(text) == ""


def test_the_sentence_is_given_as_it_was_written() -> None:
    text = "I have come far. Still, I don’t want to live any more! Thank you."

    assert sounds_acute(text) == "Still, I don’t want to live any more"


def test_a_long_text_is_looked_through_quickly() -> None:
    for unit in (
        "i want to ",
        "i am so very ",
        "a",
        "i",
        "not ",
        "yesterday ",
        "ich will ",
        "\n",
        "don't ",
    ):
        sounds_acute(unit * (3000 // len(unit)))
