"""Who comes to the doors of the site, and small tools all attacks need."""

import re
from dataclasses import dataclass

from django.http import HttpResponse

from members.address import link_of
from members.models import Block, Member, Profile
from members.relay import links
from members.relay.emails import room_token
from members.relay.models import Awaited, Message
from moderation.models import Decision, Measure, Report, StaffMessage
from moderation.reminders.emails import stop_token as reminder_token
from search.emails import stop_token
from search.models import SavedSearch

ABOUT_BO = "I keep bees and walk slowly."
# Whoever may not look at members must read none of these anywhere.
MEMBERS_ONLY = (ABOUT_BO, "bo@example.org", "ana-in-ici", "Hello Bo, how are you keeping?")

CHANGING = (
    rb'(?<=name="csrfmiddlewaretoken" value=")[^"]+',
    rb'(?<=name="shown_at" value=")[^"]+',
    rb'(?<=name="form_key" value=")[^"]+',
    rb'(?<="/application/)[^"]+',
)


@dataclass
class Crowd:
    """`people` by role, None for the visitor; the rest is what addresses point at."""

    people: dict[str, Member | None]
    application: Profile
    unconfirmed: Profile
    asked: Profile
    block: Block
    message: Message
    decision: Decision
    written: StaffMessage
    saved: SavedSearch
    report: Report
    measure: Measure
    held: Message
    awaited: Awaited

    @property
    def ids(self) -> dict[str, object]:
        """What stands in braces in the table of addresses."""
        return {
            "application": self.application.application_key,
            "unconfirmed": self.unconfirmed.application_key,
            "asked": self.asked.application_key,
            "unknown": "00000000-0000-4000-8000-000000000000",
            "block": self.block.pk,
            "message": self.message.pk,
            "letter_token": links.token(self.message),
            "waiting_pk": self.application.pk,
            "decision": self.decision.pk,
            "member": self.people["twp"].pk,
            "written": self.written.pk,
            "report": self.report.pk,
            "measure": self.measure.pk,
            "appeal": self.measure.key,
            "held": self.held.pk,
            "awaited": self.awaited.pk,
            "room_token": room_token(self.awaited.sender.member),
            "saved": self.saved.key,
            "stop_token": stop_token(self.saved.profile.member),
            "arrived_token": arrived_token(self.people["twp"]),
            "reminder_token": reminder_token(self.people["reviewer"]),
        }


def arrived_token(member: Member) -> str:
    return link_of(member).split("/")[-3]


def still(body: bytes) -> bytes:
    """A page without what is new each time: tokens, stamps and keys of forms."""
    for pattern in CHANGING:
        body = re.sub(pattern, b"-", body)
    return body


def told(response: HttpResponse) -> tuple[int, dict[str, str], bytes]:
    """All that a browser gets: status, headers and body, without what is new each time and without
    the address asked for, which the choice of light and dark repeats to come back to it."""
    asked = response.request["PATH_INFO"].encode()
    changing = ("Content-Length", "Expires")
    headers = {name: value for name, value in response.items() if name not in changing}
    return response.status_code, headers, still(response.content).replace(asked, b"-")
