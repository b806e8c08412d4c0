"""Privacy and safety in My Account: how our letters reach a member."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from members import blocking
from members.communities import TWP
from members.models import Block, Member, Profile
from tests.forms import fields_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Member], Client]
SAFETY = "/account/safety/"


def chosen(member: Member) -> tuple[bool, bool]:
    member.refresh_from_db()
    return member.plain_mail_since is not None, member.answers_apart_since is not None


def test_mail_is_discreet_and_answers_are_straight_until_chosen_otherwise(
    ana: Member, signed_in: SignIn
) -> None:
    form = fields_of(signed_in(ana).get(SAFETY).content.decode(), "style")

    assert chosen(ana) == (False, False)
    assert (form["style"], form["answering"]) == (["discreet"], ["straight"])


@pytest.mark.parametrize("style", ["discreet", "plain"])
@pytest.mark.parametrize("answering", ["straight", "apart"])
def test_a_choice_is_kept_and_shown(
    ana: Member, signed_in: SignIn, style: str, answering: str
) -> None:
    browser = signed_in(ana)

    response = browser.post(SAFETY, {"style": style, "answering": answering})

    form = fields_of(browser.get(SAFETY).content.decode(), "style")
    assert response.status_code == 302
    assert chosen(ana) == (style == "plain", answering == "apart")
    assert (form["style"], form["answering"]) == ([style], [answering])


def test_a_choice_can_be_taken_back(ana: Member, signed_in: SignIn) -> None:
    browser = signed_in(ana)
    browser.post(SAFETY, {"style": "plain", "answering": "apart"})

    browser.post(SAFETY, {"style": "discreet", "answering": "straight"})

    assert chosen(ana) == (False, False)


@pytest.mark.parametrize("sent", [{}, {"style": "loud", "answering": "apart"}, {"style": "plain"}])
def test_nonsense_changes_nothing_and_is_said(
    ana: Member, signed_in: SignIn, sent: dict[str, str]
) -> None:
    response = signed_in(ana).post(SAFETY, sent)

    assert response.status_code == 200
    assert "Please choose one" in response.content.decode()
    assert chosen(ana) == (False, False)


def test_the_choice_of_one_is_not_that_of_another(
    ana: Member, bo: Member, signed_in: SignIn
) -> None:
    signed_in(ana).post(SAFETY, {"style": "plain", "answering": "apart"})

    assert chosen(bo) == (False, False)


def test_mail_has_no_name_unless_it_may_be_plain(ana: Member) -> None:
    discreet = (ana.mail_name(TWP), ana.mail_name())

    ana.plain_mail_since = timezone.now()

    assert discreet == ("", "")
    assert (ana.mail_name(TWP), ana.mail_name()) == ("TWP Connect", "Inner Compass Initiative")


def test_who_is_blocked_is_called_what_they_were_called_then(
    ana: Member, bo: Member, signed_in: SignIn
) -> None:
    """Whoever took another name to be left alone must not be followed by it."""
    face = bo.profiles.get()
    blocking.block(ana, face)
    Profile.objects.filter(pk=face.pk).update(username="quite-another")
    browser = signed_in(ana)

    pages = [
        browser.get(SAFETY).content.decode(),
        browser.get(f"{SAFETY}{Block.objects.get(blocker=ana).pk}/report/").content.decode(),
    ]

    assert all("bo" in page and "quite-another" not in page for page in pages)
    face.delete()
    assert Block.objects.get(blocker=ana).name == ""  # whoever is erased is named nowhere
    assert "somebody who has left" in browser.get(SAFETY).content.decode()
