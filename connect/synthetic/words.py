"""What invented members call themselves and say about themselves."""

ADJECTIVES = (
    "quiet", "slow", "amber", "mossy", "gentle", "early", "silver", "stray", "patient", "northern",
    "small", "clear", "hazel", "autumn", "wandering", "soft", "plain", "rainy", "winter", "steady",
    "copper", "bright", "evening", "salty", "warm", "blue", "little", "wild", "open", "old",
    "green", "spring", "honest", "lucky", "sleepy", "curious", "brave", "woolly", "sunny", "distant",
)  # fmt: skip
NOUNS = (
    "heron", "river", "kettle", "lantern", "willow", "pebble", "otter", "harbour", "fern", "robin",
    "meadow", "thistle", "garden", "sparrow", "island", "birch", "teapot", "snail", "lighthouse",
    "maple", "badger", "orchard", "tide", "swift", "bramble", "bicycle", "cloud", "juniper", "wren",
    "hill", "harvest", "finch", "canoe", "clover", "acorn", "hedgehog", "comet", "poppy", "trail",
    "spoon",
)  # fmt: skip

TWP_OPENINGS = (
    "I was given my first tablet after a hard winter and stayed on for years.",
    "I started reducing last spring, and it is slower than I thought.",
    "I have been off everything for a good while and life is wide again.",
    "I am still deciding, and would like to hear how others decided.",
    "Nobody told me that stopping could be this hard.",
    "Coming down step by step, with long pauses in between.",
    "I tried once too fast, learned from it, and go gently now.",
    "My doctor is kind but has never helped anybody taper.",
    "I take less than I used to, and that may be enough for me.",
    "Some days are foggy, more and more of them are not.",
    "I keep a small notebook of every step down.",
    "Three attempts behind me, and this one feels different.",
    "I am in the middle of it and hold down a part-time job.",
    "It took me two years, and I would do it again.",
    "My family knows, my colleagues do not.",
    "I am new to all this and read more than I write.",
)
ICI_OPENINGS = (
    "I spent time on a ward long ago and still think about it.",
    "My sister is in the system, and I want to understand.",
    "I work in a clinic and have more questions each year.",
    "I teach, and see children being labelled early.",
    "I never was a patient, but I have seen what it does to friends.",
    "I left a diagnosis behind and kept my life.",
    "I run a small reading circle on other ways to see distress.",
    "I used to believe all of it, and now I doubt most of it.",
    "I help people write down what they want in a crisis.",
    "I draw, mostly about the years I was called ill.",
    "I am studying law because of what happened to a friend.",
    "As a father I had to learn to listen instead of to fix.",
)
MIDDLES = (
    "Walking helps, so does making bread.",
    "I like letters more than calls.",
    "Weekends are best for me, mornings are hard.",
    "I would be glad of somebody near by for a quiet cup of tea.",
    "I can tell what helped me, and I do not know what will help you.",
    "I have two cats who think they are in charge.",
    "I sing in a choir when I have the strength.",
    "I am good at listening and bad at small talk.",
    "The garden got me through last year.",
    "I swim in cold water, slowly.",
    "Noise and bright rooms are not for me at the moment.",
    "I would like to start a small group in my town.",
    "Reading comes back bit by bit, and I enjoy it.",
    "I repair bicycles and can explain anything with one.",
    "I answer late, but I do answer.",
    "I speak softly and laugh more than I used to.",
)
CLOSINGS = (
    "Please be patient if I need a while.",
    "No advice, please, just company.",
    "If you are just starting: it does get better.",
    "Happy to write with one or two people.",
    "I would love to hear a good ending.",
    "You are welcome to write about anything.",
    "I would rather not talk about symptoms.",
    "Meeting in person would be lovely, later.",
    "I can offer time, and an open ear.",
    "Say hello.",
)
# For countries where most would write in their own language.
IN_OTHER_LANGUAGES = {
    "de": (
        "Ich setze in sehr kleinen Schritten ab und suche jemanden zum Schreiben.",
        "Seit einem Jahr ohne Tabletten. Der Garten hat mir geholfen.",
        "Ich überlege noch. Mich interessiert, wie andere angefangen haben.",
        "Ich höre gern zu und antworte manchmal spät.",
    ),
    "fr": (
        "Je diminue lentement, avec de longues pauses. J'aime écrire.",
        "J'ai arrêté il y a deux ans et je vais bien.",
        "Je réfléchis encore, et j'aimerais lire d'autres chemins.",
    ),
    "es": (
        "Voy bajando poco a poco y busco a alguien con quien escribir.",
        "Lo dejé hace tiempo y la vida ha vuelto a ser ancha.",
        "Me gusta escuchar, y respondo cuando puedo.",
    ),
    "nl": (
        "Ik bouw langzaam af en schrijf graag met iemand die dat kent.",
        "Al een tijd zonder, en het gaat goed. Vraag gerust.",
    ),
    "sv": ("Jag trappar ner i små steg och skriver gärna.",),
    "it": ("Sto riducendo piano piano. Mi piace camminare e scrivere.",),
    "pt": ("Estou reduzindo devagar e gosto de conversar por carta.",),
}
LANGUAGE_OF = {
    "US": "en", "GB": "en", "CA": "en", "AU": "en", "IE": "en", "NZ": "en", "ZA": "en", "IN": "en",
    "DE": "de", "AT": "de", "CH": "de", "NL": "nl", "BE": "nl", "FR": "fr", "ES": "es", "MX": "es",
    "AR": "es", "CL": "es", "IT": "it", "PT": "pt", "BR": "pt", "SE": "sv", "DK": "da", "NO": "nb",
    "FI": "fi", "IS": "is", "PL": "pl", "CZ": "cs", "GR": "el", "HU": "hu", "JP": "ja", "IL": "he",
}  # fmt: skip
# Where invented members live, as shares; towns inside a country by population.
COUNTRIES = {
    "US": 380, "GB": 140, "CA": 70, "AU": 60, "DE": 55, "IE": 30, "NZ": 30, "NL": 35, "FR": 30,
    "ES": 20, "IT": 15, "SE": 20, "DK": 12, "NO": 10, "FI": 8, "IS": 3, "BE": 10, "CH": 10,
    "AT": 10, "PT": 6, "PL": 8, "CZ": 5, "GR": 4, "HU": 4, "BR": 8, "MX": 6, "AR": 5, "CL": 3,
    "ZA": 6, "IN": 8, "JP": 5, "IL": 4,
}  # fmt: skip
