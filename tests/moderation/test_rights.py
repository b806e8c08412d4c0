"""Who of the staff, of the members and of the visitors gets where."""

from collections.abc import Callable
from inspect import signature
from urllib.parse import unquote
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone

from members.models import Choice, Drug, Member
from members.relay.models import Message
from moderation import rights
from moderation.models import Application, Decision, Measure, Report, StaffMessage, Verdict
from moderation.rights import (
    can_act_on_reports,
    can_change_letters,
    can_decide,
    can_decide_held,
    can_mend_outbox,
    can_read_applications,
    can_read_audit_log,
    can_read_held,
    can_read_letters,
    can_read_messages,
    can_read_reports,
    can_see_figures,
    can_see_members,
    can_see_outbox,
)

pytestmark = pytest.mark.django_db

ROOMS = {
    "application": "/admin/moderation/application/",
    "decision": "/admin/moderation/decision/",
    "staffmessage": "/admin/moderation/staffmessage/",
    "report": "/admin/moderation/report/",
    "heldmessage": "/admin/moderation/heldmessage/",
    "measure": "/admin/moderation/measure/",
    "lettertext": "/admin/moderation/lettertext/",
    "member": "/admin/members/member/",
    "choice": "/admin/members/choice/",
    "drug": "/admin/members/drug/",
    "auditentry": "/admin/moderation/auditentry/",
    "outgoingletter": "/admin/moderation/outgoingletter/",
}
ONE_PAGE = ("auditentry", "outgoingletter")
OF_REVIEWERS = {"application", "decision", "heldmessage", "lettertext", "measure", "report"}
REVIEWERS_MAY = {
    can_read_applications, can_decide, can_read_reports, can_act_on_reports, can_read_letters,
    can_see_figures, can_read_held, can_decide_held,
}  # fmt: skip
# Who may what. Everything else of the staff's is closed to all three.
MAY = {
    "helper": set(),
    "reviewer": REVIEWERS_MAY,
    "administrator": REVIEWERS_MAY
    | {
        can_see_members, can_read_messages, can_change_letters, can_read_audit_log,
        can_see_outbox, can_mend_outbox,
    },
}  # fmt: skip
QUESTIONS = [
    question for name, question in vars(rights).items()
    if name.startswith("can_") and len(signature(question).parameters) == 1
]  # fmt: skip


@pytest.fixture
def pages(wren: Application, bo: Member, ana: Member) -> dict[str, list[str]]:
    """Every page of every room."""
    decision = Decision.objects.create(community="twp", verdict=Verdict.APPROVED)
    message = StaffMessage.objects.create(about="other", body="Hello")
    report = Report.objects.create(concern="money")
    measure = Measure.objects.create(step="warn", person_id=bo.pk, member=bo)
    held = Message.objects.create(
        sender=ana.profiles.get(community="twp"), recipient=bo.profiles.get(), body="Some words.",
        form_key=uuid4(), held_at=timezone.now(), held_for="sexual",
        sender_name="ana", recipient_name="bo",
    )  # fmt: skip
    one = {
        "heldmessage": held.pk, "application": wren.pk, "decision": decision.pk, "staffmessage": message.pk,
        "lettertext": "approved", "report": report.pk, "measure": measure.pk,
        "member": bo.pk, "choice": Choice.objects.first().pk, "drug": Drug.objects.first().pk,
    }  # fmt: skip
    return {
        room: ([address, f"{address}{one[room]}/change/"] if room in one else [address])
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
@pytest.mark.parametrize("room", [room for room in ROOMS if room not in ONE_PAGE])
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
    found = {
        group.name: set(group.permissions.values_list("codename", flat=True))
        for group in Group.objects.all()
    }

    reviewers = {
        "view_application", "decide_application", "view_decision", "view_report",
        "decide_report", "view_measure", "view_lettertext", "view_heldmessage",
        "decide_heldmessage",
    }  # fmt: skip
    assert found == {
        "reviewers": reviewers,
        "administrators": reviewers
        | {
            "view_member", "change_member", "view_choice", "add_choice", "change_choice",
            "view_drug", "add_drug", "change_drug", "view_staffmessage", "change_staffmessage",
            "change_lettertext", "view_auditentry", "view_outgoingletter",
            "change_outgoingletter",
        },
    }  # fmt: skip


@pytest.mark.parametrize("who", MAY)
def test_who_may_what(who: str, request: pytest.FixtureRequest) -> None:
    member = request.getfixturevalue(who)

    assert {question for question in QUESTIONS if question(member)} == MAY[who]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_member_may_nothing_of_the_staffs_not_even_with_a_group(
    question: Callable[[Member], bool], ana: Member
) -> None:
    ana.groups.set(Group.objects.all())

    assert not question(ana)


def test_a_right_given_to_a_person_by_hand_counts_for_nothing(helper: Member) -> None:
    """It would be shown on no page, and nobody would take it away again."""
    helper.user_permissions.set(Permission.objects.all())

    assert not any(question(helper) for question in QUESTIONS)


def test_what_a_group_may_is_called_as_in_the_models() -> None:
    wrong = [
        given.name
        for given in Permission.objects.filter(codename__startswith="decide_", group__isnull=False)
        if (given.codename, given.name) not in given.content_type.model_class()._meta.permissions
    ]

    assert wrong == []


def test_nobody_elses_tables_are_in_admin() -> None:
    assert {model._meta.model_name for model in admin.site._registry} == set(ROOMS)
