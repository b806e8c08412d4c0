"""What stands on the page of an application beside what the applicant wrote."""

import html
import json
import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from members.models import Answer, Member
from members.places import area
from moderation import audit, decisions
from moderation.applications import asking, notes
from moderation.models import Act, Application, Reason, State
from moderation.models import Question as ModerationQuestion
from tests.moderation.applications.test_application import QUEUE, at, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(apply: Callable[..., Application], answer: Callable[..., Answer]) -> Application:
    application = apply("wren", about_me="I bake.")
    answer(application, "stage", "reducing")
    answer(application, "interest", "friendship")
    return application


def test_words_like_a_crisis_bring_a_kind_answer_and_help_lines(
    desk: Client, apply: Callable[..., Application]
) -> None:
    application = apply("wren", about_me="I walk a lot. I do not want to live any more.")

    page = words(desk, at(application))

    assert "This may be somebody in acute distress I do not want to live any more" in page
    assert "988 Suicide &amp; Crisis Lifeline" in desk.get(at(application)).content.decode()
    assert "Emergency in United States: 911" in page
    assert "How are you just now?" in page
    assert "988 Suicide & Crisis Lifeline: 988 (call or text, also in Spanish)" in page
    assert "Let them into TWP Connect" in page  # never refused by itself


def test_the_kind_answer_goes_out_as_a_question(
    desk: Client, apply: Callable[..., Application]
) -> None:
    application = apply("wren", about_me="I do not want to live any more.")
    form = desk.get(at(application)).context["ask_form"]

    desk.post(at(application), {"do": "ask", "words": form["words"].initial})

    application.refresh_from_db()
    assert application.state == State.ASKED
    assert "Crisis Text Line: 741741" in ModerationQuestion.objects.get().words


def test_other_words_bring_no_prepared_answer(desk: Client, wren: Application) -> None:
    page = desk.get(at(wren))

    assert "acute distress" not in page.content.decode()
    assert page.context["ask_form"]["words"].initial == ""


def test_the_map_gets_the_cell_and_nothing_narrower(desk: Client, wren: Application) -> None:
    page = html.unescape(desk.get(at(wren)).content.decode())

    (corners,) = re.findall(r'data-boundary="([^"]+)"', page)
    assert json.loads(corners) == area.boundary(wren.cell)


def test_what_was_asked_and_answered_is_there(
    desk: Client, second_reviewer: Member, wren: Application
) -> None:
    asking.ask(wren, second_reviewer, "What do you look for?")
    assert "What do you look for? No answer yet." in words(desk, at(wren))

    asking.answer(wren, "People who walk.")

    page = words(desk, at(wren))
    assert "robin asked on" in page
    assert re.search("wren answered on [^:]+:[0-9]+: People who walk.", page)


def test_notes_stay_among_the_staff(
    desk: Client, second_reviewer: Member, wren: Application
) -> None:
    notes.write(wren, second_reviewer, "Wrote <b>kindly</b> to me.")

    assert "Wrote <b>kindly</b> to me." in words(desk, at(wren)).replace("&lt;", "<")
    status = Client().get(f"/application/{wren.application_key}/").content.decode()
    assert "kindly" not in status


def test_a_note_that_cannot_be_kept_is_given_back(desk: Client, wren: Application) -> None:
    response = desk.post(at(wren), {"do": "note", "words": "x" * 2001})

    assert "Please shorten it to 2,000 characters." in response.content.decode()
    assert "x" * 2001 in response.content.decode()


def test_the_history_says_who_did_what(
    desk: Client, reviewer: Member, second_reviewer: Member, wren: Application
) -> None:
    audit.note(second_reviewer, Act.LOOKED, wren)
    asking.ask(wren, second_reviewer, "Why?")
    asking.answer(wren, "Because.")
    decisions.decline(wren, reviewer, Reason.PROMOTES, "Not this time.")

    page = words(desk, at(wren))

    assert re.search(
        "History .{10,22}, [0-9:]+ robin: asked the applicant .{10,22}, [0-9:]+ the applicant "
        "answered .{10,22}, [0-9:]+ reviewer: declined",
        page,
    )
    assert "looked" not in page


def test_the_history_names_nobody_who_was_erased(
    desk: Client, second_reviewer: Member, wren: Application
) -> None:
    notes.write(wren, second_reviewer, "Hello")
    second_reviewer.delete()

    page = words(desk, at(wren))

    assert "robin" not in page
    assert "somebody who has left: wrote a note" in page


def test_a_hint_leads_to_the_other_application(
    desk: Client, reviewer: Member, apply: Callable[..., Application]
) -> None:
    before = apply("wren+old")
    decisions.decline(before, reviewer, Reason.PROMOTES, "Not this time.")

    page = desk.get(at(apply("wren"))).content.decode()

    assert f'<a href="{at(before)}">Look at it</a>' in page


def test_an_application_that_is_full_costs_the_same(
    desk: Client,
    full: Application,
    second_reviewer: Member,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(3):
        notes.write(full, second_reviewer, f"Note {number}")
        asking.ask(full, second_reviewer, f"Question {number}?")
        asking.answer(full, f"Answer {number}.")
        with django_assert_num_queries(6):
            desk.get(at(full))


def test_a_plain_application_takes_two_clicks(
    desk: Client, apply: Callable[..., Application]
) -> None:
    """One opens it from the queue, one approves; the next is open by then."""
    first, second = apply("first", hours_ago=2), apply("second", hours_ago=1)
    (link,) = re.findall(r'<a href="([^"]+)">first</a>', desk.get(QUEUE).content.decode())

    page = desk.get(link)
    response = desk.post(link, {"do": "approve"}, follow=True)

    assert page.status_code == 200
    assert response.redirect_chain == [(at(second), 302)]
    first.refresh_from_db()
    assert first.state == State.APPROVED
