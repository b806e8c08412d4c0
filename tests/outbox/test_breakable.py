"""Words longer than a line of a phone may be broken, and nothing else changes."""

import pytest
from django.template import Context, Template


def shown(words: str) -> str:
    template = Template("{% load letters %}{{ words|urlize|linebreaks|breakable }}")
    return template.render(Context({"words": words}))


def test_an_endless_word_may_be_broken() -> None:
    assert shown("x" * 50) == f"<p>{'x' * 24}<wbr>{'x' * 24}<wbr>xx</p>"


def test_an_address_is_broken_where_it_is_read_and_not_where_it_leads() -> None:
    address = "https://connect.example.org/accounts/password/reset/"

    html = shown(address)

    assert f'href="{address}"' in html
    assert html.replace("<wbr>", "").count(address) == 2


@pytest.mark.parametrize("words", ["Short words only, however many of them.", "x" * 24, ""])
def test_what_fits_stays_as_it_is(words: str) -> None:
    assert "<wbr>" not in shown(words)


def test_markup_that_was_typed_stays_harmless_and_whole() -> None:
    typed = "<" * 30 + "script>"

    html = shown(typed)

    assert html.replace("<wbr>", "") == f"<p>{'&lt;' * 30}script&gt;</p>"
    assert html.count("<wbr>") == 1
