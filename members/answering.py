"""What a person tells in a profile, and how it gets into the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from members.models import Answer, Choice, Drug, DrugExperience, Profile, Question, Shown
from members.models.experience import SENSITIVE
from members.places.models import Cell

# The columns of DrugExperience that ask something, with their questions.
ABOUT_A_DRUG = {
    "now": Question.DRUG_NOW,
    "years_on": Question.DRUG_YEARS,
    "time_since_stop": Question.DRUG_STOPPED,
    "pace": Question.DRUG_PACE,
    "form": Question.DRUG_FORM,
}


@dataclass
class DrugRow:
    """One drug as a person told of it; the keys of `about` are columns of ABOUT_A_DRUG."""

    drug: Drug
    about: dict[str, Choice | None] = field(default_factory=dict)
    shown: str | None = None  # None: as it was; for matching only, where it is new

    @classmethod
    def of(cls, experience: DrugExperience) -> "DrugRow":
        about = {column: getattr(experience, column) for column in ABOUT_A_DRUG}
        return cls(experience.drug, about, experience.shown)


@dataclass
class Entry:
    """All that a form for a profile gives. Only what was asked is in `answers` and `shown`;
    `drugs` is None where drugs were not asked for."""

    username: str
    cell: Cell  # perhaps not in the database yet
    about_me: str
    answers: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    drugs: Sequence[DrugRow] | None = None


def first_shown(question: str) -> str:
    """How far an answer goes as long as nobody chose: sensitive ones do not show."""
    return Shown.MATCHING if question in SENSITIVE else Shown.SHOWN


class Snapshot(NamedTuple):
    """All a profile tells at one moment, each with how far it is shown and what is said about it."""

    answers: dict[str, set[tuple]]  # by question; each begins with the choice
    drugs: set[tuple]  # each begins with the drug


def save(profile: Profile, entry: Entry) -> int:
    """Write the answers and drugs of `entry`; questions it does not hold stay as they are.

    Call it in the transaction that saves the profile. What did not change keeps its row. Gives how
    many changes that were, as `looking` counts them: see `_changes`.
    """
    before = _snapshot(profile)
    for question, choices in entry.answers.items():
        _answer(profile, question, choices, entry.shown.get(question))
    if entry.drugs is not None:
        _tell_of_drugs(profile, entry.drugs)
    return _changes(before, _snapshot(profile))


def _snapshot(profile: Profile) -> Snapshot:
    answers: dict[str, set[tuple]] = {}
    for question, *given in profile.answers.values_list("question", "choice", "shown"):
        answers.setdefault(question, set()).add(tuple(given))
    about = [f"{column}_id" for column in ABOUT_A_DRUG]
    return Snapshot(answers, set(profile.drug_experiences.values_list("drug", "shown", *about)))


def _changes(before: Snapshot, after: Snapshot) -> int:
    """Give one for whatever is told anew, and more for what is told otherwise than before: one for
    each question, and one for each drug that comes or goes beside others.

    Whoever answers otherwise reads what others keep for those who gave that answer. Counted by the
    form, all questions at once would be one change, and eleven would read everything of everybody.
    """
    if before == after:
        return 0
    otherwise = sum(
        _keys(given) != _keys(after.answers.get(question, set()))
        for question, given in before.answers.items()
    )
    drugs = _keys(before.drugs) ^ _keys(after.drugs) if before.drugs else set()
    return max(1, otherwise + len(drugs))


def _keys(told: set[tuple]) -> set[int]:
    return {key for key, *_more in told}


def _answer(profile: Profile, question: str, choices: Sequence[Choice], shown: str | None) -> None:
    before = {answer.choice_id: answer for answer in profile.answers.filter(question=question)}
    kept = {choice.pk for choice in choices} & before.keys()
    gone = [answer.pk for choice, answer in before.items() if choice not in kept]
    Answer.objects.filter(pk__in=gone).delete()
    known = next((answer.shown for answer in before.values()), first_shown(question))
    Answer.objects.bulk_create(
        Answer(profile=profile, question=question, choice=choice, shown=shown or known)
        for choice in choices
        if choice.pk not in kept
    )
    if shown:
        Answer.objects.filter(profile=profile, question=question).exclude(shown=shown).update(
            shown=shown
        )


def _tell_of_drugs(profile: Profile, rows: Sequence[DrugRow]) -> None:
    profile.drug_experiences.exclude(drug__in=[row.drug for row in rows]).delete()
    for row in rows:
        shown = {"shown": row.shown} if row.shown else {}
        DrugExperience.objects.update_or_create(
            profile=profile, drug=row.drug, defaults=row.about | shown
        )
