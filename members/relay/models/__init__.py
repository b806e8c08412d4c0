from members.relay.models.between import Awaited, Draft, Unwanted
from members.relay.models.message import (
    BODY_MAX,
    BODY_MIN,
    NOT_BY_MAIL,
    Copy,
    Message,
    MessageQuerySet,
    Reply,
    Side,
    Silence,
    State,
    sentence,
)

__all__ = [
    "BODY_MAX",
    "BODY_MIN",
    "NOT_BY_MAIL",
    "Awaited",
    "Copy",
    "Draft",
    "Message",
    "MessageQuerySet",
    "Reply",
    "Side",
    "Silence",
    "State",
    "Unwanted",
    "sentence",
]
