"""A reviewer's morning: ten applications, one of every kind, the oldest first."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from members.communities import ICI, TWP
from members.models import Answer, Choice, Drug, DrugExperience, Member, Profile, Shown
from members.places.models import Cell
from members.usernames import skeleton
from moderation import decisions
from moderation.applications import asking, likeness, notes
from moderation.models import Application, Reason

SPAM = (
    "Discover the natural protocol that helped thousands to feel like themselves again in just "
    "six weeks, without effort and with full support from our certified team of coaches."
)
KINDS = {
    "quiet-river": "I came off after eleven years, slowly. Now I would like to meet others who walk "
    "and cook, and to hear how they sleep.",
    "wintergreen": "",
    "so.tired": "I stopped too fast in March. I can’t sleep and I do not want to live any more like "
    "this. Nobody around me understands what this is.",
    "mothers-hand": "My son is reducing his tablets and I do not know how to stand by him. I take "
    "nothing myself.",
    "clear-path": "I offer coaching for everybody who wants to be free: www.clear-path.shop, or call "
    "+44 20 7946 0958.",
    "glow-team1": SPAM,
    "sun-team22": SPAM.replace("six weeks", "five weeks"),
    "hm": "hi",
    "back-again": "I would like to try once more.",
    "maple_2": "I draw maps of small places. Reducing for the second time, very slowly now.",
}  # fmt: skip


@pytest.fixture
def morning(
    reviewer: Member,
    make_member: Callable[..., Member],
    make_profile: Callable[..., Profile],
    answer: Callable[..., Answer],
    cell: Cell,
    boston: Cell,
) -> dict[str, Profile]:
    """The ten by name. Robin, a colleague, asked and noted something yesterday."""
    robin = make_member("robin", is_staff=True)
    robin.groups.set(reviewer.groups.all())
    make_profile(make_member("somebody"), username="wintergreen")
    ten = {}
    for number, (name, about_me) in enumerate(KINDS.items()):
        community = ICI.slug if name == "hm" else TWP.slug
        sent = timezone.now() - timedelta(hours=60 - 5 * number)
        member = make_member(name, let_in=False)
        ten[name] = make_profile(
            member, community, approved=False, username=name, username_key=skeleton(name),
            about_me=about_me, applied_at=sent, confirmed_at=sent,
            cell=boston if number % 2 else cell,
        )  # fmt: skip
        if community == TWP.slug:
            answer(ten[name], "stage", "reducing")
        answer(ten[name], "interest", "friendship")
    _fill(ten["quiet-river"], answer)
    _tell_of_before(ten, robin, make_member, make_profile)
    likeness.compare_new()
    return ten


def _fill(profile: Profile, answer: Callable[..., Answer]) -> None:
    answer(profile, "attempts", "second", Shown.MATCHING)
    answer(profile, "interest", "creative")
    answer(profile, "language", "en")
    DrugExperience.objects.create(
        profile=profile, drug=Drug.objects.get(generic="sertraline"),
        now=Choice.objects.get(question="drug_now", slug="reducing"),
        years_on=Choice.objects.get(question="drug_years", slug="10_20y"),
    )  # fmt: skip


def _tell_of_before(
    ten: dict[str, Profile],
    robin: Member,
    make_member: Callable[..., Member],
    make_profile: Callable[..., Profile],
) -> None:
    """An earlier refusal, a question with its answer, a note."""
    before = make_profile(make_member("back-again+1", let_in=False), approved=False, username="old")
    decisions.decline(before, robin, Reason.PROMOTES, "Not this time.")
    asked = Application.objects.get(pk=ten["maple_2"].pk)
    asking.ask(asked, robin, "Thank you for applying. What would you like to find here?")
    asking.answer(asked, "People near by who draw, and who know how slow this is.")
    notes.write(asked, robin, "Wrote to me kindly. I would let them in.")
