"""A few invented people around Northampton, for the pages that show people."""

from dataclasses import dataclass

from members.models import Profile
from members.places import area
from tests.places.known_towns import town


@dataclass(frozen=True)
class Neighbour:
    username: str
    town: tuple[str, str]  # name and region
    about: str
    answers: tuple[tuple[str, str], ...]  # question and slug
    drugs: tuple[tuple[str, str], ...] = ()  # generic name, and how it is now


MA = "Massachusetts"
NEIGHBOURS = (
    Neighbour(
        "bread-and-rivers", ("Northampton", MA),
        "Two years of very small steps. I bake, I walk along the river, and I answer letters slowly.",
        (("stage", "reducing"), ("years_total", "10_20y"), ("schedule", "daily_micro"),
         ("small_doses", "scale"), ("interest", "friendship"), ("interest", "meet_in_person"),
         ("language", "en")),
        (("sertraline", "reducing"),),
    ),
    Neighbour(
        "keeper_of_bees", ("Amherst", MA),
        "Off everything for a year and a half. It was long, and life is wide again.",
        (("stage", "off_longer"), ("years_total", "10_20y"), ("interest", "hope_stories"),
         ("interest", "offer_guidance"), ("interest", "friendship"), ("language", "en"),
         ("language", "de")),
        (("sertraline", "stopped"), ("quetiapine", "stopped")),
    ),
    Neighbour(
        "hadley.fields", ("Hadley", MA),
        "Deciding, with many questions and one cat. Happy to listen first.",
        (("stage", "thinking"), ("years_total", "5_10y"), ("interest", "one_to_one_writing"),
         ("language", "en")),
        (("venlafaxine", "taking"),),
    ),
    Neighbour(
        "three-bicycles", ("Springfield", MA),
        "This time feels different. I repair bicycles and would like to meet for tea.",
        (("stage", "holding"), ("years_total", "20_30y"), ("schedule", "cut_and_hold"),
         ("interest", "meet_in_person"), ("interest", "friendship"), ("language", "en"),
         ("language", "es")),
        (("clonazepam", "paused"),),
    ),
    Neighbour(
        "cold-water-swimmer", ("Boston", MA),
        "I swim in cold water, slowly. Glad to write with one or two people.",
        (("stage", "off_recent"), ("years_total", "6_24m"), ("interest", "friendship"),
         ("language", "en")),
        (("escitalopram", "stopped"),),
    ),
    Neighbour("quiet-for-now", ("Springfield", MA), "", (("language", "en"),)),
)  # fmt: skip
NAMES = tuple(one.username for one in NEIGHBOURS)


def settle(
    one: Neighbour, make_member: object, make_profile: object, answer: object, take: object
) -> Profile:
    """Make this neighbour a member of TWP. The others are the fixtures of these names."""
    place = area.store(area.preview_town(town(*one.town).pk, area.Width.TOWN))
    profile = make_profile(
        make_member(one.username), username=one.username, about_me=one.about, cell=place
    )
    for question, slug in one.answers:
        answer(profile, question, slug)
    for generic, now in one.drugs:
        take(profile, generic, now)
    return profile
