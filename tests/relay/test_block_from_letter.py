"""The block link of a letter: a page with a button, without signing in."""

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from members.models import Block, Member
from members.outbox.models import Letter
from members.relay import links
from members.relay.models import Message
from tests.outbox.post_office import PostOffice, deliver_all

pytestmark = pytest.mark.django_db
Write = Callable[..., Message]


@pytest.fixture
def link(write: Write, ana: Member, bo: Member) -> str:
    """What Bo finds in Ana's letter."""
    return f"/letters/{links.token(write(ana, bo))}/block/"


def test_opening_the_link_changes_nothing(link: str) -> None:
    html = Client().get(link).content.decode()

    assert "Block ana?" in html
    assert Block.objects.count() == 0


def test_the_button_blocks(link: str, ana: Member, bo: Member) -> None:
    html = Client().post(link).content.decode()

    block = Block.objects.get()
    assert (block.blocker, block.blocked) == (bo, ana)
    assert "ana is blocked" in html


def test_pressing_it_twice_is_pressing_it_once(link: str) -> None:
    Client().post(link)

    assert Client().post(link).status_code == 200
    assert Block.objects.count() == 1


def test_the_button_is_guarded_against_other_sites(link: str) -> None:
    assert Client(enforce_csrf_checks=True).post(link).status_code == 403


def test_the_page_says_nothing_about_the_recipient(link: str, bo: Member) -> None:
    """Whoever answers a letter may send the link back in what they quote."""
    html = Client().get(link).content.decode() + Client().post(link).content.decode()

    assert "bo@example.org" not in html
    assert ">bo<" not in html


def test_what_waits_in_the_outbox_dies_with_it(link: str, smtp_server: PostOffice) -> None:
    Client().post(link)

    deliver_all()

    assert Letter.objects.get().dropped_at is not None
    assert smtp_server.letters == []


@pytest.mark.parametrize("token", ["nonsense", "a:b:c", "x" * 3000])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_link_is_told_to_be_dead(token: str, method: str) -> None:
    response = getattr(Client(), method)(f"/letters/{token}/block/")

    assert response.status_code == 404
    assert "This link does not work any more" in response.content.decode()


def test_a_signature_for_something_else_does_not_count(
    write: Write, ana: Member, bo: Member
) -> None:
    other = signing.dumps(str(write(ana, bo).pk), salt="something.else")

    assert Client().post(f"/letters/{other}/block/").status_code == 404
    assert Block.objects.count() == 0


def test_a_link_ends_after_90_days(write: Write, ana: Member, bo: Member) -> None:
    with patch("django.core.signing.time.time") as clock:  # the clock, no code of ours
        clock.return_value = (timezone.now() - timedelta(days=91)).timestamp()
        token = links.token(write(ana, bo))

    assert Client().post(f"/letters/{token}/block/").status_code == 404
    assert Block.objects.count() == 0


def test_a_link_about_somebody_erased_is_dead(link: str, ana: Member) -> None:
    ana.delete()

    assert Client().get(link).status_code == 404
