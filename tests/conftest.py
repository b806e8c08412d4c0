"""The standing cast and the parts every test may need.

Ana (TWP and ICI) and Bo (TWP) write to each other, a stranger is in TWP too, Cleo belongs to ICI
only, Dana blocked Ana, a reviewer decides. All live around Northampton unless said otherwise.
"""

import gc
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator

import h3
import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.template import Context, RequestContext, Template
from django.test import Client
from django.test.signals import template_rendered
from django.utils import timezone
from pytest_django.plugin import blocking_manager_key
from whitenoise.middleware import WhiteNoiseMiddleware

from members import listing
from members.communities import ICI, TWP
from members.models import Answer, Block, Choice, Drug, DrugExperience, Member, Profile, Shown
from members.places.models import Cell, Country, Wording
from members.usernames import skeleton
from search import counting, place, vocabulary

PASSWORD = "a-long-enough-secret"
NORTHAMPTON = (42.325, -72.641)
BOSTON = (42.358, -71.060)
BERLIN = (52.524, 13.411)


def _empties_tables(item: pytest.Item | None) -> bool:
    """Whether a test commits for real, so that every table is emptied at its end."""
    if item is None:
        return False
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or bool(
        {"live_server", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that empty the tables find the vocabulary and the groups in them first."""
    for item in items:
        for marker in item.iter_markers("django_db"):
            if marker.kwargs.get("transaction"):
                marker.kwargs["serialized_rollback"] = True


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector, else a tenth of the time, need not look at it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """And whatever test comes after them finds it too, in whatever order files are run."""
    result = yield
    if nextitem is not None and _empties_tables(item) and not _empties_tables(nextitem):
        with item.config.stash[blocking_manager_key].unblock():
            connection.creation.deserialize_db_from_string(connection._test_serialized_contents)
    return result


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> None:
    """Tests that commit empty all tables behind them, the audit log too, which forbids it."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("alter table moderation_auditentry disable trigger audit_is_not_emptied")


def _render(template: Template, context: Context) -> str:
    """Tell the test client of the page alone, which holds all that a view gave.

    Django's own tells it of every part too, hundreds a page, and it copies the context of each.
    """
    if context.template is template and isinstance(context, RequestContext):
        template_rendered.send(sender=template, template=template, context=context)
    return template.nodelist.render(context)


@pytest.fixture(scope="session", autouse=True)
def pages_alone_are_told(django_test_environment: None) -> None:
    Template._render = _render


@pytest.fixture(scope="session", autouse=True)
def static_files_are_found_once() -> None:
    """Every new client has middleware of its own, and whitenoise's would look at all files again."""
    found = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def look_once(middleware: WhiteNoiseMiddleware) -> None:
        if not found:
            look(middleware)
            found.update(middleware.files)
        middleware.files = found

    WhiteNoiseMiddleware.add_files_from_finders = look_once


@pytest.fixture(autouse=True)
def quick_passwords(settings: object) -> None:
    """Slow hashing protects real passwords; here it would be most of the time of the tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process remembers counts and lists for minutes: what one test counted is nothing to the next,
    nor is it a query of the test in which they happen to be read anew."""
    monkeypatch.setattr(counting, "_counts", counting.Counts(read_at=time.monotonic()))
    monkeypatch.setattr(vocabulary, "_known", {})
    monkeypatch.setattr(place, "_remembered", OrderedDict())


@pytest.fixture
def make_cell() -> Callable[..., Cell]:
    def make(
        latitude: float, longitude: float, place: str, *, resolution: int = 6, country: str = "US"
    ) -> Cell:
        index = h3.latlng_to_cell(latitude, longitude, resolution)
        centre = h3.cell_to_latlng(index)
        name = {"US": "United States", "DE": "Germany"}[country]
        Country.objects.get_or_create(
            code=country, defaults={"name": name, "normalised": name.lower()}
        )
        return Cell.objects.get_or_create(
            id=h3.str_to_int(index),
            defaults={
                "latitude": centre[0], "longitude": centre[1], "resolution": resolution,
                "population": 29_000, "wording": Wording.AROUND, "place": place,
                "country_id": country,
            },
        )[0]  # fmt: skip

    return make


@pytest.fixture
def cell(make_cell: Callable[..., Cell]) -> Cell:
    return make_cell(*NORTHAMPTON, "Northampton, Massachusetts, United States")


@pytest.fixture
def boston(make_cell: Callable[..., Cell]) -> Cell:
    return make_cell(*BOSTON, "Boston, Massachusetts, United States")


@pytest.fixture
def berlin(make_cell: Callable[..., Cell]) -> Cell:
    return make_cell(*BERLIN, "Berlin, Germany", country="DE")


@pytest.fixture
def make_member() -> Callable[..., Member]:
    """A member who may sign in with PASSWORD; `let_in=False` gives an applicant without one."""

    def make(name: str, *, let_in: bool = True, **fields: object) -> Member:
        return Member.objects.create_user(
            f"{name}@example.org", PASSWORD if let_in else None,
            let_in_at=timezone.now() if let_in else None, **fields,
        )  # fmt: skip

    return make


@pytest.fixture
def make_profile(cell: Cell) -> Callable[..., Profile]:
    """A profile of `member`, approved unless `approved=False`; other fields as given."""

    def make(
        member: Member, community: str = TWP.slug, *, approved: bool = True, confirmed: bool = True,
        **fields: object,
    ) -> Profile:  # fmt: skip
        now = timezone.now()
        username = fields.pop("username", None) or member.email.split("@")[0]
        profile = Profile.objects.create(
            member=member,
            community=community,
            **{
                "username": username, "username_key": skeleton(username), "cell": cell,
                "applied_at": now, "consented_at": now,
                "health_consent_at": now if community == TWP.slug else None,
                "confirmed_at": now if confirmed else None,
                "approved_at": now if approved else None,
            } | fields,
        )  # fmt: skip
        listing.refresh(profile)
        return profile

    return make


@pytest.fixture
def answer() -> Callable[..., Answer]:
    """`answer(profile, "stage", "reducing")`: the profile gives this answer."""

    def give(profile: Profile, question: str, slug: str, shown: str = Shown.SHOWN) -> Answer:
        choice = Choice.objects.get(
            question=question, slug=slug, community__in=["", profile.community]
        )
        given = Answer.objects.create(
            profile=profile, question=question, choice=choice, shown=shown
        )
        listing.refresh(profile)
        return given

    return give


@pytest.fixture
def take() -> Callable[..., DrugExperience]:
    """`take(profile, "sertraline", "stopped")`: the profile has an experience with this drug."""

    def add(
        profile: Profile, generic: str, now: str | None = None, shown: str = Shown.SHOWN
    ) -> DrugExperience:
        taken = DrugExperience.objects.create(
            profile=profile, drug=Drug.objects.get(generic=generic), shown=shown,
            now=Choice.objects.get(question="drug_now", slug=now) if now else None,
        )  # fmt: skip
        listing.refresh(profile)
        return taken

    return add


@pytest.fixture
def ana(make_member: Callable[..., Member], make_profile: Callable[..., Profile]) -> Member:
    member = make_member("ana")
    make_profile(member)
    make_profile(member, ICI.slug, username="ana-in-ici")
    return member


@pytest.fixture
def bo(make_member: Callable[..., Member], make_profile: Callable[..., Profile]) -> Member:
    member = make_member("bo")
    make_profile(member)
    return member


@pytest.fixture
def stranger(make_member: Callable[..., Member], make_profile: Callable[..., Profile]) -> Member:
    member = make_member("stranger")
    make_profile(member)
    return member


@pytest.fixture
def cleo(make_member: Callable[..., Member], make_profile: Callable[..., Profile]) -> Member:
    member = make_member("cleo")
    make_profile(member, ICI.slug)
    return member


@pytest.fixture
def dana(
    ana: Member, make_member: Callable[..., Member], make_profile: Callable[..., Profile]
) -> Member:
    """Dana blocked Ana in TWP."""
    member = make_member("dana")
    make_profile(member)
    Block.objects.create(blocker=member, blocked=ana, community=TWP.slug)
    return member


@pytest.fixture
def applicant(make_member: Callable[..., Member], make_profile: Callable[..., Profile]) -> Member:
    """Confirmed the address, waits for a decision."""
    member = make_member("applicant", let_in=False)
    make_profile(member, approved=False)
    return member


@pytest.fixture
def reviewer(make_member: Callable[..., Member]) -> Member:
    member = make_member("reviewer", is_staff=True)
    member.groups.add(Group.objects.get_or_create(name="reviewers")[0])
    return member


@pytest.fixture
def signed_in() -> Callable[[Member], Client]:
    """`signed_in(ana)`: a browser in which Ana is signed in."""

    def sign_in(member: Member) -> Client:
        client = Client()
        client.force_login(member)
        return client

    return sign_in
