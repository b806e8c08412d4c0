from django import template

from search.address import Address

register = template.Library()


@register.simple_tag
def address_with(address: Address, **changes: object) -> str:
    """`{% address_with address within=250 %}`: the same search with one thing changed."""
    return address.with_(**{name: str(value) for name, value in changes.items()})
