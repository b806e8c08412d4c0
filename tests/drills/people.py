"""People for the drills: written by the verb that a click on "save" calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import h3.api.basic_int as h3
from django.test import Client
from django.utils import timezone

from members import account
from members.answering import DrugRow, Entry
from members.models import Choice, Drug, Member, Profile, Shown
from members.places import area
from members.places.area import Width
from members.places.models import Cell
from members.usernames import skeleton
from tests.forms import fields_of

Point = tuple[float, float]
NORTHAMPTON: Point = (42.33, -72.64)


@dataclass(frozen=True)
class Tale:
    """What somebody tells. Drugs by their generic name, with the answer to "now"."""

    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    drugs: Mapping[str, str | None] = field(default_factory=dict)
    shown: str = Shown.SHOWN
    about: str = ""

    def entry(self, name: str, cell: Cell, community: str) -> Entry:
        return Entry(
            username=name, cell=cell, about_me=self.about,
            answers={q: [choice(q, slug, community) for slug in slugs] for q, slugs in self.answers.items()},
            shown=dict.fromkeys(self.answers, self.shown),
            drugs=[
                DrugRow(Drug.objects.get(generic=generic), {"now": choice("drug_now", now, "twp") if now else None}, self.shown)
                for generic, now in self.drugs.items()
            ],
        )  # fmt: skip


# A form without an interest is not taken.
PLAIN = Tale(answers={"interest": ["friendship"]})


def choice(question: str, slug: str, community: str) -> Choice:
    return Choice.objects.get(question=question, slug=slug, community__in=["", community])


def cell_at(point: Point, width: Width = Width.TOWN) -> Cell:
    return area.cell_for(*point, width)


def person(
    name: str, point: Point, tale: Tale | None = None, community: str = "twp", member: Member | None = None
) -> Profile:  # fmt: skip
    """Give an approved profile at a place; a second face where the member is given."""
    now, cell = timezone.now(), cell_at(point)
    member = member or Member.objects.create_user(
        f"{name}@example.org", let_in_at=now, seen_on=now.date().replace(day=1)
    )
    profile = Profile.objects.create(
        member=member, community=community, username=name, username_key=skeleton(name), cell=cell,
        applied_at=now, consented_at=now, health_consent_at=now, confirmed_at=now, approved_at=now,
        application_key=uuid4(),
    )  # fmt: skip
    tell(profile, tale or PLAIN)
    return profile


def tell(profile: Profile, tale: Tale) -> None:
    """Tell this and nothing else: what was told before and is not told now is taken back."""
    told = set(profile.answers.values_list("question", flat=True))
    silent = dict.fromkeys(told - tale.answers.keys(), ())
    whole = Tale({**silent, **tale.answers}, tale.drugs, tale.shown, tale.about)
    account.edit(profile, whole.entry(profile.username, profile.cell, profile.community))
    profile.refresh_from_db()


def browser_of(profile: Profile) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(profile.member)
    return client


def pin(profile: Profile, point: Point, width: Width = Width.TOWN) -> None:
    """Move by a pin on the map, through the form, as the browser sends it."""
    browser, path = browser_of(profile), f"/account/{profile.community}/edit/"
    form = fields_of(browser.get(path).content.decode(), "place_typed")
    place = {
        "place_latitude": f"{point[0]:.2f}",
        "place_longitude": f"{point[1]:.2f}",
        "place_width": str(width),
    }
    response = browser.post(path, form | place)
    if response.status_code != 302:
        raise AssertionError(f"the form refused the pin: {response.context['form'].errors}")
    profile.refresh_from_db()


def points_in(cell: int) -> list[Point]:
    """Give the points of a cell that have two decimals: all the places a browser can send for it."""
    latitude, longitude = h3.cell_to_latlng(cell)
    corners = h3.cell_to_boundary(cell)
    north = max(abs(corner[0] - latitude) for corner in corners)
    east = max(abs(corner[1] - longitude) for corner in corners)
    around = [
        (round(latitude + up / 100, 2), round(longitude + right / 100, 2))
        for up in range(-int(north * 100) - 1, int(north * 100) + 2)
        for right in range(-int(east * 100) - 1, int(east * 100) + 2)
    ]
    resolution = h3.get_resolution(cell)
    return [point for point in around if h3.latlng_to_cell(*point, resolution) == cell]


def farthest_pair(points: list[Point]) -> tuple[Point, Point]:
    """Two points as far apart as the cell allows."""
    pairs = ((one, other) for one in points for other in points)
    return max(pairs, key=lambda pair: h3.great_circle_distance(*pair, unit="km"))
