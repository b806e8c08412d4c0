"""A beginning for people who cannot find one: three short openings, to be changed at will.

They lie in a mailbox that others may see, so none names a drug, a stage or the community; what two
share decides which are offered, and only interests are spoken of.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.communities import CommunitySlug
from members.models import Profile, Question

OFFERED = 3
INTEREST = Question.INTEREST


@dataclass(frozen=True)
class Opening:
    """`when`: answers (question, slug) of which both gave one; none: fits everybody of a community."""

    name: str
    words: Promise
    when: frozenset[tuple[str, str]] = frozenset()
    community: str = ""


def _both(question: str, *slugs: str) -> frozenset[tuple[str, str]]:
    return frozenset((question, slug) for slug in slugs)


# What two share comes before what fits everybody, in this order.
OPENINGS = (
    Opening(
        "meet", _("Hello, I read your profile and saw that we would both like to meet people near by. Would you like to write a little first, without any hurry?"),
        _both(INTEREST, "meet_in_person", "support_group_local", "organising_locally"),
    ),
    Opening(
        "quiet", _("Hello, your profile speaks to me. I am glad of quiet company too, and there is no need to talk much. How do you spend a good day?"),
        _both(INTEREST, "nature_or_quiet_company", "creative", "art_and_music"),
    ),
    Opening(
        "hope", _("Hello, I saw that you also care about stories that give hope. I would like to hear a little of yours, as much as you want to tell."),
        _both(INTEREST, "hope_stories", "after_withdrawal"),
    ),
    Opening(
        "group", _("Hello, I saw that we are both looking for a group. Have you found one, or would you like to think about one together?"),
        _both(INTEREST, "support_group_online", "check_in_calls", "mutual_aid_group", "discussion_group", "reading_or_film_group"),
    ),
    Opening(
        "family", _("Hello, I saw that we both come to this as family or friends of somebody. I would like to hear how you manage, if you feel like telling."),
        _both(Question.COME_AS, "family_or_friend") | _both(INTEREST, "one_to_one_families"),
    ),
    Opening(
        "similar", _("Hello, I read your profile and recognised a good deal of it. It would help me to write with somebody who knows this from inside. Only if you have the strength for it."),
        _both(Question.STAGE, "thinking", "decided", "reducing", "holding", "reduced_staying", "off_recent", "off_longer", "restarted", "cannot", "mixed")
        | _both(Question.COME_AS, "has_been_patient", "is_in_system"),
    ),
    Opening(
        "friends", _("Hello, I saw that we would both be glad of a friend to write to. I am not quick, and you need not be either. What would you like to talk about?"),
        _both(INTEREST, "friendship", "one_to_one_writing", "mutual_support", "one_to_one_ex_patients"),
    ),
    Opening("short", _("Hello, I read your profile and would like to write with you now and then. No hurry at all with an answer.")),
    Opening(
        "experience", _("Hello, I read your profile with care. Would you tell me a little of how it has been for you? I am happy to tell of myself as well."),
        community=CommunitySlug.TWP,
    ),
    Opening(
        "views", _("Hello, I read your profile with interest. What brought you to think about these things? I am happy to tell of myself as well."),
        community=CommunitySlug.ICI,
    ),
    Opening("tired", _("Hello, I do not have many words today, but I did not want to pass by in silence. I liked what you wrote, and would be glad to hear from you.")),
)  # fmt: skip


def offered(sender: Profile, shared: Collection[tuple[str, str]]) -> list[Opening]:
    """The three that fit best. `shared`: question and slug of the answers both have in common."""
    fitting = [
        one
        for one in OPENINGS
        if (not one.when or not one.when.isdisjoint(shared))
        and one.community in ("", sender.community)
    ]
    return fitting[:OFFERED]


def begin(name: str, typed: str) -> str:
    """What was typed with an opening before it, in place of an opening chosen before."""
    opening = next((one for one in OPENINGS if one.name == name), None)
    if opening is None:
        return typed
    rest = typed.replace("\r\n", "\n").strip()
    for one in OPENINGS:
        rest = rest.removeprefix(str(one.words)).lstrip()
    return f"{opening.words}\n\n{rest}".rstrip()
