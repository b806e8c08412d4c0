"""The search as htmx asks for it: the results alone, and what they change in the form."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from members.models import Member

pytestmark = pytest.mark.django_db

IN_PLACE = {"HX-Request": "true"}


@pytest.fixture
def page(ana: Member, bo: Member, signed_in: Callable[[Member], Client]) -> Callable[..., Any]:
    """`page("stage=reducing")`: the answer to a request in place."""
    client = signed_in(ana)

    def ask(query: str = "", **headers: str) -> Any:
        return client.get(f"/twp/members/?{query}", headers=IN_PLACE | headers)

    return ask


def test_the_results_come_without_the_page_around_them(page: Callable[..., Any]) -> None:
    text = page().content.decode()

    assert ">bo</a>" in text
    assert "<html" not in text
    assert 'id="search-form"' not in text


def test_no_cache_takes_one_answer_for_the_other_or_keeps_it(page: Callable[..., Any]) -> None:
    response = page()

    assert "HX-Request" in response["Vary"]
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(("asked", "shown"), [
    ("place=&within=100&unit=mi&sort=nearest&box=&drug_when=any&drug=&page=1", "?within=100&unit=mi"),
    ("place=&sort=newest&stage=reducing&stage=holding", "?sort=newest&stage=reducing&stage=holding"),
    ("place=&page=", ""),
])  # fmt: skip
def test_the_address_bar_shows_what_is_asked_and_nothing_empty(
    asked: str, shown: str, page: Callable[..., Any]
) -> None:
    assert page(asked)["HX-Push-Url"] == f"/twp/members/{shown}"


def test_a_later_page_stands_in_the_address_bar(
    page: Callable[..., Any], crowd: Callable[..., Any]
) -> None:
    crowd(30)

    assert page("within=50&page=2")["HX-Push-Url"] == "/twp/members/?within=50&page=2"


def test_the_same_search_again_makes_no_second_step_back(page: Callable[..., Any]) -> None:
    here = {"HX-Current-URL": "http://testserver/twp/members/?within=50"}

    assert page("within=50", **here)["HX-Push-Url"] == "false"


def test_a_nonsense_address_does_no_harm(page: Callable[..., Any]) -> None:
    assert page("within=50", **{"HX-Current-URL": "http://["})["HX-Push-Url"] == (
        "/twp/members/?within=50"
    )


def test_the_counts_of_the_form_come_along(page: Callable[..., Any]) -> None:
    text = page("stage=reducing&stage=holding&drug=Zoloft").content.decode()

    assert "More filters (3 in use)" in text
    assert '<span class="quiet-text" id="id_stage_ticked" hx-swap-oob="true">(2)</span>' in text
    assert 'id="id_drug_sertraline" checked' in text


def test_what_is_wrong_is_said_and_takes_no_focus(page: Callable[..., Any]) -> None:
    text = page("place=Nowhere at all&within=3").content.decode()

    assert "We know no place of this name." in text
    assert "Please type a number between 10 and 500." in text
    assert "autofocus" not in text
    assert '"wrong":["place","within"]' in text


def test_whoever_is_not_signed_in_is_sent_to_the_login(client: Client) -> None:
    response = client.get("/twp/members/", headers=IN_PLACE)

    assert response.status_code == 302
    assert not response.has_header("HX-Push-Url")
