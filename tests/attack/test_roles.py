"""Every address of the site for everybody who may come to it. The table is roles.txt, beside this.

A new address without a row fails, and so does an answer that is not the one in the table. To fill
in rows of a new address, write its path without cells and run with ATTACK_WRITE_TABLE=1; then read
what was filled in, and think.
"""

import itertools
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

from tests.attack.crowd import MEMBERS_ONLY, Crowd, told
from tests.test_house import patterns

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).parent / "roles.txt"
# All who may not sign in: a session from before, or one forged, gets exactly what a visitor gets.
OUTSIDE = ("visitor", "unconfirmed", "waiting", "declined", "passwordless", "suspended")
INSIDE = ("twp", "ici", "both", "blocker", "paused", "left", "helper", "reviewer", "admin")
COLUMNS = ("outside", *INSIDE)


@dataclass
class Row:
    path: str  # with {ids} of the crowd
    cells: dict[str, str]  # column -> "GET/POST"


def rows() -> Iterator[Row]:
    for line in TABLE.read_text().splitlines():
        if line.startswith("/"):
            path, *cells = line.split()
            yield Row(path, dict(zip(COLUMNS, cells, strict=False)))


def answer(response: HttpResponse) -> str:
    """A status; "in" for being sent to the sign-in, "go" for being sent elsewhere."""
    if response.status_code not in (301, 302):
        return str(response.status_code)
    to_sign_in = response["Location"].startswith(("/accounts/login/", "/admin/login/"))
    return "in" if to_sign_in else "go"


def ask(browser: Client, method: str, path: str) -> HttpResponse:
    """Ask, and undo whatever it did, in the database and in the browser."""
    cookies = browser.cookies.copy()
    with transaction.atomic():
        response = browser.generic(method, path, "", "application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    browser.cookies.clear()
    browser.cookies.update(cookies)
    return response


def told_of_members(path: str, response: HttpResponse) -> list[str]:
    if path.startswith(("/mail/", "/letters/")):
        return []  # the development site's inbox; a link that its recipient got by mail
    # A page repeats the address it was asked by.
    body = response.content.decode(errors="replace").replace(path, "-")
    return [word for word in MEMBERS_ONLY if word in body]


def methods(row: Row, role: str) -> Iterator[tuple[str, str | None]]:
    """(method, expected answer). Where a page takes no POST from anybody, two are asked to try."""
    cell = row.cells.get("outside" if role in OUTSIDE else role, "?/?")
    get, post = cell.split("/")
    yield "GET", get
    refused = {answers.split("/")[1] for answers in row.cells.values()} == {"405"}
    if not refused or role in ("visitor", "both"):
        yield "POST", post


def test_everybody_gets_what_the_table_says_and_no_outsider_reads_of_members(
    crowd: Crowd, browsers: dict[str, Client]
) -> None:
    wrong, read = [], []
    # Who has no session asks word for word what the visitor asks.
    asking = [role for role in (*OUTSIDE, *INSIDE) if role == "visitor" or browsers[role].cookies]
    for row in rows():
        path = row.path.format(**crowd.ids)
        for role in asking:
            for method, expected in methods(row, role):
                response = ask(browsers[role], method, path)
                if answer(response) != expected:
                    wrong.append(f"{method} {row.path} {role}: {answer(response)} not {expected}")
                if role in (*OUTSIDE, "left", "helper"):
                    read += [(path, role, word) for word in told_of_members(path, response)]

    if os.environ.get("ATTACK_WRITE_TABLE"):
        fill_in(crowd, browsers)
    assert wrong == []
    assert read == []


def cell(browser: Client, path: str) -> str:
    return "/".join(answer(ask(browser, method, path)) for method in ("GET", "POST"))


def fill_in(crowd: Crowd, browsers: dict[str, Client]) -> None:
    """Write the cells of rows that have none."""
    lines = []
    for line in TABLE.read_text().splitlines():
        parts = line.split()
        if len(parts) == 1 and parts[0].startswith("/"):
            path = parts[0].format(**crowd.ids)
            cells = [cell(browsers["visitor" if c == "outside" else c], path) for c in COLUMNS]
            line = f"{parts[0]:<52} " + " ".join(f"{one:<8}" for one in cells)
        lines.append(line.rstrip())
    TABLE.write_text("\n".join(lines) + "\n")


def test_every_address_has_a_row(crowd: Crowd) -> None:
    known = set()
    for row in rows():
        with suppress(Resolver404):  # the table also asks for what is not there
            known.add(resolve(row.path.format(**crowd.ids).split("?")[0]).route.replace("^", ""))

    routes = [(name, route.replace("^", "")) for name, route, _pattern in patterns()]
    assert [one for one in routes if one[1] not in known] == []


NOT_THERE = "/twp/members/nobody-of-this-name/"


# Who asks for whom, of those the one must not know of.
FORBIDDEN = [
    ("twp", "applicant"), ("twp", "declined"), ("twp", "paused"), ("twp", "suspended"),
    ("twp", "left"), ("twp", "unconfirmed"), ("twp", "ana-in-ici"), ("both", "dana"),
    ("blocker", "ana"), ("paused", "cleo"), ("left", "bo"), ("ici", "bo"), ("ici", "ana"),
    ("helper", "bo"), ("reviewer", "bo"), ("admin", "bo"),
]  # fmt: skip


def test_a_forbidden_profile_and_one_that_is_not_there_look_the_same(
    browsers: dict[str, Client],
) -> None:
    different = []
    for role, name in FORBIDDEN:
        for method, below in (
            ("GET", ""), ("GET", "block/"), ("POST", "block/"), ("GET", "write/"), ("POST", "write/"),
            ("GET", "report/"), ("POST", "report/"),
        ):  # fmt: skip
            forbidden = ask(browsers[role], method, f"/twp/members/{name}/{below}")
            unknown = ask(browsers[role], method, NOT_THERE + below)
            if forbidden.status_code != 404 or told(forbidden) != told(unknown):
                different.append((role, name, method, below))

    assert different == []


def test_a_forbidden_page_and_an_address_of_nothing_look_the_same(
    browsers: dict[str, Client],
) -> None:
    nothing = ask(browsers["ici"], "GET", "/nothing/at/all/")

    assert told(ask(browsers["ici"], "GET", "/twp/members/")) == told(nothing)
    assert told(ask(browsers["ici"], "GET", "/twp/members/bo/")) == told(nothing)


def test_the_block_of_somebody_else_is_not_there(crowd: Crowd, browsers: dict[str, Client]) -> None:
    foreign = ask(browsers["twp"], "POST", f"/account/safety/{crowd.block.pk}/unblock/")

    assert told(foreign) == told(ask(browsers["twp"], "POST", "/account/safety/999999/unblock/"))


def test_the_message_of_somebody_else_is_not_there(
    crowd: Crowd, browsers: dict[str, Client]
) -> None:
    foreign, unknown = (
        ask(browsers["blocker"], "GET", f"/twp/members/bo/write/{key}/")
        for key in (crowd.message.pk, crowd.ids["unknown"])
    )

    assert foreign.status_code == 404
    assert told(foreign) == told(unknown)


def test_no_other_method_does_or_breaks_anything(crowd: Crowd, browsers: dict[str, Client]) -> None:
    others = itertools.cycle(["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "HEAD"])
    broken = []
    for row in rows():
        path = row.path.format(**crowd.ids)
        for method, role in zip(others, ("visitor", "both", "admin"), strict=False):
            response = ask(browsers[role], method, path)
            if response.status_code >= 500 or (method == "HEAD" and response.content):
                broken.append((method, path, role, response.status_code))

    assert broken == []


def test_a_page_is_kept_by_no_browser_and_no_search_engine(
    crowd: Crowd, browsers: dict[str, Client]
) -> None:
    kept = []
    for row in rows():
        path = row.path.format(**crowd.ids)
        response = ask(browsers["both"], "GET", path)
        if "immutable" in response["Cache-Control"]:
            continue  # the tiles of the map, about nobody
        if "no-store" not in response["Cache-Control"] or "noindex" not in response["X-Robots-Tag"]:
            kept.append(path)

    assert kept == []


def test_the_table_has_nothing_twice() -> None:
    paths = [row.path for row in rows()]

    assert len(paths) == len(set(paths))
