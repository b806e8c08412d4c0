"""Letters about people who newly fit a saved search: when it is looked for them, and who is news.

`known` of a search are those who fitted when its letters began, and whom a letter was about since;
`fresh` are those whom the letter in the outbox is about.

1. A look asks the search as its owner. Whoever fits and is not known is fresh. It writes `fresh` and
   posts one letter for all searches of a member, in one transaction.
2. The letter's function asks again at the moment of sending, and takes from `fresh` who does not fit
   any more: blocked, resting, gone. With nobody left there is no letter.
3. The next look reads from the letter's own row what became of it. Sent: the fresh are known from
   now on. Dropped: they are not, and will be news when they fit again. Still waiting: no second one.

So at whatever moment a worker is killed, the row of the letter says what is true: nobody is lost,
and nobody is written about twice.

A look comes once a day, by the clock of the search and not when somebody joins: the hour of a
letter would tell when somebody was approved, or changed an answer.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from members.communities import COMMUNITIES
from members.models import Member, Profile
from members.outbox import letters
from members.outbox.models import Letter
from search.asking import Search, ask
from search.models import Hindrance, SavedSearch
from search.wanted import MOST

DAY = timedelta(days=1)
LETTER = "new_people"
KNOWN_MOST = 2_000  # ids a search remembers; those who do not fit any more are forgotten first


class NoAnswer(Exception):
    """Nobody can say who is new in it; `hindrance` says why."""

    def __init__(self, hindrance: Hindrance) -> None:
        super().__init__(hindrance)
        self.hindrance = hindrance


def who_fits(search: Search) -> set[int]:
    """Give the ids of those a search found. Raises NoAnswer."""
    if not search.filters.form.is_valid():
        raise NoAnswer(Hindrance.UNCLEAR)
    if len(search.found) > MOST:
        raise NoAnswer(Hindrance.TOO_MANY)
    return {hit.profile for hit in search.found}


def ask_again(saved: SavedSearch) -> Search:
    """Ask as its owner; their limits of a day are not touched, as nobody is shown to them."""
    owner = saved.profile
    return ask(owner.member, COMMUNITIES[owner.community], QueryDict(saved.query))


def start(saved: SavedSearch, search: Search) -> None:
    """Begin the letters: whoever fits now is known. `search` is what it finds now."""
    saved.alerts_since = saved.looked_at = timezone.now()
    try:
        saved.known, saved.fresh, saved.hindrance = sorted(who_fits(search)), [], ""
    except NoAnswer as problem:
        saved.known, saved.fresh, saved.hindrance = [], [], problem.hindrance
    saved.save(update_fields=["alerts_since", "looked_at", "known", "fresh", "hindrance"])


def due() -> list[UUID]:
    """Find the members for whom it is time to look, whoever has waited longest first."""
    rows = SavedSearch.objects.alerting().filter(_is_due(timezone.now())).order_by("looked_at")
    return list(dict.fromkeys(rows.values_list("profile__member", flat=True)))


@transaction.atomic
def look(member_id: UUID) -> None:
    """Look at all searches of a member, unless another worker is at it; post their letter."""
    now = timezone.now()
    members = Member.objects.select_for_update(no_key=True, skip_locked=True)
    if not members.filter(pk=member_id).exists():
        return
    searches = SavedSearch.objects.alerting().filter(profile__member=member_id)
    if not searches.filter(_is_due(now)).exists():
        return
    try:
        last = _hold(_last_letter(member_id))
    except Letter.DoesNotExist:
        return  # it is being sent at this moment: in an hour we know what became of it
    rows = list(searches.select_for_update(of=("self",)))
    there = _who_is_there(rows)
    for saved in rows:
        _settle(saved, last)
        _look_at(saved, there)
        saved.looked_at = now
        saved.save(update_fields=["known", "fresh", "told_at", "hindrance", "looked_at"])
    if any(saved.fresh for saved in rows) and (last is None or _is_over(last)):
        # Should the last one have waited long for the mail server, this one keeps its distance.
        earliest = last.sent_at + DAY if last and last.sent_at else now
        letters.post(LETTER, member_id, due_at=max(now, earliest))


def postpone(member_id: UUID) -> None:
    """What cannot be asked today must not keep the others waiting."""
    own = SavedSearch.objects.filter(profile__member=member_id, alerts_since__isnull=False)
    own.update(looked_at=timezone.now())


def keep_to_those_who_fit(member: Member) -> bool:
    """Ask at the moment of sending whether anybody of the fresh still fits, and forget the others.

    Called in the transaction that marks the letter. A letter that is put off finds fewer fresh
    ones the next time; those taken out were never known, so the next look finds them anew.
    """
    searches = SavedSearch.objects.alerting().filter(profile__member=member).exclude(fresh=[])
    anybody = False
    for saved in searches:
        still = _still_fitting(saved)
        if still != set(saved.fresh):
            SavedSearch.objects.filter(pk=saved.pk).update(fresh=sorted(still))
        anybody = anybody or bool(still)
    return anybody


def last_told(member: Member) -> datetime | None:
    """When the letter about those who are fresh went out; None while it waits, or there is none."""
    last = _last_letter(member.pk)
    return last.sent_at if last else None


def _is_due(now: datetime) -> Q:
    return Q(looked_at=None) | Q(looked_at__lte=now - DAY)


def _last_letter(member_id: UUID) -> Letter | None:
    return Letter.objects.filter(kind=LETTER, about=str(member_id)).order_by("-pk").first()


def _hold(letter: Letter | None) -> Letter | None:
    """Lock a letter's row and read it anew. Raises DoesNotExist while a worker holds it."""
    if letter is None:
        return None
    return Letter.objects.select_for_update(skip_locked=True).get(pk=letter.pk)


def _is_over(letter: Letter) -> bool:
    return bool(letter.sent_at or letter.failed_at or letter.dropped_at)


def _settle(saved: SavedSearch, last: Letter | None) -> None:
    """Draw the line under the last letter."""
    if not saved.fresh or (last and not _is_over(last)):
        return
    if last and last.dropped_at:
        saved.fresh = []
        return
    # A letter that failed counts as sent: a mailbox that is gone is not written to every day.
    saved.told_at = last.sent_at if last and last.sent_at else saved.told_at
    saved.known, saved.fresh = [*saved.known, *saved.fresh], []


def _look_at(saved: SavedSearch, there: Collection[int]) -> None:
    saved.known = [one for one in saved.known if one in there]
    try:
        fitting = who_fits(ask_again(saved))
    except NoAnswer as problem:
        saved.hindrance = problem.hindrance
        return
    if saved.hindrance == Hindrance.TOO_MANY:  # who came meanwhile cannot be told from the others
        saved.known = sorted(fitting)
    saved.hindrance = ""
    known = set(saved.known)
    saved.fresh = sorted(fitting - known)
    saved.known = _remembered(known & fitting, known - fitting)


def _remembered(fitting: set[int], others: set[int]) -> list[int]:
    """Those who do not fit now stay known, so that a rest does not make them new: the latest."""
    room = max(0, KNOWN_MOST - len(fitting))
    return sorted(fitting | set(sorted(others, reverse=True)[:room]))


def _who_is_there(rows: list[SavedSearch]) -> set[int]:
    """Whoever is erased is erased here, too."""
    known = {one for saved in rows for one in (*saved.known, *saved.fresh)}
    return set(Profile.objects.filter(pk__in=known).values_list("pk", flat=True))


def _still_fitting(saved: SavedSearch) -> set[int]:
    try:
        fitting = who_fits(ask_again(saved)).intersection(saved.fresh)
    except NoAnswer:
        return set()
    # The gate once more: should a search row be late, nobody is spoken of who must not be.
    seen = Profile.objects.visible_to(saved.profile.member).of(saved.profile.community)
    return set(seen.filter(pk__in=fitting).values_list("pk", flat=True))
