"""What tells much about somebody is asked about once, and kept if they send it again."""

import pytest
from django.test import Client

from members.forms.words import tells_much
from members.models import Profile
from tests.forms import fields_of
from tests.members.applying import SENT, join_url, send

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    [
        "Call me on +44 20 7946 0958.", "0170 1234567", "0170/1234567", "(413) 555-0123", "mail me: a.b@example.org",
        "See https://example.org/me", "www.example", "my page example.com", "I live at 12 Elm Street.",
        "Hauptstraße 5", "12 rue des Lilas", "My name is Eva Example.",
    ],
)  # fmt: skip
def test_this_may_tell_more_than_was_meant(text: str) -> None:
    assert tells_much(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "I took it from 2003 to 2019, 16 years.", "I am 54 and have 3 children.",
        "I came off in 2010, 2014 and 2020.", "I like long walks. Rivers too.", "Since 1999/2000 on and off.",
        "I am calm now. Come and meet me.", "Off since 12.03.2019.",
    ],
)  # fmt: skip
def test_this_tells_nothing_much(text: str) -> None:
    assert tells_much(text) == []


@pytest.mark.usefixtures("known_towns")
def test_it_is_asked_once_and_kept_when_sent_again(client: Client) -> None:
    about_me = "Call me:\r\n+44 20 7946 0958"
    asked = send(client, about_me=about_me)
    html = asked.content.decode()
    mark = fields_of(html, "second_look")["second_look"]

    again = send(client, about_me=about_me, second_look=mark)

    assert list(asked.context["form"].errors) == ["about_me"]
    assert "what looks like a phone number" in html
    assert again["Location"] == SENT
    assert Profile.objects.get().about_me == "Call me:\n+44 20 7946 0958"


@pytest.mark.usefixtures("known_towns")
def test_another_text_is_asked_about_anew(client: Client) -> None:
    html = send(client, about_me="Call me: +44 20 7946 0958").content.decode()
    mark = fields_of(html, "second_look")["second_look"]

    other = send(client, about_me="Write to a@example.org", second_look=mark)

    assert list(other.context["form"].errors) == ["about_me"]
    assert client.get(join_url()).status_code == 200


@pytest.mark.usefixtures("known_towns")
def test_looking_at_the_area_is_no_yes_to_the_words(client: Client) -> None:
    about_me = "Call me: +44 20 7946 0958"
    looked = send(client, about_me=about_me, place_look="yes")
    mark = fields_of(looked.content.decode(), "second_look")["second_look"]

    sent = send(client, about_me=about_me, second_look=mark)

    assert list(sent.context["form"].errors) == ["about_me"]
    assert not Profile.objects.exists()


@pytest.mark.usefixtures("known_towns")
def test_a_yes_to_the_words_holds_while_something_else_is_mended(client: Client) -> None:
    about_me = "Call me: +44 20 7946 0958"
    asked = send(client, about_me=about_me)
    mark = fields_of(asked.content.decode(), "second_look")["second_look"]
    again = send(client, about_me=about_me, second_look=mark, username="x")
    mark = fields_of(again.content.decode(), "second_look")["second_look"]

    kept = send(client, about_me=about_me, second_look=mark)

    assert list(again.context["form"].errors) == ["username"]
    assert kept["Location"] == SENT
