"""A password alone opens none of the staff's pages."""

import re
from collections.abc import Callable

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.models import Member
from members.outbox.models import Letter
from moderation.models import Application, AuditEntry
from tests.attack.test_roles import rows
from tests.conftest import PASSWORD
from tests.moderation.factors import give_app, log_in, newest_code, recovery_code

pytestmark = pytest.mark.django_db

SET_UP = "/accounts/2fa/?for=staff"
QUEUE = "/admin/moderation/application/"


@pytest.fixture(autouse=True)
def asked_for(settings: object) -> None:
    """As on a real site, where nobody has tried anything yet. A slow test gets half a minute more."""
    settings.STAFF_SECOND_FACTOR = True
    settings.MFA_TOTP_TOLERANCE = 1
    cache.clear()


def accept_policies(browser: Client) -> Client:
    browser.post("/account/policies/")
    return browser


# --- who gets in -----------------------------------------------------------------------------------


def test_with_a_code_from_the_app_the_pages_open(reviewer: Member) -> None:
    give_app(reviewer)

    browser = accept_policies(log_in(reviewer, newest_code()))

    assert browser.get(QUEUE).status_code == 200


def test_a_code_for_an_emergency_counts(reviewer: Member) -> None:
    give_app(reviewer)

    browser = accept_policies(log_in(reviewer, recovery_code(reviewer)))

    assert browser.get(QUEUE).status_code == 200


@pytest.mark.parametrize("passwordless", [True, False])
def test_a_passkey_counts_with_a_password_and_without(
    passwordless: bool, reviewer: Member, signed_in: Callable[[Member], Client]
) -> None:
    """The key itself lives in a browser (tests/browser/test_second_factor.py); this is what its
    use leaves in the session."""
    key = Authenticator.objects.create(user=reviewer, type="webauthn", data={"name": "My key"})
    browser = signed_in(reviewer)

    use(browser, reviewer, key, passwordless=passwordless)

    assert browser.get(QUEUE).status_code == 200


def test_a_password_alone_does_not_even_log_in_whoever_has_a_factor(reviewer: Member) -> None:
    give_app(reviewer)

    browser = log_in(reviewer)

    assert browser.get(QUEUE)["Location"].startswith("/accounts/login/")


def test_a_wrong_code_opens_nothing(reviewer: Member) -> None:
    give_app(reviewer)

    browser = log_in(reviewer, "000000")

    assert browser.get(QUEUE)["Location"].startswith("/accounts/login/")


def test_wrong_codes_are_limited_like_wrong_passwords(reviewer: Member) -> None:
    give_app(reviewer)
    browser = log_in(reviewer)
    for _time in range(6):
        response = browser.post("/accounts/2fa/authenticate/", {"code": "000000"})

    assert "That was wrong too often." in response.content.decode()


def test_without_a_factor_one_is_led_to_set_one_up(reviewer: Member) -> None:
    browser = accept_policies(log_in(reviewer))

    response = browser.get(QUEUE)

    assert response["Location"] == SET_UP
    page = browser.get(SET_UP).content.decode()
    assert "The staff’s pages need a second factor." in page


def test_without_a_factor_no_page_below_admin_opens_whatever_one_may(
    administrator: Member, signed_in: Callable[[Member], Client]
) -> None:
    """Every address of the table in tests/attack/roles.txt, which has a row for each."""
    browser = signed_in(administrator)
    addresses = [
        re.sub(r"{\w+}", "1", row.path) for row in rows() if row.path.startswith("/admin/")
    ]

    opened = {
        (method, address): browser.generic(method, address)["Location"]
        for address in addresses
        for method in ("GET", "POST", "HEAD", "PUT", "OPTIONS")
        if address not in ("/admin/login/", "/admin/logout/")
    }

    assert len(opened) > 100
    assert set(opened.values()) == {SET_UP}


def test_a_session_in_which_the_factor_was_not_used_is_asked_for_it(
    reviewer: Member, signed_in: Callable[[Member], Client]
) -> None:
    give_app(reviewer)
    browser = signed_in(reviewer)

    response = browser.get(QUEUE, follow=True)

    assert response.redirect_chain == [(f"/accounts/2fa/reauthenticate/?next={quoted(QUEUE)}", 302)]
    page = response.content.decode()
    assert "With my password" not in page
    response = browser.post("/accounts/2fa/reauthenticate/", {"code": newest_code(), "next": QUEUE})
    assert response["Location"] == QUEUE
    assert browser.get(QUEUE).status_code == 200


def test_a_password_is_no_way_around(reviewer: Member, signed_in: Callable) -> None:
    give_app(reviewer)
    browser = signed_in(reviewer)

    browser.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": QUEUE})

    assert browser.get(QUEUE).status_code == 302


def test_somebody_with_a_key_alone_is_asked_for_the_key_first(
    reviewer: Member, signed_in: Callable[[Member], Client]
) -> None:
    Authenticator.objects.create(user=reviewer, type="webauthn", data={"name": "My key"})
    Authenticator.objects.create(user=reviewer, type="recovery_codes", data={"seed": "a"})

    response = signed_in(reviewer).get(QUEUE)

    assert response["Location"].startswith("/accounts/2fa/webauthn/reauthenticate/")


def test_what_was_typed_is_sent_once_the_factor_is_used(
    reviewer: Member, wren: Application, signed_in: Callable[[Member], Client]
) -> None:
    give_app(reviewer)
    browser = signed_in(reviewer)
    page = f"{QUEUE}{wren.pk}/change/"

    asked = browser.post(page, {"do": "approve"})
    wren.refresh_from_db()
    assert wren.approved_at is None
    browser.post(asked["Location"], {"code": newest_code(), "next": page})

    wren.refresh_from_db()
    assert wren.approved_at is not None


# --- meanwhile ---------------------------------------------------------------------------------------


def test_whoever_is_made_staff_while_signed_in_is_stopped(ana: Member) -> None:
    browser = accept_policies(log_in(ana))
    Member.objects.filter(pk=ana.pk).update(is_staff=True)
    ana.groups.add(Group.objects.get(name="administrators"))

    assert browser.get(QUEUE)["Location"] == SET_UP


def test_a_factor_taken_off_meanwhile_closes_the_pages_at_the_next_request(
    reviewer: Member,
) -> None:
    give_app(reviewer)
    browser = accept_policies(log_in(reviewer, newest_code()))
    assert browser.get(QUEUE).status_code == 200

    Authenticator.objects.filter(user=reviewer).delete()

    assert browser.get(QUEUE)["Location"] == SET_UP


def test_codes_for_an_emergency_are_no_factor_by_themselves(reviewer: Member) -> None:
    give_app(reviewer)
    browser = accept_policies(log_in(reviewer, recovery_code(reviewer)))

    Authenticator.objects.filter(user=reviewer, type="totp").delete()

    assert browser.get(QUEUE)["Location"] == SET_UP


def test_the_factor_that_was_used_must_still_be_there_whatever_else_is(reviewer: Member) -> None:
    used = give_app(reviewer)
    browser = accept_policies(log_in(reviewer, newest_code()))
    Authenticator.objects.create(user=reviewer, type="webauthn", data={"name": "My key"})

    used.delete()

    assert browser.get(QUEUE)["Location"].startswith("/accounts/2fa/webauthn/reauthenticate/")


def test_the_factor_of_somebody_else_does_not_count(
    reviewer: Member, second_reviewer: Member, signed_in: Callable[[Member], Client]
) -> None:
    give_app(reviewer)
    other = give_app(second_reviewer)
    browser = signed_in(reviewer)

    use(browser, reviewer, other)

    assert browser.get(QUEUE).status_code == 302


def test_logging_out_is_open_to_whoever_is_half_inside(
    reviewer: Member, signed_in: Callable[[Member], Client]
) -> None:
    browser = signed_in(reviewer)

    browser.post("/admin/logout/")

    assert "_auth_user_id" not in browser.session


# --- who is not asked, and what it costs --------------------------------------------------------------


def test_a_member_learns_nothing_of_it(ana: Member, signed_in: Callable[[Member], Client]) -> None:
    browser = signed_in(ana)

    assert browser.get("/admin/", follow=True).status_code == 403
    assert (
        "staff" not in browser.get(SET_UP).content.decode().split("<main", 1)[1].split("</main")[0]
    )


def test_where_it_is_not_asked_for_a_password_opens_the_pages(
    settings: object, reviewer: Member, signed_in: Callable[[Member], Client]
) -> None:
    settings.STAFF_SECOND_FACTOR = False

    assert signed_in(reviewer).get(QUEUE).status_code == 200


def test_the_check_costs_no_question_of_its_own(
    settings: object, reviewer: Member, wren: Application
) -> None:
    give_app(reviewer)
    browser = accept_policies(log_in(reviewer, newest_code()))
    browser.get("/admin/")

    for address in ("/admin/", QUEUE, f"{QUEUE}{wren.pk}/change/"):
        costs = []
        for settings.STAFF_SECOND_FACTOR in (True, False):
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(address).status_code == 200
            costs.append(len(asked))
        assert costs[0] == costs[1], address


# --- the way in of admin itself ---------------------------------------------------------------------------


def test_admin_has_no_way_in_of_its_own(reviewer: Member) -> None:
    browser = Client()

    response = browser.post(
        "/admin/login/", {"username": reviewer.email, "login": reviewer.email, "password": PASSWORD}
    )

    assert response["Location"] == f"/accounts/login/?next={quoted('/admin/login/')}"
    assert "_auth_user_id" not in browser.session


def test_wrong_passwords_are_limited_and_answered_alike_by_both_ways(reviewer: Member) -> None:
    answers = []
    for door in ("/accounts/login/", "/admin/login/"):
        cache.clear()
        browser = Client()
        there = browser.get(door, follow=True)
        page = there.redirect_chain[-1][0] if there.redirect_chain else door
        said = [
            errors(browser.post(page, {"login": reviewer.email, "password": "wrong"}))
            for _time in range(7)
        ]
        right = browser.post(page, {"login": reviewer.email, "password": PASSWORD})
        answers.append([*said, errors(right)])

    assert answers[0] == answers[1]
    assert answers[0][0] == [
        "This address and this password do not belong together. Please look at both."
    ]
    assert answers[0][-1] == ["That was wrong too often. Please wait five minutes, then try again."]


def test_wrong_passwords_at_one_door_count_at_the_other(reviewer: Member) -> None:
    browser = Client()
    for _time in range(6):
        browser.post("/accounts/login/", {"login": reviewer.email, "password": "wrong"})

    page = browser.get("/admin/login/")["Location"]

    response = browser.post(page, {"login": reviewer.email, "password": PASSWORD})
    assert errors(response) == [
        "That was wrong too often. Please wait five minutes, then try again."
    ]


# --- the way back in ----------------------------------------------------------------------------------------


def test_a_lost_factor_is_taken_off_by_who_runs_the_server(reviewer: Member) -> None:
    give_app(reviewer)
    browser = accept_policies(log_in(reviewer, newest_code()))
    assert browser.get("/account/").status_code == 200

    call_command("forget_second_factor", reviewer.email.upper(), verbosity=0)

    assert not Authenticator.objects.filter(user=reviewer).exists()
    assert browser.get("/account/")["Location"].startswith("/accounts/login/")
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.kind, entry.person_id) == ("changed", "member", reviewer.pk)
    assert Letter.objects.get(kind="notice_factor_forgotten").about == str(reviewer.pk)


@pytest.mark.parametrize("address", ["nobody@example.org", "reviewer@example.org", "\0"])
def test_there_must_be_something_to_take_off(address: str, reviewer: Member) -> None:
    with pytest.raises(CommandError):
        call_command("forget_second_factor", address)

    assert not AuditEntry.objects.exists()


def errors(response: object) -> list[str]:
    return [str(error) for error in response.context["form"].non_field_errors()]


def quoted(path: str) -> str:
    return path.replace("/", "%2F")


def use(browser: Client, member: Member, factor: Authenticator, **more: bool) -> None:
    """Write into the session what allauth writes when a factor was used."""
    record = {"method": "mfa", "at": 1.0, "id": factor.pk, "type": factor.type, **more}
    session = browser.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [record]
    session["account_authentication_methods_user"] = str(member.pk)
    session.save()
