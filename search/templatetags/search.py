import json

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from search.address import Address
from search.filters import SearchFilters
from search.loosening import Offer

register = template.Library()


@register.simple_tag
def address_with(address: Address, **changes: object) -> str:
    """`{% address_with address within=250 %}`: the same search with one thing changed."""
    return address.with_(**{name: str(value) for name, value in changes.items()})


@register.simple_tag
def script_data(name: str, value: object) -> SafeString:
    """`{% script_data "areas" areas %}`: as json_script, which takes 7 ms for 500 areas."""
    text = json.dumps(value, separators=(",", ":"))
    for sign, written in (("&", "\\u0026"), ("<", "\\u003C"), (">", "\\u003E")):
        text = text.replace(sign, written)
    return format_html(
        '<script id="{}" type="application/json">{}</script>', name, SafeString(text)
    )


@register.simple_tag
def people_words(offer: Offer) -> str:
    """`{% people_words offer %}`: how many a search would find."""
    if offer.more_than_most:
        return _("more than 500 people")
    return ngettext("%(number)s person", "%(number)s people", offer.people) % {
        "number": offer.people
    }


@register.simple_tag
def question_words(filters: SearchFilters, name: str) -> str:
    """`{% question_words filters "stage" %}`: what a question is called on the page."""
    return str(filters.form[name].label)
