"""What somebody keeps "for matching only", or does not use, changes no byte of any page for a viewer
who has not the same answer.

    python -m tests.drills.hidden [--number 0] [--seed N]

For every question and every answer to it, every drug of some, hidden in both ways: searches by it,
by what lies near it, by nothing and by nonsense, in every order, also where nobody is found and the
page says what to take off. `--number` stops after so many answers; 0 asks about all.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from tqdm import tqdm

from members.in_common import SAYS_NOTHING
from members.models import Choice, Profile, Question, Shown
from members.models.experience import ABOUT_A_DRUG
from tests.drills import letters
from tests.drills.people import NORTHAMPTON, Tale, browser_of, person, tell
from tests.drills.searches import SORTS, Search, answers, in_place
from tests.drills.site import arguments, site, verdict
from tests.drills.site import tell as say

# An interest and a drug that nobody has: with either, every search is empty.
NOBODY_S, NOBODY_TOOK = "young_people", "lithium"
ASKED = [question for question in Question if question not in ABOUT_A_DRUG]
# What is hidden; their classes; what the others have instead.
DRUGS = {"diazepam": "stopped", "quetiapine": "taking"}
CLASSES = {"diazepam": "benzodiazepine", "quetiapine": "antipsychotic"}
OTHER_DRUGS = {"sertraline": "reducing"}
AROUND = (
    {}, {"within": "any"}, {"place": "country-US"}, {"place": "Massachusetts"}, {"room": "any"},
    {"box": "41.00,-74.00,43.50,-70.00"}, {"seen": "year", "about": "yes"}, {"within": "10"},
)  # fmt: skip


def choices() -> Mapping[str, list[str]]:
    """All answers a member of TWP may give, by question."""
    found: dict[str, list[str]] = {}
    offered = Choice.objects.filter(community__in=["", "twp"], question__in=ASKED)
    ordered = offered.exclude(question=Question.INTEREST, slug=NOBODY_S).order_by("position", "id")
    for question, slug in ordered.values_list("question", "slug"):
        found.setdefault(question, []).append(slug)
    return {question: slugs for question, slugs in found.items() if len(slugs) > 1}


def first_answers() -> dict[str, list[str]]:
    return {question: slugs[:1] for question, slugs in choices().items()}


def last_answers() -> dict[str, list[str]]:
    """The last answer to each question that says something."""
    return {
        question: [[slug for slug in slugs if slug not in SAYS_NOTHING][-1]]
        for question, slugs in choices().items()
    }


@dataclass(frozen=True)
class Scene:
    """`other` answers everything differently from what is hidden; `silent` answers the same and
    keeps it unused; `alike` gave the same answers and lets them match."""

    target: Profile
    other: Profile
    silent: Profile
    alike: Profile

    @property
    def kept_out(self) -> tuple[Profile, Profile]:
        return self.other, self.silent


def scene() -> Scene:
    """What is hidden is the last answer to each question; nobody but `silent` and `alike` gave it."""
    last = Tale(last_answers(), DRUGS)
    shared = Tale(first_answers(), OTHER_DRUGS, about="I walk slowly.")
    for number in range(6):
        some = dict([*first_answers().items()][number::2])
        person(f"neighbour-{number}", NORTHAMPTON, replace(shared, answers=some))
    return Scene(
        target=person("target", NORTHAMPTON),
        other=person("other", NORTHAMPTON, shared),
        silent=person("silent", NORTHAMPTON, replace(last, shown=Shown.UNUSED)),
        alike=person("alike", NORTHAMPTON, replace(last, shown=Shown.MATCHING)),
    )


def searches(asked: Tale, dice: random.Random, *, thorough: bool) -> list[Search]:
    """Search by what is hidden, alone, together, and with what makes the list empty: all of it in
    every order, or of each pair one, in any order."""
    by_drug = [
        {"drug": name, "drug_when": when}
        for drug in asked.drugs
        for name in (drug, CLASSES[drug])
        for when in ("any", "now", "past")
    ]
    pairs: list[tuple[dict, ...]] = [*zip(AROUND[::2], AROUND[1::2], strict=True)]
    for question, slugs in asked.answers.items():
        pairs.append(({question: slugs}, {question: slugs, "drug": NOBODY_TOOK}))
    pairs += [(query, {**query, "interest": NOBODY_S}) for query in by_drug]
    found = [
        Search(urlencode({**query, "sort": sort}, doseq=True), in_place(dice))
        for pair in pairs
        for query in (pair if thorough else [dice.choice(pair)])
        for sort in (SORTS if thorough else [dice.choice(SORTS)])
    ]
    together = Search(urlencode(asked.answers, doseq=True))
    like_me = Search(
        urlencode({"drug": [*asked.drugs], "sort": "common", "within": "any"}, doseq=True)
    )
    # How many new people one wants holds however it is shown, and the button of the page says so.
    is_told = Question.NEW_CONTACTS in asked.answers
    own_page = [] if is_told else [Search("", path="/twp/members/target/")]
    return [*found, together, like_me, Search("sort=common&within=any"), *own_page]


def betrayed(
    target: Profile, viewers: Sequence[Profile], hidden: Sequence[Tale], asked: list[Search]
) -> Iterator[str]:
    """Give the searches whose answer changes for a viewer when the target tells what is hidden."""
    browsers = {viewer.username: browser_of(viewer) for viewer in viewers}
    tell(target, Tale())
    before = {name: list(answers(browser, asked)) for name, browser in browsers.items()}
    for tale in hidden:
        tell(target, tale)
        for name, browser in browsers.items():
            after = answers(browser, asked)
            for search, first, second in zip(asked, before[name], after, strict=True):
                if first != second:
                    yield f"{tale.shown} betrayed to {name} by {search}"


def written_about(target: Profile, viewer: Profile, hidden: Tale) -> list[str]:
    """Give the viewer's saved searches that bring a letter when the target tells what is hidden."""
    tell(target, Tale())
    queries = [
        urlencode({question: slugs}, doseq=True) for question, slugs in hidden.answers.items()
    ]
    letters.keep(
        viewer, [*queries, *(f"drug={drug}" for drug in (*hidden.drugs, *CLASSES.values()))]
    )
    tell(target, hidden)
    return letters.told_of(viewer)


def one_by_one() -> list[Tale]:
    """Each answer to each question alone, and each drug."""
    told = [
        Tale({q: [slug]}) for q, slugs in choices().items() for slug in slugs if q != "interest"
    ]
    return [*told, *(Tale(drugs={drug: now}) for drug, now in DRUGS.items())]


def main() -> None:
    asked = arguments(__doc__, 0, "how many answers to ask about")
    dice = random.Random(asked.seed)
    with site():
        where = scene()
        failures: list[str] = []
        number = 0
        for tale in tqdm(one_by_one()[: asked.number or None], unit=" answers", disable=None):
            hidden = [replace(tale, shown=level) for level in (Shown.MATCHING, Shown.UNUSED)]
            queries = searches(tale, dice, thorough=True)
            viewers = [viewer for viewer in where.kept_out if not _has_the_same(viewer, tale)]
            number += len(queries) * len(viewers) * len(hidden)
            failures += betrayed(where.target, viewers, hidden, queries)
        say(f"{number:,} searches, before and after")
    verdict(failures, "No hidden answer changed a byte.")


def _has_the_same(viewer: Profile, tale: Tale) -> bool:
    same = viewer.answers.exclude(shown=Shown.UNUSED)
    return any(
        same.filter(question=question, choice__slug__in=slugs).exists()
        for question, slugs in tale.answers.items()
    )


if __name__ == "__main__":
    main()
