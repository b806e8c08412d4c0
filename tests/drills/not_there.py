"""Whoever is blocked, resting, suspended, gone, not yet in, or of the other community is as if not
there: no page, map, count or offer differs from those of a site they never came to.

    python -m tests.drills.not_there [--number 300] [--seed N]
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from members import account, blocking, listing
from members.models import Member, Profile
from moderation.reports import measures
from tests.drills import letters
from tests.drills.people import NORTHAMPTON, Point, Tale, browser_of, cell_at, person
from tests.drills.searches import Search, Searches, answers, in_place
from tests.drills.site import arguments, site, tell, verdict

NAME = "somebody"
ALONE: Point = (52.52, 13.40)  # Berlin, where nobody else of the scene lives
# Nobody else has these: whoever finds anybody by them, or is told to loosen something, finds NAME.
TALE = Tale(
    answers={"stage": ["cannot"], "interest": ["young_people"], "language": ["de"], "help": ["alone"]},
    drugs={"lithium": "taking"},
    about="I sit by the water.",
)  # fmt: skip
OTHERS = Tale(answers={"stage": ["reducing"], "interest": ["friendship"], "language": ["en"]})
FOUND_BY = (
    "within=any", "within=any&sort=newest", "within=any&sort=common", "place=country-DE", "place=Berlin&within=10&unit=km",
    "box=52.00,13.00,53.00,14.00", "interest=young_people", "stage=cannot&within=any", "drug=lithium&drug_when=now",
    "stage=cannot&interest=friendship&within=any", "place=Berlin&within=10&unit=km&stage=cannot&language=en",
    "drug=lithium&language=de&within=any&sort=common",
)  # fmt: skip
PAGES = tuple(f"/twp/members/{NAME}/{page}" for page in ("", "write/", "block/"))


class Vanishing:
    """The ways of not being there; each is given somebody who is, and the viewer."""

    def __init__(self, viewer: Profile, staff: Member) -> None:
        self.viewer, self.staff = viewer, staff

    @property
    def ways(self) -> Mapping[str, Callable[[Profile], object]]:
        names = ("blocked", "blocking", "resting", "resting_until", "suspended", "gone", "waiting",
                 "unconfirmed", "declined")  # fmt: skip
        return {name: getattr(self, name) for name in names}

    def blocked(self, one: Profile) -> None:
        blocking.block(self.viewer.member, one)

    def blocking(self, one: Profile) -> None:
        blocking.block(one.member, self.viewer)

    def resting(self, one: Profile) -> None:
        account.rest(one)

    def resting_until(self, one: Profile) -> None:
        account.rest(one, timezone.localdate() + timedelta(days=1))

    def suspended(self, one: Profile) -> None:
        measures.suspend(one.member, self.staff, "For now.")

    def gone(self, one: Profile) -> None:
        account.leave(one)

    def waiting(self, one: Profile) -> None:
        self._never_approved(one)

    def unconfirmed(self, one: Profile) -> None:
        self._never_approved(one, confirmed_at=None)

    def declined(self, one: Profile) -> None:
        self._never_approved(one, declined_at=timezone.now())

    def _never_approved(self, one: Profile, **more: object) -> None:
        Profile.objects.filter(pk=one.pk).update(approved_at=None, **more)
        listing.refresh(one)


def scene() -> Vanishing:
    for number in range(4):
        person(f"neighbour-{number}", NORTHAMPTON, OTHERS)
    cell_at(ALONE)  # stays a while when NAME is gone, as cells do
    staff = Member.objects.create_user("staff@example.org", let_in_at=timezone.now(), is_staff=True)
    staff.is_superuser = True
    staff.save()
    return Vanishing(person("viewer", NORTHAMPTON, OTHERS), staff)


def asked(more: Sequence[Search] = ()) -> list[Search]:
    dice = random.Random(1)
    by = [Search(query, in_place(dice)) for query in FOUND_BY]
    return [*by, *(Search("", path=path) for path in PAGES), *more]


def seen(where: Vanishing, searches: Sequence[Search]) -> Iterator[str]:
    """Give the ways of vanishing, with the searches that see through them."""
    browser = browser_of(where.viewer)
    without = list(answers(browser, searches))
    for name, vanish in where.ways.items():
        with transaction.atomic():
            vanish(person(NAME, ALONE, TALE))
            found = list(answers(browser, searches))
            yield from _differences(name, searches, without, found)
            transaction.set_rollback(True)
    with transaction.atomic():
        person(NAME, ALONE, Tale(answers={"interest": ["friendship"]}), community="ici")
        found = list(answers(browser, searches))
        yield from _differences("in the other community", searches, without, found)
        transaction.set_rollback(True)


def written_about(where: Vanishing) -> Iterator[str]:
    """Give the ways of vanishing, with the saved searches that bring a letter all the same."""
    letters.keep(where.viewer, FOUND_BY)
    for name, vanish in where.ways.items():
        with transaction.atomic():
            vanish(person(NAME, ALONE, TALE))
            yield from (
                f"{name}, and yet a letter about {one}" for one in letters.told_of(where.viewer)
            )
            transaction.set_rollback(True)


def _differences(
    way: str, searches: Sequence[Search], without: list[tuple], found: list[tuple]
) -> Iterator[str]:
    for search, first, second in zip(searches, without, found, strict=True):
        if first != second:
            yield f"{way}, and yet seen by {search}"


def seen_when_there(where: Vanishing, searches: Sequence[Search]) -> int:
    """How many of the searches tell somebody who is there: nearly all, or nothing is shown."""
    browser = browser_of(where.viewer)
    without = list(answers(browser, searches))
    with transaction.atomic():
        person(NAME, ALONE, TALE)
        found = list(answers(browser, searches))
        transaction.set_rollback(True)
    return len(list(_differences("there", searches, without, found)))


def main() -> None:
    options = arguments(__doc__, 300, "how many more searches, generated")
    with site():
        where = scene()
        more = Searches(options.seed, ALONE).some(options.number)
        searches = asked(more)
        tell(f"{seen_when_there(where, searches)} of {len(searches)} searches see who is there")
        failures = [*tqdm(seen(where, searches), disable=None), *written_about(where)]
    verdict(failures, "Nobody who is not there is seen.")


if __name__ == "__main__":
    main()
