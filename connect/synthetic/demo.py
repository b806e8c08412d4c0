"""The demo: a few people with names and logins, what they wrote, and who waits to be let in."""

import uuid
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from members import joining, listing
from members.answering import DrugRow, Entry
from members.communities import COMMUNITIES, ICI, TWP
from members.models import Choice, Drug, Member, Profile
from members.places import area, gazetteer
from members.relay import replying, sending
from members.relay.models import Message, Reply
from moderation import decisions
from moderation.applications import asking, undoing
from moderation.models import Concern
from moderation.reports import reporting

PASSWORD = "connect-demo"  # noqa: S105  (printed at the start of every demo)


@dataclass(frozen=True)
class Face:
    """One invented person in one community; answers and drugs as slugs and generic names."""

    login: str
    community: str
    username: str
    town: str
    about: str
    answers: dict[str, tuple[str, ...]]
    drugs: tuple[tuple[str, str], ...] = ()
    width: area.Width = area.Width.TOWN


ANA = Face(
    "ana", TWP.slug, "ana-in-the-hills", "Northampton, Massachusetts",
    "I started reducing two springs ago and go very slowly. Walking and bread help me. "
    "I would be glad of somebody near by for a quiet cup of tea.",
    {
        "stage": ("reducing",), "years_total": ("10_20y",), "schedule": ("daily_micro",),
        "small_doses": ("scale", "liquid_home"), "help": ("one_peer",), "language": ("en",),
        "interest": ("one_to_one_writing", "meet_in_person", "share_tips", "nature_or_quiet_company"),
        "here_for": ("both_ways",), "contact_way": ("in_person_later",), "energy": ("varies",),
    },
    (("sertraline", "reducing"), ("lorazepam", "stopped")),
)  # fmt: skip
ANA_IN_ICI = Face(
    "ana", ICI.slug, "slow-letters", "Springfield, Massachusetts",
    "I run a small reading circle on other ways to see distress.",
    {
        "come_as": ("has_been_patient",), "language": ("en",),
        "interest": ("reading_or_film_group", "alternatives", "friendship"),
    },
    width=area.Width.WIDER,
)  # fmt: skip
BO = Face(
    "bo", TWP.slug, "bo-and-the-bees", "Amherst, Massachusetts",
    "Off everything for a year and a half. It was long, and life is wide again. "
    "I keep bees and answer letters, if sometimes late.",
    {
        "stage": ("off_longer",), "years_total": ("10_20y",), "schedule": ("daily_micro",),
        "small_doses": ("scale",), "help": ("without_prescriber", "one_peer"), "language": ("en", "de"),
        "interest": ("one_to_one_writing", "meet_in_person", "hope_stories", "offer_guidance"),
        "here_for": ("support_others",), "answer_speed": ("week_or_two",),
    },
    (("sertraline", "stopped"), ("quetiapine", "stopped")),
)  # fmt: skip
CLEO = Face(
    "cleo", ICI.slug, "cleo-reads", "Holyoke, Massachusetts",
    "My brother is in the system. I want to understand, and to be of some use.",
    {
        "come_as": ("family_or_friend",), "language": ("en", "es"),
        "interest": ("family_support", "reading_or_film_group", "rights_and_law"),
    },
)  # fmt: skip
NEIGHBOURS = (
    Face(
        "ida", TWP.slug, "ida-by-the-mill", "Greenfield, Massachusetts",
        "Deciding, with many questions and one cat.",
        {"stage": ("thinking",), "years_total": ("5_10y",), "language": ("en",),
         "interest": ("one_to_one_writing", "talk_to_prescribers")},
        (("venlafaxine", "taking"),),
    ),
    Face(
        "jon", TWP.slug, "jon-fixes-bikes", "Holyoke, Massachusetts",
        "Three attempts behind me, this one feels different. I repair bicycles.",
        {"stage": ("holding",), "years_total": ("20_30y",), "schedule": ("cut_and_hold",),
         "small_doses": ("splitting", "scale"), "language": ("en",),
         "interest": ("meet_in_person", "practical_help", "share_tips")},
        (("clonazepam", "paused"), ("sertraline", "reducing")),
    ),
    Face(
        "mei", TWP.slug, "mei-and-the-sea", "Boston, Massachusetts",
        "I swim in cold water, slowly. Happy to write with one or two people.",
        {"stage": ("off_recent",), "years_total": ("6_24m",), "language": ("en", "zh"),
         "interest": ("one_to_one_writing", "friendship", "after_withdrawal"),
         "new_contacts": ("1",)},
        (("escitalopram", "stopped"),),
    ),
    Face(
        "rosa", TWP.slug, "rosa-sings", "Hartford, Connecticut",
        "I sing in a choir when I have the strength.",
        {"stage": ("reducing",), "years_total": ("10_20y",), "schedule": ("percent_of_current",),
         "language": ("en", "es"), "interest": ("support_group_local", "creative", "share_tips")},
        (("paroxetine", "reducing"),),
    ),
    Face(
        "sam", TWP.slug, "sam-north", "Brattleboro, Vermont",
        "I take less than I used to, and that may be enough for me.",
        {"stage": ("reduced_staying",), "years_total": ("gt_30y",), "language": ("en",),
         "interest": ("nature_or_quiet_company", "older_people")},
        (("lithium", "reduced_staying"), ("olanzapine", "stopped")),
        area.Width.REGION,
    ),
    Face(
        "tova", ICI.slug, "tova-draws", "Northampton, Massachusetts",
        "I draw, mostly about the years I was called ill.",
        {"come_as": ("has_been_patient", "journalist_or_artist"), "language": ("en",),
         "interest": ("art_and_music", "friendship", "alternatives")},
    ),
    Face(
        "uri", ICI.slug, "uri-asks", "Worcester, Massachusetts",
        "I work in a clinic and have more questions each year.",
        {"come_as": ("worker_in_system",), "language": ("en", "he"),
         "interest": ("discussion_group", "informed_consent")},
    ),
)  # fmt: skip
WAITING = (
    Face(
        "vera", TWP.slug, "vera-starts", "Keene, New Hampshire",
        "New to all this. I read more than I write, and would like to hear how others began.",
        {"stage": ("decided",), "years_total": ("2_5y",), "language": ("en",),
         "interest": ("one_to_one_writing", "mutual_support")},
        (("mirtazapine", "taking"),),
    ),
    Face(
        "wim", TWP.slug, "wim-wonders", "Rotterdam, Netherlands",
        "My daughter is coming off two drugs. I want to learn how to be of help to her.",
        {"language": ("nl", "en"), "interest": ("mutual_support",)},
    ),
    Face(
        "xenia", TWP.slug, "bo-and-the-bees", "Leeds, England",
        "Fourteen months in, slowly. I like letters more than calls.",
        {"stage": ("reducing",), "years_total": ("5_10y",), "language": ("en",),
         "interest": ("one_to_one_writing", "hope_stories")},
        (("duloxetine", "reducing"),),
    ),
    Face(
        "yann", ICI.slug, "yann-on-foot", "Lyon, France",
        "J'enseigne, et je vois des enfants qu'on étiquette trop tôt.",
        {"come_as": ("teacher_or_school",), "language": ("fr", "en"),
         "interest": ("school_and_youth", "discussion_group")},
    ),
    Face(
        "zoe", ICI.slug, "calm-with-zoe", "Austin, Texas",
        "I offer coaching, first hour free. See www.calm-with-zoe.example or call 555 0142.",
        {"come_as": ("concerned_person",), "language": ("en",), "interest": ("alternatives",)},
    ),
    Face(
        "otto", TWP.slug, "otto-abwarten", "Leipzig, Germany",
        "",
        {"stage": ("holding",), "language": ("de",), "interest": ("support_group_online",)},
        (("olanzapine", "paused"),),
    ),
    Face(
        "gwen", TWP.slug, "gwen-at-night", "Portland, Maine",
        "Nine nights without sleep since the last step down. I can't go on like this, and nobody here believes me.",
        {"stage": ("reducing",), "language": ("en",), "interest": ("mutual_support",)},
        (("venlafaxine", "reducing"),),
    ),
    Face(
        "hugo", ICI.slug, "hugo-again", "Dallas, Texas",
        "I offer coaching, the first hour is free. See www.calm-with-zoe.example or call 555 0142.",
        {"come_as": ("concerned_person",), "language": ("en",), "interest": ("alternatives",)},
    ),
)  # fmt: skip
ASKED = Face(
    "nils", TWP.slug, "nils-so-far", "Uppsala, Sweden", "Hello.",
    {"language": ("sv", "en"), "interest": ("friendship",)},
)  # fmt: skip
UNCONFIRMED = Face(
    "kim", TWP.slug, "kim-in-the-rain", "Bergen, Norway",
    "I have only begun to ask questions.",
    {"stage": ("thinking",), "language": ("nb", "en"), "interest": ("hope_stories",)},
    (("quetiapine", "taking"),),
)  # fmt: skip
JUST_APPROVED = Face(
    "petra", TWP.slug, "petra-walks", "Albany, New York",
    "I keep a small notebook of every step down.",
    {"stage": ("reducing",), "years_total": ("10_20y",), "language": ("en",),
     "interest": ("share_tips", "one_to_one_call")},
    (("fluoxetine", "reducing"),),
)  # fmt: skip
EVERYBODY = (ANA, ANA_IN_ICI, BO, CLEO, *NEIGHBOURS, *WAITING, ASKED, UNCONFIRMED, JUST_APPROVED)


@transaction.atomic
def make() -> None:
    """The whole demo, through the same verbs that people's clicks use."""
    admin = _staff("admin", "administrators", is_superuser=True)
    _staff("reviewer", "reviewers")
    faces = {face.username: _member(face) for face in (ANA, ANA_IN_ICI, BO, CLEO, *NEIGHBOURS)}
    for face in WAITING:
        joining.confirm(_applicant(face))
    _applicant(UNCONFIRMED)
    asked = _applicant(ASKED)
    joining.confirm(asked)
    asking.ask(asked, admin, "What would you like to find here? A line or two is enough.")
    approved = _applicant(JUST_APPROVED)
    joining.confirm(approved)
    decisions.approve(approved, admin)
    undoing.send_now(approved, admin)
    _write(
        faces[BO.username], faces[ANA.username],
        "Hello, I saw that you live just across the river. I came off sertraline slowly, too, with "
        "a scale and a lot of patience. If you like, we could write a little, or have that cup of "
        "tea on a quiet afternoon.",
    )  # fmt: skip
    _write(
        faces["jon-fixes-bikes"], faces[ANA.username],
        "Hi, your way with very small steps interests me. How do you keep count of the days? "
        "No hurry with an answer.",
    )  # fmt: skip
    _write(
        faces["tova-draws"], faces[ANA_IN_ICI.username],
        "Your reading circle sounds good. Is there room for somebody who would rather draw than talk?",
    )  # fmt: skip
    asked = _write(
        faces[ANA.username], faces["sam-north"],
        "Hello Sam, taking less, and leaving it at that: I think of it often. How did you come to it?",
    )  # fmt: skip
    replying.reply(asked, Reply.Kind.NEED_TIME)
    _write(
        faces["rosa-sings"], faces[BO.username],
        "Dear Bo, I sing to bees as well. I have some spare paroxetine, I can send you the tablets "
        "if you have run out.",
    )  # fmt: skip
    _tell(
        faces[ANA.username], faces["jon-fixes-bikes"], Concern.PROMOTES,
        "He asked twice whether I would buy his workbook on counting days.",
    )  # fmt: skip
    _tell(
        faces[BO.username], faces[ANA.username], Concern.WORRIED,
        "She wrote that the nights are very long just now. I do not know what to do.",
    )  # fmt: skip


def _staff(name: str, group: str, **fields: bool) -> Member:
    member = _login(name, is_staff=True, **fields)
    member.groups.add(Group.objects.get_or_create(name=group)[0])
    return member


def _login(name: str, **fields: bool) -> Member:
    email, now = f"{name}@example.org", timezone.now()
    member = Member.objects.filter(email=email).first()
    if member:
        return member
    member = Member.objects.create_user(
        email, PASSWORD, let_in_at=now, seen_on=now.date().replace(day=1),
        policies_version=settings.POLICIES_VERSION, policies_accepted_at=now, **fields,
    )  # fmt: skip
    EmailAddress.objects.create(user=member, email=email, verified=True, primary=True)
    return member


def _member(face: Face) -> Profile:
    """A member who was approved some weeks ago."""
    profile = joining.join_second(_login(face.login), COMMUNITIES[face.community], _entry(face))
    long_ago = profile.applied_at - sending.SETTLED * 2
    Profile.objects.filter(pk=profile.pk).update(
        applied_at=long_ago, confirmed_at=long_ago, approved_at=long_ago, consented_at=long_ago
    )
    listing.refresh(profile)
    profile.refresh_from_db()
    return profile


def _applicant(face: Face) -> Profile:
    email = f"{face.login}@example.org"
    joining.apply(email, COMMUNITIES[face.community], _entry(face))
    return Profile.objects.select_related("member").get(member__email=email)


def _entry(face: Face) -> Entry:
    town = gazetteer.suggest(face.town, limit=1)[0]
    choices = Choice.objects.filter(community__in=["", face.community])
    return Entry(
        username=face.username,
        cell=area.preview_town(town.pk, face.width),
        about_me=face.about,
        answers={
            question: list(choices.filter(question=question, slug__in=slugs))
            for question, slugs in face.answers.items()
        },
        drugs=[
            DrugRow(
                Drug.objects.get(generic=generic),
                {"now": choices.get(question="drug_now", slug=now)},
            )
            for generic, now in face.drugs
        ]
        if face.community == TWP.slug
        else None,
    )


def _write(sender: Profile, recipient: Profile, body: str) -> Message:
    return sending.write(sender, recipient, body, uuid.uuid4())


def _tell(reporter: Profile, profile: Profile, concern: str, words: str) -> None:
    reporting.report(
        reporter.member, profile, concern=concern, words=words, form_key=uuid.uuid4()
    )  # fmt: skip
