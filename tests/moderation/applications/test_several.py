"""Several applications at once, with a step that names them."""

import html
import re
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from members.models import Member, Profile
from members.outbox.models import Letter
from moderation import decisions
from moderation.models import Application, Decision, Reason, State

pytestmark = pytest.mark.django_db
QUEUE = "/admin/moderation/application/"
SEVERAL = f"{QUEUE}several/"


@pytest.fixture
def three(apply: Callable[..., Application]) -> list[Application]:
    return [apply(name, hours_ago=9 - n) for n, name in enumerate(("lark", "finch", "heron"))]


def picked(*applications: Profile, do: str = "approve") -> dict[str, object]:
    return {"do": do, "pick": [application.pk for application in applications]}


def said(response: HttpResponse) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def plain(response: HttpResponse) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def states() -> dict[str, str]:
    return {one.username: one.state for one in Application.objects.all()}


def test_ticking_does_nothing_yet_and_names_everybody(
    desk: Client, three: list[Application]
) -> None:
    page = plain(desk.get(SEVERAL, picked(*three)))

    assert "Approve these 3?" in page
    assert all(one.username in page for one in three)
    assert set(states().values()) == {State.WAITING}


def test_several_are_approved(desk: Client, three: list[Application]) -> None:
    response = desk.post(SEVERAL, picked(*three), follow=True)

    assert set(states().values()) == {State.APPROVED}
    assert Letter.objects.filter(kind="approved").count() == 3
    assert said(response) == [
        "lark, finch and heron are approved. The letters go out in 10 minutes. "
        "Open one of them to undo it."
    ]


def test_several_are_declined_without_a_letter(desk: Client, three: list[Application]) -> None:
    response = desk.post(SEVERAL, picked(*three[:2], do="decline"), follow=True)

    assert states() == {
        "lark": State.DECLINED, "finch": State.DECLINED, "heron": State.WAITING,
    }  # fmt: skip
    assert Letter.objects.count() == 0
    assert [one.reason for one in Decision.objects.all()] == [Reason.LOOKS_AUTOMATIC] * 2
    assert said(response)[0].startswith("lark and finch are declined.")


def test_one_that_cannot_be_done_is_said_and_stops_no_other(
    desk: Client, three: list[Application], second_reviewer: Member
) -> None:
    decisions.decline(three[0], second_reviewer, Reason.PROMOTES, "Not this time.")

    response = desk.post(SEVERAL, picked(*three), follow=True)

    assert states() == {
        "lark": State.DECLINED, "finch": State.APPROVED, "heron": State.APPROVED,
    }  # fmt: skip
    assert said(response) == [
        "finch and heron are approved. The letters go out in 10 minutes. "
        "Open one of them to undo it.",
        "lark: robin has declined this application in the meantime. Nothing was changed.",
    ]


def test_pressed_twice_is_done_once(desk: Client, three: list[Application]) -> None:
    for _time in range(2):
        desk.post(SEVERAL, picked(*three))

    assert Decision.objects.count() == Letter.objects.count() == 3


def test_one_of_several_can_be_undone_on_its_page(desk: Client, three: list[Application]) -> None:
    desk.post(SEVERAL, picked(*three))
    address = f"{QUEUE}{three[0].pk}/change/"

    assert 'value="undo"' in desk.get(address).content.decode()
    desk.post(address, {"do": "undo"})

    assert states()["lark"] == State.WAITING


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"do": "approve"}, "Please tick the applications first. Nothing was done."),
        ({"do": "approve", "pick": ["x", "-1", "", "9" * 30, "²", "999999"]}, "Please tick the"),
        ({"do": "nonsense", "pick": ["1"]}, "Please press one of the buttons. Nothing was done."),
        ({}, "Please press one of the buttons. Nothing was done."),
    ],
)
def test_nonsense_does_nothing(
    method: str, data: dict[str, object], complaint: str, desk: Client, wren: Application
) -> None:
    response = getattr(desk, method)(SEVERAL, data, follow=True)

    assert said(response)[0].startswith(complaint)
    assert states() == {"wren": State.WAITING}


def test_hints_are_shown_before_it_is_done(desk: Client, apply: Callable[..., Application]) -> None:
    page = plain(desk.get(SEVERAL, picked(apply("wren", about_me="See www.example.org"))))

    assert "One of them has a hint. You may open it first." in page
    assert "link in the text" in page


def test_any_number_costs_the_same(
    desk: Client,
    three: list[Application],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in (1, 3):
        with django_assert_num_queries(4):
            desk.get(SEVERAL, picked(*three[:number]))


@pytest.mark.parametrize("who", ["ana", "helper"])
def test_only_reviewers_do_it(
    who: str,
    request: pytest.FixtureRequest,
    signed_in: Callable[[Member], Client],
    wren: Application,
) -> None:
    client = signed_in(request.getfixturevalue(who))

    assert client.get(SEVERAL, picked(wren), follow=True).status_code == 403
    assert client.post(SEVERAL, picked(wren), follow=True).status_code == 403
    wren.refresh_from_db()
    assert wren.is_waiting
