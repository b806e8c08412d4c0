"""What the elements promise to those who cannot see the page or cannot use a mouse."""

import re

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse


class Question(forms.Form):
    name = forms.CharField(label="Name", help_text="Made up is best.")
    ways = forms.MultipleChoiceField(
        label="Ways", choices=[("post", "By post"), ("talk", "By talking")],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    note = forms.CharField(label="Note", required=False)


def test_a_field_says_in_words_whether_it_is_needed() -> None:
    html = str(Question())

    assert re.findall(r'<span class="field-mark[^>]*>(\w+)</span>', html) == [
        "required", "required", "optional",
    ]  # fmt: skip


def test_help_and_errors_are_tied_to_their_field() -> None:
    html = str(Question({}))

    described = re.findall(r'aria-describedby="([^"]+)"', html)

    assert described == ["id_name_helptext id_name_error", "id_ways_error"]
    for ids in described:
        for each in ids.split():
            assert html.count(f'id="{each}"') == 1


def test_each_line_of_the_error_summary_leads_to_its_field() -> None:
    html = str(Question({}))

    leads_to = re.findall(r'<a href="#([^"]+)"', html)

    assert leads_to == ["id_name", "id_ways_group"]
    for each in leads_to:
        assert html.count(f'id="{each}"') == 1


def test_a_form_without_errors_has_no_summary() -> None:
    assert "error-summary" not in str(Question({"name": "quiet_river", "ways": ["post"]}))


def test_what_was_typed_is_escaped() -> None:
    html = str(Question({"name": "<b>", "ways": ["<i>"]}))

    assert "<b>" not in html
    assert "<i>" not in html


@pytest.mark.django_db
@pytest.mark.parametrize("community", ["", "twp", "ici"])
def test_the_style_guide_shows_every_element(client: Client, community: str) -> None:
    page = client.get(reverse("style_guide"), {"community": community})

    assert page.status_code == 200


@pytest.mark.parametrize("name", ["500.html", "403_csrf.html"])
def test_the_last_pages_stand_without_request_and_database(name: str) -> None:
    page = render_to_string(name)

    assert reverse("pages:quick_exit") in page
