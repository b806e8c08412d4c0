"""A real browser, a real site, a real mail server."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client
from playwright.sync_api import Browser, expect, sync_playwright

from members.models import Member, Profile
from tests import chromium
from tests.browser import the_way
from tests.browser.person import Person
from tests.browser.population import NEIGHBOURS, settle
from tests.browser.the_way import ROADS, Road
from tests.outbox.post_office import PostOffice, smtp_server
from tests.places.known_towns import load_known_towns

__all__ = ["smtp_server"]

HERE = Path(__file__).parent
# Playwright's plain interface runs an event loop in this thread, and Django refuses to ask the
# database beside one. Here nothing asks at the same time: the test waits for each answer.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
expect.set_options(timeout=15_000)  # milliseconds; a busy machine is slow, not wrong


class Site(Protocol):
    url: str


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The site answers in other threads, so tests here need real transactions."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True))


@pytest.fixture(scope="package")
def browser(django_db_setup: None) -> Iterator[Browser]:
    """One Chromium for the tests of this folder; beside its event loop Django opens connections
    of their own, which must know the vocabulary to restore it after each test."""
    path = chromium.find()
    if path is None:
        pytest.fail("There is no Chromium on this machine: run `python -m tests.chromium`.")
    vocabulary = connection._test_serialized_contents
    with sync_playwright() as playwright:
        connection._test_serialized_contents = vocabulary
        started = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        yield started
        started.close()
        connections.close_all()


@pytest.fixture(autouse=True)
def site(
    browser: Browser,
    transactional_db: None,
    live_server: Site,
    smtp_server: PostOffice,
    settings: object,
) -> Site:
    """The site with its towns, at `site.url`; its mail goes to `smtp_server`."""
    settings.SITE_URL = live_server.url
    settings.QUICK_EXIT_URL = f"{live_server.url}/help-now/"  # no test leaves the machine
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()  # holds the limits of the test before
    load_known_towns()
    return live_server


@pytest.fixture
def open_browser(browser: Browser, site: Site) -> Iterator[Callable[..., Person]]:
    """`open_browser(java_script_enabled=False)`: a person with an empty profile.

    The test fails at its end if one of their pages wrote an error into the browser's console,
    broke the Content-Security-Policy, or asked another origin for anything.
    """
    people: list[Person] = []

    def start(**options: object) -> Person:
        people.append(Person(browser, site.url, options))
        return people[-1]

    yield start
    for person in people:
        person.close()
    complaints = [complaint for person in people for complaint in person.complaints]
    assert complaints == []


@pytest.fixture
def visitor(open_browser: Callable[..., Person]) -> Person:
    return open_browser()


@pytest.fixture
def log_in() -> Callable[[Person, Member], Person]:
    """`log_in(person, ana)`: through the page for it."""

    def through_the_page(person: Person, member: Member) -> Person:
        person.goto("/accounts/login/")
        the_way.log_in(person, member)
        return person

    return through_the_page


@pytest.fixture
def neighbours(
    site: Site,
    make_member: Callable[..., Member],
    make_profile: Callable[..., Profile],
    answer: Callable[..., object],
    take: Callable[..., object],
) -> dict[str, Profile]:
    """A few people of TWP with something to show."""
    made = [settle(one, make_member, make_profile, answer, take) for one in NEIGHBOURS]
    return {profile.username: profile for profile in made}


@pytest.fixture
def let_in(site: Site) -> Callable[[Person, Member], Person]:
    """`let_in(person, ana)`: signed in without the page for it."""

    def with_session(person: Person, member: Member) -> Person:
        client = Client()
        client.force_login(member)
        name = django_settings.SESSION_COOKIE_NAME
        value = client.cookies[name].value
        person.context.add_cookies([{"name": name, "value": value, "url": site.url}])
        return person

    return with_session


@pytest.fixture(params=["twp", "ici"])
def road(request: pytest.FixtureRequest) -> Road:
    return ROADS[request.param]


@pytest.fixture
def neighbour(
    road: Road,
    make_member: Callable[..., Member],
    make_profile: Callable[..., Profile],
    answer: Callable[..., object],
) -> Profile:
    """Lives near by, with an interest and an experience in common."""
    profile = make_profile(
        make_member("address.nobody.may.see"), road.community.slug, username="maple"
    )
    for question, slug in road.answers.items():
        answer(profile, question, slug)
    return profile


@pytest.fixture
def others(
    road: Road,
    make_member: Callable[..., Member],
    make_profile: Callable[..., Profile],
    answer: Callable[..., object],
    boston: object,
) -> None:
    """Those whom the search must leave out: too far away, or with only half of what is asked for."""
    far = make_profile(make_member("far"), road.community.slug, username="far-away", cell=boston)
    near = make_profile(make_member("near"), road.community.slug, username="other-road")
    for question, slug in road.answers.items():
        answer(far, question, slug)
    answer(near, "interest", "friendship")
