"""A patient script of one member, which wants to copy the directory: at most 200 people a day."""

import re
from collections.abc import Iterator
from itertools import cycle

import pytest
from django.test import Client
from django.utils import timezone

from members import listing
from members.communities import TWP
from members.models import Looked, Member, Profile
from members.places.models import Cell
from members.usernames import skeleton

pytestmark = pytest.mark.django_db

PEOPLE, A_DAY = 300, 200
MOST_PAGES = 150  # of lists: all 200 are seen by half of them, and the rest must show nobody else
NAME = re.compile(r"walker-\d+")
WORDS = re.compile(r"I walk alone, \d+ miles")
A_LIST = re.compile(r'"((?:/twp/members/)?\?[^"#]+)"')


@pytest.fixture
def names(cell: Cell, boston: Cell) -> list[str]:
    """So many members, in two areas."""
    now = timezone.now()
    names = [f"walker-{number}" for number in range(100, 100 + PEOPLE)]
    members = Member.objects.bulk_create(
        Member(email=f"{name}@example.org", let_in_at=now) for name in names
    )
    Profile.objects.bulk_create(
        Profile(
            member=member, community=TWP.slug, username=name, username_key=skeleton(name),
            cell=where, about_me=f"I walk alone, {name[-3:]} miles", applied_at=now,
            consented_at=now, health_consent_at=now, confirmed_at=now, approved_at=now,
        )
        for member, name, where in zip(members, names, cycle([cell, boston]), strict=False)
    )  # fmt: skip
    listing.refresh_all()
    return names


def told(page: str) -> set[str]:
    """Whom a page shows, without the addresses in it, which repeat what was asked for."""
    return {f"walker-{words.split()[3]}" for words in WORDS.findall(page)} | set(
        NAME.findall(re.sub(r'(href|action|value|src|content)="[^"]*"', "", page))
    )


def by_name(script: Client, names: list[str]) -> set[str]:
    """Go through a list of names that somebody had from elsewhere."""
    seen: set[str] = set()
    for name, below in zip(names, cycle(["", "write/", "block/"]), strict=False):
        page = script.get(f"/twp/members/{name}/{below}").content.decode()
        assert told(page) <= {name}
        seen |= told(page)
    return seen


def by_lists(script: Client) -> Iterator[set[str]]:
    """Follow every link from one list to the next: pages, orders, areas of the map."""
    waiting, known = ["/twp/members/"], {"/twp/members/"}
    for _page in range(MOST_PAGES):
        if not waiting:
            return
        page = script.get(waiting.pop(0)).content.decode()
        yield told(page)
        for link in A_LIST.findall(page):
            address = "/twp/members/" + link.replace("&amp;", "&").removeprefix("/twp/members/")
            if address not in known:
                known.add(address)
                waiting.append(address)


def test_by_names_a_script_sees_200_people_and_learns_no_more_names(
    names: list[str], ana: Member, signed_in: object
) -> None:
    script = signed_in(ana)

    seen = by_name(script, names)

    assert seen == set(names[:A_DAY])
    beyond = {script.get(f"/twp/members/{n}/").status_code for n in (*names[-3:], "walker-999")}
    assert beyond == {429}
    assert sum(len(row.marks) for row in Looked.objects.filter(member=ana)) >= A_DAY


def test_two_scripts_of_one_member_share_a_day(
    names: list[str], ana: Member, signed_in: object
) -> None:
    one, other = signed_in(ana), signed_in(ana)

    seen = by_name(one, names[: PEOPLE // 2]) | by_name(other, names[PEOPLE // 2 :])

    assert len(seen) == A_DAY


def test_by_lists_and_the_map_a_script_sees_200_people_and_not_one_more_by_name(
    names: list[str], ana: Member, signed_in: object
) -> None:
    script = signed_in(ana)

    seen = set().union(*by_lists(script))
    assert len(seen) == A_DAY

    seen |= by_name(script, names)
    assert len(seen) == A_DAY
