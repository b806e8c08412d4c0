"""The whole crowd: everybody who may come to a door of the site, and what lies behind it."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.utils import timezone

from members.communities import ICI
from members.models import Block, Member, Profile
from members.places.models import Cell
from members.relay import sending
from members.relay.models import Awaited, Message
from moderation.applications import asking
from moderation.models import Decision, Measure, Reason, Report, StaffMessage, Verdict
from moderation.rights import ADMINISTRATORS
from search.models import SavedSearch
from tests.attack.crowd import ABOUT_BO, Crowd
from tests.outbox.post_office import smtp_server
from tests.places.known_towns import load_known_towns

__all__ = ["smtp_server"]


@pytest.fixture(autouse=True)
def quick_passwords(settings: object) -> None:
    """Hashing slowly is not what is attacked here, and the crowd is large."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def known_towns(db: None) -> None:
    load_known_towns()


@pytest.fixture
def no_slow_question(db: None) -> None:
    """A question to the database that takes over two seconds is an error."""
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = '2s'")


@pytest.fixture
def crowd(
    ana: Member,
    bo: Member,
    cleo: Member,
    dana: Member,
    applicant: Member,
    reviewer: Member,
    make_member: Callable[..., Member],
    make_profile: Callable[..., Profile],
    cell: Cell,
    known_towns: None,
) -> Crowd:
    """Ana, Bo, Cleo and Dana as everywhere, and one person for every other state one can be in."""
    now = timezone.now()
    Profile.objects.filter(member=bo).update(about_me=ABOUT_BO)

    unconfirmed = make_member("unconfirmed", let_in=False)
    make_profile(unconfirmed, approved=False, confirmed=False)
    asked = make_profile(make_member("asked", let_in=False), approved=False)
    asking.ask(asked, reviewer, "What brings you here?")
    declined = make_member("declined", let_in=False)
    refused = make_profile(declined, approved=False)
    passwordless = make_member("passwordless", let_in=False)
    make_profile(passwordless)
    Member.objects.filter(pk=passwordless.pk).update(let_in_at=now)
    paused = make_member("paused")
    make_profile(paused)
    suspended = make_member("suspended", suspended_at=now)
    make_profile(suspended)
    left = make_member("left")
    make_profile(left)

    now = timezone.now()
    for member, when in ((declined, "declined_at"), (paused, "paused_at"), (left, "left_at")):
        Profile.objects.filter(member=member).update(**{when: now})

    helper = make_member("helper", is_staff=True)
    administrator = make_member("admin", is_staff=True)
    administrator.groups.add(Group.objects.get(name=ADMINISTRATORS))
    for member in Member.objects.filter(let_in_at__isnull=False):
        EmailAddress.objects.get_or_create(
            user=member, email=member.email, defaults={"verified": True, "primary": True}
        )

    block = Block.objects.get(blocker=dana)
    face_of = {p.member_id: p for p in Profile.objects.of("twp").select_related("member")}
    message = sending.write(
        face_of[ana.pk], face_of[bo.pk], "Hello Bo, how are you keeping?", uuid4()
    )
    decision = Decision.objects.create(
        profile=refused, community="twp", reviewer=reviewer, verdict=Verdict.DECLINED,
        reason=Reason.DUPLICATE, words="We have one already.", address_mark="0" * 64,
    )  # fmt: skip
    written = StaffMessage.objects.create(
        about=StaffMessage.About.QUESTION, body="How do I change my area?", member=bo
    )
    saved = SavedSearch.objects.create(
        profile=face_of[bo.pk], query="stage=reducing", name="reducing"
    )
    report = Report.objects.create(
        community="twp", reporter=ana, profile=face_of[bo.pk], person_id=bo.pk, concern="money",
        words="Bo asks for money.", seen_name="bo", seen_about_me=ABOUT_BO,
    )  # fmt: skip
    measure = Measure.objects.create(
        step="suspend", person_id=suspended.pk, member=suspended, staff=reviewer, concern="money",
        words="For now we closed your account.",
    )  # fmt: skip
    held = Message.objects.create(
        sender=face_of[dana.pk], recipient=face_of[bo.pk], body="I can send you some pills.",
        form_key=uuid4(), held_for="offers_drugs", held_at=now,
        sender_name="dana", recipient_name="bo",
    )  # fmt: skip
    awaited = Awaited.objects.create(sender=face_of[bo.pk], recipient=face_of[dana.pk])
    return Crowd(
        people={
            "visitor": None, "unconfirmed": unconfirmed, "waiting": applicant,
            "declined": declined, "passwordless": passwordless, "suspended": suspended,
            "twp": bo, "ici": cleo, "both": ana, "paused": paused, "left": left, "blocker": dana,
            "helper": helper, "reviewer": reviewer, "admin": administrator,
        },
        application=face_of[applicant.pk], unconfirmed=face_of[unconfirmed.pk],
        asked=asked,
        block=block, message=message, decision=decision, written=written,
        saved=saved, report=report, measure=measure, held=held, awaited=awaited,
    )  # fmt: skip


@pytest.fixture
def in_ici(ana: Member) -> Profile:
    return Profile.objects.get(member=ana, community=ICI.slug)


@pytest.fixture
def browsers(crowd: Crowd) -> dict[str, Client]:
    """One browser for each role. Those who may not sign in any more, or not yet, have a session all
    the same; only somebody who may but never had a password cannot have one."""
    found = {}
    for role, member in crowd.people.items():
        found[role] = Client(raise_request_exception=False)
        if member is not None and role != "passwordless":
            found[role].force_login(member)
    return found
