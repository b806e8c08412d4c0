"""One profile as one viewer may read it."""

from dataclasses import dataclass, field

from members import in_common
from members.models import Choice, DrugExperience, Profile, Question, Shown
from members.seen import seen_words

EXPERIENCE = (
    Question.STAGE, Question.HOW_IT_IS_NOW, Question.YEARS_TOTAL, Question.DRUGS_EVER,
    Question.DRUGS_NOW, Question.STARTED_AGE, Question.ATTEMPTS, Question.SCHEDULE,
    Question.SMALL_DOSES, Question.HELP,
)  # fmt: skip
PERSON = (Question.COME_AS, Question.HERE_FOR)
CONTACT = (Question.LANGUAGE, Question.CONTACT_WAY, Question.ANSWER_SPEED, Question.ENERGY)


@dataclass(frozen=True)
class DrugLine:
    """A drug and, where it is shown and not only in common, what was told about it."""

    name: str
    details: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Face:
    """Words only: nothing in here may not be read by the viewer."""

    person: list[tuple[str, list[str]]]
    experience: list[tuple[str, list[str]]]
    contact: list[tuple[str, list[str]]]
    interests: list[str]
    common_interests: list[str]
    drugs: list[DrugLine]
    in_common: list[str]
    seen: str


def face(profile: Profile, viewer: Profile) -> Face:
    """Read a profile as the member behind the other one may; one's own as others would.

    Two queries, for both together.
    """
    is_own = profile == viewer
    common = [] if is_own else in_common.between(viewer, profile)
    if is_own:
        in_common.gather(profile)
    choices = _choices(profile, viewer, is_own)
    interests = choices.get(Question.INTEREST, [])
    return Face(
        person=_pairs(PERSON, choices),
        experience=_pairs(EXPERIENCE, choices),
        contact=_pairs(CONTACT, choices),
        interests=[str(choice) for choice in interests],
        common_interests=[str(choice) for choice in interests if str(choice) in common],
        drugs=_drugs(profile, viewer, is_own),
        in_common=common,
        seen=seen_words(profile.member.seen_on),
    )


def _choices(profile: Profile, viewer: Profile, is_own: bool) -> dict[str, list[Choice]]:
    """Give what may be read, by question."""
    mine = {} if is_own else in_common.answers_of(viewer)
    readable = in_common.readable(mine, in_common.answers_of(profile))
    found: dict[str, list[Choice]] = {}
    for answer in profile.answers.all():
        if answer.choice_id in readable:
            found.setdefault(answer.question, []).append(answer.choice)
    return found


def _pairs(questions: tuple, choices: dict[str, list[Choice]]) -> list[tuple[str, list[str]]]:
    return [(q.label, [str(choice) for choice in choices[q]]) for q in questions if q in choices]


def _drugs(profile: Profile, viewer: Profile, is_own: bool) -> list[DrugLine]:
    mine = {} if is_own else in_common.drugs_of(viewer)
    readable = in_common.readable(mine, in_common.drugs_of(profile))
    taken = [one for one in profile.drug_experiences.all() if one.drug_id in readable]
    return [DrugLine(str(one.drug), _details(one)) for one in taken]


def _details(taken: DrugExperience) -> list[str]:
    """Only the drug itself may be in common: the rest of a drug for matching stays untold."""
    if taken.shown != Shown.SHOWN:
        return []
    told = (taken.now, taken.years_on, taken.time_since_stop, taken.pace, taken.form)
    return [in_common.alone(choice) for choice in told if choice]
