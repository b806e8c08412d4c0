"""What the codes of mail servers mean for an address. Their words are never looked at."""

import re
from enum import Enum

STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)", re.ASCII)
REPLY = re.compile(r"(?<![\d.])([45]\d\d)(?=[ -])", re.ASCII)

# RFC 3463 and the registry that goes on from it, for class 5; and as servers use it in fact: 4.1 is
# how Exchange says that it knows nobody of the name, 4.4 a domain that takes no mail.
NO_SUCH_ADDRESS = {"1.0", "1.1", "1.2", "1.3", "1.4", "1.6", "1.10", "2.1", "4.1", "4.4"}
# The sender's address, the size: nothing against the recipient's.
NOT_THE_ADDRESS = {"1.7", "1.8", "2.3", "3.4"}
CONTENT = "6."
# Says only that something was wrong; the reply beside it may say more.
UNSPECIFIC = {"0.0", "5.0"}
NO_SUCH_ADDRESS_REPLIES = {550, 551, 553}  # RFC 5321, 4.2.2


class Fault(Enum):
    """What a letter that came back says of the address it went to."""

    SOFT = "soft"  # not now: a full mailbox, a server away, a filter; or nobody can say
    HARD = "hard"  # there is no such mailbox
    LETTER = "letter"  # nothing: it was this letter, or a mistake of ours
    COMPLAINT = "complaint"  # it arrived, and was not wanted


def codes_in(text: str) -> tuple[str, int | None]:
    """The first status ("5.1.1") and the first reply (550) in what a server said; "" and None."""
    status, reply = STATUS.search(text), REPLY.search(text)
    return status[1] if status else "", int(reply[1]) if reply else None


def fault_of(status: str, reply: int | None) -> Fault:
    """Where the codes leave a doubt it is SOFT: a pause that ends by itself."""
    kind, _dot, detail = status.partition(".")
    if not status or (kind == "5" and detail in UNSPECIFIC):
        return Fault.HARD if reply in NO_SUCH_ADDRESS_REPLIES else Fault.SOFT
    if kind != "5":
        return Fault.SOFT
    if detail in NOT_THE_ADDRESS or detail.startswith(CONTENT):
        return Fault.LETTER
    return Fault.HARD if detail in NO_SUCH_ADDRESS else Fault.SOFT


def is_no_such_address(status: str) -> bool:
    """Whether a status says it beyond doubt, also from our own mail server, which refuses for many
    reasons of its own."""
    return status.startswith("5.") and fault_of(status, None) is Fault.HARD
