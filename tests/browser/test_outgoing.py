"""The staff's page of outgoing mail: on a phone and on a desk, light and dark, without scripts."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import expect

from members.models import Member
from members.outbox.models import Duty, Letter
from moderation.rights import ADMINISTRATORS
from tests.browser.audit import wrong_with
from tests.browser.person import Person

OUTBOX = "/admin/moderation/outgoingletter/"


def administrator(make_member: Callable[..., Member]) -> Member:
    member = make_member("admin", is_staff=True)
    member.groups.add(Group.objects.get(name=ADMINISTRATORS))
    return member


def fill() -> None:
    now = timezone.now()
    later = now + timedelta(hours=3)
    states = [
        {"failed_at": now, "last_code": "own KeyError", "attempts": 8},
        {"failed_at": now, "last_code": "hard SMTPRecipientsRefused 550", "attempts": 1},
        {"due_at": now - timedelta(minutes=7)},
        {"due_at": later, "last_code": "away ConnectionRefusedError", "attempts": 3},
        {"due_at": later},
        {"dropped_at": now, "last_code": "by_hand"},
        {"dropped_at": now, "last_code": "not_reachable"},
        {"sent_at": now, "attempts": 1},
    ]
    for number, state in enumerate(states * 2):
        kind = ("message", "application_takes_longer", "password_link")[number % 3]
        Letter.objects.create(kind=kind, about="1", **state)
    for name, ago in (("mend-listings", timedelta(hours=2)), ("forget-looking", timedelta(days=1))):
        Duty.objects.create(
            name=name, period=timedelta(days=1), started_at=now, succeeded_at=now - ago
        )


def test_the_page_in_every_state(
    open_browser: Callable[..., Person],
    make_member: Callable[..., Member],
    let_in: Callable[[Person, Member], Person],
) -> None:
    person = let_in(open_browser(reduced_motion="reduce"), administrator(make_member))
    person.goto(OUTBOX)
    found = wrong_with(person, "outgoing-empty")
    fill()

    for state in ("failed", "due", "again", "dropped", "sent"):
        person.goto(f"{OUTBOX}?state={state}")
        found += wrong_with(person, f"outgoing-{state}")
    person.goto("/admin/")
    found += wrong_with(person, "outgoing-first-page")

    assert not found, "\n".join(found)


def test_two_letters_are_tried_again_with_the_keyboard_and_without_scripts(
    open_browser: Callable[..., Person],
    make_member: Callable[..., Member],
    let_in: Callable[[Person, Member], Person],
) -> None:
    fill()
    person = let_in(open_browser(java_script_enabled=False), administrator(make_member))
    person.goto(f"{OUTBOX}?state=failed")
    page = person.page

    for box in page.get_by_role("checkbox").all()[:2]:
        box.focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Try again", exact=True).focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("2 letters are tried again now.")).to_be_visible()
    assert Letter.objects.filter(failed_at__isnull=False).count() == 2
