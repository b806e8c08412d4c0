"""The staff's way to their pages: a second factor is set up, and used, in a real browser."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.urls import reverse

from members import account
from members.models import Member
from moderation import audit
from moderation.models import Act, StaffMessage
from moderation.rights import ADMINISTRATORS
from tests.browser.audit import wrong_with
from tests.browser.person import Person
from tests.conftest import PASSWORD
from tests.moderation.factors import code_of

OpenBrowser = Callable[..., Person]
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture(autouse=True)
def asked_for(settings: object) -> None:
    """As on a real site. A slow test gets half a minute more for its codes."""
    settings.STAFF_SECOND_FACTOR = True
    settings.MFA_TOTP_TOLERANCE = 1


@pytest.fixture
def boss(make_member: Callable[..., Member]) -> Member:
    member = make_member("boss", is_staff=True)
    member.groups.add(Group.objects.get(name=ADMINISTRATORS))
    account.accept_policies(member)
    return member


@pytest.fixture
def calm(open_browser: OpenBrowser) -> Person:
    return open_browser(reduced_motion="reduce")


def give_key(person: Person) -> None:
    """A passkey's device, as Chromium pretends to have one."""
    tools = person.context.new_cdp_session(person.page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


def say_it_is_me(person: Person) -> None:
    person.fill("Password", PASSWORD)
    person.press("Go on")


def type_newest_code(person: Person, secret: str) -> None:
    cache.clear()  # the last one was used in this half minute
    person.fill("Code", code_of(secret))


def test_from_a_password_alone_to_the_staffs_pages_by_an_app(
    calm: Person, boss: Member, log_in: Callable[[Person, Member], Person]
) -> None:
    log_in(calm, boss)
    calm.goto("/admin/")
    calm.expect_heading("Second factor")
    found = wrong_with(calm, "factor-asked-for")

    calm.follow("Set it up")
    found += wrong_with(calm, "factor-is-it-you")
    say_it_is_me(calm)
    calm.expect_heading("Set up the code from an app")
    secret = calm.page.locator(".key-in-letters code").inner_text()
    found += wrong_with(calm, "factor-app")
    calm.fill("Code", "000000")
    calm.press("Turn it on")
    found += wrong_with(calm, "factor-app-wrong")
    secret = calm.page.locator(".key-in-letters code").inner_text()
    type_newest_code(calm, secret)
    calm.press("Turn it on")
    calm.expect_heading("Codes for an emergency")
    emergency = calm.page.locator(".codes code").first.inner_text()
    found += wrong_with(calm, "factor-emergency")
    calm.follow("To the staff’s pages")
    calm.expect_heading("Is it you?")
    found += wrong_with(calm, "factor-code-once-more")
    type_newest_code(calm, secret)
    calm.press("Go on")
    calm.expect_heading("Today")
    found += wrong_with(calm, "factor-today")

    calm.goto("/accounts/2fa/")
    found += wrong_with(calm, "factor-set-up")
    calm.follow("Make new codes")
    found += wrong_with(calm, "factor-new-codes")
    calm.goto("/accounts/2fa/totp/deactivate/")
    found += wrong_with(calm, "factor-off")
    calm.context.clear_cookies()
    log_in(calm, boss)
    calm.expect_heading("Your second factor")
    found += wrong_with(calm, "factor-log-in")
    calm.fill("Code", emergency)
    calm.press("Log in")
    calm.goto("/admin/")
    calm.expect_heading("Today")
    assert not found, "\n".join(found)


def test_a_passkey_logs_in_without_a_password_and_opens_the_staffs_pages(
    calm: Person, boss: Member, log_in: Callable[[Person, Member], Person]
) -> None:
    give_key(calm)
    log_in(calm, boss)
    calm.goto("/admin/")
    calm.follow("Add one")
    say_it_is_me(calm)
    found = wrong_with(calm, "key-add")
    calm.tick("Log in with it alone, without my password")
    calm.press("Add it")
    calm.expect_heading("Codes for an emergency")

    calm.follow("To the staff’s pages")
    calm.expect_heading("Is it you?")
    found += wrong_with(calm, "key-once-more")
    calm.press("Use my passkey or security key")
    calm.expect_heading("Today")

    calm.goto("/accounts/2fa/webauthn/")
    found += wrong_with(calm, "key-list")
    calm.follow("Call it something else")
    found += wrong_with(calm, "key-name")
    calm.goto("/accounts/2fa/webauthn/")
    calm.follow("Take it off")
    found += wrong_with(calm, "key-off")

    calm.context.clear_cookies()
    calm.goto("/accounts/login/?next=/admin/")
    calm.press("Log in with a passkey")
    calm.expect_heading("Today")
    assert not found, "\n".join(found)


def test_pages_of_administrators(
    calm: Person,
    boss: Member,
    ana: Member,
    bo: Member,
    reviewer: Member,
    settings: object,
    let_in: Callable[[Person, Member], Person],
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    message = StaffMessage.objects.create(about="other", body="Hello", member=bo)
    profile = ana.profiles.get(community="twp")
    gone = bo.pk
    for staff, act, thing in (
        (reviewer, Act.LOOKED, profile), (reviewer, Act.NOTED, profile), (None, Act.ANSWERED, profile),
        (boss, Act.SUSPENDED, bo), (boss, Act.LOOKED, message), (boss, Act.LOOKED, ana),
        (boss, Act.EXPORTED, audit.FIGURES),
    ):  # fmt: skip
        audit.note(staff, act, thing)
    bo.delete()
    let_in(calm, boss)
    log = reverse("admin:moderation_auditentry_changelist")

    found = []
    for name, address in (
        ("log", log), ("log-person", f"{log}?person={gone}"), ("log-none", f"{log}?act=closed"),
        ("log-wrong", f"{log}?person=ana&act=ate"),
        ("members", reverse("admin:members_member_changelist")),
        ("member", reverse("admin:members_member_change", args=[ana.pk])),
        ("messages", reverse("admin:moderation_staffmessage_changelist")),
        ("message", reverse("admin:moderation_staffmessage_change", args=[message.pk])),
    ):  # fmt: skip
        calm.goto(address)
        found += wrong_with(calm, f"office-{name}")

    assert not found, "\n".join(found)
