"""One application on one page, and its buttons."""

import html
import re
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from members.models import Answer, Choice, DrugExperience, Member, Profile, Shown
from members.outbox.models import Letter
from moderation import decisions
from moderation.letters import wording
from moderation.models import BY_THE_CLOCK, SILENT, Application, Decision, Reason

pytestmark = pytest.mark.django_db
QUEUE = "/admin/moderation/application/"


def at(application: Profile) -> str:
    return f"{QUEUE}{application.pk}/change/"


def words(client: Client, address: str) -> str:
    """What a person reads on the page."""
    return plain(client.get(address))


def plain(response: HttpResponse) -> str:
    page = response.content.decode()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def said(response: object) -> list[str]:
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def full(
    apply: Callable[..., Application],
    answer: Callable[..., Answer],
    take: Callable[..., DrugExperience],
) -> Application:
    application = apply("wren", about_me="I bake.\n\nAnd I write letters.")
    answer(application, "stage", "reducing")
    answer(application, "attempts", "second", Shown.MATCHING)
    answer(application, "interest", "friendship")
    answer(application, "interest", "creative")
    answer(application, "language", "en")
    experience = take(application, "sertraline", "reducing")
    experience.years_on = Choice.objects.get(question="drug_years", slug="10_20y")
    experience.save()
    return application


def test_everything_the_applicant_wrote_is_there(desk: Client, full: Application) -> None:
    page = words(desk, at(full))

    for part in (
        "About me I bake. And I write letters.",
        "Place around Northampton, Massachusetts, United States An area about 7 km (4 miles) across",
        "Drugs sertraline Now: reducing it now Years on it: 10 to 20 years",
        "Where I am on the way reducing now",
        "How often I have tried to come off for matching only the second time",
        "Interests friendship making things",
        "Languages I can write in English",
    ):
        assert part in page


def test_an_application_costs_few_queries(
    desk: Client, full: Application, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for address in (at(full), at(full) + "?reason=promotes"):
        with django_assert_num_queries(6):
            desk.get(address)


def test_what_an_applicant_typed_stays_text(
    desk: Client, apply: Callable[..., Application]
) -> None:
    probe = '<script>alert("x")</script><img src=x onerror=alert(1)> {{ 7|add:7 }} \' " &'
    application = apply("wren", about_me=probe)

    for address in (QUEUE, at(application), at(application) + "?reason=promotes"):
        page = desk.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;alert(" in page
        assert "{{ 7|add:7 }}" in page


def test_no_address_and_no_key_is_shown(desk: Client, full: Application) -> None:
    page = desk.get(at(full)).content.decode()

    assert "@example.org" not in page
    assert str(full.application_key) not in page


def test_the_letter_stands_beside_its_button(desk: Client, full: Application) -> None:
    assert "Hello wren, Your application to TWP Connect is accepted." in words(desk, at(full))


@pytest.mark.parametrize("reason", [r for r in Reason if r not in (*SILENT, *BY_THE_CLOCK)])
def test_a_reason_opens_its_letter(reason: Reason, desk: Client, wren: Application) -> None:
    page = desk.get(f"{at(wren)}?reason={reason}").content.decode()

    assert html.escape(wording.for_reason(reason, wren)) in page


def test_a_nonsense_reason_opens_the_list_of_reasons(desk: Client, wren: Application) -> None:
    assert "Why? Choose a reason" in words(desk, at(wren) + "?reason=nonsense")


def test_approving_opens_the_next(desk: Client, apply: Callable[..., Application]) -> None:
    first, second = apply("first", hours_ago=2), apply("second", hours_ago=1)

    response = desk.post(at(first), {"do": "approve"}, follow=True)

    assert response.redirect_chain == [(at(second), 302)]
    assert re.search("first is approved. For [0-9]+.minutes? you can undo it.", plain(response))


def test_after_the_last_one_the_queue_is_empty(desk: Client, wren: Application) -> None:
    response = desk.post(at(wren), {"do": "approve"}, follow=True)

    assert response.redirect_chain == [(QUEUE, 302)]
    assert "Nobody is waiting" in response.content.decode()


def test_declining_sends_the_edited_letter(desk: Client, wren: Application) -> None:
    response = desk.post(
        at(wren), {"do": "decline", "reason": "promotes", "words": "Not\r\nnow."}, follow=True
    )

    assert Decision.objects.get().words == "Not\nnow."
    assert re.search("wren is declined. For [0-9]+.minutes? you can undo it.", plain(response))


def test_declining_in_silence_sends_nothing(desk: Client, wren: Application) -> None:
    response = desk.post(at(wren), {"do": "decline", "reason": "looks_automatic"}, follow=True)

    assert said(response) == ["The application of wren is declined. No letter is sent."]
    assert Letter.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"reason": "promotes", "words": " "}, "The letter is empty. Please write a few words."),
        ({"reason": "promotes", "words": "x" * 5001}, "Please shorten the letter"),
        ({"reason": "promotes", "words": "a\x00b"}, "Null characters are not allowed."),
        ({"reason": "promotes", "words": "a\u202eb"}, "There is an invisible character in it"),
        ({"reason": "nonsense", "words": "Hello"}, "Please choose one of the reasons shown."),
        ({"words": "Hello"}, "Please choose a reason."),
    ],
)
def test_a_letter_that_cannot_go_keeps_what_was_typed(
    data: dict[str, str], complaint: str, desk: Client, wren: Application
) -> None:
    response = desk.post(at(wren), {"do": "decline"} | data)

    assert complaint in html.unescape(response.content.decode())
    wren.refresh_from_db()
    assert wren.is_waiting


def test_an_unknown_button_does_nothing(desk: Client, wren: Application) -> None:
    for data in ({}, {"do": "nonsense"}, {"do": "__class__"}):
        response = desk.post(at(wren), data, follow=True)
        assert said(response) == ["Please press one of the buttons. Nothing was done."]

    wren.refresh_from_db()
    assert wren.is_waiting


def test_a_stale_page_says_who_was_quicker(
    desk: Client, wren: Application, second_reviewer: Member
) -> None:
    decisions.decline(wren, second_reviewer, Reason.PROMOTES, "Not this time.")

    response = desk.post(at(wren), {"do": "approve"}, follow=True)

    assert said(response) == [
        "robin has declined this application in the meantime. Nothing was changed."
    ]
    assert "By robin, on" in words(desk, at(wren))


@pytest.mark.parametrize(
    "data",
    [
        {"do": "decline", "reason": "promotes", "words": "A long & careful letter."},
        {"do": "ask", "words": "A long & careful letter."},
    ],
)
def test_what_was_typed_is_given_back_when_somebody_was_quicker(
    data: dict[str, str], desk: Client, wren: Application, second_reviewer: Member
) -> None:
    decisions.approve(wren, second_reviewer)

    page = plain(desk.post(at(wren), data))

    assert "Robin has approved this application in the meantime." in page
    assert "What you wrote was not sent" in page
    assert "A long & careful letter." in page


def test_an_application_taken_back_meanwhile_is_said_so(desk: Client, wren: Application) -> None:
    Profile.objects.filter(pk=wren.pk).delete()

    response = desk.post(at(wren), {"do": "approve"}, follow=True)

    assert said(response) == ["This application was taken back or erased. Nothing was done."]


def test_a_taken_name_offers_to_ask_for_another(
    desk: Client, bo: Member, apply: Callable[..., Application]
) -> None:
    application = apply("second", username_key=bo.profiles.get().username_key)

    page = words(desk, at(application))
    assert "Let them into" not in page
    assert "A member has this name already, or one that looks the same." in page

    response = desk.post(at(application), {"do": "ask_for_another_name"}, follow=True)
    assert said(response) == ["We ask second for another name. The application waits until then."]
    assert "They were asked on" in words(desk, at(application))


def test_a_name_two_wish_for_is_pointed_out(
    desk: Client, apply: Callable[..., Application]
) -> None:
    first, _second = apply("one", username_key="same"), apply("two", username_key="same")

    assert "Another applicant wishes for this name, too." in words(desk, at(first))


def test_an_address_declined_before_is_pointed_out(
    desk: Client, reviewer: Member, apply: Callable[..., Application]
) -> None:
    decisions.decline(apply("wren+old"), reviewer, Reason.PROMOTES, "Not this time.")

    page = words(desk, at(apply("wren")))

    assert "Somebody with an address like this was declined on" in page
    assert "in TWP Connect: promotes services, products or an organisation." in page


def test_an_unconfirmed_application_can_be_read_but_not_decided(
    desk: Client, apply: Callable[..., Application]
) -> None:
    application = apply("wren", confirmed_at=None)

    assert "Let them into" not in words(desk, at(application))
    response = desk.post(at(application), {"do": "approve"}, follow=True)
    assert said(response) == ["The address of this application is not confirmed. Nothing was done."]


def test_one_may_be_left_for_later(desk: Client, apply: Callable[..., Application]) -> None:
    first, second = apply("first", hours_ago=2), apply("second", hours_ago=1)

    assert desk.get(f"{QUEUE}{first.pk}/next/")["Location"] == at(second)
    assert desk.get(f"{QUEUE}{second.pk}/next/")["Location"] == at(first)
    first.refresh_from_db()
    assert first.is_waiting


@pytest.mark.parametrize("key", ["0", "9" * 30, "abc", "-1"])
def test_an_unknown_application_is_not_found(key: str, desk: Client) -> None:
    assert desk.get(f"{QUEUE}{key}/change/").status_code == 404


def test_the_title_names_nobody(desk: Client, wren: Application) -> None:
    page = desk.get(at(wren)).content.decode()

    assert "<title>Application · Connect</title>" in page
