from django import template

from search.address import Address
from search.filters import SearchFilters

register = template.Library()


@register.simple_tag
def address_with(address: Address, **changes: object) -> str:
    """`{% address_with address within=250 %}`: the same search with one thing changed."""
    return address.with_(**{name: str(value) for name, value in changes.items()})


@register.simple_tag
def question_words(filters: SearchFilters, name: str) -> str:
    """`{% question_words filters "stage" %}`: what a question is called on the page."""
    return str(filters.form[name].label)
