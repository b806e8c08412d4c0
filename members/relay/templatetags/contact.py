from django import template

from members.models import Profile
from members.relay import room

register = template.Library()


@register.simple_tag
def has_no_room(recipient: Profile, sender: Profile) -> bool:
    """`{% has_no_room profile own as full %}`: whether writing to them would end in "no room"."""
    return room.is_missing(sender, recipient)
