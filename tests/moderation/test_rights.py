"""Who of the staff, of the members and of the visitors gets where."""

from collections.abc import Callable
from urllib.parse import unquote

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from members.models import Choice, Drug, Member
from moderation.models import Application, Decision, Measure, Report, StaffMessage, Verdict

pytestmark = pytest.mark.django_db

ROOMS = {
    "application": "/admin/moderation/application/",
    "decision": "/admin/moderation/decision/",
    "staffmessage": "/admin/moderation/staffmessage/",
    "report": "/admin/moderation/report/",
    "measure": "/admin/moderation/measure/",
    "lettertext": "/admin/moderation/lettertext/",
    "member": "/admin/members/member/",
    "choice": "/admin/members/choice/",
    "drug": "/admin/members/drug/",
}
OF_REVIEWERS = {
    "application", "decision", "lettertext", "measure", "report", "staffmessage",
}  # fmt: skip


@pytest.fixture
def pages(wren: Application, bo: Member) -> dict[str, list[str]]:
    """Every page of every room."""
    decision = Decision.objects.create(community="twp", verdict=Verdict.APPROVED)
    message = StaffMessage.objects.create(about="other", body="Hello")
    report = Report.objects.create(concern="money")
    measure = Measure.objects.create(step="warn", person_id=bo.pk, member=bo)
    one = {
        "application": wren.pk, "decision": decision.pk, "staffmessage": message.pk,
        "lettertext": "approved", "report": report.pk, "measure": measure.pk,
        "member": bo.pk, "choice": Choice.objects.first().pk, "drug": Drug.objects.first().pk,
    }  # fmt: skip
    return {
        room: [address, f"{address}{one[room]}/change/"]
        + ([f"{address}{wren.pk}/next/"] if room == "application" else [])
        for room, address in ROOMS.items()
    }


def test_reviewers_see_their_rooms_and_no_other(desk: Client, pages: dict[str, list[str]]) -> None:
    for room, addresses in pages.items():
        for address in addresses:
            status = desk.get(address).status_code
            assert status in ((200, 302) if room in OF_REVIEWERS else (403,)), address


def test_administrators_see_every_room(
    administrator: Member, signed_in: Callable[[Member], Client], pages: dict[str, list[str]]
) -> None:
    client = signed_in(administrator)

    for addresses in pages.values():
        for address in addresses:
            assert client.get(address).status_code in (200, 302), address


@pytest.mark.parametrize("path", ["", "login/", "password_change/", "logout/"])
def test_a_member_gets_nowhere(
    path: str, ana: Member, signed_in: Callable[[Member], Client]
) -> None:
    response = signed_in(ana).get(f"/admin/{path}", follow=True)

    assert response.status_code in (403, 405)


def test_a_member_opens_no_page_of_the_staff(
    ana: Member, signed_in: Callable[[Member], Client], pages: dict[str, list[str]]
) -> None:
    client = signed_in(ana)

    for addresses in pages.values():
        for address in addresses:
            assert client.get(address, follow=True).status_code == 403, address
            assert client.post(address, {"do": "approve"}, follow=True).status_code == 403, address


def test_staff_without_a_right_open_nothing(
    helper: Member, signed_in: Callable[[Member], Client], pages: dict[str, list[str]]
) -> None:
    client = signed_in(helper)

    assert "You have no tasks here yet." in client.get("/admin/").content.decode()
    for addresses in pages.values():
        for address in addresses:
            assert client.get(address).status_code == 403, address


def test_a_visitor_is_sent_to_the_one_sign_in(pages: dict[str, list[str]]) -> None:
    client = Client()

    for addresses in [["/admin/"], *pages.values()]:
        for address in addresses:
            response = client.get(address, follow=True)
            last = unquote(response.redirect_chain[-1][0])
            assert last == f"/accounts/login/?next={address}"
            assert 'name="login"' in response.content.decode()


def test_a_suspended_reviewer_is_out_at_once(
    desk: Client, reviewer: Member, wren: Application
) -> None:
    Member.objects.filter(pk=reviewer.pk).update(suspended_at=timezone.now())

    response = desk.get(ROOMS["application"], follow=True)

    assert response.redirect_chain[-1][0].startswith("/accounts/login/")


@pytest.mark.parametrize("who", ["reviewer", "administrator"])
@pytest.mark.parametrize("room", ROOMS)
def test_nothing_is_deleted_in_admin(
    who: str,
    room: str,
    request: pytest.FixtureRequest,
    signed_in: Callable[[Member], Client],
    pages: dict[str, list[str]],
) -> None:
    client = signed_in(request.getfixturevalue(who))
    address = pages[room][1].replace("/change/", "/delete/")

    assert client.post(address, {"post": "yes"}).status_code in (403, 404)


def test_the_groups_have_exactly_these_rights() -> None:
    rights = {
        group.name: sorted(group.permissions.values_list("codename", flat=True))
        for group in Group.objects.all()
    }

    reviewers = [
        "change_staffmessage", "decide_application", "decide_report", "view_application",
        "view_decision", "view_lettertext", "view_measure", "view_report", "view_staffmessage",
    ]  # fmt: skip
    assert rights == {
        "reviewers": reviewers,
        "administrators": sorted(
            [
                *reviewers,
                "change_lettertext",
                "view_member",
                "change_member",
                "view_choice",
                "add_choice",
                "change_choice",
                "view_drug",
                "add_drug",
                "change_drug",
            ]
        ),
    }


def test_nobody_elses_tables_are_in_admin() -> None:
    assert {model._meta.model_name for model in admin.site._registry} == set(ROOMS)
