"""Small tools of the tests about saved searches."""

from datetime import timedelta

from django.db.models import F
from django.http import QueryDict
from django.utils import timezone

from members import listing
from members.communities import COMMUNITIES
from members.models import Member, Profile
from members.outbox.models import Letter
from search import saving
from search.duties import look_for_new_people
from search.models import SavedSearch

DAY = timedelta(hours=24, minutes=1)


def face(member: Member, community: str = "twp") -> Profile:
    return member.profiles.get(community=community)


def keep(
    member: Member, query: str = "", *, community: str = "twp", letters: bool = True
) -> SavedSearch:
    """The member keeps this search, of what is true now."""
    return saving.keep(member, COMMUNITIES[community], QueryDict(query), letters=letters)


def change(profile: Profile, **fields: object) -> None:
    """As the verbs do: the row, and what the search reads."""
    Profile.objects.filter(pk=profile.pk).update(**fields)
    listing.refresh(profile)


def a_day_later() -> None:
    """As if all had been looked at, and written, a day earlier."""
    SavedSearch.objects.update(
        looked_at=F("looked_at") - DAY, alerts_since=F("alerts_since") - DAY,
        told_at=F("told_at") - DAY,
    )  # fmt: skip
    Letter.objects.update(sent_at=F("sent_at") - DAY)


def the_next_look() -> None:
    a_day_later()
    look_for_new_people()


def alerts_waiting() -> int:
    return Letter.objects.unsent().filter(kind="new_people", due_at__lte=timezone.now()).count()
