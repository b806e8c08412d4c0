"""The staff's first page, members, lists of choices, and messages."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from members.models import Answer, Choice, Drug, Member, Profile
from moderation.models import Application, StaffMessage
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(administrator: Member, signed_in: Callable[[Member], Client]) -> Client:
    """A browser in which an administrator is signed in."""
    return signed_in(administrator)


def words(client: Client, address: str) -> str:
    page = client.get(address).content.decode()
    text = html.unescape(re.sub(r"<[^>]+>", " ", page)).replace("\xa0", " ")
    return " ".join(text.split())


# --- the first page ------------------------------------------------------------------------------


def test_the_first_page_says_what_waits(desk: Client, apply: Callable[..., Application]) -> None:
    apply("wren", hours_ago=50)
    apply("lark", hours_ago=2)

    page = words(desk, "/admin/")

    assert "TWP Connect 2 applications wait. The oldest was sent 2 days, 2 hours ago." in page
    assert "ICI Connect Nobody is waiting." in page


def test_what_people_wrote_to_the_staff_waits_for_administrators_alone(
    desk: Client, office: Client
) -> None:
    StaffMessage.objects.create(about="other", body="Hello")

    assert "Messages to the staff 1 without an answer" in words(office, "/admin/")
    assert "Messages" not in words(desk, "/admin/")


def test_the_first_page_shows_no_address_and_no_djangospeak(desk: Client, reviewer: Member) -> None:
    page = words(desk, "/admin/")

    assert reviewer.email not in page
    assert not re.search("Django|Site administration|Recent actions", page)


def test_the_first_page_costs_few_queries(
    desk: Client,
    apply: Callable[..., Application],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(3):
        apply(f"wren{number}")
    with django_assert_max_num_queries(8):
        desk.get("/admin/")


def test_passwords_are_changed_where_everybody_changes_them(desk: Client) -> None:
    assert desk.get("/admin/password_change/")["Location"] == "/accounts/password/change/"


# --- members ---------------------------------------------------------------------------------------


def test_a_member_is_found_by_the_beginning_of_the_address(
    office: Client, ana: Member, bo: Member
) -> None:
    page = words(office, "/admin/members/member/?q=ANA@")

    assert "ana@example.org may sign in TWP Connect: ana, ICI Connect: ana-in-ici" in page
    assert "bo@example.org" not in page


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("in", {"ana", "admin"}), ("applicant", {"wren"}), ("suspended", {"bo"}),
        ("staff", {"admin"}), ("nonsense", {"ana", "bo", "wren", "admin"}),
    ],
)  # fmt: skip
def test_members_are_listed_by_state(
    state: str, found: set[str], office: Client, ana: Member, bo: Member, wren: Application
) -> None:
    Member.objects.filter(pk=bo.pk).update(suspended_at=timezone.now())

    page = words(office, f"/admin/members/member/?state={state}")

    assert set(re.findall(r"(\w+)@example\.org", page)) == found


def test_nobody_sees_or_sets_a_password(office: Client, ana: Member) -> None:
    page = office.get(f"/admin/members/member/{ana.pk}/change/").content.decode()

    assert "password" not in page.lower()
    assert ana.password not in page


RIGHTS = {"is_staff": "on", "is_superuser": "on", "email": "x@example.org"}


def say_it_is_me(browser: Client) -> None:
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})


def test_an_administrator_makes_a_reviewer(office: Client, ana: Member) -> None:
    reviewers = Group.objects.get(name="reviewers")
    say_it_is_me(office)

    office.post(f"/admin/members/member/{ana.pk}/change/", RIGHTS | {"groups": [reviewers.pk]})

    ana.refresh_from_db()
    assert (ana.is_staff, ana.is_superuser, ana.email) == (True, False, "ana@example.org")
    assert list(ana.groups.all()) == [reviewers]


def test_a_stale_session_changes_no_rights_before_it_is_asked(office: Client, ana: Member) -> None:
    page = f"/admin/members/member/{ana.pk}/change/"

    response = office.post(page, RIGHTS)

    ana.refresh_from_db()
    assert response["Location"] == f"/accounts/reauthenticate/?{urlencode({'next': page})}"
    assert not ana.is_staff


def test_what_was_chosen_is_not_lost_while_it_is_asked(office: Client, ana: Member) -> None:
    reviewers = Group.objects.get(name="reviewers")
    page = f"/admin/members/member/{ana.pk}/change/"
    asked = office.post(page, RIGHTS | {"groups": [reviewers.pk]})

    office.post(asked["Location"], {"password": PASSWORD, "next": page})

    ana.refresh_from_db()
    assert (ana.is_staff, list(ana.groups.all())) == (True, [reviewers])


def test_a_wrong_password_changes_no_rights(office: Client, ana: Member) -> None:
    page = f"/admin/members/member/{ana.pk}/change/"
    asked = office.post(page, RIGHTS)

    office.post(asked["Location"], {"password": "something else", "next": page})
    office.get(page)

    ana.refresh_from_db()
    assert not ana.is_staff


def test_having_said_so_counts_for_minutes_only(office: Client, ana: Member) -> None:
    say_it_is_me(office)
    session = office.session
    session[AUTHENTICATION_METHODS_SESSION_KEY][-1]["at"] -= timedelta(minutes=6).total_seconds()
    session.save()

    response = office.post(f"/admin/members/member/{ana.pk}/change/", RIGHTS)

    ana.refresh_from_db()
    assert response["Location"].startswith("/accounts/reauthenticate/")
    assert not ana.is_staff


def test_suspending_is_quick_and_asks_nothing(office: Client, bo: Member) -> None:
    office.post("/admin/members/member/", {"action": "suspend", "_selected_action": [bo.pk]})

    bo.refresh_from_db()
    assert bo.suspended_at is not None


def test_an_administrator_does_not_touch_a_superuser(
    office: Client, make_member: Callable[..., Member]
) -> None:
    owner = make_member("owner", is_staff=True, is_superuser=True)

    response = office.post(f"/admin/members/member/{owner.pk}/change/", {})
    office.post("/admin/members/member/", {"action": "suspend", "_selected_action": [owner.pk]})

    owner.refresh_from_db()
    assert response.status_code == 403
    assert (owner.is_staff, owner.suspended_at) == (True, None)


def test_suspending_signs_out_and_hides(
    office: Client, ana: Member, bo: Member, signed_in: Callable[[Member], Client]
) -> None:
    browser = signed_in(bo)

    office.post("/admin/members/member/", {"action": "suspend", "_selected_action": [bo.pk]})

    assert browser.get("/account/").status_code == 302
    assert not Profile.objects.visible_to(ana).filter(member=bo).exists()


def test_a_suspension_can_be_lifted(office: Client, bo: Member) -> None:
    for action in ("suspend", "lift_suspension"):
        office.post("/admin/members/member/", {"action": action, "_selected_action": [bo.pk]})

    bo.refresh_from_db()
    assert bo.is_active


def test_nobody_suspends_themselves(office: Client, administrator: Member) -> None:
    office.post(
        "/admin/members/member/", {"action": "suspend", "_selected_action": [administrator.pk]}
    )

    administrator.refresh_from_db()
    assert administrator.suspended_at is None


def test_members_cost_the_same_number_of_queries(
    office: Client,
    make_member: Callable[..., Member],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(3):
        make_member(f"member{number}")
        with django_assert_num_queries(5):
            office.get("/admin/members/member/")


# --- lists of choices --------------------------------------------------------------------------------


def test_a_choice_is_added(office: Client) -> None:
    office.post(
        "/admin/members/choice/add/",
        {"question": "interest", "community": "twp", "label": "Friendship", "position": "99"},
    )

    choice = Choice.objects.get(label="Friendship")
    assert (choice.slug, choice.community, choice.retired_at) == ("friendship_2", "twp", None)


def test_a_choice_is_renamed_and_keeps_its_slug(office: Client) -> None:
    choice = Choice.objects.get(question="interest", slug="friendship", community="twp")

    office.post(
        f"/admin/members/choice/{choice.pk}/change/",
        {"label": "making friends", "position": choice.position, "question": "stage"},
    )

    choice.refresh_from_db()
    assert (choice.label, choice.slug, choice.question) == (
        "making friends", "friendship", "interest",
    )  # fmt: skip


def test_a_retired_choice_is_no_longer_offered_and_stays_where_it_was_given(
    office: Client, bo: Member, answer: Callable[..., Answer]
) -> None:
    given = answer(bo.profiles.get(), "interest", "friendship")

    office.post(
        "/admin/members/choice/", {"action": "retire", "_selected_action": [given.choice_id]}
    )

    assert not Choice.objects.offered().filter(pk=given.choice_id).exists()
    assert Answer.objects.filter(pk=given.pk).exists()


def test_a_retired_drug_is_offered_again(office: Client) -> None:
    drug = Drug.objects.get(generic="sertraline")
    for action in ("retire", "offer_again"):
        office.post("/admin/members/drug/", {"action": action, "_selected_action": [drug.pk]})

    drug.refresh_from_db()
    assert drug.retired_at is None


def test_a_drug_twice_is_refused_with_a_sentence(office: Client) -> None:
    drug = Drug.objects.get(generic="sertraline")

    response = office.post(
        "/admin/members/drug/add/", {"drug_class": drug.drug_class, "generic": drug.generic}
    )

    assert response.status_code == 200
    assert Drug.objects.filter(generic="sertraline").count() == 1


def test_a_choice_of_a_strange_script_gets_a_slug(office: Client) -> None:
    for _time in range(2):
        office.post(
            "/admin/members/choice/add/",
            {"question": "interest", "community": "", "label": "散歩", "position": "99"},
        )

    slugs = Choice.objects.filter(label="散歩").values_list("slug", flat=True)
    assert set(slugs) == {"choice", "choice_2"}


# --- messages to the staff -----------------------------------------------------------------------------


@pytest.fixture
def message() -> StaffMessage:
    return StaffMessage.objects.create(
        about="question", body="<b>Hello</b> you", reply_to="visitor@example.net"
    )


def test_a_message_is_read_as_it_was_written(office: Client, message: StaffMessage) -> None:
    page = office.get(f"/admin/moderation/staffmessage/{message.pk}/change/").content.decode()

    assert "&lt;b&gt;Hello&lt;/b&gt; you" in page
    assert "visitor@example.net" in page


def test_one_button_says_that_it_is_answered(office: Client, message: StaffMessage) -> None:
    address = f"/admin/moderation/staffmessage/{message.pk}/change/"

    response = office.post(address, {"_save": "x", "body": "changed"}, follow=True)

    message.refresh_from_db()
    assert message.answered_at is not None
    assert message.body == "<b>Hello</b> you"
    assert "It is answered" not in office.get(address).content.decode()
    assert response.redirect_chain == [("/admin/moderation/staffmessage/", 302)]


def test_several_are_marked_as_answered_at_once(office: Client, message: StaffMessage) -> None:
    office.post(
        "/admin/moderation/staffmessage/",
        {"action": "mark_answered", "_selected_action": [message.pk]},
    )

    message.refresh_from_db()
    assert message.answered_at is not None
