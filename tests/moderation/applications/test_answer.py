"""The applicant's page of a question or an offer, with the link from the letter."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from members.models import Choice, Member, Profile
from moderation import decisions
from moderation.applications import asking
from moderation.models import Application, Question, Reason, State
from tests.attack.crowd import told
from tests.forms import fields_of

pytestmark = pytest.mark.django_db
WHY = "What brings you here? <b>Tell</b> us."


def at(application: Application) -> str:
    return f"/application/{application.application_key}/answer/"


def status(application: Application) -> str:
    return f"/application/{application.application_key}/"


def state(application: Application) -> str:
    return Application.objects.get(pk=application.pk).state


@pytest.fixture
def asked(wren: Application, reviewer: Member) -> Application:
    asking.ask(wren, reviewer, WHY)
    return wren


@pytest.fixture
def offered(wren: Application, reviewer: Member) -> Application:
    asking.offer(wren, reviewer, "Come over.")
    return wren


def test_the_question_can_be_read_and_answered(client: Client, asked: Application) -> None:
    page = client.get(at(asked)).content.decode()
    assert html.escape(WHY) in page

    response = client.post(at(asked), {"do": "answer", "words": "A friend\r\ntold me."})

    assert response["Location"] == status(asked)
    assert Question.objects.get().answer == "A friend\ntold me."
    assert "Your answer is with us" in client.get(status(asked)).content.decode()


def test_the_status_page_leads_there_while_something_is_asked(
    client: Client, asked: Application
) -> None:
    assert at(asked) in client.get(status(asked)).content.decode()

    client.post(at(asked), {"do": "answer", "words": "A friend told me."})

    assert at(asked) not in client.get(status(asked)).content.decode()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("", "Please write a few words. A line is enough."),
        ("  \n ", "Please write a few words. A line is enough."),
        ("x" * 3001, "Please shorten it to 3,000 characters. It has 3001 now."),
        ("a\x07b", "There is an invisible character in it"),
        ("a\u202eb", "There is an invisible character in it"),
        ("a\x00b", "Null characters are not allowed."),
    ],
)
def test_what_cannot_be_taken_is_said_and_kept(
    words: str, complaint: str, client: Client, asked: Application
) -> None:
    response = client.post(at(asked), {"do": "answer", "words": words})

    page = html.unescape(response.content.decode())
    assert (response.status_code, complaint in page) == (200, True)
    assert words.strip().replace("\x00", "") in page.replace("\x00", "")
    assert state(asked) == State.ASKED


def test_the_button_pressed_twice_answers_once(client: Client, asked: Application) -> None:
    for _time in range(2):
        response = client.post(at(asked), {"do": "answer", "words": "A friend told me."})
        assert response["Location"] == status(asked)

    assert Question.objects.count() == 1


@pytest.mark.parametrize("verdict", ["approve", "decline"])
def test_a_page_left_open_while_it_was_decided_gives_the_words_back_and_no_verdict(
    verdict: str, client: Client, asked: Application, reviewer: Member
) -> None:
    more = (Reason.PROMOTES, "Not this time.") if verdict == "decline" else ()
    getattr(decisions, verdict)(asked, reviewer, *more)

    response = client.post(at(asked), {"do": "answer", "words": "A friend <b>told</b> me."})

    page = response.content.decode()
    assert response.status_code == 200
    assert "No answer is needed any more" in page
    assert "A friend &lt;b&gt;told&lt;/b&gt; me." in page
    assert not re.search("accepted|not accept|declined|welcome|promotes", page.lower())
    assert Question.objects.get().answer == ""


def test_other_words_after_the_answer_are_given_back(client: Client, asked: Application) -> None:
    client.post(at(asked), {"do": "answer", "words": "A friend told me."})

    page = client.post(at(asked), {"do": "answer", "words": "And my sister."}).content.decode()

    assert "What you sent just now was not kept" in page
    assert "And my sister." in page
    assert Question.objects.get().answer == "A friend told me."


def test_a_link_opened_after_the_decision_leads_to_the_status_page(
    client: Client, asked: Application, reviewer: Member
) -> None:
    decisions.approve(asked, reviewer)

    assert client.get(at(asked))["Location"] == status(asked)


def test_a_link_that_is_too_old_is_like_one_that_never_was(
    client: Client, asked: Application, reviewer: Member
) -> None:
    decisions.approve(asked, reviewer)
    member = Member.objects.get(pk=asked.member_id)
    member.set_password("slow-rivers-and-bread")
    member.save()
    long_ago = timezone.now() - timedelta(days=15)
    Profile.objects.filter(pk=asked.pk).update(
        applied_at=long_ago, confirmed_at=long_ago, approved_at=long_ago
    )

    forged = f"/application/{uuid4()}/answer/"
    for method in (client.get, client.post):
        assert told(method(at(asked))) == told(method(forged))


def test_a_link_of_what_was_taken_back_is_like_one_that_never_was(
    client: Client, asked: Application
) -> None:
    Client().post(f"{status(asked)}withdraw/")

    response = client.post(at(asked), {"do": "answer", "words": "A friend told me."})

    assert told(response) == told(client.post(f"/application/{uuid4()}/answer/"))


def test_who_is_asked_may_change_their_form_and_is_still_asked(
    client: Client, asked: Application
) -> None:
    path = f"{status(asked)}change/"
    form = fields_of(client.get(path).content.decode(), "about_me")

    response = client.post(path, form | {"interest": a_choice("interest"), "about_me": "I bake."})

    assert response["Location"] == status(asked)
    assert Application.objects.get().about_me == "I bake."
    assert state(asked) == State.ASKED


def a_choice(question: str) -> str:
    return Choice.objects.filter(question=question, community="twp").first().slug


def test_both_pages_cost_few_queries(
    client: Client,
    asked: Application,
    apply: Callable[..., Application],
    reviewer: Member,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for name in ("lark", "finch"):
        asking.offer(apply(name), reviewer, "Come over.")
    offered = Application.objects.get(username="lark")

    for application in (asked, offered):
        with django_assert_num_queries(2):
            client.get(at(application))


def test_one_button_moves_the_form(client: Client, offered: Application) -> None:
    assert "Yes, move it to ICI Connect" in client.get(at(offered)).content.decode()

    response = client.post(at(offered), {"do": "agree"}, follow=True)

    assert "Your form is with ICI Connect now." in response.content.decode()
    assert Application.objects.get().community == "ici"


def test_opening_the_page_agrees_to_nothing(client: Client, offered: Application) -> None:
    for _time in range(2):
        client.get(at(offered) + "?do=agree")

    assert Application.objects.get().community == "twp"


def test_agreeing_to_a_question_does_nothing(client: Client, asked: Application) -> None:
    client.post(at(asked), {"do": "agree"})

    assert (Application.objects.get().community, state(asked)) == ("twp", State.ASKED)


def test_agreeing_where_one_is_already_says_so(
    client: Client, offered: Application, apply: Callable[..., Application]
) -> None:
    apply("wren-in-ici", "ici", member=offered.member)

    response = client.post(at(offered), {"do": "agree"}, follow=True)

    assert response.redirect_chain == [(at(offered), 302)]
    assert "so this one stays here" in response.content.decode()
    assert state(offered) == State.ASKED


def test_agreeing_twice_moves_once(client: Client, offered: Application) -> None:
    for _time in range(2):
        assert client.post(at(offered), {"do": "agree"})["Location"] == status(offered)

    assert (Application.objects.get().community, state(offered)) == ("ici", State.WAITING)


def test_where_nothing_is_asked_the_status_page_opens(client: Client, wren: Application) -> None:
    assert client.get(at(wren))["Location"] == status(wren)


def test_a_forged_link_opens_nothing(client: Client) -> None:
    for method in (client.get, client.post):
        assert method(f"/application/{uuid4()}/answer/").status_code == 404


def test_the_page_names_no_reviewer_and_no_community_in_its_title(
    client: Client, asked: Application
) -> None:
    page = client.get(at(asked)).content.decode()

    assert "reviewer" not in page
    assert "<title>Your application · Connect</title>" in page


def test_nobody_but_the_browser_of_the_applicant_keeps_it(
    client: Client, asked: Application
) -> None:
    response = client.get(at(asked))

    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
