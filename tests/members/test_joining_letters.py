"""The letters of joining: as a whole, and to nobody they must not reach.

Whole letters stand in letters/. After a wanted change run this once with KEEP_LETTERS=yes in the
environment, and read what changed.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone

from members.models import Member, Profile
from members.outbox import letters
from tests.members.applying import status_url
from tests.outbox.post_office import Arrived, PostOffice, deliver_all

pytestmark = pytest.mark.django_db

LETTERS = Path(__file__).parent / "letters"


@pytest.fixture(autouse=True)
def one_site(settings: object) -> None:
    settings.SITE_URL = "https://connect.example"


@pytest.fixture
def eva(make_member: Callable[..., Member], make_profile: Callable[..., Profile]) -> Profile:
    """An application whose address is not confirmed."""
    return make_profile(make_member("eva", let_in=False), approved=False, confirmed=False)


def tidy(letter: Arrived) -> str:
    """Subject and both parts of a letter, without its key."""
    whole = (
        f"To: {letter['To']}\nFrom: {letter['From']}\nSubject: {letter['Subject']}\n\n"
        f"===== text\n\n{letter.text}\n===== html\n\n{letter.html}"
    )
    whole = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "KEY", whole)
    whole = whole.replace("\r\n", "\n")
    return re.sub(r"[ \t]*\n(?:[ \t]*\n)+", "\n\n", whole).strip() + "\n"


def same_as_file(name: str, letter: Arrived) -> bool:
    file = LETTERS / f"{name}.txt"
    if os.environ.get("KEEP_LETTERS"):
        LETTERS.mkdir(exist_ok=True)
        file.write_text(tidy(letter), encoding="utf-8")
    assert tidy(letter) == file.read_text(encoding="utf-8")
    return True


def test_received(eva: Profile, smtp_server: PostOffice) -> None:
    letters.post("application_received", eva.pk)

    deliver_all()

    assert same_as_file("application_received", smtp_server.only())
    assert status_url(eva) in smtp_server.only().text


def test_received_from_a_member(applicant: Member, smtp_server: PostOffice) -> None:
    letters.post("application_received", applicant.profiles.get().pk)

    deliver_all()

    assert same_as_file("application_received_from_a_member", smtp_server.only())


def test_reminder(eva: Profile, smtp_server: PostOffice) -> None:
    letters.post("application_reminder", eva.pk)

    deliver_all()

    assert same_as_file("application_reminder", smtp_server.only())


def test_known_with_an_account(ana: Member, smtp_server: PostOffice) -> None:
    letters.post("application_known", ana.pk)

    deliver_all()

    assert same_as_file("application_known_with_an_account", smtp_server.only())


def test_known_while_waiting(eva: Profile, smtp_server: PostOffice) -> None:
    letters.post("application_known", eva.member.pk)

    deliver_all()

    assert same_as_file("application_known_while_waiting", smtp_server.only())


def test_known_and_declined(eva: Profile, smtp_server: PostOffice) -> None:
    now = timezone.now()
    Profile.objects.update(confirmed_at=now, declined_at=now)
    letters.post("application_known", eva.member.pk)

    deliver_all()

    assert same_as_file("application_known_and_declined", smtp_server.only())


@pytest.mark.parametrize("kind", ["application_received", "application_reminder"])
@pytest.mark.parametrize("end", ["approved", "declined", "withdrawn"])
def test_nothing_goes_out_about_an_application_that_ended(
    eva: Profile, smtp_server: PostOffice, kind: str, end: str
) -> None:
    letters.post(kind, eva.pk)
    if end == "withdrawn":
        eva.member.delete()
    else:
        Profile.objects.update(confirmed_at=timezone.now(), **{f"{end}_at": timezone.now()})

    deliver_all()

    assert smtp_server.letters == []


def test_no_reminder_after_confirming(eva: Profile, smtp_server: PostOffice) -> None:
    letters.post("application_reminder", eva.pk)
    Profile.objects.update(confirmed_at=timezone.now())

    deliver_all()

    assert smtp_server.letters == []


def test_somebody_suspended_is_not_written_to(ana: Member, smtp_server: PostOffice) -> None:
    Member.objects.filter(pk=ana.pk).update(suspended_at=timezone.now())
    letters.post("application_known", ana.pk)

    deliver_all()

    assert smtp_server.letters == []


def test_no_letter_names_a_community_or_a_drug() -> None:
    words = " ".join(file.read_text(encoding="utf-8") for file in LETTERS.glob("application_*"))

    assert not re.search(r"twp|ici connect|withdrawal|drug|psychiatric", words, re.I)
