"""An application, laid out for reading."""

from dataclasses import dataclass

from django.db.models import Prefetch

from members.models import Answer, DrugExperience, Question, Shown
from moderation import letters
from moderation.models import Application, ApplicationQuerySet

# What the queue shows of the answers: where somebody is on the way, or whom they come as.
IN_SHORT = (Question.STAGE, Question.COME_AS)


@dataclass(frozen=True)
class Group:
    """One question with what was answered to it."""

    question: str
    answers: list[Answer]

    @property
    def words(self) -> list[str]:
        return [str(answer.choice) for answer in self.answers]

    @property
    def note(self) -> str:
        return note_on(self.answers[0].shown)


@dataclass(frozen=True)
class DrugRead:
    """One drug with what was said about it."""

    experience: DrugExperience

    @property
    def details(self) -> list[tuple[str, str]]:
        """(question, answer), those without an answer left out."""
        said = self.experience
        asked = (
            (Question.DRUG_NOW, said.now),
            (Question.DRUG_YEARS, said.years_on),
            (Question.DRUG_STOPPED, said.time_since_stop),
            (Question.DRUG_PACE, said.pace),
            (Question.DRUG_FORM, said.form),
        )
        return [(str(question.label), str(choice)) for question, choice in asked if choice]

    @property
    def note(self) -> str:
        return note_on(self.experience.shown)


def note_on(shown: str) -> str:
    """How far something goes, where that is not to every member."""
    return "" if shown == Shown.SHOWN else str(Shown(shown).label)


def for_queue(applications: ApplicationQuerySet) -> ApplicationQuerySet:
    """With all that a row of the queue needs: the same two questions for any number of rows."""
    answers = Answer.objects.filter(question__in=IN_SHORT).select_related("choice")
    return (
        applications.select_related("cell")
        .prefetch_related(Prefetch("answers", answers, to_attr="in_short"))
        .with_name_taken()
    )


def for_page() -> ApplicationQuerySet:
    related = Application.objects.select_related(
        "cell", "member", "decision__reviewer", "claim__reviewer"
    )
    named = related.with_name_taken().with_name_wished()
    return named.annotate(letter_texts=letters.beside())


def grouped_answers(application: Application) -> list[Group]:
    """In the order of the questions, those without an answer left out."""
    given: dict[str, list[Answer]] = {}
    for answer in application.answers.select_related("choice"):
        given.setdefault(answer.question, []).append(answer)
    return [Group(str(q.label), given[q]) for q in Question if q in given]


def drugs(application: Application) -> list[DrugRead]:
    about = ("drug", "now", "years_on", "time_since_stop", "pace", "form")
    return [DrugRead(row) for row in application.drug_experiences.select_related(*about)]
