"""The lists people choose from, as they stand on a new site. Staff may change them in admin."""

import csv
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _

DRUGS = Path(__file__).with_name("drugs.tsv")
BOTH, TWP, ICI = "", "twp", "ici"

YEARS = [
    ("lt_6m", _("under 6 months")),
    ("6_24m", _("6 months to 2 years")),
    ("2_5y", _("2 to 5 years")),
    ("5_10y", _("5 to 10 years")),
    ("10_20y", _("10 to 20 years")),
    ("20_30y", _("20 to 30 years")),
    ("gt_30y", _("over 30 years")),
    ("not_sure", _("not sure")),
]

# (question, community) -> [(slug, label)], in the order they are shown.
CHOICES: dict[tuple[str, str], list[tuple[str, str]]] = {
    ("stage", TWP): [
        ("thinking", _("thinking about it, nothing decided")),
        ("decided", _("decided, preparing")),
        ("reducing", _("reducing now")),
        ("holding", _("pausing on purpose")),
        ("reduced_staying", _("reduced, and this is where I want to stay")),
        ("off_recent", _("off everything, less than a year")),
        ("off_longer", _("off everything, longer")),
        ("restarted", _("went back on, for now or for good")),
        ("cannot", _("would like to, cannot now")),
        ("mixed", _("different for different drugs")),
        ("rather_not", _("rather not say")),
    ],
    ("years_total", TWP): YEARS,
    ("drugs_ever", TWP): [
        ("1", _("one")), ("2_3", _("2 or 3")), ("4_6", _("4 to 6")),
        ("7_10", _("7 to 10")), ("gt_10", _("more than 10")),
    ],
    ("drugs_now", TWP): [
        ("none", _("none")), ("1", _("one")), ("2_3", _("2 or 3")), ("gt_3", _("more than 3")),
    ],
    ("started_age", TWP): [
        ("child", _("a child (under 12)")), ("teen", _("a teenager")),
        ("young_adult", _("18 to 25")), ("adult", _("an adult")), ("older", _("60 or older")),
    ],
    ("attempts", TWP): [
        ("none_yet", _("not yet")), ("first", _("this is the first time")),
        ("second", _("the second time")), ("third_or_more", _("three times or more")),
    ],
    ("how_it_is_now", TWP): [
        ("very_hard", _("very hard")), ("hard", _("hard")), ("up_and_down", _("up and down")),
        ("getting_easier", _("getting easier")), ("mostly_healed", _("mostly healed")),
        ("healed", _("healed")), ("rather_not", _("rather not say")),
    ],
    ("schedule", TWP): [
        ("cut_and_hold", _("a cut, then a wait")),
        ("daily_micro", _("very small cuts every day")),
        ("slide", _("several small cuts in a row, then a wait")),
        ("percent_of_current", _("each cut a share of the current dose, slower and slower")),
        ("fixed_steps", _("the same amount each time")),
        ("fast_supervised", _("a quick plan from a prescriber (weeks)")),
        ("sudden_own", _("stopped at once, own decision")),
        ("sudden_forced", _("stopped at once, not my choice")),
        ("alternate_days", _("skipping days")),
        ("irregular", _("no fixed way")),
        ("not_sure", _("not sure")),
    ],
    ("small_doses", TWP): [
        ("splitting", _("cutting tablets")),
        ("scale", _("weighing powder or crushed tablets")),
        ("bead_count", _("counting beads")),
        ("liquid_home", _("mixing a liquid")),
        ("liquid_made", _("a ready-made liquid")),
        ("compounded", _("a compounding pharmacy")),
        ("tapering_strips", _("dose strips")),
        ("small_strength", _("smaller strengths from the factory")),
        ("switch_first", _("changing to another drug first")),
        ("none_needed", _("not needed")),
        ("other", _("another way")),
    ],
    ("help", TWP): [
        ("prescriber_willing", _("a prescriber who is willing")),
        ("prescriber_follows_me", _("a prescriber who follows my pace")),
        ("prescriber_against", _("a prescriber who is against it")),
        ("without_prescriber", _("without a prescriber")),
        ("hospital_or_detox", _("a hospital or detox")),
        ("family_or_friends", _("family or friends")),
        ("online_group", _("an online group")),
        ("local_group", _("a local group")),
        ("one_peer", _("one other person who has been there")),
        ("therapist_or_other", _("a therapist or another helper")),
        ("alone", _("alone")),
    ],
    ("here_for", TWP): [
        ("support_me", _("looking for support")),
        ("support_others", _("can support others")),
        ("both_ways", _("both ways")),
        ("just_one_person", _("looking for one person to write with")),
        ("hope", _("want to hear, or to tell, that it gets better")),
        ("meet_local", _("meeting people near me")),
        ("organise", _("organising something")),
    ],
    ("interest", TWP): [
        ("one_to_one_writing", _("writing one to one")),
        ("one_to_one_call", _("calls one to one")),
        ("meet_in_person", _("meeting in person")),
        ("friendship", _("friendship")),
        ("share_tips", _("sharing tips")),
        ("mutual_support", _("supporting each other")),
        ("offer_guidance", _("offering guidance")),
        ("support_group_local", _("a support group near me")),
        ("support_group_online", _("a support group online")),
        ("check_in_calls", _("short regular calls")),
        ("public_event", _("public events")),
        ("crisis_network", _("a network for crises")),
        ("advocacy", _("advocacy")),
        ("talk_to_prescribers", _("how to talk with prescribers")),
        ("practical_help", _("practical help")),
        ("after_withdrawal", _("life and work afterwards")),
        ("nature_or_quiet_company", _("nature or quiet company")),
        ("creative", _("making things")),
        ("faith_or_spiritual_exchange", _("faith or spirituality (exchange, not promotion)")),
        ("parents_in_withdrawal", _("parents in withdrawal")),
        ("pregnancy_or_cycle", _("pregnancy or cycle")),
        ("young_people", _("young people")),
        ("older_people", _("older people")),
        ("hope_stories", _("stories of hope")),
        ("research_participation", _("taking part in research")),
    ],
    ("interest", ICI): [
        ("one_to_one_ex_patients", _("one to one with former patients")),
        ("one_to_one_families", _("one to one with families")),
        ("one_to_one_practitioners", _("one to one with practitioners")),
        ("friendship", _("friendship")),
        ("mutual_aid_group", _("a mutual-aid group")),
        ("discussion_group", _("a discussion group")),
        ("reading_or_film_group", _("a reading or film group")),
        ("learning_event", _("events to learn at")),
        ("crisis_network", _("a network for crises")),
        ("alternatives", _("building alternatives near me")),
        ("hearing_voices_or_similar_groups", _("hearing-voices and similar groups")),
        ("advocacy", _("advocacy")),
        ("rights_and_law", _("rights and law")),
        ("writing_and_media", _("writing and media")),
        ("art_and_music", _("art and music")),
        ("research_and_critique", _("research and critique")),
        ("school_and_youth", _("school and youth")),
        ("family_support", _("support for families and friends")),
        ("informed_consent", _("informed consent")),
        ("housing_and_work", _("housing and work")),
        ("spiritual_exchange", _("spiritual exchange")),
        ("organising_locally", _("organising near me")),
        ("translate_or_spread", _("translating or spreading the word")),
    ],
    ("come_as", ICI): [
        ("has_been_patient", _("somebody who has been a patient")),
        ("is_in_system", _("somebody who is in the system now")),
        ("never_patient", _("somebody who was never a patient")),
        ("family_or_friend", _("family or friend")),
        ("worker_in_system", _("somebody who works in the system")),
        ("teacher_or_school", _("a teacher, or from a school")),
        ("lawyer_or_advocate", _("a lawyer or advocate")),
        ("researcher_or_student", _("a researcher or student")),
        ("journalist_or_artist", _("a journalist or artist")),
        ("concerned_person", _("a concerned person")),
    ],
    ("language", BOTH): [
        ("en", _("English")), ("es", _("Spanish")), ("fr", _("French")), ("de", _("German")),
        ("pt", _("Portuguese")), ("it", _("Italian")), ("nl", _("Dutch")), ("sv", _("Swedish")),
        ("da", _("Danish")), ("nb", _("Norwegian")), ("fi", _("Finnish")), ("is", _("Icelandic")),
        ("ga", _("Irish")), ("cy", _("Welsh")), ("pl", _("Polish")), ("cs", _("Czech")),
        ("sk", _("Slovak")), ("hu", _("Hungarian")), ("ro", _("Romanian")), ("bg", _("Bulgarian")),
        ("el", _("Greek")), ("tr", _("Turkish")), ("ru", _("Russian")), ("uk", _("Ukrainian")),
        ("hr", _("Croatian")), ("sr", _("Serbian")), ("sl", _("Slovenian")), ("lt", _("Lithuanian")),
        ("lv", _("Latvian")), ("et", _("Estonian")), ("he", _("Hebrew")), ("ar", _("Arabic")),
        ("fa", _("Persian")), ("hi", _("Hindi")), ("ur", _("Urdu")), ("bn", _("Bengali")),
        ("ta", _("Tamil")), ("zh", _("Chinese")), ("ja", _("Japanese")), ("ko", _("Korean")),
        ("vi", _("Vietnamese")), ("th", _("Thai")), ("id", _("Indonesian")), ("tl", _("Filipino")),
        ("sw", _("Swahili")), ("af", _("Afrikaans")), ("ca", _("Catalan")), ("eu", _("Basque")),
    ],
    ("contact_way", BOTH): [
        ("mail_only", _("by email only")), ("phone_later", _("by phone, later")),
        ("video_later", _("by video, later")), ("in_person_later", _("in person, later")),
        ("group_only", _("in groups only")),
    ],
    ("answer_speed", BOTH): [
        ("days", _("within days")), ("week_or_two", _("in a week or two")),
        ("when_i_can", _("when I can")),
    ],
    ("energy", BOTH): [
        ("low", _("low just now")), ("varies", _("it varies")), ("fine", _("fine")),
    ],
    ("new_contacts", BOTH): [
        ("1", _("one")), ("2", _("up to two")), ("5", _("up to five")),
        ("no_limit", _("as many as like")), ("none_now", _("nobody new just now")),
    ],
    ("drug_now", TWP): [
        ("taking", _("taking it now")), ("reducing", _("reducing it now")),
        ("paused", _("holding at a lower dose")), ("reduced_staying", _("reduced and staying there")),
        ("stopped", _("stopped")), ("on_and_off", _("on and off")), ("not_sure", _("not sure")),
    ],
    ("drug_years", TWP): YEARS,
    ("drug_stopped", TWP): [
        ("lt_1m", _("under a month")), ("1_6m", _("1 to 6 months")), ("6_12m", _("6 to 12 months")),
        ("1_2y", _("1 to 2 years")), ("2_5y", _("2 to 5 years")), ("5_10y", _("5 to 10 years")),
        ("gt_10y", _("over 10 years")),
    ],
    ("drug_pace", TWP): [
        ("sudden", _("all at once")), ("lt_1m", _("under a month")), ("1_3m", _("1 to 3 months")),
        ("3_12m", _("3 to 12 months")), ("1_2y", _("1 to 2 years")), ("2_4y", _("2 to 4 years")),
        ("gt_4y", _("over 4 years")), ("still_going", _("still going")),
    ],
    ("drug_form", TWP): [
        ("tablet", _("tablet")), ("capsule_powder", _("capsule with powder")),
        ("capsule_beads", _("capsule with beads")), ("slow_release", _("slow release")),
        ("liquid", _("liquid")), ("patch", _("patch")),
        ("injection_long_acting", _("long-acting injection")),
        ("spray_or_infusion", _("spray or infusion")), ("other", _("another form")),
    ],
}  # fmt: skip

# Ways that may be dangerous stand beside a fixed, calm sentence wherever they are offered.
ABRUPT = {"sudden_own", "alternate_days", "fast_supervised"}
# A drug counts as "in the past" when it was stopped, as "now" for every other answer.
PAST = {"stopped"}


def load(choice_model: Any, drug_model: Any) -> None:
    """Write the lists into an empty database; given the models, so that a migration can call it."""
    known = dict(choice_model._meta.get_field("question").choices)  # as they were at that time
    for question in known:
        load_question(choice_model, question)
    drug_model.objects.bulk_create([*_named_drugs(drug_model), *_unnamed_drugs(drug_model)])


def load_question(choice_model: Any, asked: str) -> None:
    """Write the answers to one question; for one that came later."""
    choice_model.objects.bulk_create(
        choice_model(
            question=question, community=community, slug=slug, label=label, position=position
        )
        for (question, community), answers in CHOICES.items()
        if question == asked
        for position, (slug, label) in enumerate(answers)
    )


def _named_drugs(drug_model: Any) -> list[Any]:
    with DRUGS.open(encoding="utf-8") as file:
        return [
            drug_model(
                drug_class=row["class"], subgroup=row["subgroup"], generic=row["generic"],
                also_called=row["also_called"] or "", brands=row["brands_examples"] or "",
            )
            for row in csv.DictReader(file, delimiter="\t")
        ]  # fmt: skip


def _unnamed_drugs(drug_model: Any) -> list[Any]:
    """One row a class for "one of these, unspecified", and one for "other, not listed"."""
    classes = drug_model._meta.get_field("drug_class").choices
    return [drug_model(drug_class=value, generic="") for value, _label in classes]
