"""Two hundred pins, and none of their decimals anywhere afterwards.

    python -m tests.drills.dump [--number 200] [--seed N]

The pins have more decimals than a browser of ours sends, and go every way a pin can go: joining,
changing an application, editing a profile, the preview of an area, typed as if they were a town, in
forms that come back with errors, and into views that break. Then every row of the database, every
letter, all that is logged and every page that came back are read, and the database's files too.
"""

import io
import logging
import random
import re
import struct
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone
from django.utils.log import AdminEmailHandler
from tqdm import tqdm

from connect.database import PROGRAMS
from members.forms.guards import stamp
from members.models import Profile
from members.outbox.composing import compose
from members.outbox.letters import NotWanted
from members.outbox.models import Letter
from tests.drills.people import NORTHAMPTON, browser_of, person
from tests.drills.site import arguments, site, tell, verdict
from tests.forms import fields_of
from tests.members.applying import filled_in

# Seconds of a time of day are no coordinate: 04:13:52.3371 is none of 52.3371 degrees.
FOUR_DECIMALS = re.compile(r"(?<![\d.])(?<!\d\d:)\d{1,3}\.\d{4}")
NUMBER = re.compile(r"(?<![\d.])(?<!\d\d:)-?\d{1,3}\.\d{2,}")
SIX_DECIMALS = re.compile(rb"[0-9]{1,3}\.[0-9]{6}")
OURS = (
    "",
    "django",
    "django.request",
    "connect",
    "members",
    "search",
    "moderation",
)  # "" is the root
GAZETTEER = "places_town"  # rewritten whole by its command, and full of coordinates
BREAKING = "tests.attack.breaking.break_every_view"
WITHOUT_LIMITS = {"ACCOUNT_RATE_LIMITS": False}


@dataclass(frozen=True)
class Pin:
    """Coordinates as texts of six decimals."""

    latitude: str
    longitude: str

    @property
    def coarse(self) -> tuple[str, str]:
        return f"{float(self.latitude):.2f}", f"{float(self.longitude):.2f}"

    @property
    def fields(self) -> dict[str, str]:
        return {"place_latitude": self.latitude, "place_longitude": self.longitude}


def pins(number: int, seed: int) -> list[Pin]:
    """Pins around some towns; their last decimals stand nowhere else."""
    dice = random.Random(seed)
    towns = (NORTHAMPTON, (52.52, 13.41), (-33.87, 151.21), (48.86, 2.35))
    return [_pin_near(dice.choice(towns), dice) for _ in range(number)]


def _pin_near(town: tuple[float, float], dice: random.Random) -> Pin:
    latitude, longitude = (one + dice.uniform(-0.4, 0.4) for one in town)
    return Pin(*(f"{one:.2f}{dice.randrange(1111, 9999):04}" for one in (latitude, longitude)))


# --- the ways of a pin -------------------------------------------------------------------------


class Ways:
    """Every way to send a pin; each takes one and gives the page that came back."""

    def __init__(self) -> None:
        self.member = person("pinned", NORTHAMPTON)
        self.browser, self.visitor = browser_of(self.member), Client(raise_request_exception=False)
        self.number = 0

    @property
    def all(self) -> list[Callable[[Pin], HttpResponse]]:
        return [
            self.join, self.join_with_errors, self.join_with_half_a_pin, self.join_by_typing,
            self.change_an_application, self.edit, self.edit_with_errors, self.edit_at_a_width,
            self.preview, self.preview_badly, self.preview_by_address, self.preview_as_json,
            self.search_by_typing, self.search_by_map, self.suggest,
        ]  # fmt: skip

    def join(self, pin: Pin, **changes: object) -> HttpResponse:
        self.number += 1
        own = {"email": f"eva{self.number}@example.org", "username": f"eva{self.number}"}
        sent = filled_in(**{**own, "place_typed": None, **pin.fields, **changes})
        return self.visitor.post("/twp/join/", sent)

    def join_with_errors(self, pin: Pin) -> HttpResponse:
        return self.join(pin, username="", interest=[], email="nobody")

    def join_with_half_a_pin(self, pin: Pin) -> HttpResponse:
        return self.join(pin, place_longitude=None)

    def join_by_typing(self, pin: Pin) -> HttpResponse:
        typed = f"{pin.latitude}, {pin.longitude}"
        return self.join(pin, place_typed=typed, place_latitude=None, place_longitude=None)

    def change_an_application(self, pin: Pin) -> HttpResponse:
        waiting = Profile.objects.filter(approved_at=None).order_by("pk").last()
        if waiting is None:
            return self.join(pin)
        sent = filled_in(email=None, username=waiting.username, place_typed=None, **pin.fields)
        return self.visitor.post(f"/application/{waiting.application_key}/change/", sent)

    def edit(self, pin: Pin, **changes: str) -> HttpResponse:
        page = self.browser.get("/account/twp/edit/").content.decode()
        form = fields_of(page, "place_typed")
        return self.browser.post("/account/twp/edit/", {**form, **pin.fields, **changes})

    def edit_with_errors(self, pin: Pin) -> HttpResponse:
        return self.edit(pin, username="", place_width="town")

    def edit_at_a_width(self, pin: Pin) -> HttpResponse:
        return self.edit(pin, place_width="region")

    def preview(self, pin: Pin, **changes: str) -> HttpResponse:
        sent = {"lat": pin.latitude, "lng": pin.longitude, "width": "town", **changes}
        return self.visitor.post("/places/area", sent)

    def preview_badly(self, pin: Pin) -> HttpResponse:
        return self.preview(pin, width=pin.latitude)

    def preview_by_address(self, pin: Pin) -> HttpResponse:
        return self.visitor.get("/places/area", {"lat": pin.latitude, "lng": pin.longitude})

    def preview_as_json(self, pin: Pin) -> HttpResponse:
        sent = {"lat": pin.latitude, "lng": pin.longitude}
        return self.visitor.post("/places/area", sent, content_type="application/json")

    def search_by_typing(self, pin: Pin) -> HttpResponse:
        return self.browser.get("/twp/members/", {"place": f"{pin.latitude},{pin.longitude}"})

    def search_by_map(self, pin: Pin) -> HttpResponse:
        south, west = float(pin.latitude), float(pin.longitude)
        edges = (pin.latitude, pin.longitude, f"{south + 1:.6f}", f"{west + 1:.6f}")
        return self.browser.get("/twp/members/", {"box": ",".join(edges)})

    def suggest(self, pin: Pin) -> HttpResponse:
        typed = f"{pin.latitude} {pin.longitude}"
        return self.visitor.get("/places/suggest", {"typed": typed, "country": pin.latitude})


# What somebody typed or asked for comes back to them as they wrote it, and to nobody else.
GIVEN_BACK = {"join_by_typing", "search_by_typing", "search_by_map"}


# --- what is left of them ------------------------------------------------------------------------


@contextmanager
def logs() -> Iterator[io.StringIO]:
    """All that the site's own handler writes, with every logger of ours at its most talkative."""
    handlers = {*logging.getLogger("django").handlers, *logging.getLogger().handlers}
    (ours,) = [one for one in handlers if type(one) is logging.StreamHandler and one.filters]
    levels = {name: logging.getLogger(name).level for name in OURS}
    written = io.StringIO()
    before = ours.setStream(written)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        yield written
    finally:
        ours.setStream(before)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


@contextmanager
def error_mails() -> Iterator[None]:
    """Errors are mailed to the operator, into mail.outbox, in as many words as Django has."""
    handler = AdminEmailHandler(include_html=True)
    handler.setLevel(logging.ERROR)
    logging.getLogger("django").addHandler(handler)
    try:
        with override_settings(ADMINS=[("Operator", "operator@example.org")]):
            yield
    finally:
        logging.getLogger("django").removeHandler(handler)


def rows() -> Iterator[tuple[str, str]]:
    """Every row of every table as text: sessions, cache, letters and admin's log among them."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table != GAZETTEER:
                name = connection.ops.quote_name(table)
                cursor.execute(f"select t::text from {name} t")  # noqa: S608
                yield from ((table, row[0]) for row in cursor.fetchall())


def letters() -> Iterator[tuple[str, str]]:
    for letter in Letter.objects.all():
        try:
            yield letter.kind, compose(letter).message().as_string()
        except NotWanted:
            continue
    for sent in mail.outbox:
        yield sent.subject, sent.message().as_string()


class Marks:
    """Finds pins in text: with more than two decimals, or with two, both in one line."""

    def __init__(self, sent: Sequence[Pin]) -> None:
        self.exact = {
            text.lstrip("-")[:-2] for pin in sent for text in (pin.latitude, pin.longitude)
        }
        self.coarse = {pin.coarse for pin in sent}

    def in_text(self, where: str, text: str, *, coarse: bool = True) -> Iterator[str]:
        for line in text.splitlines():
            yield from (
                f"{where}: {one}…" for one in FOUR_DECIMALS.findall(line) if one in self.exact
            )
            numbers = set(NUMBER.findall(line)) if coarse else set()
            if len(numbers) > 1:
                yield from (f"{where}: {both}" for both in self.coarse if numbers.issuperset(both))


def send(ways: Ways, sent: Iterable[Pin]) -> Iterator[tuple[str, str]]:
    """Send the pins, each by the next way; gives the pages that repeat more than they should."""
    every = ways.all
    for number, pin in enumerate(sent):
        way = every[number % len(every)]
        with transaction.atomic():
            response = way(pin)
        cache.clear()
        marks = Marks([pin])
        if response.status_code >= 500:
            yield way.__name__, f"answered {response.status_code}"
        if way.__name__ not in GIVEN_BACK:
            # A form comes back with two decimals, as the browser sent them.
            page = response.content.decode()
            yield from ((way.__name__, one) for one in marks.in_text("page", page, coarse=False))


def send_into_breaking_views(sent: Iterable[Pin]) -> None:
    """The same pins to views that break, and to a database that quotes back what it was asked."""
    with override_settings(MIDDLEWARE=[*settings.MIDDLEWARE, BREAKING]):
        browser = Client(raise_request_exception=False)
        browser.force_login(Profile.objects.get(username="pinned").member)
        for pin in sent:
            form = {"shown_at": stamp(timezone.now() - timedelta(minutes=1)), **pin.fields}
            coordinates = {"lat": pin.latitude, "lng": pin.longitude}
            typed = f"?place={pin.latitude},{pin.longitude}"
            for path, body in (
                ("/places/area", coordinates), ("/account/twp/edit/", filled_in(**form)),
                ("/ici/join/", filled_in("ici", **form)), (f"/twp/members/{typed}", None),
            ):  # fmt: skip
                with transaction.atomic():
                    browser.post(path, body) if body else browser.get(path)
                    transaction.set_rollback(True)


def left_over(ways: Ways, sent: Sequence[Pin]) -> Iterator[str]:
    """Send all pins and give every trace of them."""
    marks = Marks(sent)
    with ExitStack() as stack:
        written = stack.enter_context(logs())
        stack.enter_context(error_mails())
        stack.enter_context(override_settings(**WITHOUT_LIMITS))
        yield from (": ".join(one) for one in send(ways, tqdm(sent, unit=" pins", disable=None)))
        send_into_breaking_views(sent[::5])
        broke = written.getvalue().count("Internal Server Error")
        if not broke or not mail.outbox:
            yield "no view broke: nothing is shown about errors"
        yield from marks.in_text("log", written.getvalue())
    for where, text in (*rows(), *letters()):
        yield from marks.in_text(where, text)


def in_files(folder: Path, sent: Sequence[Pin], since: float) -> Iterator[str]:
    """What was written since in the cluster's files, its WAL and its logs, byte by byte: as text, and
    as the numbers a database keeps."""
    texts = {one.lstrip("-").encode() for pin in sent for one in (pin.latitude, pin.longitude)}
    doubles = [
        struct.pack("<d", float(one)) for pin in sent for one in (pin.latitude, pin.longitude)
    ]
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        try:
            content = path.read_bytes() if path.stat().st_mtime >= since else b""
        except FileNotFoundError:  # PostgreSQL makes some of its own anew at any time
            continue
        if texts & set(SIX_DECIMALS.findall(content)) or any(one in content for one in doubles):
            yield f"file {path.relative_to(folder)}"


def checkpoint() -> None:
    """All that was written so far is in the files."""
    with connection.cursor() as cursor:
        cursor.execute("checkpoint")


def dumped() -> str:
    """What PostgreSQL's own pg_dump writes."""
    server = connection.settings_dict
    command = [
        str(PROGRAMS / "pg_dump"), "-h", server["HOST"], "-U", server["USER"],
        f"--exclude-table-data={GAZETTEER}", server["NAME"],
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout  # noqa: S603


def main() -> None:
    asked = arguments(__doc__, 200, "how many pins")
    with site() as data:
        sent, ways = pins(asked.number, asked.seed), Ways()
        checkpoint()
        begun = time.time()
        failures = list(left_over(ways, sent))
        failures += Marks(sent).in_text("pg_dump", dumped())
        checkpoint()
        failures += in_files(data, sent, begun - 1)
        cells = Profile.objects.values("cell").distinct().count()
        tell(f"{asked.number} pins came to {cells} cells in {Profile.objects.count()} profiles")
    verdict(failures, "None of their decimals is left anywhere.")


if __name__ == "__main__":
    main()
