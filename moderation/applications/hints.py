"""What a reviewer may want to look at twice. A hint decides nothing.

    reading.for_queue(Application.objects.waiting())  # rows with what hints need
    hints.of(rows)                                    # the same one question for any number of rows

Compared are: the address with those of earlier refusals and ended memberships, by a keyed hash
(`moderation.marks`); the name with members' and reserved ones (`near_names`); the words with those
of other applications (`likeness`) and with rules (`members.traces`, `crisis`). Nobody's profile is
read for it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members import traces
from members.communities import COMMUNITIES, ICI, TWP
from moderation.applications import crisis, near_names
from moderation.marks import mark_of
from moderation.models import Application, Concern, Reason

IN_WORDS = (
    (traces.holds_address, gettext_lazy("email address in the text")),
    (traces.holds_link, gettext_lazy("link in the text")),
    (traces.holds_phone_number, gettext_lazy("phone number in the text")),
)


@dataclass(frozen=True)
class Hint:
    """One thing to look at twice.

    Args:
        short: for the queue, a few words.
        words: for the page of the application, a sentence.
        other: key of the application it is about, where that can be opened.
        of_need: not a doubt about somebody, but somebody who may need help now.
    """

    short: str | Promise
    words: str | Promise
    other: int | None = None
    of_need: bool = False


@dataclass(frozen=True)
class Known:
    """One row of what the database knows: an earlier end, or a name that is near."""

    kind: str  # "declined", "ended", "near"
    found_by: str  # mark of an address, or skeleton of a name
    community: str
    about: str  # reason, concern, or the name
    at: datetime
    application: int | None


# Each part reads the rows that its index finds, and no other. Names are many, and quicker sent as one
# text; there is no space in any.
KNOWN = """
    select 'declined', address_mark, community, reason, decided_at, profile_id
      from moderation_decision
     where address_mark <> '' and address_mark = any(%(marks)s::varchar[])
    union all
    select 'ended', address_mark, '', concern, taken_at, null
      from moderation_measure ended
     where address_mark <> '' and address_mark = any(%(marks)s::varchar[]) and not exists (
        select from moderation_measure later
         where later.person_id = ended.person_id and later.step = 'reinstate' and later.id > ended.id)
    union all
    select 'near', username_key, community, username, approved_at, id
      from members_profile
     where community = 'twp' and username_key = any(string_to_array(%(twp)s, ' ')::varchar[]) and approved_at is not null
    union all
    select 'near', username_key, community, username, approved_at, id
      from members_profile
     where community = 'ici' and username_key = any(string_to_array(%(ici)s, ' ')::varchar[]) and approved_at is not null
     order by 5 desc
"""


def of(applications: Iterable[Application]) -> dict[int, list[Hint]]:
    """Each application's key to its hints, by one question to the database for all together.

    Needs what `reading` adds: the member, `likeness__like`, `name_is_taken`.
    """
    rows = list(applications)
    marks = {row.pk: mark_of(row.member.email) for row in rows}
    steps = {row.pk: _steps(row) for row in rows}
    known = _known(rows, marks, steps) if rows else []
    return {row.pk: list(_hints(row, marks[row.pk], steps[row.pk], known)) for row in rows}


def in_text(text: str) -> list[Promise]:
    """What the text gives away or advertises."""
    return [words for finds, words in IN_WORDS if finds(text)]


def _steps(application: Application) -> set[str]:
    """The names that are near; of those decided nobody needs to know any more."""
    asked = application.is_waiting and not application.name_is_taken
    return near_names.one_step_away(application.username) if asked else set()


def _known(
    rows: list[Application], marks: dict[int, str], steps: dict[int, set[str]]
) -> list[Known]:
    near = {
        slug: " ".join({key for row in rows if row.community == slug for key in steps[row.pk]})
        for slug in COMMUNITIES
    }
    with connection.cursor() as cursor:
        cursor.execute(
            KNOWN,
            {"marks": sorted(marks.values()), TWP.slug: near[TWP.slug], ICI.slug: near[ICI.slug]},
        )
        return [Known(*row) for row in cursor]


def _hints(row: Application, mark: str, steps: set[str], known: list[Known]) -> Iterator[Hint]:
    if told := crisis.sounds_acute(row.about_me):
        yield Hint(_("sounds like a crisis"), told, of_need=True)
    yield from (
        _came_before(one) for one in known if one.found_by == mark and one.application != row.pk
    )
    yield from _of_the_name(row, steps, known)
    if like := _like(row):
        yield like
    yield from (Hint(words, words) for words in in_text(row.about_me))


def _came_before(one: Known) -> Hint:
    day = date_format(one.at, "j F Y")
    if one.kind == "ended":
        said = _(
            "The membership of somebody with an address like this was ended on %(day)s: %(why)s."
        )
        why = Concern(one.about).label if one.about else _("no reason is noted")
        return Hint(_("membership ended before"), said % {"day": day, "why": why})
    said = _(
        "Somebody with an address like this was declined on %(day)s in %(community)s: %(why)s."
    )
    words = said % {
        "day": day,
        "community": COMMUNITIES[one.community],
        "why": Reason(one.about).label,
    }
    return Hint(_("declined before"), words, one.application)


def _of_the_name(row: Application, steps: set[str], known: list[Known]) -> Iterator[Hint]:
    if not row.is_waiting:
        return
    if row.name_is_taken:
        yield Hint(
            _("name is taken"), _("A member has this name already, or one that looks the same.")
        )
    elif getattr(row, "name_is_wished", False):
        said = _("Another applicant wishes for this name, too. Whoever is approved first has it.")
        yield Hint(_("name is wished for twice"), said)
    for one in known:
        if one.community == row.community and one.found_by in steps:
            said = _("The name is one letter away from that of a member: %(name)s.")
            yield Hint(_("name near a member’s"), said % {"name": one.about}, one.application)
            break
    if near_names.sounds_official(row.username, steps):
        said = _("The name could be taken for the site or its staff.")
        yield Hint(_("name sounds official"), said)


def _like(row: Application) -> Hint | None:
    """Another's words, while the other is there and the words are those that were compared."""
    likeness = getattr(row, "likeness", None)
    if likeness is None or likeness.like is None:
        return None
    other = likeness.like
    said = _("Nearly the same words as in the application of %(name)s in %(community)s.")
    words = said % {"name": other.username, "community": other.where}
    return Hint(_("words like another’s"), words, other.pk)
